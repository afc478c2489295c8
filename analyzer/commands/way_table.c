/* One row a step: a module and the attribute that follows are one row, so that what one
 * would type in Python stands in one place. Types are shown by their last part, functions
 * and the like with their own name if all merged objects share it. */
#include "analyzer/commands/way_table.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <string.h>

static const char step_indent[] = "  ";

static bool type_is(const struct hs_text *name, const char *word)
{
	return name->length == strlen(word) && memcmp(name->data, word, name->length) == 0;
}

static void append_short_type(struct sink *cell, const struct graph *g, const struct way_node *node)
{
	const struct hs_text *name = &hs_reader_type(g->reader, node->type)->name;
	size_t start = name->length;
	while (start > 0 && name->data[start - 1] != '.')
		start--;
	text_append_safe_sized(cell, name->data + start, name->length - start);
	/* a module's name is in the path already */
	if (node->name == NULL || node->name[0] == '\0' || type_is(name, "module"))
		return;
	sink_char(cell, ' ');
	text_append_safe(cell, node->name);
	if (type_is(name, "code") || type_is(name, "function") || type_is(name, "coroutine") ||
	    type_is(name, "generator") || type_is(name, "async_generator"))
		sink_text(cell, "()");
}

/* Appends a safe copy of what `text` holds. */
static void append_safe_sink(struct sink *cell, struct sink *text)
{
	text_append_safe_sized(cell, text->data, text->used);
	sink_clear(text);
}

static void append_root_text(struct sink *text, const struct snapshot *snapshot,
			     const struct way_node *root)
{
	if (root->kind == CHAIN_KNOWN)
		root_append_name(text, hs_reader_root(snapshot->reader, root->root->record));
	else if (!hs_reader_complete(snapshot->reader))
		sink_text(text, "no root in the part that is there");
	else if (root->kind == CHAIN_EXTERNAL)
		sink_text(text, "held from outside the snapshot (external)");
	else
		sink_text(text, "no root: only the collector keeps it (heapsnap cycles)");
}

/* Begins a row: count and bytes stand at the way's first one. */
static struct sink *begin_row(struct table *table, const struct chain_way *way, bool first)
{
	struct sink *cell = table_cell(table);
	if (first)
		number_append_count(cell, way->count);
	cell = table_cell(table);
	if (first)
		number_append_bytes(cell, way->bytes);
	return table_cell(table);
}

static void add_way(struct table *table, const struct snapshot *snapshot,
		    const struct chain_ways *ways, const struct chain_way *way)
{
	uint32_t *numbers;
	size_t length = chain_way_nodes(ways, way, &numbers);
	struct chain_step *steps = xcalloc(length, sizeof *steps);
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	for (size_t i = 1; i < length; i++)
		steps[i - 1] = ways->nodes[numbers[i]].step;

	const struct way_node *root = &ways->nodes[numbers[0]];
	bool is_module =
		root->kind == CHAIN_KNOWN &&
		hs_reader_root(snapshot->reader, root->root->record)->kind == HS_ROOT_MODULE;
	append_root_text(&text, snapshot, root);
	/* the module's row is that of its attribute, if that is what follows */
	size_t next = 1;
	if (is_module && length > 2 && chain_step_is_hidden(steps, length - 1, 0)) {
		chain_step_append(&text, steps, 1);
		next = 3;
	}
	append_safe_sink(begin_row(table, way, true), &text);
	append_short_type(table_cell(table), snapshot->graph, &ways->nodes[numbers[next - 1]]);
	for (size_t i = next; i < length; i++) {
		if (chain_step_is_hidden(steps, length - 1, i - 1))
			continue;
		if (ways->nodes[numbers[i]].repeats)
			sink_char(&text, '(');
		chain_step_append(&text, steps, i - 1);
		if (ways->nodes[numbers[i]].repeats)
			sink_text(&text, ")*");
		struct sink *cell = begin_row(table, way, false);
		sink_text(cell, step_indent);
		append_safe_sink(cell, &text);
		append_short_type(table_cell(table), snapshot->graph, &ways->nodes[numbers[i]]);
	}
	sink_release(&text);
	free(steps);
	free(numbers);
}

void way_table_print(struct sink *out, const struct terminal *terminal,
		     const struct snapshot *snapshot, const struct chain_ways *ways, uint64_t limit)
{
	static const struct table_column columns[] = {
		{NULL, ALIGN_RIGHT, false},
		{NULL, ALIGN_RIGHT, false},
		{NULL, ALIGN_LEFT, true},
		{NULL, ALIGN_LEFT, true},
	};
	struct table table;
	table_init(&table, columns, 4);
	for (size_t i = 0; i < ways->count && i < limit; i++)
		add_way(&table, snapshot, ways, &ways->ways[i]);
	table_print(&table, out, terminal);
	table_release(&table);
}
