/* What the cyclic garbage collector would find, by its own arithmetic, offline. */
#ifndef HEAPSNAP_ANALYZER_COLLECTOR_H
#define HEAPSNAP_ANALYZER_COLLECTOR_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/roots.h"

/* `tracked` is exactly what a full collection finds: among the candidates (tracked, not
 * frozen) a node is a root unless its reference count equals the TRAVERSED edges that
 * candidates have to it; what roots reach through candidates by TRAVERSED and UNCOUNTED
 * edges is alive; the others are unreachable. Immortal objects and those with a count of
 * 0 or below what is explained (a snapshot that contradicts itself) are alive.
 *
 * `objects` adds what only these keep: a node is added when the snapshot explains exactly
 * its reference count and all these counted edges (TRAVERSED, ADDED)
 * come from `objects`, again and again until nothing is left to add. So each of its
 * references is known and comes from garbage; anything with one reference more, an immortal
 * or a root is left out, even where it is garbage in truth. */
struct unreachable {
	struct bitset tracked;
	struct bitset objects; /* contains `tracked` */
	uint64_t tracked_count, object_count;
	uint64_t bytes; /* of `objects` */
};

/* Cost: three passes over the edges at most, 12 bytes a node while it runs. */
void unreachable_init(struct unreachable *out, const struct graph *, const struct roots *);
void unreachable_release(struct unreachable *);

#endif
