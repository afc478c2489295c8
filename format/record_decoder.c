/* Maps by name, driven by tables: a field is a key, how its value is read, and where
 * it goes. A map may hold maps (process, capture, gc), each with a table of its own.
 * Cost: keys times fields, once a file. Nothing here recurses: the nested maps are
 * named one by one. */
#include "format/record_decoder.h"

#include <stddef.h>

enum field_type {
	FIELD_U32,
	FIELD_U64,
	FIELD_I32,
	FIELD_BOOL,
	FIELD_DOUBLE,
	FIELD_TEXT,
	FIELD_THREE
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

#define HEADER(type, member) #member, type, offsetof(struct hs_header, member)
#define GC(type, key, member) key, type, offsetof(struct hs_header, member)
#define END(type, member) #member, type, offsetof(struct hs_end, member)
#define COUNT(type, member) #member, type, offsetof(struct hs_end_counts, member)

static const struct field process_fields[] = {
	{HEADER(FIELD_TEXT, implementation)},
	{HEADER(FIELD_TEXT, python_version)},
	{HEADER(FIELD_U32, python_hex)},
	{HEADER(FIELD_BOOL, python_debug)},
	{HEADER(FIELD_BOOL, python_free_threaded)},
	{HEADER(FIELD_TEXT, platform)},
	{HEADER(FIELD_U32, pointer_bytes)},
	{HEADER(FIELD_U32, pid)},
	{HEADER(FIELD_TEXT, host)},
	{HEADER(FIELD_TEXT, executable)},
	{HEADER(FIELD_TEXT, boot_id)},
	{HEADER(FIELD_U64, pid_namespace)},
	{HEADER(FIELD_U64, start_ticks)},
	{HEADER(FIELD_DOUBLE, started_at)},
	{HEADER(FIELD_U32, interpreters)},
	{NULL, FIELD_U32, 0},
};

static const struct field capture_fields[] = {
	{HEADER(FIELD_U32, dump_serial)},
	{HEADER(FIELD_DOUBLE, captured_at)},
	{HEADER(FIELD_BOOL, untracked)},
	{HEADER(FIELD_U32, values)},
	{HEADER(FIELD_BOOL, redacted)},
	{HEADER(FIELD_I32, level)},
	{HEADER(FIELD_TEXT, mode_asked)},
	{HEADER(FIELD_TEXT, trigger)},
	{NULL, FIELD_U32, 0},
};

static const struct field gc_fields[] = {
	{GC(FIELD_BOOL, "enabled", gc_enabled)}, {GC(FIELD_THREE, "threshold", gc_threshold)},
	{GC(FIELD_THREE, "count", gc_count)},    {GC(FIELD_U32, "debug", gc_debug)},
	{GC(FIELD_U64, "garbage", gc_garbage)},  {NULL, FIELD_U32, 0},
};

static const struct field end_fields[] = {
	{END(FIELD_U64, tracked_objects)},    {END(FIELD_U64, untracked_objects)},
	{END(FIELD_U64, tracked_bytes)},      {END(FIELD_U64, untracked_bytes)},
	{END(FIELD_U64, references)},         {END(FIELD_DOUBLE, pause_s)},
	{END(FIELD_DOUBLE, elapsed_s)},       {END(FIELD_TEXT, mode)},
	{END(FIELD_U64, rss_bytes)},          {END(FIELD_U64, pss_bytes)},
	{END(FIELD_U64, anonymous_bytes)},    {END(FIELD_U64, file_bytes_resident)},
	{END(FIELD_U64, skipped_references)}, {NULL, FIELD_U32, 0},
};

static const struct field count_fields[] = {
	{COUNT(FIELD_U64, types)}, {COUNT(FIELD_U64, slot_maps)}, {COUNT(FIELD_U64, roots)},
	{COUNT(FIELD_U64, texts)}, {COUNT(FIELD_U64, frames)},    {COUNT(FIELD_BOOL, seek_table)},
	{NULL, FIELD_U32, 0},
};

static enum hs_status read_text(struct hs_cursor *cursor, struct hs_pool *pool, struct hs_text *out,
				struct hs_error *err)
{
	struct hs_text text;
	uint64_t characters;
	enum hs_status status = hs_cursor_text(cursor, &text, &characters, err);
	return status ? status : hs_pool_text(pool, text, out, err);
}

static enum hs_status read_three(struct hs_cursor *cursor, uint32_t out[3], struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	for (uint64_t i = 0; i < count && !status; i++) {
		uint64_t value;
		status = hs_cursor_bounded(cursor, UINT32_MAX, &value, err);
		if (!status && i < 3)
			out[i] = (uint32_t)value;
	}
	return status;
}

static enum hs_status read_field(struct hs_cursor *cursor, struct hs_pool *pool,
				 enum field_type type, void *to, struct hs_error *err)
{
	enum hs_status status;
	uint64_t value;
	int64_t number;
	switch (type) {
	case FIELD_U32:
		status = hs_cursor_bounded(cursor, UINT32_MAX, &value, err);
		if (!status)
			*(uint32_t *)to = (uint32_t)value;
		return status;
	case FIELD_U64:
		return hs_cursor_uint(cursor, to, err);
	case FIELD_I32:
		status = hs_cursor_int(cursor, &number, err);
		if (!status)
			*(int32_t *)to = (int32_t)number;
		return status;
	case FIELD_BOOL:
		return hs_cursor_bool(cursor, to, err);
	case FIELD_DOUBLE:
		return hs_cursor_double(cursor, to, err);
	case FIELD_TEXT:
		return read_text(cursor, pool, to, err);
	default:
		return read_three(cursor, to, err);
	}
}

/* Reads the value of `key` into `base` if it is one of `fields`; *known says so. */
static enum hs_status read_known(struct hs_cursor *cursor, struct hs_pool *pool, struct hs_key key,
				 const struct field *fields, void *base, bool *known,
				 struct hs_error *err)
{
	*known = false;
	for (; fields->key; fields++) {
		if (!hs_key_is(key, fields->key))
			continue;
		*known = true;
		return read_field(cursor, pool, fields->type, (char *)base + fields->offset, err);
	}
	return HS_OK;
}

/* The two values that are no plain field. */
static enum hs_status read_special(struct hs_cursor *cursor, struct hs_key key,
				   struct hs_header *out, struct hs_error *err)
{
	if (hs_key_is(key, "labels")) {
		uint64_t value;
		enum hs_status status = hs_cursor_bounded(cursor, HS_LABELS_KEYS, &value, err);
		if (!status)
			out->labels = (enum hs_labels)value;
		return status;
	}
	if (hs_key_is(key, "collecting")) {
		struct hs_item item;
		enum hs_status status = hs_cursor_next(cursor, &item, err);
		if (status)
			return status;
		if (item.type != HS_ITEM_BOOL && item.type != HS_ITEM_NULL)
			return hs_fail(err, HS_EFORMAT, "\"collecting\" is no truth value");
		out->gc_collecting = item.type == HS_ITEM_BOOL ? (int32_t)item.value : -1;
		return HS_OK;
	}
	return hs_cursor_skip(cursor, err);
}

static enum hs_status read_section(struct hs_cursor *cursor, struct hs_pool *pool,
				   const struct field *fields, struct hs_header *out,
				   struct hs_error *err)
{
	uint64_t pairs;
	enum hs_status status = hs_cursor_map(cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		bool known;
		status = hs_cursor_key(cursor, &key, err);
		if (!status)
			status = read_known(cursor, pool, key, fields, out, &known, err);
		if (!status && !known)
			status = read_special(cursor, key, out, err);
	}
	return status;
}

/* Version 1.0 requires nothing, so any requirement is one that is unknown here. */
static enum hs_status read_requires(struct hs_cursor *cursor, struct hs_pool *pool,
				    const char **unknown, struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	for (; !status && count > 0; count--) {
		struct hs_text text;
		status = read_text(cursor, pool, &text, err);
		if (!status && !*unknown)
			*unknown = text.data;
	}
	return status;
}

static enum hs_status read_notes(struct hs_cursor *cursor, struct hs_pool *pool,
				 struct hs_header *out, struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	for (; !status && count > 0; count--) {
		if (out->note_count == HS_NOTES_MAX)
			status = hs_cursor_skip(cursor, err);
		else
			status = read_text(cursor, pool, &out->notes[out->note_count++], err);
	}
	return status;
}

static enum hs_status read_version(struct hs_cursor *cursor, struct hs_header *out,
				   struct hs_error *err)
{
	uint32_t version[3] = {0};
	enum hs_status status = read_three(cursor, version, err);
	out->format_major = version[0];
	out->format_minor = version[1];
	return status;
}

enum hs_status hs_decode_header(struct hs_cursor *cursor, struct hs_pool *pool,
				struct hs_header *out, const char **unknown_requirement,
				struct hs_error *err)
{
	uint64_t pairs;
	enum hs_status status = hs_cursor_map(cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		status = hs_cursor_key(cursor, &key, err);
		if (status)
			break;
		if (hs_key_is(key, "format"))
			status = read_version(cursor, out, err);
		else if (hs_key_is(key, "requires"))
			status = read_requires(cursor, pool, unknown_requirement, err);
		else if (hs_key_is(key, "process"))
			status = read_section(cursor, pool, process_fields, out, err);
		else if (hs_key_is(key, "capture"))
			status = read_section(cursor, pool, capture_fields, out, err);
		else if (hs_key_is(key, "gc"))
			status = read_section(cursor, pool, gc_fields, out, err);
		else if (hs_key_is(key, "notes"))
			status = read_notes(cursor, pool, out, err);
		else
			status = hs_cursor_skip(cursor, err);
	}
	return status;
}

enum hs_status hs_decode_end(struct hs_cursor *cursor, struct hs_pool *pool, struct hs_end *out,
			     struct hs_end_counts *counts, struct hs_error *err)
{
	uint64_t pairs;
	enum hs_status status = hs_cursor_map(cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		bool known = false;
		status = hs_cursor_key(cursor, &key, err);
		if (!status)
			status = read_known(cursor, pool, key, end_fields, out, &known, err);
		if (!status && !known)
			status = read_known(cursor, pool, key, count_fields, counts, &known, err);
		if (!status && !known)
			status = hs_cursor_skip(cursor, err);
	}
	return status;
}
