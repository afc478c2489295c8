/* What nothing alive refers to: the collector's question, asked of everything.
 *
 * The collector asks only tracked objects and follows only what tp_traverse shows it. The
 * snapshot knows more: what a type owns without showing it (ADDED), and what untracked
 * objects hold. So a search from all that is alive, over all edges, leaves also
 *
 *   cycle -> [untracked] -> [kept by it alone]     freed with the cycle
 *   list -> numpy array -> the same list           kept for ever: the array shows nothing
 *
 * One stack of nodes, each of which enters it once. */
#include "analyzer/algorithms/islands.h"

#include <stdlib.h>

#include "analyzer/algorithms/explained.h"
#include "analyzer/base/prefetch.h"
#include "analyzer/base/xalloc.h"

#define AHEAD 24 /* edges */

static void enter(struct bitset *met, node_id *stack, uint32_t *stacked, node_id n)
{
	if (bitset_has(met, n))
		return;
	bitset_add(met, n);
	stack[(*stacked)++] = n;
}

static void start(const struct graph *g, const struct roots *roots, struct bitset *met,
		  node_id *stack, uint32_t *stacked)
{
	uint32_t *explained = explained_references(g, roots);

	for (uint32_t i = 0; i < roots->count; i++)
		enter(met, stack, stacked, roots->items[i].node);
	for (node_id n = 0; n < g->node_count; n++)
		if (!has_true_count(g, n) || (g->flags[n] & HS_FROZEN) ||
		    explained[n] != g->refcounts[n])
			enter(met, stack, stacked, n);
	free(explained);
}

void islands_add(struct bitset *objects, const struct graph *g, const struct roots *roots)
{
	struct bitset met; /* alive, or in `objects`: not to be entered again */
	node_id *stack = xmalloc(g->node_count, sizeof(*stack));
	uint32_t stacked = 0;

	bitset_init(&met, g->node_count);
	for (size_t n = bitset_next(objects, 0); n < g->node_count; n = bitset_next(objects, n + 1))
		bitset_add(&met, n);
	start(g, roots, &met, stack, &stacked);
	while (stacked > 0) {
		node_id n = stack[--stacked];
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			if (i + AHEAD < count)
				PREFETCH(&met.words[edge_target(edges[i + AHEAD]) / 64]);
			if (edge_kind(edges[i]) != HS_WEAK)
				enter(&met, stack, &stacked, edge_target(edges[i]));
		}
	}
	for (node_id n = 0; n < g->node_count; n++)
		if (!bitset_has(&met, n))
			bitset_add(objects, n);
	bitset_release(&met);
	free(stack);
}
