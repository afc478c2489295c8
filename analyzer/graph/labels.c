/* Labels and texts of what is printed.
 *
 * The edges asked for are sorted by source and target. The frames that hold the sources'
 * rows are read once, in file order; each slot of a wanted source is looked up among that
 * source's targets by binary search. Keys of dict items are noted by id, and all text
 * frames are read once for them. Node texts (names and sources only, which are few) are
 * all kept from the first time that one is asked for.
 *
 * Memory: what is asked for. Cost: the frames of the sources, and the text frames. */
#include "analyzer/graph/labels.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"
#include "analyzer/graph/row_walk.h"
#include "analyzer/graph/slot_readability.h"
#include "analyzer/graph/text_map.h"

#define READABILITY_NONE 255

struct labels {
	const struct graph *g;
	char **strings; /* handed out; owned */
	size_t string_count, string_capacity;
	struct text_map node_texts;
	bool node_texts_read;
};

/* One call of labels_read. */
struct reading {
	struct labels *labels;
	struct edge_label *edges;
	uint64_t count;
	struct wanted *sorted; /* [count] */
	struct row_walk walk;
};

struct wanted {
	uint64_t ends;       /* source, target */
	uint64_t position;   /* in edges */
	uint64_t key_id;     /* VALUE: the id in the slot before */
	uint8_t readability; /* of the best slot so far */
};

struct labels *labels_new(const struct graph *g)
{
	struct labels *labels = xcalloc(1, sizeof(*labels));

	labels->g = g;
	text_map_init(&labels->node_texts);
	return labels;
}

void labels_free(struct labels *labels)
{
	if (!labels)
		return;
	for (size_t i = 0; i < labels->string_count; i++)
		free(labels->strings[i]);
	free(labels->strings);
	text_map_release(&labels->node_texts);
	free(labels);
}

static const char *keep_string(struct labels *labels, const char *text, size_t length)
{
	labels->strings = xgrow(labels->strings, &labels->string_capacity, labels->string_count + 1,
				sizeof(*labels->strings));
	labels->strings[labels->string_count] = text_keep_key(text, length);
	return labels->strings[labels->string_count++];
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *left = a, *right = b;

	if (left->ends != right->ends)
		return left->ends < right->ends ? -1 : 1;
	return left->position < right->position ? -1 : left->position > right->position;
}

/* First element of sorted[from .. count) with ends >= `ends`. */
static uint64_t lower_bound(const struct reading *r, uint64_t from, uint64_t ends)
{
	uint64_t high = r->count;

	while (from < high) {
		uint64_t middle = from + (high - from) / 2;
		if (r->sorted[middle].ends < ends)
			from = middle + 1;
		else
			high = middle;
	}
	return from;
}

/* Notes slot `i` of the walk's row for an edge, if it says more than what is there. */
static void offer(struct reading *r, struct wanted *wanted, const struct hs_slot *slot,
		  const uint64_t *key_id)
{
	struct edge_label *edge = &r->edges[wanted->position];
	uint8_t readability = slot_readability(slot->label);

	if (readability >= wanted->readability)
		return;
	wanted->readability = readability;
	wanted->key_id = slot->label == HS_LABEL_VALUE ? *key_id : 0;
	edge->kind = slot->label;
	edge->index = slot->number;
	edge->reference = slot->kind;
	edge->text = NULL;
	if (readability == 0 || slot->label == HS_LABEL_FIELD)
		edge->text = keep_string(r->labels, slot->text.data, slot->text.length);
}

static void read_row(struct reading *r, uint64_t first)
{
	const struct hs_row *row = &r->walk.row;
	const struct hs_slot_map *map =
		hs_reader_slot_map(r->labels->g->reader, row->object.slot_map);
	uint64_t source = (uint64_t)r->walk.node << 32;

	for (uint32_t i = 0; i < row->count; i++) {
		node_id target = r->walk.targets[i];
		if (target == NODE_NONE)
			continue;
		uint64_t at = lower_bound(r, first, source | target);
		if (at == r->count || r->sorted[at].ends != (source | target))
			continue;
		struct hs_slot slot;
		hs_slot_at(map, row->start + i, &slot);
		offer(r, &r->sorted[at], &slot, i > 0 ? &row->slots[i - 1] : &r->walk.slot_before);
	}
}

/* The reference to the type that a slot map implies is no slot. */
static void read_type_reference(struct reading *r, uint64_t first)
{
	static const char name[] = "__class__";
	const struct hs_row *row = &r->walk.row;
	const struct graph *g = r->labels->g;
	const struct hs_slot_map *map = hs_reader_slot_map(g->reader, row->object.slot_map);
	node_id type = graph_find(g, hs_reader_type(g->reader, row->object.type)->id);
	struct hs_slot slot = {.label = HS_LABEL_ATTR, .text = {name, sizeof(name) - 1, false}};

	if (map->type_reference == HS_TYPE_REFERENCE_IN_ROW || type == NODE_NONE)
		return;
	slot.kind = map->type_reference == HS_TYPE_REFERENCE_ADDED ? HS_ADDED : HS_IMPLIED;
	uint64_t ends = (uint64_t)r->walk.node << 32 | type;
	uint64_t at = lower_bound(r, first, ends);
	if (at < r->count && r->sorted[at].ends == ends)
		offer(r, &r->sorted[at], &slot, NULL);
}

