/* All chains come from one search tree, so a node has one edge that leads to it: an
 * array over the nodes finds an edge again that another chain has brought already, and
 * the labels of all are read in one go. Memory: 4 bytes a node, and 48 for each
 * different reference of the chains, however long and many they are. */
#include "analyzer/commands/labelled_chains.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/commands/edge_text.h"

#include <stdlib.h>
#include <string.h>

void chain_search_init(struct chain_search *search, const struct snapshot *snapshot)
{
	unreachable_init(&search->unreachable, snapshot->graph, &snapshot->roots);
	reachability_init(&search->reach, snapshot->graph, &snapshot->roots,
			  &search->unreachable.objects);
}

void chain_search_release(struct chain_search *search)
{
	reachability_release(&search->reach);
	unreachable_release(&search->unreachable);
}

static void add_edges(struct labelled_chains *c, node_id node)
{
	const node_id *parents = c->search->reach.parents;
	/* where an edge is known, so are all before it */
	for (; parents[node] != NODE_NONE && c->edge_of[node] == 0; node = parents[node]) {
		c->edges = xgrow(c->edges, &c->edge_capacity, c->edge_count + 1, sizeof *c->edges);
		c->edges[c->edge_count] = (struct edge_label){
			.source = parents[node],
			.target = node,
		};
		c->edge_of[node] = (uint32_t)++c->edge_count;
	}
}

enum hs_status labelled_chains_init(struct labelled_chains *out, const struct snapshot *snapshot,
				    const struct chain_search *search, const node_id *targets,
				    size_t count, struct hs_error *err)
{
	struct labelled_chains c = {
		.snapshot = snapshot,
		.search = search,
		.labels = labels_new(snapshot->graph),
		.edge_of = xcalloc(snapshot->graph->node_count, sizeof *c.edge_of),
	};
	for (size_t i = 0; i < count; i++)
		add_edges(&c, targets[i]);
	enum hs_status status = labels_read(c.labels, c.edges, c.edge_count, err);
	if (status != HS_OK) {
		labelled_chains_release(&c);
		c.snapshot = NULL;
	}
	*out = c;
	return status;
}

void labelled_chains_release(struct labelled_chains *c)
{
	if (c->snapshot == NULL)
		return;
	free(c->edges);
	free(c->edge_of);
	labels_free(c->labels);
}

const struct edge_label *labelled_chains_edge(const struct labelled_chains *c, node_id node)
{
	return &c->edges[c->edge_of[node] - 1];
}

static void append_type(struct sink *out, const struct snapshot *snapshot, node_id node)
{
	const struct hs_text *name = &graph_type(snapshot->graph, node)->name;
	sink_bytes(out, name->data, name->length);
}

void chain_append_root(struct sink *out, const struct snapshot *snapshot, const struct chain *chain)
{
	if (chain->kind == CHAIN_KNOWN) {
		root_append_name(out, hs_reader_root(snapshot->reader, chain->root->record));
		return;
	}
	/* what holds it may have been in the part that is lost */
	bool complete = hs_reader_complete(snapshot->reader);
	sink_text(out, !complete                       ? "<no root in the part that is there: "
		       : chain->kind == CHAIN_EXTERNAL ? "<external "
						       : "<unreachable ");
	append_type(out, snapshot, chain->nodes[0]);
	sink_char(out, '>');
}

void chain_append_text_and(struct sink *out, const struct labelled_chains *c,
			   const struct chain *chain, const struct chain_step *last)
{
	struct chain_step *steps = xmalloc(chain->length, sizeof *steps);
	size_t count = 0;
	for (uint32_t i = 1; i < chain->length; i++)
		steps[count++] =
			chain_step_of(c->snapshot->graph, labelled_chains_edge(c, chain->nodes[i]));
	if (last != NULL)
		steps[count++] = *last;
	chain_append_root(out, c->snapshot, chain);
	for (size_t i = 0; i < count; i++)
		if (!chain_step_is_hidden(steps, count, i))
			chain_step_append(out, steps, i);
	free(steps);
}

void chain_append_text(struct sink *out, const struct labelled_chains *c, const struct chain *chain)
{
	chain_append_text_and(out, c, chain, NULL);
}

void chain_json_root(struct json *json, const char *key, const struct snapshot *snapshot,
		     const struct chain *chain)
{
	if (chain->kind == CHAIN_NONE ||
	    (chain->kind == CHAIN_EXTERNAL && !hs_reader_complete(snapshot->reader))) {
		json_null(json, key);
		return;
	}
	json_object_begin(json, key);
	if (chain->kind == CHAIN_EXTERNAL) {
		json_string(json, "kind", "external");
		json_null(json, "name");
	} else {
		const struct hs_root *root = hs_reader_root(snapshot->reader, chain->root->record);
		struct sink name;
		sink_init(&name, SINK_IN_MEMORY);
		root_append_name(&name, root);
		json_string(json, "kind", root_kind_word(root->kind));
		json_string_sized(json, "name", name.data, name.used);
		sink_release(&name);
	}
	json_object_end(json);
}
