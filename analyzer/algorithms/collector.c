/* The collector's own arithmetic.
 *
 * 1. Count for each candidate the TRAVERSED edges that candidates have to it.
 * 2. A candidate is a root unless that count is its reference count. CPython subtracts and
 *    takes what stays above 0; a count that would fall below 0 cannot be in a true
 *    snapshot, and is taken for alive, like an immortal object's, which is no count.
 * 3. Everything that roots reach through candidates is alive, by a stack of nodes.
 * 4. The rest is unreachable. From it a second worklist adds what only it keeps: each
 *    counted edge out of garbage is counted once at its target, and a target whose count
 *    is complete is garbage too.
 *
 * UNCOUNTED edges are not subtracted but followed: the interpreter's visit_decref skips
 * borrowed stack references, its visit_reachable does not. Each node enters a worklist
 * once, so all is linear. The stack holds at most node_count entries. */
#include "analyzer/algorithms/collector.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/explained.h"
#include "analyzer/base/prefetch.h"
#include "analyzer/base/xalloc.h"

#define AHEAD 24 /* edges */

static bool is_candidate(const struct graph *g, node_id n)
{
	return (g->flags[n] & (HS_TRACKED | HS_FROZEN)) == HS_TRACKED;
}

/* The count says how many references there are. */
static bool has_true_count(const struct graph *g, node_id n)
{
	return !(g->flags[n] & HS_IMMORTAL) && g->refcounts[n] != UINT32_MAX &&
	       g->refcounts[n] != 0;
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

static void add_kept_objects(struct unreachable *out, const struct graph *g,
			     const struct roots *roots, uint32_t *counts, node_id *stack)
{
	uint32_t *explained = explained_references(g, roots);
	uint32_t stacked = 0;

	memset(counts, 0, (size_t)g->node_count * sizeof(*counts));
	for (size_t n = bitset_next(&out->tracked, 0); n < g->node_count;
	     n = bitset_next(&out->tracked, n + 1)) {
		bitset_add(&out->objects, n);
		stack[stacked++] = (node_id)n;
	}
	while (stacked > 0) {
		node_id n = stack[--stacked];
		uint32_t edge_count;
		const uint32_t *edges = graph_edges(g, n, &edge_count);
		for (uint32_t i = 0; i < edge_count; i++) {
			enum hs_reference_kind kind = edge_kind(edges[i]);
			node_id target = edge_target(edges[i]);
			if ((kind != HS_TRAVERSED && kind != HS_ADDED) ||
			    bitset_has(&out->objects, target) || !has_true_count(g, target))
				continue;
			if (++counts[target] == g->refcounts[target] &&
			    explained[target] == g->refcounts[target] &&
			    !roots_find(roots, target)) {
				bitset_add(&out->objects, target);
				stack[stacked++] = target;
			}
		}
	}
	free(explained);
}

void unreachable_init(struct unreachable *out, const struct graph *g, const struct roots *roots)
{
	uint32_t *counts = xcalloc(g->node_count, sizeof(*counts));
	node_id *stack = xmalloc(g->node_count, sizeof(*stack));

	memset(out, 0, sizeof(*out));
	bitset_init(&out->tracked, g->node_count);
	bitset_init(&out->objects, g->node_count);
	find_tracked(out, g, counts, stack);
	out->tracked_count = bitset_count(&out->tracked);
	if (out->tracked_count > 0)
		add_kept_objects(out, g, roots, counts, stack);
	free(counts);
	free(stack);
	for (size_t n = bitset_next(&out->objects, 0); n < g->node_count;
	     n = bitset_next(&out->objects, n + 1)) {
		out->object_count++;
		out->bytes += graph_bytes(g, (node_id)n);
	}
}

void unreachable_release(struct unreachable *unreachable)
{
	bitset_release(&unreachable->tracked);
	bitset_release(&unreachable->objects);
}
