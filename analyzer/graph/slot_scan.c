/* A walk over rows for the few objects whose slots are asked for by label.
 *
 * Ordinals are the order of the first rows, so in a complete file the frame's first
 * ordinal says which nodes it holds; the node before may go on in its first rows. In
 * an incomplete one frames may be missing, so all are read. Nothing is kept: the
 * visitor takes what it wants. */
#include "analyzer/graph/slot_scan.h"

struct scan {
	const struct graph *g;
	const struct bitset *sources;
	slot_visitor *visit;
	void *context;
	uint64_t slot_before; /* of the object that is being read */
};

static bool frame_is_wanted(const struct graph *g, const struct bitset *sources,
			    const struct hs_frame_info *info)
{
	if (info->kind != HS_FRAME_OBJECTS)
		return false;
	if (sources == NULL || !hs_reader_complete(g->reader))
		return true;
	uint64_t first = info->first_ordinal > 0 ? info->first_ordinal - 1 : 0;
	return first < sources->size &&
	       bitset_next(sources, (size_t)first) < info->first_ordinal + info->objects;
}

static void visit_target(const struct scan *scan, struct slot_visit *visit, uint64_t id)
{
	visit->target = graph_find(scan->g, id);
	if (visit->target != NODE_NONE)
		scan->visit(scan->context, visit);
}

static void visit_type(const struct scan *scan, node_id source, const struct hs_row *row,
		       enum hs_type_reference how)
{
	struct slot_visit visit = {.source = source};
	visit.slot.kind = how == HS_TYPE_REFERENCE_ADDED ? HS_ADDED : HS_IMPLIED;
	visit.slot.label = HS_LABEL_ATTR;
	visit.slot.text = (struct hs_text){"__class__", 9, false};
	visit_target(scan, &visit, hs_reader_type(scan->g->reader, row->object.type)->id);
}

static void visit_row(struct scan *scan, const struct hs_row *row)
{
	const struct hs_slot_map *map = hs_reader_slot_map(scan->g->reader, row->object.slot_map);
	struct slot_visit visit = {.source = graph_find(scan->g, row->object.id)};
	if (visit.source == NODE_NONE ||
	    (scan->sources != NULL && !bitset_has(scan->sources, visit.source)))
		return;
	if (row->start == 0) {
		scan->slot_before = 0;
		if (map->type_reference != HS_TYPE_REFERENCE_IN_ROW)
			visit_type(scan, visit.source, row, map->type_reference);
	}
	for (uint32_t i = 0; i < row->count; i++) {
		hs_slot_at(map, row->start + i, &visit.slot);
		visit.key = visit.slot.label == HS_LABEL_VALUE ? scan->slot_before : 0;
		if (row->slots[i] != 0 && visit.slot.kind != HS_NAMING)
			visit_target(scan, &visit, row->slots[i]);
		scan->slot_before = row->slots[i];
	}
}

static enum hs_status scan_frame(struct scan *scan, struct hs_frame *frame, uint32_t number,
				 struct hs_error *err)
{
	struct hs_row row;
	enum hs_status status = hs_frame_load(frame, scan->g->reader, number, err);
	if (status != HS_OK)
		return status;
	int more;
	while ((more = hs_frame_next_row(frame, &row, err)) > 0)
		visit_row(scan, &row);
	return (enum hs_status)more;
}

enum hs_status slot_scan(const struct graph *g, const struct bitset *sources, slot_visitor *visit,
			 void *context, struct hs_error *err)
{
	struct scan scan = {g, sources, visit, context, 0};
	struct hs_frame *frame;
	enum hs_status status = hs_frame_new(&frame, err);
	if (status != HS_OK)
		return status;
	for (uint32_t i = 0; i < hs_reader_frame_count(g->reader) && status == HS_OK; i++) {
		if (!frame_is_wanted(g, sources, hs_reader_frame_info(g->reader, i)))
			continue;
		status = scan_frame(&scan, frame, i, err);
		if (!hs_reader_complete(g->reader))
			status = HS_OK;
	}
	hs_frame_free(frame);
	return status;
}

static bool find_row(struct hs_frame *frame, const struct graph *g, uint32_t number, uint64_t id,
		     struct hs_object *out)
{
	struct hs_error ignored;
	struct hs_row row;
	const struct hs_frame_info *info = hs_reader_frame_info(g->reader, number);
	if (info->kind != HS_FRAME_OBJECTS || id < info->low || id > info->high ||
	    hs_frame_load(frame, g->reader, number, &ignored) != HS_OK)
		return false;
	while (hs_frame_next_row(frame, &row, &ignored) > 0) {
		if (row.object.id != id)
			continue;
		*out = row.object;
		return true;
	}
	return false;
}

enum hs_status object_read(const struct graph *g, node_id node, struct hs_object *out,
			   struct hs_error *err)
{
	struct hs_frame *frame;
	bool found = false;
	enum hs_status status = hs_frame_new(&frame, err);
	if (status != HS_OK)
		return status;
	for (uint32_t i = 0; i < hs_reader_frame_count(g->reader) && !found; i++)
		found = find_row(frame, g, i, g->ids[node], out);
	hs_frame_free(frame);
	if (found)
		return HS_OK;
	return hs_fail(err, HS_EFORMAT, "object 0x%llx cannot be read again",
		       (unsigned long long)g->ids[node]);
}
