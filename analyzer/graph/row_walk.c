/* The rows of a loaded graph, read again.
 *
 * A node's edges stand in the order of its slots, less those that are no edges; the type
 * reference stands behind those of the first row. So slots and edges are walked side by
 * side. Only where the file has dangling references must each be compared with the id of
 * the edge's target, to know which slots were left out: an id that is not in the file
 * cannot equal one that is. */
#include "analyzer/graph/row_walk.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

enum hs_status row_walk_init(struct row_walk *out, const struct graph *g, struct hs_error *err)
{
	struct hs_frame *frame;
	enum hs_status status = hs_frame_new(&frame, err);

	if (status != HS_OK)
		return status;
	memset(out, 0, sizeof(*out));
	out->g = g;
	out->frame = frame;
	out->node = NODE_NONE;
	out->targets = xmalloc(HS_ROW_REFERENCES_MAX, sizeof(*out->targets));
	slot_kinds_init(&out->kinds, g->reader);
	return HS_OK;
}

void row_walk_release(struct row_walk *walk)
{
	hs_frame_free(walk->frame);
	slot_kinds_release(&walk->kinds);
	free(walk->targets);
}

enum hs_status row_walk_start(struct row_walk *walk, uint32_t index, struct hs_error *err)
{
	enum hs_status status = hs_frame_load(walk->frame, walk->g->reader, index, err);

	walk->loaded = status == HS_OK;
	walk->next_node = walk->g->frame_nodes[index];
	return status == HS_EFORMAT ? HS_OK : status;
}

/* Is the node's next edge the one that a slot with `id` became? */
static bool is_edge_of(const struct row_walk *walk, uint64_t id)
{
	const struct graph *g = walk->g;

	return walk->next_edge < g->edge_offsets[walk->node + 1] &&
	       (g->dangling_edges == 0 || g->ids[edge_target(g->edges[walk->next_edge])] == id);
}

static void find_targets(struct row_walk *walk)
{
	const struct hs_row *row = &walk->row;
	const struct slot_pattern *pattern = &walk->kinds.patterns[row->object.slot_map];

	for (uint32_t i = 0; i < row->count; i++) {
		uint64_t id = row->slots[i];
		walk->targets[i] = NODE_NONE;
		if (id != 0 && slot_kind(&walk->kinds, pattern, row->start + i) != HS_NAMING &&
		    is_edge_of(walk, id))
			walk->targets[i] = edge_target(walk->g->edges[walk->next_edge++]);
	}
}

static void pass_type_reference(struct row_walk *walk)
{
	const struct graph *g = walk->g;
	const struct slot_pattern *pattern = &walk->kinds.patterns[walk->row.object.slot_map];
	uint64_t type_id = hs_reader_type(g->reader, walk->row.object.type)->id;

	if (pattern->type_reference != HS_TYPE_REFERENCE_IN_ROW &&
	    walk->next_edge < g->edge_offsets[walk->node + 1] &&
	    g->ids[edge_target(g->edges[walk->next_edge])] == type_id)
		walk->next_edge++;
}

/* Does the row just read belong to the walk? Sets the node, if so. */
static bool enter_row(struct row_walk *walk)
{
	const struct graph *g = walk->g;
	const struct hs_row *row = &walk->row;

	if (row->start != 0) {
		if (walk->node == NODE_NONE || g->ids[walk->node] != row->object.id ||
		    row->start != walk->object_end)
			return false;
		walk->slot_before = walk->row_end;
		walk->object_end += row->count;
		return true;
	}
	if (walk->next_node >= g->node_count || g->ids[walk->next_node] != row->object.id)
		return false;
	walk->node = walk->next_node++;
	walk->next_edge = g->edge_offsets[walk->node];
	walk->slot_before = 0;
	walk->object_end = row->count;
	return true;
}

int row_walk_next(struct row_walk *walk, struct hs_error *err)
{
	int status = 1;

	while (walk->loaded) {
		const struct hs_row *row = &walk->row;
		status = hs_frame_next_row(walk->frame, &walk->row, err);
		if (status != 1) {
			walk->loaded = false;
			break;
		}
		if (!enter_row(walk))
			continue;
		find_targets(walk);
		walk->row_end = row->count > 0 ? row->slots[row->count - 1] : 0;
		if (row->start == 0)
			pass_type_reference(walk);
		return 1;
	}
	return status == HS_EFORMAT || status == 1 ? 0 : status;
}
