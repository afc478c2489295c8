/* The text of `heapsnap show` for one object: what it is, what it refers to, what refers to
 * it. */
#include "analyzer/commands/object_text.h"

#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

static bool is_complete(const struct object_view *v)
{
	return hs_reader_complete(v->snapshot->reader);
}

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
	sink_text(out, is_complete(v) ? " known" : " known in the part that is there");
	sink_text(out, "\ngc          ");
	sink_text(out, o->flags & HS_TRACKED ? "tracked" : "untracked");
	if (o->flags & HS_FROZEN)
		sink_text(out, ", frozen");
	if (o->flags & HS_FINALIZER)
		sink_text(out,
			  o->flags & HS_FINALIZED ? ", finalizer has run" : ", has a finalizer");
	sink_char(out, '\n');
}

void show_print_left_out(struct sink *out, uint64_t count, const char *one, const char *many)
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
	show_print_left_out(out, v->referent_count - shown, "referent", "referents");
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
		sink_text(out, is_complete(v) ? "held by no object of the snapshot\n"
					      : "held by no object of the part that is there\n");
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
	show_print_left_out(out, v->holder_count - v->labelled_holders, "reference", "references");
}

void object_print_text(const struct invocation *inv, const struct object_view *v)
{
	struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
	print_object_line(inv->out, v);
	print_facts(inv->out, v);
	print_referents(inv->out, &terminal, v, settings_limit(&inv->settings));
	print_holders(inv->out, &terminal, v);
}
