/* Counted references that the snapshot shows, by node: one pass over the edges, then one
 * over the roots. Frames own what they hold in ways that only the agent can tell, so roots
 * say themselves whether they are counted. */
#include "analyzer/algorithms/explained.h"

#include "analyzer/base/xalloc.h"

uint32_t *explained_references(const struct graph *g, const struct roots *roots)
{
	uint32_t *counts = xcalloc(g->node_count, sizeof(*counts));

	for (uint32_t e = 0; e < g->edge_count; e++) {
		enum hs_reference_kind kind = edge_kind(g->edges[e]);
		if (kind == HS_TRAVERSED || kind == HS_ADDED)
			counts[edge_target(g->edges[e])]++;
	}
	for (uint32_t i = 0; i < roots->count; i++)
		if (hs_reader_root(g->reader, roots->items[i].record)->counted)
			counts[roots->items[i].node]++;
	return counts;
}

bool explained_is_external(const struct graph *g, const uint32_t *counts, node_id n)
{
	return (g->flags[n] & HS_IMMORTAL) || g->refcounts[n] == UINT32_MAX ||
	       g->refcounts[n] > counts[n];
}
