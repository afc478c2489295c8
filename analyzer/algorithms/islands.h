/* What nothing alive refers to. */
#ifndef HEAPSNAP_ANALYZER_ISLANDS_H
#define HEAPSNAP_ANALYZER_ISLANDS_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/roots.h"

/* The count says how many references there are. */
static inline bool has_true_count(const struct graph *g, node_id n)
{
	return !(g->flags[n] & HS_IMMORTAL) && g->refcounts[n] != UINT32_MAX &&
	       g->refcounts[n] != 0;
}

/* Adds to `objects` (what the collector finds: all of it garbage) every other object that
 * nothing alive refers to. Alive: roots, frozen objects, what has a reference more or less
 * than the snapshot explains or a count that says nothing, and all that these reach without
 * passing through `objects`, by any edge but a weak one. So each reference to an object
 * added is known and comes from garbage; one that is not explained means alive.
 * Cost: one pass over the edges; 8 bytes a node while it runs. */
void islands_add(struct bitset *objects, const struct graph *, const struct roots *);

#endif
