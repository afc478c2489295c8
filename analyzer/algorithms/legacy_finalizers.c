/* What of the unreachable objects a collection names, where some have finalizers of the
 * old kind.
 *
 * The collector sets these aside, with all that they reach, and clears the rest. What was
 * set aside and is held by the cleared part alone is freed then by its count, one object
 * after the other; only what is left it calls uncollectable:
 *
 *   list -> list        cleared, named collectable
 *     `-> D -> dict     set aside; freed with the list, never named
 *   D -> D              set aside, still there: named uncollectable
 *
 * What is left is what a cycle among those set aside reaches: the others are peeled off in
 * topological order, by the number of references from those not yet peeled. */
#include "analyzer/algorithms/legacy_finalizers.h"

#include <stdlib.h>

#include "analyzer/base/xalloc.h"

static bool any_type_has_it(const struct graph *g)
{
	for (uint32_t i = 0; i < g->type_count; i++)
		if (hs_reader_type(g->reader, i)->flags & HS_TYPE_TP_DEL)
			return true;
	return false;
}

/* Sets aside what has such a finalizer and all of `found` that it reaches, in `nodes`. */
static uint32_t set_aside(struct bitset *aside, node_id *nodes, const struct bitset *found,
			  const struct graph *g)
{
	uint32_t count = 0;

	for (size_t n = bitset_next(found, 0); n < found->size; n = bitset_next(found, n + 1)) {
		if (!has_legacy_finalizer(g, (node_id)n))
			continue;
		bitset_add(aside, n);
		nodes[count++] = (node_id)n;
	}
	for (uint32_t at = 0; at < count; at++) {
		uint32_t edge_count;
		const uint32_t *edges = graph_edges(g, nodes[at], &edge_count);
		for (uint32_t i = 0; i < edge_count; i++) {
			node_id target = edge_target(edges[i]);
			if (!edge_is_collected(edges[i]) || !bitset_has(found, target) ||
			    bitset_has(aside, target))
				continue;
			bitset_add(aside, target);
			nodes[count++] = target;
		}
	}
	return count;
}

/* Every node that no other of `aside` refers to is freed, again and again. */
static void peel(struct bitset *found, const struct bitset *aside, node_id *nodes, uint32_t count,
		 const struct graph *g)
{
	uint32_t *held = xcalloc(g->node_count, sizeof(*held));
	node_id *freed = xmalloc(count, sizeof(*freed));
	uint32_t freed_count = 0, edge_count;

	for (uint32_t at = 0; at < count; at++) {
		const uint32_t *edges = graph_edges(g, nodes[at], &edge_count);
		for (uint32_t i = 0; i < edge_count; i++)
			if (edge_is_collected(edges[i]) && bitset_has(aside, edge_target(edges[i])))
				held[edge_target(edges[i])]++;
	}
	for (uint32_t at = 0; at < count; at++)
		if (held[nodes[at]] == 0)
			freed[freed_count++] = nodes[at];
	for (uint32_t at = 0; at < freed_count; at++) {
		const uint32_t *edges = graph_edges(g, freed[at], &edge_count);
		bitset_remove(found, freed[at]);
		for (uint32_t i = 0; i < edge_count; i++) {
			node_id target = edge_target(edges[i]);
			if (edge_is_collected(edges[i]) && bitset_has(aside, target) &&
			    --held[target] == 0)
				freed[freed_count++] = target;
		}
	}
	free(held);
	free(freed);
}

void legacy_finalizers_remove_freed(struct bitset *found, const struct graph *g)
{
	struct bitset aside;

	if (!any_type_has_it(g))
		return;
	node_id *nodes = xmalloc(bitset_count(found), sizeof(*nodes));
	bitset_init(&aside, g->node_count);
	uint32_t count = set_aside(&aside, nodes, found, g);
	if (count > 0)
		peel(found, &aside, nodes, count, g);
	bitset_release(&aside);
	free(nodes);
}
