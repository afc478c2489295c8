/* The JSON of `heapsnap growth`: old is the first snapshot, new the last, counts all. */
#include "analyzer/commands/growth_json.h"

#include "analyzer/commands/snapshot_input.h"

#include <stdlib.h>

static void json_snapshots(struct json *json, const struct growth_data *data)
{
	json_array_begin(json, "snapshots");
	for (uint32_t i = 0; i < data->count; i++) {
		const struct growth_snapshot *s = &data->snapshots[i];
		const struct hs_header *header = hs_reader_header(s->reader);
		json_object_begin(json, NULL);
		json_string(json, "path", hs_reader_path(s->reader));
		json_bool(json, "complete", hs_reader_complete(s->reader));
		json_number(json, "pid", header->pid);
		json_seconds(json, "captured_at", header->captured_at);
		json_number(json, "objects", s->objects);
		json_number(json, "bytes", s->bytes);
		json_object_end(json);
	}
	json_array_end(json);
}

static void json_change(struct json *json, uint64_t old_count, uint64_t new_count,
			uint64_t old_bytes, uint64_t new_bytes)
{
	json_number(json, "old_count", old_count);
	json_number(json, "new_count", new_count);
	json_signed(json, "count_delta", (int64_t)(new_count - old_count));
	json_number(json, "old_bytes", old_bytes);
	json_number(json, "new_bytes", new_bytes);
	json_signed(json, "bytes_delta", (int64_t)(new_bytes - old_bytes));
}

static void json_types(struct json *json, const struct growth_data *data, uint64_t limit)
{
	struct type_row *rows;
	uint32_t count = growth_type_rows(data, &rows);
	json_array_begin(json, "types");
	for (uint32_t i = 0; i < count && i < limit; i++) {
		struct type_sum old = type_growth_sum(data->types, rows[i].row, 0);
		struct type_sum new = type_growth_sum(data->types, rows[i].row, data->count - 1);
		json_object_begin(json, NULL);
		json_string(json, "type", type_growth_name(data->types, rows[i].row));
		json_change(json, old.count, new.count, old.bytes, new.bytes);
		json_array_begin(json, "counts");
		for (uint32_t s = 0; s < data->count; s++)
			json_number(json, NULL, type_growth_sum(data->types, rows[i].row, s).count);
		json_array_end(json);
		json_object_end(json);
	}
	json_array_end(json);
	free(rows);
}

static void json_holders(struct json *json, const struct growth_data *data, uint64_t limit)
{
	struct holder_growth *rows;
	uint32_t last = data->count - 1;
	json_array_begin(json, "holders");
	if (!data->same_labels) {
		json_array_end(json);
		return;
	}
	uint32_t count = holders_compare(data->holders, 0, last, data->all, &rows);
	for (uint32_t i = 0; i < count && i < limit; i++) {
		struct holder_sum old = holders_own(data->holders, rows[i].path, 0);
		struct holder_sum new = holders_own(data->holders, rows[i].path, last);
		char *path = holders_path_text(data->holders, rows[i].path);
		json_object_begin(json, NULL);
		json_string(json, "path", path);
		json_string(json, "type", holders_get(data->holders, rows[i].path).type);
		json_change(json, old.count, new.count, old.bytes, new.bytes);
		json_signed(json, "total_count_delta", rows[i].total_count_delta);
		json_signed(json, "total_bytes_delta", rows[i].total_bytes_delta);
		json_object_end(json);
		free(path);
	}
	json_array_end(json);
	free(rows);
}

void growth_print_json(const struct invocation *inv, const struct growth_data *data)
{
	struct json json;
	uint64_t limit = settings_limit(&inv->settings);
	const struct growth_snapshot *old = &data->snapshots[0];
	const struct growth_snapshot *new = &data->snapshots[data->count - 1];
	snapshot_json_begin(&json, inv, data->complete);
	json_snapshots(&json, data);
	json_bool(&json, "same_process", data->same_process);
	json_bool(&json, "in_order", data->in_order);
	json_bool(&json, "same_contents", data->same_labels);
	json_types(&json, data, limit);
	json_holders(&json, data, limit);
	json_object_begin(&json, "unreachable");
	json_number(&json, "old_objects", old->unreachable_objects);
	json_number(&json, "new_objects", new->unreachable_objects);
	json_number(&json, "old_bytes", old->unreachable_bytes);
	json_number(&json, "new_bytes", new->unreachable_bytes);
	json_object_end(&json);
	snapshot_json_end(&json);
}
