/* One object as text. */
#ifndef HEAPSNAP_COMMANDS_OBJECT_TEXT_H
#define HEAPSNAP_COMMANDS_OBJECT_TEXT_H

#include "analyzer/commands/object_view.h"

void object_print_text(const struct invocation *, const struct object_view *);

/* "left out: 990 objects (--limit 0)"; nothing for 0. */
void show_print_left_out(struct sink *, uint64_t count, const char *one, const char *many);

#endif
