/* The text of `heapsnap growth`: what was compared, then the tree of holders, then types,
 * then what is in neither, so that the numbers add up. */
#include "analyzer/commands/growth_text.h"

#include "analyzer/commands/growth_tree.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

#include <stdlib.h>

enum { INTERVALS_SHOWN = 4 };

/* "NOT THE SAME CONTENTS: labels are keys -> names; ..." */
static void print_labels_warning(struct sink *out, const struct growth_data *data)
{
	static const char *const words[] = {"none", "names", "keys"};
	sink_text(out, "NOT THE SAME CONTENTS: labels are ");
	for (uint32_t i = 0; i < data->count; i++)
		sink_format(out, "%s%s", i > 0 ? " -> " : "",
			    words[hs_reader_header(data->snapshots[i].reader)->labels]);
	sink_text(out, ":\nholders are not comparable; take all with the same labels\n");
}

static void print_warnings(struct sink *out, const struct growth_data *data)
{
	if (!data->same_labels)
		print_labels_warning(out, data);
	if (!data->same_process)
		sink_text(out,
			  "NOT THE SAME PROCESS: holders and types are compared by name alone\n");
	if (!data->in_order)
		sink_text(out, "NOT IN THE ORDER in which they were taken: what grew may have "
			       "shrunk\n");
}

/* "2 snapshots of pid 17, 4 h 33 min apart: 71.4 MiB -> 163.7 MiB (+92.3 MiB, ...)" */
static void print_heading(struct sink *out, const struct growth_data *data)
{
	const struct growth_snapshot *old = &data->snapshots[0];
	const struct growth_snapshot *new = &data->snapshots[data->count - 1];
	const struct hs_header *first = hs_reader_header(old->reader);
	const struct hs_header *last = hs_reader_header(new->reader);
	sink_format(out, "%u snapshots", data->count);
	if (data->same_process)
		sink_format(out, " of pid %u", first->pid);
	if (data->in_order) {
		sink_text(out, data->count == 2 ? ", " : " in ");
		number_append_duration(out, last->captured_at - first->captured_at);
		if (data->count == 2)
			sink_text(out, " apart");
	}
	sink_text(out, ": ");
	for (uint32_t i = 0; i < data->count; i++) {
		if (i > 0)
			sink_text(out, " -> ");
		number_append_bytes(out, data->snapshots[i].bytes);
	}
	sink_text(out, "\n");
	number_append_bytes_change(out, (int64_t)(new->bytes - old->bytes));
	sink_text(out, ", ");
	number_append_count_change(out, (int64_t)(new->objects - old->objects));
	sink_text(out, " objects\n");
}

static void append_each_time(struct sink *cell, const struct growth_data *data, uint32_t path)
{
	for (uint32_t s = 1; s < data->count && s <= INTERVALS_SHOWN; s++) {
		uint64_t before = holders_total(data->holders, path, s - 1).bytes;
		uint64_t now = holders_total(data->holders, path, s).bytes;
		if (s > 1)
			sink_text(cell, "  ");
		number_append_bytes_change(cell, (int64_t)(now - before));
	}
	if (data->count - 1 > INTERVALS_SHOWN)
		sink_text(cell, " ...");
}

static void print_holder_rows(struct sink *out, const struct terminal *terminal,
			      const struct growth_data *data, const struct growth_tree *tree)
{
	const struct table_column columns[] = {
		{"+bytes", ALIGN_RIGHT, false},
		{"+objects", ALIGN_RIGHT, false},
		{data->count > 2 ? "each time" : NULL, ALIGN_LEFT, false},
		{"holder", ALIGN_LEFT, true},
		{"type", ALIGN_LEFT, true},
	};
	struct table table;
	table_init(&table, columns, 5);
	for (uint32_t i = 0; i < tree->count; i++) {
		const struct growth_line *line = &tree->lines[i];
		char *text = growth_tree_text(data, tree, i);
		number_append_bytes_change(table_cell(&table), line->bytes_delta);
		number_append_count_change(table_cell(&table), line->count_delta);
		struct sink *cell = table_cell(&table);
		if (data->count > 2)
			append_each_time(cell, data, line->path);
		cell = table_cell(&table);
		sink_spaces(cell, 2 * (size_t)line->depth);
		text_append_safe(cell, text);
		table_cell_text(&table, holders_get(data->holders, line->path).type);
		free(text);
	}
	table_print(&table, out, terminal);
	table_release(&table);
}

static const char *grew_word(const struct growth_data *data)
{
	return data->all ? "there are" : data->count > 2 ? "grew every time" : "grew";
}

