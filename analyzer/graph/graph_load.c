/* Loads a snapshot in two passes over its object frames.
 *
 * The first pass fills the columns of the nodes, whose ordinals are the order of their
 * first rows, and adds up the slots. The address index is built from the ids. The second
 * pass writes the edges straight into their final place, in the order of the rows (kind
 * in the top bits), and resolves their targets a batch at a time so that the cache misses
 * of many lookups overlap. Decoding twice costs less than keeping 8 bytes for each slot.
 *
 * Targets that are not in the file get the mark DANGLING and are squeezed out at the end,
 * if there are any. The reference to the type that a slot map asks for goes behind the
 * slots of the object's first row. The rows of one object follow each other; in a damaged file the
 * first ones can be missing, and then the rest belongs to nobody.
 *
 * The second pass trusts nothing that the first one did not see: the file could have been
 * changed meanwhile. Invariant: edges written <= capacity, which the first pass counted. */
#include "analyzer/graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"
#include "analyzer/graph/address_index.h"
#include "analyzer/graph/big_sizes.h"
#include "analyzer/graph/slot_kinds.h"

#define KIND_SHIFT 29
#define DANGLING UINT32_MAX
#define BATCH_MAX 1024
#define NODES_START 4096

struct batch {
	uint64_t ids[BATCH_MAX];
	uint32_t places[BATCH_MAX]; /* in edges */
	uint32_t ordinals[BATCH_MAX];
	uint32_t count;
	uint32_t dicts[BATCH_MAX]; /* places of edges that lead to a namespace */
	uint32_t dict_count;
};

struct loading {
	struct graph *g;
	const struct hs_reader *reader;
	struct hs_frame *frame;
	bool allow_partial;
	struct hs_error *err;
	size_t node_capacity;
	size_t big_capacity;
	uint64_t slot_total; /* first pass: upper bound of the edges */
	uint64_t object_end; /* slots of the last node seen so far */
	struct slot_kinds kinds;
	node_id *type_nodes; /* [type_count] of the type objects */
	node_id node;        /* the next one, node - 1 the one being read */
	uint32_t written;
	struct batch *batch;
};

typedef enum hs_status (*row_action)(struct loading *, const struct hs_row *);

/* Runs `action` on every row of every object frame that can be read. */
static enum hs_status for_each_row(struct loading *l, row_action action)
{
	uint32_t frame_count = hs_reader_frame_count(l->reader);

	for (uint32_t i = 0; i < frame_count; i++) {
		if (hs_reader_frame_info(l->reader, i)->kind != HS_FRAME_OBJECTS)
			continue;
		l->g->frame_nodes[i] = l->node;
		int status = hs_frame_load(l->frame, l->reader, i, l->err);
		struct hs_row row;
		while (status == HS_OK && (status = hs_frame_next_row(l->frame, &row, l->err)) == 1)
			status = action(l, &row);
		/* A status of our own making (limits) is final; of the frame's, see above. */
		if (status < 0 && !(l->allow_partial && status == HS_EFORMAT))
			return (enum hs_status)status;
	}
	return HS_OK;
}

static bool continues_last(const struct loading *l, const struct hs_row *row, uint32_t count)
{
	return count > 0 && l->g->ids[count - 1] == row->object.id && row->start == l->object_end;
}

static void grow_columns(struct loading *l)
{
	struct graph *g = l->g;
	size_t capacity = l->node_capacity;
	size_t needed = (size_t)g->node_count + 1;

	g->ids = xgrow(g->ids, &l->node_capacity, needed, sizeof(*g->ids));
	if (l->node_capacity == capacity)
		return;
	g->types = xrealloc(g->types, l->node_capacity, sizeof(*g->types));
	g->sizes = xrealloc(g->sizes, l->node_capacity, sizeof(*g->sizes));
	g->refcounts = xrealloc(g->refcounts, l->node_capacity, sizeof(*g->refcounts));
	g->flags = xrealloc(g->flags, l->node_capacity, sizeof(*g->flags));
}

static void add_big_size(struct loading *l, node_id n, uint64_t bytes)
{
	struct graph *g = l->g;

	g->big_sizes = xgrow(g->big_sizes, &l->big_capacity, (size_t)g->big_size_count + 1,
			     sizeof(*g->big_sizes));
	g->big_sizes[g->big_size_count++] = (struct big_size){.node = n, .bytes = bytes};
}

