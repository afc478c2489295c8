/* heapsnap types SNAP: count and bytes by type. */
#include "analyzer/commands/command_list.h"

#include "analyzer/algorithms/type_totals.h"
#include "analyzer/base/messages.h"
#include "analyzer/commands/snapshot_input.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <unistd.h>

static const struct option_spec types_options[] = {{NULL, 0, NULL, NULL}};

static struct type_total sum_rows(const struct type_total *rows, uint64_t from, uint64_t to)
{
	struct type_total sum = {0};
	for (uint64_t i = from; i < to; i++) {
		sum.count += rows[i].count;
		sum.bytes += rows[i].bytes;
		sum.tracked_count += rows[i].tracked_count;
	}
	return sum;
}

static void print_rows(struct sink *out, const struct type_total *rows, uint64_t shown,
		       uint64_t all_bytes, const struct terminal *terminal)
{
	static const struct table_column columns[] = {
		{"bytes", ALIGN_RIGHT, false},
		{"%", ALIGN_RIGHT, false},
		{"count", ALIGN_RIGHT, false},
		{"type", ALIGN_LEFT, true},
	};
	struct table table;
	table_init(&table, columns, 4);
	for (uint64_t i = 0; i < shown; i++) {
		table_cell_bytes(&table, rows[i].bytes);
		number_append_percent(table_cell(&table), rows[i].bytes, all_bytes);
		table_cell_count(&table, rows[i].count);
		text_append_safe_sized(table_cell(&table), rows[i].name->data,
				       rows[i].name->length);
	}
	table_print(&table, out, terminal);
	table_release(&table);
}

static void print_text(const struct invocation *inv, const struct hs_reader *reader,
		       const struct type_total *rows, uint32_t count)
{
	struct sink *out = inv->out;
	struct terminal terminal = terminal_detect(out->fd, inv->settings.color);
	uint64_t limit = settings_limit(&inv->settings);
	uint64_t shown = limit < count ? limit : count;
	struct type_total all = sum_rows(rows, 0, count);
	struct type_total rest = sum_rows(rows, shown, count);

	snapshot_print_identity(out, reader);
	sink_char(out, '\n');
	number_append_bytes(out, all.bytes);
	sink_text(out, " in ");
	number_append_counted(out, all.count, "object", "objects");
	sink_text(out, " of ");
	number_append_counted(out, count, "type", "types");
	sink_char(out, '\n');
	if (count == 0)
		return;
	sink_char(out, '\n');
	print_rows(out, rows, shown, all.bytes, &terminal);
	if (shown < count) {
		sink_text(out, "left out: ");
		number_append_counted(out, count - shown, "type", "types");
		sink_text(out, ", ");
		number_append_counted(out, rest.count, "object", "objects");
		sink_text(out, ", ");
		number_append_bytes(out, rest.bytes);
		sink_text(out, " (--limit 0)\n");
	}
}

static void print_json(const struct invocation *inv, const struct hs_reader *reader,
		       const struct type_total *rows, uint32_t count)
{
	struct json json;
	uint64_t limit = settings_limit(&inv->settings);
	snapshot_json_begin(&json, inv, hs_reader_complete(reader));
	json_array_begin(&json, "types");
	for (uint64_t i = 0; i < count && i < limit; i++) {
		json_object_begin(&json, NULL);
		json_string_sized(&json, "type", rows[i].name->data, rows[i].name->length);
		json_number(&json, "count", rows[i].count);
		json_number(&json, "bytes", rows[i].bytes);
		json_number(&json, "tracked_count", rows[i].tracked_count);
		json_object_end(&json);
	}
	json_array_end(&json);
	snapshot_json_end(&json);
}

static int run_types(const struct invocation *inv)
{
	struct hs_error err;
	struct hs_reader *reader;
	struct type_total *rows;
	uint32_t count;
	int status = snapshot_open(&reader, inv, inv->arguments[0]);
	if (status != EXIT_DONE)
		return status;
	if (type_totals_read(&rows, &count, reader, &err) != HS_OK) {
		status = snapshot_failed(reader, &err);
	} else {
		if (inv->settings.json)
			print_json(inv, reader, rows, count);
		else
			print_text(inv, reader, rows, count);
		free(rows);
	}
	hs_reader_free(reader);
	return status;
}

const struct command command_types = {
	.name = "types",
	.arguments = "SNAP",
	.summary = "count and bytes by type",
	.details =
		"Bytes are what sys.getsizeof says, and the values of instances that it forgets.\n"
		"Types that share a name are one row.\n",
	.options = types_options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run_types,
};
