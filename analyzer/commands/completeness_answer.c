/* A share is rounded down, to a tenth of a percent in text: 100 % is said only where every
 * single reference is explained. */
#include "analyzer/commands/completeness_answer.h"

#include "analyzer/render/numbers.h"
#include "analyzer/render/table.h"
#include "analyzer/render/text.h"

static void append_share(struct sink *out, uint64_t explained, uint64_t references)
{
	/* counts of 2^54 and more would overflow; no heap has them */
	number_append_percent(out, references == 0 ? 1000 : explained * 1000 / references, 1000);
}

void completeness_print_line(struct sink *out, const struct completeness *completeness)
{
	sink_text(out, "complete   ");
	append_share(out, completeness->explained, completeness->references);
	sink_text(out, " of reference counts explained\n");
}

static uint64_t shown(const struct invocation *inv, const struct completeness *completeness)
{
	uint64_t limit = settings_limit(&inv->settings);

	return limit < completeness->worst_count ? limit : completeness->worst_count;
}

void completeness_print_worst(const struct invocation *inv, const struct snapshot *snapshot,
			      const struct completeness *completeness)
{
	static const struct table_column columns[] = {
		{"unexplained", ALIGN_RIGHT, false},
		{"of", ALIGN_RIGHT, false},
		{"explained", ALIGN_RIGHT, false},
		{"type", ALIGN_LEFT, true},
	};
	struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
	uint64_t count = shown(inv, completeness);
	struct table table;

	if (completeness->worst_count == 0)
		return;
	table_init(&table, columns, 4);
	for (uint64_t i = 0; i < count; i++) {
		const struct completeness_row *row = &completeness->worst[i];
		const struct hs_text *name = &hs_reader_type(snapshot->reader, row->type)->name;
		table_cell_count(&table, row->references - row->explained);
		table_cell_count(&table, row->references);
		append_share(table_cell(&table), row->explained, row->references);
		text_append_safe_sized(table_cell(&table), name->data, name->length);
	}
	sink_char(inv->out, '\n');
	table_print(&table, inv->out, &terminal);
	table_release(&table);
	if (count < completeness->worst_count) {
		sink_text(inv->out, "left out: ");
		number_append_counted(inv->out, completeness->worst_count - count, "type", "types");
		sink_text(inv->out, " (--limit 0)\n");
	}
}

static void json_share(struct json *json, uint64_t explained, uint64_t references)
{
	uint64_t millionths = references == 0 ? 1000000 : explained * 1000000 / references;

	json_seconds(json, "explained", (double)millionths / 1e6);
}

void completeness_json(struct json *json, const struct invocation *inv,
		       const struct snapshot *snapshot, const struct completeness *completeness)
{
	uint64_t count = shown(inv, completeness);

	json_object_begin(json, "completeness");
	json_share(json, completeness->explained, completeness->references);
	json_number(json, "references", completeness->references);
	json_number(json, "unexplained", completeness->references - completeness->explained);
	json_number(json, "surplus", completeness->surplus);
	json_array_begin(json, "worst");
	for (uint64_t i = 0; i < count; i++) {
		const struct completeness_row *row = &completeness->worst[i];
		const struct hs_text *name = &hs_reader_type(snapshot->reader, row->type)->name;
		json_object_begin(json, NULL);
		json_string_sized(json, "type", name->data, name->length);
		json_number(json, "references", row->references);
		json_share(json, row->explained, row->references);
		json_number(json, "unexplained", row->references - row->explained);
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
}
