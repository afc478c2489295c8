/* heapsnap show SNAP TARGET: one object with its references both ways, or the objects of
 * a type or path. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/object_json.h"
#include "analyzer/commands/object_text.h"
#include "analyzer/commands/target.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

#include <stdlib.h>

static const struct option_spec show_options[] = {
	OPTION_INCOMPLETE,
	{NULL, 0, NULL, NULL},
};

static int show_object(const struct invocation *inv, const struct snapshot *snapshot, node_id node)
{
	struct hs_error err;
	struct object_view view;
	uint64_t limit = settings_limit(&inv->settings);
	if (object_view_init(&view, snapshot, node, limit, &err) != HS_OK)
		return snapshot_failed(snapshot->reader, &err);
	if (inv->settings.json)
		object_print_json(inv, &view);
	else
		object_print_text(inv, &view);
	object_view_release(&view);
	return EXIT_DONE;
}

struct sized_node {
	uint64_t bytes;
	node_id node;
};

static int compare_sizes(const void *a, const void *b)
{
	const struct sized_node *left = a, *right = b;
	if (left->bytes != right->bytes)
		return left->bytes < right->bytes ? 1 : -1;
	return (left->node > right->node) - (left->node < right->node);
}

/* Largest first, then in the order of the file. Returns their bytes. */
static uint64_t sort_nodes(const struct graph *g, struct node_set *nodes)
{
	uint64_t bytes = 0;
	struct sized_node *sized = xmalloc(nodes->count, sizeof *sized);
	for (size_t i = 0; i < nodes->count; i++) {
		sized[i] = (struct sized_node){graph_bytes(g, nodes->nodes[i]), nodes->nodes[i]};
		bytes += sized[i].bytes;
	}
	qsort(sized, nodes->count, sizeof *sized, compare_sizes);
	for (size_t i = 0; i < nodes->count; i++)
		nodes->nodes[i] = sized[i].node;
	free(sized);
	return bytes;
}

static int print_list(const struct invocation *inv, const struct snapshot *snapshot,
		      const struct chain_search *search, const struct target *target,
		      uint64_t bytes)
{
	static const struct table_column columns[] = {
		{"bytes", ALIGN_RIGHT, false},
		{"id", ALIGN_LEFT, false},
		{"path", ALIGN_LEFT, true},
	};
	struct hs_error err;
	struct table table;
	struct labelled_chains chains;
	const struct graph *g = snapshot->graph;
	const struct node_set *nodes = &target->nodes;
	struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
	uint64_t limit = settings_limit(&inv->settings);
	size_t shown = limit < nodes->count ? (size_t)limit : nodes->count;
	if (labelled_chains_init(&chains, snapshot, search, nodes->nodes, shown, &err) != HS_OK)
		return snapshot_failed(snapshot->reader, &err);
	number_append_count(inv->out, nodes->count);
	sink_text(inv->out, " x ");
	text_append_safe(inv->out, inv->arguments[1]);
	sink_text(inv->out, ", ");
	number_append_bytes(inv->out, bytes);
	sink_text(inv->out, "\n\n");
	table_init(&table, columns, 3);
	for (size_t i = 0; i < shown; i++) {
		struct chain chain;
		struct sink path;
		table_cell_bytes(&table, graph_bytes(g, nodes->nodes[i]));
		sink_hex(table_cell(&table), g->ids[nodes->nodes[i]]);
		sink_init(&path, SINK_IN_MEMORY);
		chain_init(&chain, &search->reach, &snapshot->roots, nodes->nodes[i]);
		chain_append_text(&path, &chains, &chain);
		text_append_safe_sized(table_cell(&table), path.data, path.used);
		chain_release(&chain);
		sink_release(&path);
	}
	table_print(&table, inv->out, &terminal);
	table_release(&table);
	show_print_left_out(inv->out, nodes->count - shown, "object", "objects");
	labelled_chains_release(&chains);
	return EXIT_DONE;
}

static int show_list(const struct invocation *inv, const struct snapshot *snapshot,
		     struct target *target)
{
	struct chain_search search;
	uint64_t bytes = sort_nodes(snapshot->graph, &target->nodes);
	if (inv->settings.json) {
		object_list_print_json(inv, snapshot, &target->nodes, bytes);
		return EXIT_DONE;
	}
	chain_search_init(&search, snapshot);
	int status = print_list(inv, snapshot, &search, target, bytes);
	chain_search_release(&search);
	return status;
}

static int run_show(const struct invocation *inv)
{
	struct snapshot snapshot;
	struct target target;
	int status = snapshot_load(&snapshot, inv, inv->arguments[0], INCOMPLETE_REFUSE);
	if (status != EXIT_DONE)
		return status;
	status = target_resolve(&target, &snapshot, inv->arguments[1]);
	if (status == EXIT_DONE) {
		if (target.nodes.count == 1)
			status = show_object(inv, &snapshot, target.nodes.nodes[0]);
		else
			status = show_list(inv, &snapshot, &target);
		target_release(&target);
	}
	snapshot_release(&snapshot);
	return status;
}

const struct command command_show = {
	.name = "show",
	.arguments = "SNAP TARGET",
	.summary = "one object both ways, or the objects of a type",
	.details =
		"More references counted than known: something outside the snapshot refers to the\n"
		"object. Known references are those that the snapshot shows and that own a\n"
		"count, so weak and borrowed ones are none.\n",
	.options = show_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = run_show,
};