static void print_holders(const struct invocation *inv, const struct terminal *terminal,
			  const struct growth_data *data)
{
	struct sink *out = inv->out;
	struct growth_tree tree;
	growth_tree_init(&tree, data, settings_limit(&inv->settings));
	if (tree.count == 0) {
		sink_format(out, "no holder %s\n", grew_word(data));
	} else {
		sink_format(out, "by holder, %s; a row counts all that hangs below it\n",
			    data->all         ? "all"
			    : data->count > 2 ? "only what grew every time"
					      : "only what grew");
		print_holder_rows(out, terminal, data, &tree);
	}
	if (tree.hidden > 0) {
		sink_text(out, "left out: ");
		number_append_counted(out, tree.hidden, "holder", "holders");
		sink_format(out, " that %s (--limit 0)\n", grew_word(data));
	}
	if (tree.irregular > 0) {
		sink_text(out, "left out: ");
		number_append_counted(out, tree.irregular, "holder", "holders");
		sink_text(out, data->count > 2 ? " that did not grow every time, "
					       : " that did not grow, ");
		number_append_bytes_change(out, tree.irregular_bytes);
		sink_text(out, " (--all)\n");
	}
	growth_tree_release(&tree);
}

static bool type_is_shown(const struct growth_data *data, const struct type_row *row)
{
	return data->all || growth_type_rose(data, row->row, GROWTH_BYTES) ||
	       growth_type_rose(data, row->row, GROWTH_COUNT);
}

/* What the rows that are not shown come to. */
struct rest {
	uint64_t rows;
	int64_t bytes, count;
};

static void rest_add(struct rest *rest, const struct type_row *row)
{
	rest->rows++;
	rest->bytes += row->bytes_delta;
	rest->count += row->count_delta;
}

static void rest_print(struct sink *out, const struct rest *rest, const char *what,
		       const char *option)
{
	if (rest->rows == 0)
		return;
	sink_text(out, "left out: ");
	number_append_counted(out, rest->rows, "type", "types");
	sink_format(out, " that %s, ", what);
	number_append_bytes_change(out, rest->bytes);
	sink_text(out, ", ");
	number_append_count_change(out, rest->count);
	sink_format(out, " objects (%s)\n", option);
}

static void print_types(const struct invocation *inv, const struct terminal *terminal,
			const struct growth_data *data)
{
	static const struct table_column columns[] = {
		{"+bytes", ALIGN_RIGHT, false},
		{"+count", ALIGN_RIGHT, false},
		{"count", ALIGN_RIGHT, false},
		{"type", ALIGN_LEFT, true},
	};
	struct table table;
	struct type_row *rows;
	struct rest hidden = {0}, irregular = {0};
	uint64_t shown = 0, limit = settings_limit(&inv->settings);
	uint32_t count = growth_type_rows(data, &rows);

	table_init(&table, columns, 4);
	for (uint32_t i = 0; i < count; i++) {
		if (!type_is_shown(data, &rows[i])) {
			rest_add(&irregular, &rows[i]);
			continue;
		}
		if (shown == limit) {
			rest_add(&hidden, &rows[i]);
			continue;
		}
		shown++;
		number_append_bytes_change(table_cell(&table), rows[i].bytes_delta);
		number_append_count_change(table_cell(&table), rows[i].count_delta);
		table_cell_count(&table,
				 type_growth_sum(data->types, rows[i].row, data->count - 1).count);
		table_cell_text(&table, type_growth_name(data->types, rows[i].row));
	}
	if (shown > 0) {
		sink_text(inv->out, "by type\n");
		table_print(&table, inv->out, terminal);
	} else {
		sink_format(inv->out, "no type %s\n", grew_word(data));
	}
	rest_print(inv->out, &hidden, grew_word(data), "--limit 0");
	rest_print(inv->out, &irregular,
		   data->count > 2 ? "did not grow every time" : "did not grow", "--all");
	table_release(&table);
	free(rows);
}

/* So that the numbers add up to those of the heading. */
static void print_unreachable(struct sink *out, const struct growth_data *data)
{
	const struct growth_snapshot *old = &data->snapshots[0];
	const struct growth_snapshot *new = &data->snapshots[data->count - 1];
	int64_t objects = (int64_t)(new->unreachable_objects - old->unreachable_objects);
	if (data->all || (old->unreachable_objects == 0 && new->unreachable_objects == 0))
		return;
	sink_text(out, "and ");
	if (objects != 0) {
		number_append_count_change(out, objects);
		sink_text(out, " objects, ");
		number_append_bytes_change(
			out, (int64_t)(new->unreachable_bytes - old->unreachable_bytes));
		sink_text(out, ", that only the collector keeps (heapsnap cycles)\n");
	} else {
		number_append_counted(out, new->unreachable_objects, "object", "objects");
		sink_text(out, " only the collector keeps, as before (heapsnap cycles)\n");
	}
}

void growth_print_text(const struct invocation *inv, const struct growth_data *data)
{
	struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
	print_warnings(inv->out, data);
	print_heading(inv->out, data);
	sink_char(inv->out, '\n');
	if (data->same_labels) {
		print_holders(inv, &terminal, data);
		sink_char(inv->out, '\n');
	}
	print_types(inv, &terminal, data);
	print_unreachable(inv->out, data);
}
