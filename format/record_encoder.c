/* The maps and arrays of docs/format.md, field by field in its order. What occurs
 * thousands of times (types, slot maps, texts) is an array by position, what occurs
 * once or seldom (header, end, roots) a map by name. */
#include "format/record_encoder.h"

#include "format/utf8.h"

enum hs_status hs_record_check_text(struct hs_text text, uint64_t *characters, struct hs_error *err)
{
	if (text.length > HS_TEXT_MAX)
		return hs_fail(err, HS_ELIMIT, "a text of %u bytes, at most %u are allowed",
			       text.length, HS_TEXT_MAX);
	if (!hs_utf8_count(text.data, text.length, characters))
		return hs_fail(err, HS_EFORMAT, "a text that is no UTF-8");
	return HS_OK;
}

/* All of several texts, with one error to look at. */
static enum hs_status check_texts(const struct hs_text *texts, uint32_t count, struct hs_error *err)
{
	enum hs_status status = HS_OK;
	for (uint32_t i = 0; i < count && !status; i++) {
		uint64_t characters;
		status = hs_record_check_text(texts[i], &characters, err);
	}
	return status;
}

static void put_uint(struct hs_encoder *out, const char *key, uint64_t value)
{
	hs_encode_key(out, key);
	hs_encode_uint(out, value);
}

static void put_bool(struct hs_encoder *out, const char *key, bool value)
{
	hs_encode_key(out, key);
	hs_encode_bool(out, value);
}

static void put_double(struct hs_encoder *out, const char *key, double value)
{
	hs_encode_key(out, key);
	hs_encode_double(out, value);
}

static void put_text(struct hs_encoder *out, const char *key, struct hs_text value)
{
	hs_encode_key(out, key);
	hs_encode_text(out, value);
}

static void put_three(struct hs_encoder *out, const char *key, const uint32_t values[3])
{
	hs_encode_key(out, key);
	hs_encode_array(out, 3);
	for (unsigned i = 0; i < 3; i++)
		hs_encode_uint(out, values[i]);
}

static void put_process(struct hs_encoder *out, const struct hs_header *header)
{
	hs_encode_key(out, "process");
	hs_encode_map(out, 15);
	put_text(out, "implementation", header->implementation);
	put_text(out, "python_version", header->python_version);
	put_uint(out, "python_hex", header->python_hex);
	put_bool(out, "python_debug", header->python_debug);
	put_bool(out, "python_free_threaded", header->python_free_threaded);
	put_text(out, "platform", header->platform);
	put_uint(out, "pointer_bytes", header->pointer_bytes);
	put_uint(out, "pid", header->pid);
	put_text(out, "host", header->host);
	put_text(out, "executable", header->executable);
	put_text(out, "boot_id", header->boot_id);
	put_uint(out, "pid_namespace", header->pid_namespace);
	put_uint(out, "start_ticks", header->start_ticks);
	put_double(out, "started_at", header->started_at);
	put_uint(out, "interpreters", header->interpreters);
}

static void put_capture(struct hs_encoder *out, const struct hs_header *header)
{
	hs_encode_key(out, "capture");
	hs_encode_map(out, 9);
	put_uint(out, "dump_serial", header->dump_serial);
	put_double(out, "captured_at", header->captured_at);
	put_bool(out, "untracked", header->untracked);
	put_uint(out, "labels", header->labels);
	put_uint(out, "values", header->values);
	put_bool(out, "redacted", header->redacted);
	hs_encode_key(out, "level");
	hs_encode_int(out, header->level);
	put_text(out, "mode_asked", header->mode_asked);
	put_text(out, "trigger", header->trigger);
}

static void put_gc(struct hs_encoder *out, const struct hs_header *header)
{
	hs_encode_key(out, "gc");
	hs_encode_map(out, 6);
	put_bool(out, "enabled", header->gc_enabled);
	put_three(out, "threshold", header->gc_threshold);
	put_three(out, "count", header->gc_count);
	put_uint(out, "debug", header->gc_debug);
	put_uint(out, "garbage", header->gc_garbage);
	hs_encode_key(out, "collecting");
	if (header->gc_collecting < 0)
		hs_encode_null(out);
	else
		hs_encode_bool(out, header->gc_collecting != 0);
}

enum hs_status hs_record_header(struct hs_encoder *out, const struct hs_header *header,
				struct hs_error *err)
{
	if (header->note_count > HS_NOTES_MAX)
		return hs_fail(err, HS_ELIMIT, "%u notes, at most %u are allowed",
			       header->note_count, HS_NOTES_MAX);
	const struct hs_text texts[] = {header->implementation, header->python_version,
					header->platform,       header->host,
					header->executable,     header->boot_id,
					header->mode_asked,     header->trigger};
	enum hs_status status = check_texts(texts, sizeof texts / sizeof texts[0], err);
	if (!status)
		status = check_texts(header->notes, header->note_count, err);
	if (status)
		return status;

	hs_encode_map(out, 6);
	hs_encode_key(out, "format");
	hs_encode_array(out, 2);
	hs_encode_uint(out, HS_FORMAT_MAJOR);
	hs_encode_uint(out, HS_FORMAT_MINOR);
	hs_encode_key(out, "requires");
	hs_encode_array(out, 0);
	put_process(out, header);
	put_capture(out, header);
	put_gc(out, header);
	hs_encode_key(out, "notes");
	hs_encode_array(out, header->note_count);
	for (uint32_t i = 0; i < header->note_count; i++)
		hs_encode_text(out, header->notes[i]);
	return HS_OK;
}