static enum hs_status read_frame(struct reading *r, uint32_t frame, struct hs_error *err)
{
	enum hs_status status = row_walk_start(&r->walk, frame, err);
	int more = status;

	while (status == HS_OK && (more = row_walk_next(&r->walk, err)) == 1) {
		uint64_t source = (uint64_t)r->walk.node << 32;
		uint64_t first = lower_bound(r, 0, source);
		if (first == r->count || r->sorted[first].ends >> 32 != r->walk.node)
			continue;
		read_row(r, first);
		if (r->walk.row.start == 0)
			read_type_reference(r, first);
	}
	return more < 0 ? (enum hs_status)more : HS_OK;
}

/* Nodes of frame `index` are first .. end - 1; the node before them may go on in it. */
static bool frame_is_wanted(const struct reading *r, node_id first, node_id end)
{
	node_id from = first > 0 ? first - 1 : 0;
	uint64_t at = lower_bound(r, 0, (uint64_t)from << 32);

	return at < r->count && r->sorted[at].ends >> 32 < end;
}

static enum hs_status read_frames(struct reading *r, struct hs_error *err)
{
	const struct graph *g = r->labels->g;
	uint32_t frame_count = hs_reader_frame_count(g->reader);
	enum hs_status status = HS_OK;

	for (uint32_t i = 0; i < frame_count && status == HS_OK; i++) {
		if (hs_reader_frame_info(g->reader, i)->kind != HS_FRAME_OBJECTS)
			continue;
		uint32_t next = i + 1;
		while (next < frame_count &&
		       hs_reader_frame_info(g->reader, next)->kind != HS_FRAME_OBJECTS)
			next++;
		node_id end = next < frame_count ? g->frame_nodes[next] : g->node_count;
		if (frame_is_wanted(r, g->frame_nodes[i], end))
			status = read_frame(r, i, err);
	}
	return status;
}

/* Keys become nodes and texts. */
static enum hs_status read_keys(struct reading *r, struct hs_error *err)
{
	struct text_map texts;
	bool any = false;
	enum hs_status status = HS_OK;

	text_map_init(&texts);
	for (uint64_t i = 0; i < r->count; i++) {
		if (r->sorted[i].key_id == 0)
			continue;
		text_map_want(&texts, r->sorted[i].key_id, HS_TEXT_KEY);
		any = true;
	}
	if (any)
		status = text_map_read(&texts, r->labels->g->reader, 0, err);
	for (uint64_t i = 0; i < r->count && status == HS_OK; i++) {
		uint64_t key_id = r->sorted[i].key_id;
		if (key_id == 0)
			continue;
		struct edge_label *edge = &r->edges[r->sorted[i].position];
		const char *text = texts.texts[text_map_find(&texts, key_id, HS_TEXT_KEY)];
		edge->key = graph_find(r->labels->g, key_id);
		if (text)
			edge->text = keep_string(r->labels, text, strlen(text));
	}
	text_map_release(&texts);
	return status;
}

static void start_edges(struct reading *r)
{
	for (uint64_t i = 0; i < r->count; i++) {
		struct edge_label *edge = &r->edges[i];
		r->sorted[i] = (struct wanted){
			.ends = (uint64_t)edge->source << 32 | edge->target,
			.position = i,
			.readability = READABILITY_NONE,
		};
		edge->kind = HS_LABEL_NONE;
		edge->index = 0;
		edge->text = NULL;
		edge->key = NODE_NONE;
		edge->reference = HS_TRAVERSED;
	}
	qsort(r->sorted, r->count, sizeof(*r->sorted), compare_wanted);
}

/* The same edge asked for twice: the first one of each run was filled. */
static void copy_repeated(struct reading *r)
{
	for (uint64_t i = 1; i < r->count; i++) {
		if (r->sorted[i].ends != r->sorted[i - 1].ends)
			continue;
		r->edges[r->sorted[i].position] = r->edges[r->sorted[i - 1].position];
	}
}

enum hs_status labels_read(struct labels *labels, struct edge_label *edges, uint64_t count,
			   struct hs_error *err)
{
	struct reading r = {.labels = labels, .edges = edges, .count = count};
	enum hs_status status;

	if (count == 0)
		return HS_OK;
	status = row_walk_init(&r.walk, labels->g, err);
	if (status != HS_OK)
		return status;
	r.sorted = xmalloc(count, sizeof(*r.sorted));
	start_edges(&r);
	status = read_frames(&r, err);
	if (status == HS_OK)
		status = read_keys(&r, err);
	copy_repeated(&r);
	row_walk_release(&r.walk);
	free(r.sorted);
	return status;
}

const char *labels_node_text(struct labels *labels, node_id n, enum hs_text_kind kind)
{
	struct hs_error err;

	if (!labels->node_texts_read) {
		/* What cannot be read is a name less, as everywhere. */
		(void)text_map_read(&labels->node_texts, labels->g->reader,
				    1u << HS_TEXT_NAME | 1u << HS_TEXT_SOURCE, &err);
		labels->node_texts_read = true;
	}
	uint32_t number = text_map_find(&labels->node_texts, labels->g->ids[n], kind);
	return number == TEXT_MAP_NONE ? NULL : labels->node_texts.texts[number];
}
