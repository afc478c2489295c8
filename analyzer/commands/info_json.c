/* The JSON of `heapsnap info`: header, end record and module roots as they are. What
 * only the end record knows is null in a file without one. */
#include "analyzer/commands/info_json.h"

#include "analyzer/commands/module_list.h"
#include "analyzer/commands/snapshot_input.h"

#include <stdio.h>
#include <stdlib.h>

static const char *labels_word(enum hs_labels labels)
{
	return labels == HS_LABELS_NONE ? "none" : labels == HS_LABELS_NAMES ? "names" : "keys";
}

static void json_text(struct json *json, const char *key, struct hs_text text)
{
	if (text.length == 0)
		json_null(json, key);
	else
		json_string_sized(json, key, text.data, text.length);
}

static void json_known_number(struct json *json, const char *key, bool known, uint64_t value)
{
	if (known)
		json_number(json, key, value);
	else
		json_null(json, key);
}

static void json_process(struct json *json, const struct hs_header *header)
{
	json_object_begin(json, "process");
	json_text(json, "implementation", header->implementation);
	json_text(json, "python_version", header->python_version);
	json_bool(json, "python_debug", header->python_debug);
	json_bool(json, "python_free_threaded", header->python_free_threaded);
	json_number(json, "pid", header->pid);
	json_text(json, "host", header->host);
	json_text(json, "executable", header->executable);
	json_seconds(json, "started_at", header->started_at);
	json_seconds(json, "captured_at", header->captured_at);
	json_text(json, "platform", header->platform);
	json_number(json, "pointer_bytes", header->pointer_bytes);
	json_text(json, "boot_id", header->boot_id);
	json_number(json, "start_ticks", header->start_ticks);
	json_number(json, "dump_serial", header->dump_serial);
	json_number(json, "interpreters", header->interpreters);
	json_object_end(json);
}

static void json_totals(struct json *json, const struct hs_reader *reader)
{
	const struct hs_end *end = hs_reader_end(reader);
	struct hs_end none = {0};
	bool known = end != NULL;
	if (!known)
		end = &none;
	json_object_begin(json, "objects");
	json_known_number(json, "tracked", known, end->tracked_objects);
	json_known_number(json, "untracked", known, end->untracked_objects);
	json_number(json, "total", snapshot_object_count(reader));
	json_object_end(json);
	json_object_begin(json, "bytes");
	json_known_number(json, "tracked", known, end->tracked_bytes);
	json_known_number(json, "untracked", known, end->untracked_bytes);
	json_known_number(json, "total", known, end->tracked_bytes + end->untracked_bytes);
	json_object_end(json);
	json_known_number(json, "references", known, end->references);
	json_number(json, "types", hs_reader_type_count(reader));
}

static void json_modules(struct json *json, const struct hs_reader *reader)
{
	const struct hs_root **modules;
	size_t count = module_list(reader, &modules);
	json_array_begin(json, "modules");
	for (size_t i = 0; i < count; i++) {
		json_object_begin(json, NULL);
		json_string_sized(json, "name", modules[i]->name.data, modules[i]->name.length);
		json_text(json, "version", modules[i]->version);
		json_object_end(json);
	}
	json_array_end(json);
	free(modules);
}

static void json_triple(struct json *json, const char *key, const uint32_t *values)
{
	json_array_begin(json, key);
	for (int i = 0; i < 3; i++)
		json_number(json, NULL, values[i]);
	json_array_end(json);
}

static void json_gc(struct json *json, const struct hs_header *header)
{
	json_object_begin(json, "gc");
	json_bool(json, "enabled", header->gc_enabled);
	json_triple(json, "threshold", header->gc_threshold);
	json_triple(json, "count", header->gc_count);
	json_number(json, "debug", header->gc_debug);
	json_number(json, "garbage", header->gc_garbage);
	if (header->gc_collecting < 0)
		json_null(json, "collecting");
	else
		json_bool(json, "collecting", header->gc_collecting > 0);
	json_object_end(json);
}

static void json_capture(struct json *json, const struct hs_reader *reader)
{
	const struct hs_header *header = hs_reader_header(reader);
	const struct hs_end *end = hs_reader_end(reader);
	json_object_begin(json, "capture");
	json_text(json, "mode", end ? end->mode : (struct hs_text){0});
	json_text(json, "mode_asked", header->mode_asked);
	json_text(json, "trigger", header->trigger);
	if (end != NULL) {
		json_seconds(json, "pause_s", end->pause_s);
		json_seconds(json, "elapsed_s", end->elapsed_s);
		json_number(json, "skipped_references", end->skipped_references);
	} else {
		json_null(json, "pause_s");
		json_null(json, "elapsed_s");
		json_null(json, "skipped_references");
	}
	json_array_begin(json, "notes");
	for (uint32_t i = 0; i < header->note_count; i++)
		json_text(json, NULL, header->notes[i]);
	json_array_end(json);
	json_object_end(json);
	json_object_begin(json, "contents");
	json_string(json, "labels", labels_word(header->labels));
	json_number(json, "values", header->values);
	json_bool(json, "untracked", header->untracked);
	json_bool(json, "redacted", header->redacted);
	json_object_end(json);
}

static void json_memory(struct json *json, const struct hs_end *end)
{
	struct hs_end none = {0};
	if (end == NULL)
		end = &none;
	json_object_begin(json, "memory");
	json_known_number(json, "rss_bytes", end->rss_bytes > 0, end->rss_bytes);
	json_known_number(json, "pss_bytes", end->pss_bytes > 0, end->pss_bytes);
	json_known_number(json, "anonymous_bytes", end->anonymous_bytes > 0, end->anonymous_bytes);
	json_known_number(json, "file_bytes", end->file_bytes_resident > 0,
			  end->file_bytes_resident);
	json_null(json, "cgroup");
	json_object_end(json);
}

void info_print_json(const struct invocation *inv, const struct hs_reader *reader,
		     const struct snapshot *snapshot, const struct completeness *completeness)
{
	const struct hs_header *header = hs_reader_header(reader);
	const char *feature = hs_reader_unknown_requirement(reader);
	bool complete = hs_reader_complete(reader);
	struct json json;
	snapshot_json_begin(&json, inv, complete);
	json_object_begin(&json, "snapshot");
	json_string(&json, "path", hs_reader_path(reader));
	char version[32];
	snprintf(version, sizeof version, "%u.%u", header->format_major, header->format_minor);
	json_string(&json, "format_version", version);
	json_bool(&json, "complete", complete);
	json_string(&json, "damage", complete ? NULL : hs_reader_damage(reader));
	json_string(&json, "unknown_requirement", feature);
	json_number(&json, "file_bytes", hs_reader_file_bytes(reader));
	json_object_end(&json);
	json_process(&json, header);
	json_totals(&json, reader);
	json_modules(&json, reader);
	json_gc(&json, header);
	json_capture(&json, reader);
	json_memory(&json, hs_reader_end(reader));
	if (completeness != NULL)
		completeness_json(&json, inv, snapshot, completeness);
	snapshot_json_end(&json);
}
