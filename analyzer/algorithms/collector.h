/* What the cyclic garbage collector would find, by its own arithmetic, offline. */
#ifndef HEAPSNAP_ANALYZER_COLLECTOR_H
#define HEAPSNAP_ANALYZER_COLLECTOR_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/roots.h"

/* `tracked`: the unreachable ones among the candidates (tracked, not frozen). A candidate is a
 * root unless its reference count equals the TRAVERSED edges that candidates have to it; what
 * roots reach through candidates by TRAVERSED and UNCOUNTED edges is alive; the others are
 * unreachable. Immortal objects and those with a count of 0 or below what is explained (a
 * snapshot that contradicts itself) are alive.
 *
 * `found` is exactly what a full collection names: `tracked`, less what is freed before
 * (legacy_finalizers.h).
 *
 * `objects` adds all else that nothing alive refers to (islands.h): what only these keep, and
 * what the collector never finds because a type hides a reference from it. */
struct unreachable {
	struct bitset tracked;
	struct bitset found;   /* within `tracked` */
	struct bitset objects; /* contains `tracked` */
	uint64_t found_count, object_count;
	uint64_t bytes; /* of `objects` */
};

/* Cost: three passes over the edges, 8 bytes a node while it runs. */
void unreachable_init(struct unreachable *out, const struct graph *, const struct roots *);
void unreachable_release(struct unreachable *);

#endif