enum hs_status hs_record_type(struct hs_encoder *out, const struct hs_type *type,
			      struct hs_error *err)
{
	enum hs_status status = check_texts(&type->name, 1, err);
	if (status)
		return status;
	hs_encode_array(out, 5);
	hs_encode_uint(out, type->id);
	hs_encode_text(out, type->name);
	hs_encode_uint(out, type->flags);
	hs_encode_uint(out, type->basic_size);
	hs_encode_uint(out, type->item_size);
	return HS_OK;
}

static bool label_has_text(enum hs_label_kind label)
{
	return label == HS_LABEL_ATTR || label == HS_LABEL_ITEM || label == HS_LABEL_LOCAL ||
	       label == HS_LABEL_FIELD;
}

static enum hs_status put_slots(struct hs_encoder *out, const struct hs_slot *slots, uint32_t count,
				struct hs_error *err)
{
	if (count > HS_SLOT_MAP_ENTRIES_MAX)
		return hs_fail(err, HS_ELIMIT, "a slot map of %u entries, at most %u are allowed",
			       count, HS_SLOT_MAP_ENTRIES_MAX);
	hs_encode_array(out, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct hs_slot *slot = &slots[i];
		uint64_t word = (uint64_t)slot->kind | (uint64_t)slot->label << 3;
		if (slot->kind > HS_NAMING || slot->label > HS_LABEL_FIELD)
			return hs_fail(err, HS_EFORMAT, "a slot of kind %u, label %u",
				       (unsigned)slot->kind, (unsigned)slot->label);
		if (label_has_text(slot->label)) {
			enum hs_status status = check_texts(&slot->text, 1, err);
			if (status)
				return status;
			hs_encode_array(out, 2);
			hs_encode_uint(out, word);
			hs_encode_text(out, slot->text);
		} else if (slot->label == HS_LABEL_OFFSET) {
			hs_encode_array(out, 2);
			hs_encode_uint(out, word);
			hs_encode_uint(out, slot->number);
		} else {
			hs_encode_uint(out, word);
		}
	}
	return HS_OK;
}

enum hs_status hs_record_slot_map(struct hs_encoder *out, const struct hs_slot_map *map,
				  struct hs_error *err)
{
	if (map->type_reference > HS_TYPE_REFERENCE_ADDED)
		return hs_fail(err, HS_EFORMAT, "a slot map with type reference %u",
			       (unsigned)map->type_reference);
	hs_encode_array(out, 3);
	hs_encode_uint(out, map->type_reference);
	enum hs_status status = put_slots(out, map->head, map->head_count, err);
	return status ? status : put_slots(out, map->tail, map->tail_count, err);
}

enum hs_status hs_record_root(struct hs_encoder *out, const struct hs_root *root,
			      struct hs_error *err)
{
	static const char *const keys[] = {"name",   "version",  "label",
					   "thread", "function", "file"};
	const struct hs_text texts[] = {root->name,   root->version,  root->label,
					root->thread, root->function, root->file};
	const uint32_t count = sizeof texts / sizeof texts[0];
	enum hs_status status = check_texts(texts, count, err);
	if (status)
		return status;
	uint64_t pairs = 3;
	for (uint32_t i = 0; i < count; i++)
		pairs += texts[i].length > 0;
	hs_encode_map(out, pairs + (root->line > 0));
	put_uint(out, "kind", root->kind);
	put_uint(out, "object", root->object);
	put_bool(out, "counted", root->counted);
	for (uint32_t i = 0; i < count; i++) {
		if (texts[i].length > 0)
			put_text(out, keys[i], texts[i]);
	}
	if (root->line > 0)
		put_uint(out, "line", root->line);
	return HS_OK;
}

enum hs_status hs_record_text(struct hs_encoder *out, const struct hs_object_text *text,
			      uint64_t previous_id, struct hs_error *err)
{
	uint64_t characters;
	enum hs_status status = hs_record_check_text(text->text, &characters, err);
	if (status)
		return status;
	bool is_whole = text->full_length == characters;
	hs_encode_array(out, is_whole ? 3 : 4);
	hs_encode_int(out, (int64_t)(text->id - previous_id) >> 3);
	hs_encode_uint(out, text->kind);
	hs_encode_text(out, text->text);
	if (!is_whole)
		hs_encode_uint(out, text->full_length);
	return HS_OK;
}

enum hs_status hs_record_end(struct hs_encoder *out, const struct hs_end *end,
			     const struct hs_end_counts *counts, struct hs_error *err)
{
	enum hs_status status = check_texts(&end->mode, 1, err);
	if (status)
		return status;
	hs_encode_map(out, 19);
	put_uint(out, "tracked_objects", end->tracked_objects);
	put_uint(out, "untracked_objects", end->untracked_objects);
	put_uint(out, "tracked_bytes", end->tracked_bytes);
	put_uint(out, "untracked_bytes", end->untracked_bytes);
	put_uint(out, "references", end->references);
	put_uint(out, "types", counts->types);
	put_uint(out, "slot_maps", counts->slot_maps);
	put_uint(out, "roots", counts->roots);
	put_uint(out, "texts", counts->texts);
	put_uint(out, "frames", counts->frames);
	put_bool(out, "seek_table", counts->seek_table);
	put_double(out, "pause_s", end->pause_s);
	put_double(out, "elapsed_s", end->elapsed_s);
	put_text(out, "mode", end->mode);
	put_uint(out, "rss_bytes", end->rss_bytes);
	put_uint(out, "pss_bytes", end->pss_bytes);
	put_uint(out, "anonymous_bytes", end->anonymous_bytes);
	put_uint(out, "file_bytes_resident", end->file_bytes_resident);
	put_uint(out, "skipped_references", end->skipped_references);
	return HS_OK;
}
