/* The reverse of the edges, in compressed sparse rows too.
 *
 * Counting sort by target: count, sum up, scatter. The scatter visits sources in ascending
 * order, so the referrers of a node stand in the order of their ordinals. The offsets are
 * used as cursors while scattering: offsets[n + 1] starts as the first place of n and ends
 * as the one behind its last, which is what it must be. */
#include "analyzer/graph/graph.h"

#include <stdlib.h>

#include "analyzer/base/xalloc.h"

void reverse_edges_init(struct reverse_edges *out, const struct graph *g)
{
	uint32_t *cursors = xcalloc((size_t)g->node_count + 2, sizeof(*cursors));
	uint32_t *referrers = xmalloc(g->edge_count, sizeof(*referrers));

	/* cursors[n + 2]: the degree of n, then cursors[n + 1]: its first place. */
	for (uint32_t e = 0; e < g->edge_count; e++)
		cursors[(size_t)edge_target(g->edges[e]) + 2]++;
	for (size_t n = 2; n < (size_t)g->node_count + 2; n++)
		cursors[n] += cursors[n - 1];
	for (node_id n = 0; n < g->node_count; n++) {
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t kind = edges[i] & ~EDGE_TARGET_MASK;
			referrers[cursors[(size_t)edge_target(edges[i]) + 1]++] = kind | n;
		}
	}
	out->offsets = cursors;
	out->referrers = referrers;
}

void reverse_edges_release(struct reverse_edges *reverse)
{
	free(reverse->offsets);
	free(reverse->referrers);
	reverse->offsets = NULL;
	reverse->referrers = NULL;
}
