/* Tables.
 *
 * All cells' texts stand one after the other in one buffer, with an array of their
 * offsets; so a table of a million rows is two allocations. Printing measures
 * every cell once for the widths of the columns, takes what is too much from the
 * widest cuttable column until the line fits (or that column is down to its least
 * width), and writes the rows. */
#include "analyzer/render/table.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_GAP = 2, CUT_COLUMN_MIN = 10 };

void table_init(struct table *table, const struct table_column *columns, size_t count)
{
	assert(count <= TABLE_COLUMNS_MAX);
	*table = (struct table){.column_count = count};
	memcpy(table->columns, columns, count * sizeof *columns);
	sink_init(&table->bytes, SINK_IN_MEMORY);
}

void table_release(struct table *table)
{
	sink_release(&table->bytes);
	free(table->cells);
	*table = (struct table){.column_count = 0};
}

struct sink *table_cell(struct table *table)
{
	if (table->cell_count > 0)
		sink_char(&table->bytes, '\0');
	table->cells = xgrow(table->cells, &table->cell_capacity, table->cell_count + 1,
			     sizeof *table->cells);
	table->cells[table->cell_count++] = table->bytes.used;
	return &table->bytes;
}

void table_cell_text(struct table *table, const char *text)
{
	text_append_safe(table_cell(table), text);
}

void table_cell_count(struct table *table, uint64_t value)
{
	number_append_count(table_cell(table), value);
}

void table_cell_bytes(struct table *table, uint64_t value)
{
	number_append_bytes(table_cell(table), value);
}

static const char *cell_at(const struct table *table, size_t row, size_t column)
{
	return table->bytes.data + table->cells[row * table->column_count + column];
}

static bool has_headings(const struct table *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].heading != NULL)
			return true;
	return false;
}

static void measure_columns(const struct table *table, size_t rows, size_t *widths)
{
	for (size_t c = 0; c < table->column_count; c++) {
		const char *heading = table->columns[c].heading;
		widths[c] = heading ? text_width(heading) : 0;
		for (size_t r = 0; r < rows; r++) {
			size_t width = text_width(cell_at(table, r, c));
			if (width > widths[c])
				widths[c] = width;
		}
	}
}

/* Narrows cuttable columns, the widest first, until a line fits. */
static void fit_columns(const struct table *table, size_t *widths, size_t columns)
{
	for (;;) {
		size_t total = table->indent;
		size_t widest = table->column_count;
		for (size_t c = 0; c < table->column_count; c++) {
			total += widths[c] +
				 (total > table->indent && widths[c] > 0 ? COLUMN_GAP : 0);
			if (table->columns[c].cuttable && widths[c] > CUT_COLUMN_MIN &&
			    (widest == table->column_count || widths[c] > widths[widest]))
				widest = c;
		}
		if (total <= columns || widest == table->column_count)
			return;
		widths[widest]--;
	}
}

/* Spaces are written only before text, so that no line ends in them. An empty column
 * takes no room. */
static void print_line(const struct table *table, struct sink *out, const size_t *widths,
		       const char *const *texts, const char *ellipsis)
{
	size_t pending = table->indent;
	for (size_t c = 0; c < table->column_count; c++) {
		if (widths[c] == 0)
			continue;
		size_t width = text_width(texts[c]);
		size_t padding = width < widths[c] ? widths[c] - width : 0;
		bool right = table->columns[c].align == ALIGN_RIGHT;
		if (right)
			pending += padding;
		if (width > 0) {
			sink_spaces(out, pending);
			pending = 0;
			text_append_cut(out, texts[c], widths[c], ellipsis);
		}
		pending += COLUMN_GAP + (right ? 0 : padding);
	}
	sink_char(out, '\n');
}

void table_print(struct table *table, struct sink *out, const struct terminal *terminal)
{
	const char *texts[TABLE_COLUMNS_MAX];
	size_t widths[TABLE_COLUMNS_MAX];
	size_t rows = table->cell_count / table->column_count;

	assert(table->cell_count % table->column_count == 0);
	sink_string(&table->bytes);
	measure_columns(table, rows, widths);
	if (terminal->columns != SIZE_MAX)
		fit_columns(table, widths, terminal->columns);
	if (has_headings(table)) {
		for (size_t c = 0; c < table->column_count; c++)
			texts[c] = table->columns[c].heading ? table->columns[c].heading : "";
		if (terminal->color)
			sink_text(out, "\x1b[2m");
		print_line(table, out, widths, texts, terminal->ellipsis);
		if (terminal->color)
			sink_text(out, "\x1b[0m");
	}
	for (size_t r = 0; r < rows; r++) {
		for (size_t c = 0; c < table->column_count; c++)
			texts[c] = cell_at(table, r, c);
		print_line(table, out, widths, texts, terminal->ellipsis);
	}
}
