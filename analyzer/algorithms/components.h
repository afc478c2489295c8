/* Strongly connected components of a part of the graph. */
#ifndef HEAPSNAP_ANALYZER_COMPONENTS_H
#define HEAPSNAP_ANALYZER_COMPONENTS_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/graph.h"

#define EDGE_KIND_BIT(kind) (1u << (kind))

/* Components in the order of a finished search: an edge between two of them leads from
 * the higher number to the lower. */
struct components {
	uint32_t count;
	node_id *members;  /* grouped by component, ascending within each */
	uint32_t *offsets; /* [count + 1] into members */
};

/* Of the nodes in `part` and the edges between them whose kind is in `kinds` (a mask of
 * EDGE_KIND_BIT). Pearce's space-saving variant of Tarjan's algorithm ("A space-efficient
 * algorithm for finding strongly connected components", 2016) with a stack of its own.
 * Time: nodes and edges of the part; memory: 4 bytes a node of the graph, 20 a member. */
void components_init(struct components *out, const struct graph *, const struct bitset *part,
		     unsigned kinds);
void components_release(struct components *);

#endif
