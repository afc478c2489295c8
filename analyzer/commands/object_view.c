/* Gathering what there is to say of one object.
 *
 * Referents are slots, read from the object's rows: two names for one object are two
 * references. Holders are found by one pass over all edges, which costs less than the
 * reverse edges of the whole graph would; the labels of those that are printed are read
 * with the labels of the chains to them. */
#include "analyzer/commands/object_view.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/graph/text_map.h"

#include <stdlib.h>
#include <string.h>

static struct view_reference *add_reference(struct view_reference **list, size_t *count,
					    size_t *capacity)
{
	*list = xgrow(*list, capacity, *count + 1, sizeof **list);
	return &(*list)[(*count)++];
}

struct gathering {
	struct object_view *view;
	struct text_map texts;
	uint64_t *keys; /* of the referents: the key's id, or 0 */
	size_t key_capacity;
};

static void take_slot(void *context, const struct slot_visit *visit)
{
	struct gathering *gathering = context;
	struct object_view *v = gathering->view;
	size_t number = v->referent_count;
	struct view_reference *r =
		add_reference(&v->referents, &v->referent_count, &v->referent_capacity);
	gathering->keys = xgrow(gathering->keys, &gathering->key_capacity, number + 1,
				sizeof *gathering->keys);
	gathering->keys[number] = visit->key;
	*r = (struct view_reference){
		.node = visit->target,
		.kind = visit->slot.kind,
		.step = {.kind = visit->slot.label, .number = visit->slot.number},
	};
	if (visit->slot.text.length > 0)
		r->step.text = xstrndup(visit->slot.text.data, visit->slot.text.length);
	if (visit->key != 0)
		text_map_want(&gathering->texts, visit->key, HS_TEXT_KEY);
}

static enum hs_status gather_referents(struct object_view *v, struct hs_error *err)
{
	struct gathering gathering = {.view = v};
	struct bitset self;
	text_map_init(&gathering.texts);
	bitset_init(&self, v->snapshot->graph->node_count);
	bitset_add(&self, v->node);
	enum hs_status status = slot_scan(v->snapshot->graph, &self, take_slot, &gathering, err);
	if (status == HS_OK)
		status = text_map_read(&gathering.texts, v->snapshot->reader, 0, err);
	for (size_t i = 0; status == HS_OK && i < v->referent_count; i++) {
		if (gathering.keys[i] == 0)
			continue;
		const char *text = gathering.texts.texts[text_map_find(
			&gathering.texts, gathering.keys[i], HS_TEXT_KEY)];
		if (text != NULL)
			v->referents[i].step.text = xstrndup(text, strlen(text));
	}
	free(gathering.keys);
	text_map_release(&gathering.texts);
	bitset_release(&self);
	return status;
}

static void gather_holders(struct object_view *v)
{
	const struct graph *g = v->snapshot->graph;
	for (node_id n = 0; n < g->node_count; n++) {
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			if (edge_target(edges[i]) != v->node)
				continue;
			enum hs_reference_kind kind = edge_kind(edges[i]);
			v->known_references += kind == HS_TRAVERSED || kind == HS_ADDED;
			*add_reference(&v->holders, &v->holder_count, &v->holder_capacity) =
				(struct view_reference){.node = n, .kind = kind};
		}
	}
	for (uint32_t i = 0; i < v->snapshot->roots.count; i++) {
		const struct root *root = &v->snapshot->roots.items[i];
		if (root->node == v->node)
			v->known_references +=
				hs_reader_root(v->snapshot->reader, root->record)->counted;
	}
}

static enum hs_status label_holders(struct object_view *v, uint64_t max, struct hs_error *err)
{
	size_t count = v->holder_count < max ? v->holder_count : (size_t)max;
	node_id *targets = xmalloc(count + 1, sizeof *targets);
	struct edge_label *edges = xcalloc(count, sizeof *edges);
	targets[0] = v->node;
	for (size_t i = 0; i < count; i++) {
		targets[i + 1] = v->holders[i].node;
		edges[i] = (struct edge_label){.source = v->holders[i].node, .target = v->node};
	}
	chain_search_init(&v->search, v->snapshot);
	enum hs_status status =
		labelled_chains_init(&v->chains, v->snapshot, &v->search, targets, count + 1, err);
	if (status == HS_OK)
		status = labels_read(v->chains.labels, edges, count, err);
	for (size_t i = 0; status == HS_OK && i < count; i++)
		v->holders[i].step = chain_step_of(v->snapshot->graph, &edges[i]);
	v->labelled_holders = count;
	free(edges);
	free(targets);
	return status;
}

enum hs_status object_view_init(struct object_view *out, const struct snapshot *snapshot,
				node_id node, uint64_t holders_max, struct hs_error *err)
{
	struct object_view v = {.snapshot = snapshot, .node = node};
	enum hs_status status = object_read(snapshot->graph, node, &v.record, err);
	if (status == HS_OK)
		status = gather_referents(&v, err);
	if (status == HS_OK) {
		gather_holders(&v);
		status = label_holders(&v, holders_max, err);
	}
	if (status != HS_OK)
		object_view_release(&v);
	else
		*out = v;
	return status;
}

void object_view_release(struct object_view *v)
{
	/* the referents' texts are copies, the holders' belong to the labels */
	for (size_t i = 0; i < v->referent_count; i++)
		free((char *)(uintptr_t)v->referents[i].step.text);
	free(v->referents);
	free(v->holders);
	labelled_chains_release(&v->chains);
	chain_search_release(&v->search);
}

static void append_chain(struct sink *out, const struct object_view *v, node_id node,
			 const struct chain_step *last)
{
	struct chain chain;
	chain_init(&chain, &v->search.reach, &v->snapshot->roots, node);
	chain_append_text_and(out, &v->chains, &chain, last);
	chain_release(&chain);
}

void object_view_append_chain(struct sink *out, const struct object_view *v)
{
	append_chain(out, v, v->node, NULL);
}

void object_view_append_holder(struct sink *out, const struct object_view *v, size_t holder)
{
	append_chain(out, v, v->holders[holder].node, &v->holders[holder].step);
}
