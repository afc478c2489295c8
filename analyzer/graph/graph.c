/* A loaded snapshot: what is asked of one node at a time.
 *
 * All columns are flat arrays; the rare object of 4 GiB and more has its size in a list
 * apart, sorted by ordinal because the file's order is that of the ordinals. */
#include "analyzer/graph/graph.h"

#include <stdlib.h>

#include "analyzer/graph/address_index.h"
#include "analyzer/graph/big_sizes.h"

void graph_free(struct graph *g)
{
	if (!g)
		return;
	free(g->ids);
	free(g->types);
	free(g->sizes);
	free(g->refcounts);
	free(g->flags);
	free(g->edge_offsets);
	free(g->edges);
	free(g->big_sizes);
	free(g->frame_nodes);
	bitset_release(&g->namespaces);
	address_index_free(g->index);
	free(g);
}

node_id graph_find(const struct graph *g, uint64_t id)
{
	uint32_t ordinal = address_index_find(g->index, id);

	return ordinal == ADDRESS_NONE ? NODE_NONE : ordinal;
}

static int compare_node(const void *key, const void *element)
{
	node_id wanted = *(const node_id *)key;
	node_id here = ((const struct big_size *)element)->node;

	return wanted < here ? -1 : wanted > here;
}

uint64_t graph_bytes(const struct graph *g, node_id n)
{
	if (g->sizes[n] != UINT32_MAX || g->big_size_count == 0)
		return g->sizes[n];
	const struct big_size *big =
		bsearch(&n, g->big_sizes, g->big_size_count, sizeof(*big), compare_node);
	return big ? big->bytes : g->sizes[n];
}

const struct hs_type *graph_type(const struct graph *g, node_id n)
{
	return hs_reader_type(g->reader, g->types[n]);
}