static void add_node(struct loading *l, const struct hs_object *object)
{
	struct graph *g = l->g;
	node_id n = g->node_count;
	uint64_t bytes = object->size + object->extra;

	if (bytes < object->size)
		bytes = UINT64_MAX;
	grow_columns(l);
	g->ids[n] = object->id;
	g->types[n] = object->type;
	g->refcounts[n] = object->refcount < UINT32_MAX ? (uint32_t)object->refcount : UINT32_MAX;
	g->flags[n] = (uint16_t)object->flags;
	g->sizes[n] = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
	if (bytes >= UINT32_MAX)
		add_big_size(l, n, bytes);
	l->node = ++g->node_count;
}

static enum hs_status read_node(struct loading *l, const struct hs_row *row)
{
	if (row->start != 0) {
		if (!continues_last(l, row, l->g->node_count)) {
			if (l->allow_partial)
				return HS_OK;
			return hs_fail(
				l->err, HS_EFORMAT,
				"object 0x%llx goes on at slot %llu without what comes before",
				(unsigned long long)row->object.id, (unsigned long long)row->start);
		}
		l->object_end += row->count;
		l->slot_total += row->count;
		return HS_OK;
	}
	if (l->g->node_count == GRAPH_NODES_MAX)
		return hs_fail(l->err, HS_ELIMIT, "more than %u objects", GRAPH_NODES_MAX);
	add_node(l, &row->object);
	l->object_end = row->count;
	l->slot_total += (uint64_t)row->count + 1;
	return HS_OK;
}

static void flush(struct loading *l)
{
	struct batch *batch = l->batch;
	uint32_t *edges = l->g->edges;

	address_index_find_many(l->g->index, batch->ids, batch->count, batch->ordinals);
	for (uint32_t i = 0; i < batch->count; i++) {
		if (batch->ordinals[i] != ADDRESS_NONE) {
			edges[batch->places[i]] |= batch->ordinals[i];
		} else {
			edges[batch->places[i]] = DANGLING;
			l->g->dangling_edges++;
		}
	}
	for (uint32_t i = 0; i < batch->dict_count; i++) {
		uint32_t edge = edges[batch->dicts[i]];
		if (edge != DANGLING)
			bitset_add(&l->g->namespaces, edge_target(edge));
	}
	batch->count = 0;
	batch->dict_count = 0;
}

/* The reference to the type of the node being read. */
static void add_type_reference(struct loading *l, enum hs_type_reference reference)
{
	struct graph *g = l->g;
	node_id type_node = l->type_nodes[g->types[l->node - 1]];

	if (reference == HS_TYPE_REFERENCE_IN_ROW)
		return;
	if (type_node == NODE_NONE) {
		g->dangling_edges++;
		return;
	}
	uint32_t kind = reference == HS_TYPE_REFERENCE_ADDED ? HS_ADDED : HS_IMPLIED;
	g->edges[l->written++] = kind << KIND_SHIFT | type_node;
}

static void add_slots(struct loading *l, const struct hs_row *row)
{
	const struct slot_pattern *pattern = &l->kinds.patterns[row->object.slot_map];
	struct batch *batch = l->batch;

	for (uint32_t i = 0; i < row->count; i++) {
		uint64_t position = row->start + i;
		uint32_t kind = slot_kind(&l->kinds, pattern, position);
		if (row->slots[i] == 0 || kind == HS_NAMING)
			continue;
		if (batch->count == BATCH_MAX)
			flush(l);
		if (position == pattern->dict_slot)
			batch->dicts[batch->dict_count++] = l->written;
		batch->ids[batch->count] = row->slots[i];
		batch->places[batch->count++] = l->written;
		l->g->edges[l->written++] = kind << KIND_SHIFT;
	}
}

static enum hs_status fail_changed(struct loading *l)
{
	l->allow_partial = false;
	return hs_fail(l->err, HS_EFORMAT, "the file was changed while it was read");
}

static enum hs_status read_edges(struct loading *l, const struct hs_row *row)
{
	struct graph *g = l->g;
	uint64_t room = l->slot_total - l->written;

