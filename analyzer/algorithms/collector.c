/* The collector's own arithmetic.
 *
 * 1. Count for each candidate the TRAVERSED edges that candidates have to it.
 * 2. A candidate is a root unless that count is its reference count. CPython subtracts and
 *    takes what stays above 0; a count that would fall below 0 cannot be in a true
 *    snapshot, and is taken for alive, like an immortal object's, which is no count.
 * 3. Everything that roots reach through candidates is alive, by a stack of nodes.
 * 4. The rest is unreachable: copied to `found`, less what finalizers of the old kind let go
 *    early, and to `objects`, with all else that nothing alive refers to.
 *
 * UNCOUNTED edges are not subtracted but followed: the interpreter's visit_decref skips
 * borrowed stack references, its visit_reachable does not. Each node enters a worklist
 * once, so all is linear. The stack holds at most node_count entries. */
#include "analyzer/algorithms/collector.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/islands.h"
#include "analyzer/algorithms/legacy_finalizers.h"
#include "analyzer/base/prefetch.h"
#include "analyzer/base/xalloc.h"

#define AHEAD 24 /* edges */

static bool is_candidate(const struct graph *g, node_id n)
{
	return (g->flags[n] & (HS_TRACKED | HS_FROZEN)) == HS_TRACKED;
}

static void count_internal(const struct graph *g, uint32_t *counts)
{
	for (node_id n = 0; n < g->node_count; n++) {
		uint32_t edge_count;
		const uint32_t *edges = graph_edges(g, n, &edge_count);
		if (!is_candidate(g, n))
			continue;
		for (uint32_t i = 0; i < edge_count; i++) {
			if (g->edge_count - g->edge_offsets[n] > i + AHEAD)
				PREFETCH(&counts[edge_target(edges[i + AHEAD])]);
			if (edge_is_collected(edges[i]))
				counts[edge_target(edges[i])]++;
		}
	}
}

/* Leaves in `set`, which holds all candidates that are no roots, what the stacked roots do
 * not reach. */
static void remove_reachable(const struct graph *g, struct bitset *set, node_id *stack,
			     uint32_t stacked)
{
	while (stacked > 0) {
		uint32_t edge_count;
		const uint32_t *edges = graph_edges(g, stack[--stacked], &edge_count);
		for (uint32_t i = 0; i < edge_count; i++) {
			enum hs_reference_kind kind = edge_kind(edges[i]);
			node_id target = edge_target(edges[i]);
			if ((kind == HS_TRAVERSED || kind == HS_UNCOUNTED) &&
			    bitset_has(set, target)) {
				bitset_remove(set, target);
				stack[stacked++] = target;
			}
		}
	}
}

static void find_tracked(struct unreachable *out, const struct graph *g, uint32_t *counts,
			 node_id *stack)
{
	uint32_t stacked = 0;

	count_internal(g, counts);
	for (node_id n = 0; n < g->node_count; n++) {
		if (!is_candidate(g, n))
			continue;
		if (has_true_count(g, n) && counts[n] == g->refcounts[n])
			bitset_add(&out->tracked, n);
		else
			stack[stacked++] = n;
	}
	remove_reachable(g, &out->tracked, stack, stacked);
}

static void copy(struct bitset *out, const struct bitset *from)
{
	bitset_init(out, from->size);
	memcpy(out->words, from->words, (from->size + 63) / 64 * sizeof(*from->words));
}

void unreachable_init(struct unreachable *out, const struct graph *g, const struct roots *roots)
{
	uint32_t *counts = xcalloc(g->node_count, sizeof(*counts));
	node_id *stack = xmalloc(g->node_count, sizeof(*stack));

	memset(out, 0, sizeof(*out));
	bitset_init(&out->tracked, g->node_count);
	find_tracked(out, g, counts, stack);
	free(counts);
	free(stack);
	copy(&out->found, &out->tracked);
	legacy_finalizers_remove_freed(&out->found, g);
	out->found_count = bitset_count(&out->found);
	copy(&out->objects, &out->tracked);
	islands_add(&out->objects, g, roots);
	for (size_t n = bitset_next(&out->objects, 0); n < g->node_count;
	     n = bitset_next(&out->objects, n + 1)) {
		out->object_count++;
		out->bytes += graph_bytes(g, (node_id)n);
	}
}

void unreachable_release(struct unreachable *unreachable)
{
	bitset_release(&unreachable->tracked);
	bitset_release(&unreachable->found);
	bitset_release(&unreachable->objects);
}
