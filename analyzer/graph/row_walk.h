/* The rows of a loaded graph, read again: each with its node and the nodes its slots lead
 * to, without looking up an address. */
#ifndef HEAPSNAP_ANALYZER_ROW_WALK_H
#define HEAPSNAP_ANALYZER_ROW_WALK_H

#include "analyzer/graph/graph.h"
#include "analyzer/graph/slot_kinds.h"

struct row_walk {
	const struct graph *g;
	struct hs_frame *frame;
	struct slot_kinds kinds;
	bool loaded;       /* a frame is, and its end has not been met */
	node_id next_node; /* of the next first row in this frame */
	struct hs_row row;
	node_id node;         /* the row's; NODE_NONE before the first row */
	node_id *targets;     /* [row.count] NODE_NONE: empty, names, or not in the file */
	uint64_t slot_before; /* the id in the slot before the row's first one, or 0 */
	uint64_t row_end;     /* the id in the row's last slot, or 0 */
	uint32_t next_edge;   /* of the node */
	uint64_t object_end;  /* slots of the node in the rows so far */
};

/* Of a graph that outlives it. */
enum hs_status row_walk_init(struct row_walk *out, const struct graph *, struct hs_error *err);
void row_walk_release(struct row_walk *);

/* Starts on frame `index`, one of objects. Rows that continue an object are only handed out
 * if the walk went through all its rows before. */
enum hs_status row_walk_start(struct row_walk *, uint32_t index, struct hs_error *err);

/* The next row: 1, 0 at the end of the frame, or a negative enum hs_status. */
int row_walk_next(struct row_walk *, struct hs_error *err);

#endif
