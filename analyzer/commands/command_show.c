/* heapsnap show SNAP TARGET: one object with its references both ways, or the objects of
 * a type or path. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/object_json.h"
#include "analyzer/commands/object_view.h"
#include "analyzer/commands/target.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

#include <stdlib.h>

static const struct option_spec show_options[] = {{NULL, 0, NULL, NULL}};

static void append_id(struct sink *out, const struct graph *g, node_id n)
{
	sink_hex(out, g->ids[n]);
}

static void append_type(struct sink *out, const struct object_view *v, node_id n)
{
	const struct hs_text *type = &graph_type(v->snapshot->graph, n)->name;
	const char *name = labels_node_text(v->chains.labels, n, HS_TEXT_NAME);
	text_append_safe_sized(out, type->data, type->length);
	if (name != NULL) {
		sink_char(out, ' ');
		text_append_safe(out, name);
	}
}

static void append_safe_step(struct sink *out, const struct chain_step *step)
{
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	chain_step_append_edge(&text, step);
	text_append_safe_sized(out, text.data, text.used);
	sink_release(&text);
}

static void append_kind(struct sink *out, enum hs_reference_kind kind)
{
	if (kind == HS_WEAK)
		sink_text(out, " (weak)");
	else if (kind == HS_UNCOUNTED)
		sink_text(out, " (borrowed)");
}

static void print_object_line(struct sink *out, const struct object_view *v)
{
	const struct hs_object *o = &v->record;
	append_id(out, v->snapshot->graph, v->node);
	sink_text(out, "  ");
	append_type(out, v, v->node);
	sink_text(out, "  ");
	if (o->extra > 0) {
		number_append_count(out, o->size);
		sink_text(out, " + ");
	}
	number_append_counted(out, o->extra > 0 ? o->extra : o->size, "byte", "bytes");
	if ((o->flags & HS_SIZE_EXACT) == 0)
		sink_text(out, " (of its basic size alone)");
	sink_char(out, '\n');
}

static void print_facts(struct sink *out, const struct object_view *v)
{
	const struct hs_object *o = &v->record;
	struct sink path;
	sink_init(&path, SINK_IN_MEMORY);
	object_view_append_chain(&path, v);
	sink_text(out, "path        ");
	text_append_safe_sized(out, path.data, path.used);
	sink_release(&path);
	sink_text(out, "\nreferences  ");
	if (o->flags & HS_IMMORTAL) {
		sink_text(out, "immortal, ");
	} else {
		number_append_count(out, o->refcount);
		sink_text(out, " counted, ");
	}
	number_append_count(out, v->known_references);
	sink_text(out, " known\ngc          ");
	sink_text(out, o->flags & HS_TRACKED ? "tracked" : "untracked");
	if (o->flags & HS_FROZEN)
		sink_text(out, ", frozen");
	if (o->flags & HS_FINALIZER)
		sink_text(out,
			  o->flags & HS_FINALIZED ? ", finalizer has run" : ", has a finalizer");
	sink_char(out, '\n');
}

static void print_left_out(struct sink *out, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	sink_text(out, "left out: ");
	number_append_counted(out, count, one, many);
	sink_text(out, " (--limit 0)\n");
}

static void print_referents(struct sink *out, const struct terminal *terminal,
			    const struct object_view *v, uint64_t limit)
{
	static const struct table_column columns[] = {
		{NULL, ALIGN_LEFT, true},
		{NULL, ALIGN_LEFT, false},
		{NULL, ALIGN_LEFT, true},
		{NULL, ALIGN_RIGHT, false},
	};
	const struct graph *g = v->snapshot->graph;
	struct table table;
	uint64_t shown = limit < v->referent_count ? limit : v->referent_count;
	if (shown == 0) {
		sink_text(out, "refers to nothing\n");
		return;
	}
	sink_text(out, "refers to\n");
	table_init(&table, columns, 4);
	table.indent = 2;
	for (uint64_t i = 0; i < shown; i++) {
		const struct view_reference *r = &v->referents[i];
		append_safe_step(table_cell(&table), &r->step);
		append_id(table_cell(&table), g, r->node);
		struct sink *cell = table_cell(&table);
		append_type(cell, v, r->node);
		append_kind(cell, r->kind);
		table_cell_bytes(&table, graph_bytes(g, r->node));
	}
	table_print(&table, out, terminal);
	table_release(&table);
	print_left_out(out, v->referent_count - shown, "referent", "referents");
}

static void print_holders(struct sink *out, const struct terminal *terminal,
			  const struct object_view *v)
{
	static const struct table_column columns[] = {
		{NULL, ALIGN_LEFT, false},
		{NULL, ALIGN_LEFT, true},
	};
	struct table table;
	struct sink path;
	if (v->holder_count == 0) {
		sink_text(out, "held by no object of the snapshot\n");
		return;
	}
	sink_text(out, "held by\n");
	table_init(&table, columns, 2);
	table.indent = 2;
	sink_init(&path, SINK_IN_MEMORY);
	for (size_t i = 0; i < v->labelled_holders; i++) {
		append_id(table_cell(&table), v->snapshot->graph, v->holders[i].node);
		sink_clear(&path);
		object_view_append_holder(&path, v, i);
		struct sink *cell = table_cell(&table);
		text_append_safe_sized(cell, path.data, path.used);
		append_kind(cell, v->holders[i].kind);
	}
	table_print(&table, out, terminal);
	sink_release(&path);
	table_release(&table);
	print_left_out(out, v->holder_count - v->labelled_holders, "reference", "references");
}

static int show_object(const struct invocation *inv, const struct snapshot *snapshot, node_id node)
{
	struct hs_error err;
	struct object_view view;
	uint64_t limit = settings_limit(&inv->settings);
	if (object_view_init(&view, snapshot, node, limit, &err) != HS_OK)
		return snapshot_failed(snapshot->reader, &err);
	if (inv->settings.json) {
		object_print_json(inv, &view);
	} else {
		struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
		print_object_line(inv->out, &view);
		print_facts(inv->out, &view);
		print_referents(inv->out, &terminal, &view, limit);
		print_holders(inv->out, &terminal, &view);
	}
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
		append_id(table_cell(&table), g, nodes->nodes[i]);
		sink_init(&path, SINK_IN_MEMORY);
		chain_init(&chain, &search->reach, &snapshot->roots, nodes->nodes[i]);
		chain_append_text(&path, &chains, &chain);
		text_append_safe_sized(table_cell(&table), path.data, path.used);
		chain_release(&chain);
		sink_release(&path);
	}
	table_print(&table, inv->out, &terminal);
	table_release(&table);
	print_left_out(inv->out, nodes->count - shown, "object", "objects");
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
	int status = snapshot_load(&snapshot, inv, inv->arguments[0], INCOMPLETE_WARN);
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