	if (row->start != 0) {
		if (!continues_last(l, row, l->node))
			return HS_OK;
		if (row->count > room)
			return fail_changed(l);
		l->object_end += row->count;
		add_slots(l, row);
		return HS_OK;
	}
	if (l->node == g->node_count || g->ids[l->node] != row->object.id || row->count >= room ||
	    g->types[l->node] != row->object.type)
		return fail_changed(l);
	g->edge_offsets[l->node++] = l->written;
	l->object_end = row->count;
	add_slots(l, row);
	add_type_reference(
		l, (enum hs_type_reference)l->kinds.patterns[row->object.slot_map].type_reference);
	return HS_OK;
}

static void squeeze_dangling(struct graph *g)
{
	uint32_t kept = 0;

	for (node_id n = 0; n < g->node_count; n++) {
		uint32_t from = g->edge_offsets[n];
		g->edge_offsets[n] = kept;
		for (uint32_t e = from; e < g->edge_offsets[n + 1]; e++)
			if (g->edges[e] != DANGLING)
				g->edges[kept++] = g->edges[e];
	}
	g->edge_offsets[g->node_count] = kept;
	g->edge_count = kept;
}

static void find_type_nodes(struct loading *l)
{
	struct graph *g = l->g;

	l->type_nodes = xmalloc(g->type_count, sizeof(*l->type_nodes));
	for (uint32_t i = 0; i < g->type_count; i++)
		l->type_nodes[i] = graph_find(g, hs_reader_type(l->reader, i)->id);
}

static enum hs_status load_nodes(struct loading *l)
{
	struct graph *g = l->g;
	enum hs_status status = for_each_row(l, read_node);
	uint64_t duplicate = 0;

	if (status != HS_OK)
		return status;
	if (l->slot_total > UINT32_MAX)
		return hs_fail(l->err, HS_ELIMIT, "more than %u references", UINT32_MAX);
	g->index = address_index_new(g->ids, g->node_count, &duplicate);
	if (!g->index)
		return hs_fail(l->err, HS_EFORMAT, "object 0x%llx occurs twice",
			       (unsigned long long)duplicate);
	return HS_OK;
}

static enum hs_status load_edges(struct loading *l)
{
	struct graph *g = l->g;

	g->edge_offsets = xmalloc((size_t)g->node_count + 1, sizeof(*g->edge_offsets));
	g->edges = xmalloc(l->slot_total, sizeof(*g->edges));
	bitset_init(&g->namespaces, g->node_count);
	find_type_nodes(l);
	slot_kinds_init(&l->kinds, l->reader);
	l->batch = xcalloc(1, sizeof(*l->batch));
	l->object_end = 0;
	l->node = 0;

	enum hs_status status = for_each_row(l, read_edges);
	if (status != HS_OK)
		return status;
	flush(l);
	if (l->node != g->node_count)
		return fail_changed(l);
	g->edge_offsets[g->node_count] = l->written;
	g->edge_count = l->written;
	if (g->dangling_edges != 0)
		squeeze_dangling(g);
	g->edges = xrealloc(g->edges, g->edge_count, sizeof(*g->edges));
	return HS_OK;
}

/* The columns grow with what is really there; the file's own counts are not believed. */
static void start_columns(struct loading *l)
{
	struct graph *g = l->g;

	l->node_capacity = NODES_START;
	g->ids = xmalloc(NODES_START, sizeof(*g->ids));
	g->types = xmalloc(NODES_START, sizeof(*g->types));
	g->sizes = xmalloc(NODES_START, sizeof(*g->sizes));
	g->refcounts = xmalloc(NODES_START, sizeof(*g->refcounts));
	g->flags = xmalloc(NODES_START, sizeof(*g->flags));
}

enum hs_status graph_load(struct graph **out, const struct hs_reader *reader, bool allow_partial,
			  struct hs_error *err)
{
	struct loading l = {.reader = reader, .allow_partial = allow_partial, .err = err};
	enum hs_status status = hs_frame_new(&l.frame, err);

	if (status != HS_OK)
		return status;
	l.g = xcalloc(1, sizeof(*l.g));
	l.g->reader = reader;
	l.g->type_count = hs_reader_type_count(reader);
	l.g->frame_nodes = xcalloc(hs_reader_frame_count(reader), sizeof(*l.g->frame_nodes));
	start_columns(&l);
	status = load_nodes(&l);
	if (status == HS_OK)
		status = load_edges(&l);
	hs_frame_free(l.frame);
	slot_kinds_release(&l.kinds);
	free(l.type_nodes);
	free(l.batch);
	if (status == HS_OK)
		*out = l.g;
	else
		graph_free(l.g);
	return status;
}
