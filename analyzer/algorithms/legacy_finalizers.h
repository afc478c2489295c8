/* Finalizers of the old kind, which the collector does not dare to call. */
#ifndef HEAPSNAP_ANALYZER_LEGACY_FINALIZERS_H
#define HEAPSNAP_ANALYZER_LEGACY_FINALIZERS_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/graph.h"

/* tp_del, or 2.7's __del__; a generator of 2.7 has it while it is suspended in a try. */
static inline bool has_legacy_finalizer(const struct graph *g, node_id n)
{
	return (g->flags[n] & HS_FINALIZER) && (graph_type(g, n)->flags & HS_TYPE_TP_DEL);
}

/* Takes out of `found` (the unreachable tracked objects) those that a collection frees
 * before it would name them. Cost: nothing where no type has such a finalizer, else a few
 * passes over the edges of what these objects reach. */
void legacy_finalizers_remove_freed(struct bitset *found, const struct graph *);

#endif
