/* Unreachable cycles grouped by shape. */
#ifndef HEAPSNAP_ANALYZER_CYCLE_GROUPS_H
#define HEAPSNAP_ANALYZER_CYCLE_GROUPS_H

#include "analyzer/algorithms/collector.h"

enum collect_verdict {
	COLLECT_YES,           /* perhaps not by the first collection, if garbage hides it */
	COLLECT_UNCOLLECTABLE, /* in, or reached from, a cycle with a finalizer of the old kind */
	COLLECT_NEVER          /* a type hides a reference: it looks alive to the collector */
};

struct type_count {
	uint32_t type; /* number, of the first one of its name */
	uint64_t count;
};

/* Cycles (strongly connected components of counted edges, of two nodes or of one that
 * refers to itself) with the same multiset of types and of (type, edge kind, type). */
struct cycle_group {
	uint64_t count;   /* cycles */
	uint64_t objects; /* of the cycles, and what hangs off them: each unreachable object
			     belongs to one cycle that reaches it by the fewest edges */
	uint64_t bytes;
	uint32_t cycle_objects;   /* in one cycle, without what hangs off it */
	struct type_count *types; /* of `objects`, highest count first */
	uint32_t type_count;
	enum collect_verdict collect;
	bool finalizer;         /* an object has a finalizer that has not run */
	node_id *example;       /* the shortest cycle through one object of the first cycle: */
	uint32_t example_count; /* example[i] refers to example[i + 1], the last to the first */
};

struct cycle_groups {
	struct cycle_group *groups; /* most bytes first, then most objects, then lowest example */
	uint32_t count;
};

/* The sums of objects and bytes over all groups are those of `unreachable`. */
void cycle_groups_init(struct cycle_groups *out, const struct graph *, const struct unreachable *);
void cycle_groups_release(struct cycle_groups *);

#endif
