/* What `heapsnap show --json` prints. */
#ifndef HEAPSNAP_COMMANDS_OBJECT_JSON_H
#define HEAPSNAP_COMMANDS_OBJECT_JSON_H

#include "analyzer/commands/node_set.h"
#include "analyzer/commands/object_view.h"

void object_print_json(const struct invocation *, const struct object_view *);

/* The objects of a type or path; `bytes` is their sum. */
void object_list_print_json(const struct invocation *, const struct snapshot *,
			    const struct node_set *, uint64_t bytes);

#endif
