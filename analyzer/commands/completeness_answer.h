/* The answer of `info --complete`. */
#ifndef HEAPSNAP_COMMANDS_COMPLETENESS_ANSWER_H
#define HEAPSNAP_COMMANDS_COMPLETENESS_ANSWER_H

#include "analyzer/algorithms/completeness.h"
#include "analyzer/commands/snapshot_input.h"

/* "complete   99.7% of reference counts explained". */
void completeness_print_line(struct sink *, const struct completeness *);

/* The types that lack most, at most `limit`; nothing where nothing is missing. */
void completeness_print_worst(const struct invocation *, const struct snapshot *,
			      const struct completeness *);

/* "completeness": {...} */
void completeness_json(struct json *, const struct invocation *, const struct snapshot *,
		       const struct completeness *);

#endif
