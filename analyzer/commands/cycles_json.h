/* What `heapsnap cycles --json` prints. */
#ifndef HEAPSNAP_COMMANDS_CYCLES_JSON_H
#define HEAPSNAP_COMMANDS_CYCLES_JSON_H

#include "analyzer/commands/cycle_text.h"
#include "analyzer/commands/snapshot_input.h"

void cycles_print_json(const struct invocation *, const struct snapshot *,
		       const struct unreachable *, const struct labelled_cycles *);

#endif
