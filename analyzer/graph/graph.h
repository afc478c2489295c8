/* A snapshot in memory: flat arrays over dense node ordinals, immutable once
 * loaded. Nodes stand in the order of the file, which is about the order in which
 * they were made. No struct an object, no pointer an edge. */
#ifndef HEAPSNAP_GRAPH_GRAPH_H
#define HEAPSNAP_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/base/bitset.h"
#include "format/reader.h"

typedef uint32_t node_id;

#define NODE_NONE UINT32_MAX
#define GRAPH_NODES_MAX ((1u << 29) - 1)

/* An edge is a 32-bit word: the kind (enum hs_reference_kind) in the top 3 bits,
 * the target's ordinal below. Slots that name (HS_NAMING), are empty, or lead to an
 * id that is not in the file are no edges; dangling ones are counted. */
#define EDGE_TARGET_MASK 0x1fffffffu
static inline node_id edge_target(uint32_t edge)
{
	return edge & EDGE_TARGET_MASK;
}
static inline enum hs_reference_kind edge_kind(uint32_t edge)
{
	return (enum hs_reference_kind)(edge >> 29);
}
/* The collector follows it and it owns a count. */
static inline bool edge_is_collected(uint32_t edge)
{
	return (edge >> 29) == HS_TRAVERSED;
}
/* It keeps its target alive: chains go along it. */
static inline bool edge_holds(uint32_t edge)
{
	enum hs_reference_kind kind = edge_kind(edge);
	return kind == HS_TRAVERSED || kind == HS_ADDED || kind == HS_IMPLIED;
}

struct address_index;

struct graph {
	const struct hs_reader *reader; /* borrowed: must outlive the graph */
	uint32_t node_count;
	uint32_t edge_count;
	uint32_t type_count;

	uint64_t *ids;       /* [node_count] addresses */
	uint32_t *types;     /* [node_count] type number */
	uint32_t *sizes;     /* [node_count] size + extra; UINT32_MAX: see graph_bytes */
	uint32_t *refcounts; /* [node_count] saturating at UINT32_MAX */
	uint16_t *flags;     /* [node_count] enum hs_object_flags and generation */

	uint32_t *edge_offsets; /* [node_count + 1] into edges */
	uint32_t *edges;        /* [edge_count] */

	uint64_t dangling_edges; /* to ids that are not in the file */

	node_id *frame_nodes;     /* [frames of the reader] nodes in the frames before */
	struct bitset namespaces; /* nodes that some object's ".__dict__" leads to */

	struct address_index *index;
	struct big_size *big_sizes; /* nodes of 4 GiB and more, by ordinal */
	uint32_t big_size_count;
};

/* Loads every object frame of `reader`. HS_ELIMIT beyond GRAPH_NODES_MAX nodes or
 * 2^32-1 edges; HS_EFORMAT where a frame is damaged (with `allow_partial` the frames
 * that can be read are loaded, and that is no failure). An id that occurs as two
 * objects is HS_EFORMAT. Memory: about 31 bytes a node and 4 an edge. */
enum hs_status graph_load(struct graph **out, const struct hs_reader *reader, bool allow_partial,
			  struct hs_error *err);
void graph_free(struct graph *);

/* The node with this address, or NODE_NONE. */
node_id graph_find(const struct graph *, uint64_t id);

static inline const uint32_t *graph_edges(const struct graph *g, node_id n, uint32_t *count)
{
	*count = g->edge_offsets[n + 1] - g->edge_offsets[n];
	return g->edges + g->edge_offsets[n];
}
/* size + extra, exact. */
uint64_t graph_bytes(const struct graph *, node_id);
const struct hs_type *graph_type(const struct graph *, node_id);

/* Reverse edges: referrers[offsets[n] .. offsets[n+1]) are the ordinals of the nodes
 * with an edge to n, the kind of that edge in the top 3 bits. 4 bytes a node and an edge. */
struct reverse_edges {
	uint32_t *offsets;
	uint32_t *referrers;
};
void reverse_edges_init(struct reverse_edges *out, const struct graph *);
void reverse_edges_release(struct reverse_edges *);

#endif
