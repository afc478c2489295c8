/* One breadth-first search from all roots: the shortest way to every object. */
#ifndef HEAPSNAP_ANALYZER_REACHABILITY_H
#define HEAPSNAP_ANALYZER_REACHABILITY_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/roots.h"

#define DEPTH_NONE UINT32_MAX
#define ROOT_EXTERNAL ROOT_KINDS /* after the kinds of records.h: nothing known holds it */

/* Searched in stages, each to its end: from modules, then frames, threads, interpreter,
 * gc.garbage, each for what is left; then the external ones: from every object left that
 * has more references than the snapshot explains; at last from whatever is left, lowest
 * ordinal first. Edges: edge_holds. Unreachable objects are never entered.
 *
 * Among equally short ways the most readable wins, as far as that can be told without
 * labels. A parent's rank is that of its type (0 modules, namespaces, instances and types;
 * 1 dicts, lists, sets, deques; 2 other builtins; 3 functions, methods, cells, tuples; 4
 * frames, tracebacks, code, generators, weak references), or 5 where the edge is IMPLIED.
 * The lower rank wins, then the parent met first, so the root that comes first in `roots`. */
struct reachability {
	node_id *parents; /* [node_count] NODE_NONE for a root or an unreachable node */
	uint32_t *depths; /* [node_count] edges from the root, 0 at it; DEPTH_NONE */
	node_id *order;   /* [reached_count] as met: a parent stands before its children */
	uint32_t reached_count;
	uint32_t ends[ROOT_EXTERNAL + 1]; /* order[ends[k - 1] .. ends[k]): stage of kind k */
};

/* `unreachable`: struct unreachable's objects, or NULL. Cost: one pass over the edges of
 * what is reached; 12 bytes a node kept. */
void reachability_init(struct reachability *out, const struct graph *, const struct roots *,
		       const struct bitset *unreachable);
void reachability_release(struct reachability *);

#endif
