/* Rows of cells, aligned in columns, cut to a terminal's width. Knows nothing of
 * what the cells say. */
#ifndef HEAPSNAP_RENDER_TABLE_H
#define HEAPSNAP_RENDER_TABLE_H

#include "analyzer/render/sink.h"
#include "analyzer/render/terminal.h"

#include <stddef.h>
#include <stdint.h>

enum table_align { ALIGN_LEFT, ALIGN_RIGHT };

struct table_column {
	const char *heading; /* NULL: none */
	enum table_align align;
	bool cuttable; /* gives way, by an ellipsis in the middle, where a line is too long */
};

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t column_count;
	size_t indent;     /* spaces before each line */
	struct sink bytes; /* all cells' text, each NUL-terminated */
	size_t *cells;     /* offsets into bytes, row by row */
	size_t cell_count, cell_capacity;
};

/* `columns` is copied; its headings are borrowed. */
void table_init(struct table *, const struct table_column *columns, size_t count);
void table_release(struct table *);

/* Cells fill the rows from left to right. What is written to the output returned by
 * table_cell, until the next cell begins or the table is printed, is the cell's
 * text; it must be safe for a terminal (text_append_safe). */
struct sink *table_cell(struct table *);
void table_cell_text(struct table *, const char *text); /* made safe here */
void table_cell_count(struct table *, uint64_t value);
void table_cell_bytes(struct table *, uint64_t value);

/* Prints heading (if any column has one) and rows, two spaces between columns; no
 * line ends in spaces. The last row must be full. */
void table_print(struct table *, struct sink *, const struct terminal *);

#endif
