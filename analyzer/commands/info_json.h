/* What `heapsnap info --json` prints. */
#ifndef HEAPSNAP_COMMANDS_INFO_JSON_H
#define HEAPSNAP_COMMANDS_INFO_JSON_H

#include "analyzer/commands/completeness_answer.h"

/* The last two are NULL where --complete was not given. */
void info_print_json(const struct invocation *, const struct hs_reader *, const struct snapshot *,
		     const struct completeness *);

#endif
