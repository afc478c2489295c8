/* How much of the heap's reference counts a snapshot explains. */
#ifndef HEAPSNAP_ANALYZER_COMPLETENESS_H
#define HEAPSNAP_ANALYZER_COMPLETENESS_H

#include "analyzer/graph/roots.h"

/* Sums of reference counts, and of what explains them: never more than an object has.
 * Objects whose count says nothing (immortal ones) are in neither. */
struct completeness_row {
	uint32_t type; /* the lowest number of a type so called */
	uint64_t references, explained;
};

struct completeness {
	uint64_t references, explained;
	uint64_t surplus; /* references shown beyond the counts of the objects that have them */
	struct completeness_row *worst; /* most unexplained references first; only such types */
	uint32_t worst_count;
};

/* Cost: one pass over the edges, 4 bytes a node while it runs. */
void completeness_init(struct completeness *out, const struct graph *, const struct roots *);
void completeness_release(struct completeness *);

#endif
