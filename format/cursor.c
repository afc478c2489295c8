/* libcbor's streaming decoder delivers one head to a callback; each callback here
 * only notes what came, so that callers can pull items in a straight line. Strings
 * are delivered where they stand, arrays and maps as their head alone: whoever
 * wants their elements pulls them. Skipping keeps the counts that are open in a
 * small array, so hostile nesting ends in an error and not on the stack.
 *
 * Cost: one indirect call a head. Invariant: `next` never passes `end`. */
#include "format/cursor.h"

#include <cbor.h>
#include <string.h>

#include "format/utf8.h"

static void note(void *context, enum hs_item_type type, uint64_t value)
{
	struct hs_item *item = context;
	item->type = type;
	item->value = value;
}

static void on_uint8(void *context, uint8_t value)
{
	note(context, HS_ITEM_UINT, value);
}
static void on_uint16(void *context, uint16_t value)
{
	note(context, HS_ITEM_UINT, value);
}
static void on_uint32(void *context, uint32_t value)
{
	note(context, HS_ITEM_UINT, value);
}
static void on_uint64(void *context, uint64_t value)
{
	note(context, HS_ITEM_UINT, value);
}
static void on_negint8(void *context, uint8_t value)
{
	note(context, HS_ITEM_NEGATIVE, value);
}
static void on_negint16(void *context, uint16_t value)
{
	note(context, HS_ITEM_NEGATIVE, value);
}
static void on_negint32(void *context, uint32_t value)
{
	note(context, HS_ITEM_NEGATIVE, value);
}
static void on_negint64(void *context, uint64_t value)
{
	note(context, HS_ITEM_NEGATIVE, value);
}
static void on_bytes(void *context, cbor_data data, size_t length)
{
	note(context, HS_ITEM_BYTES, length);
	((struct hs_item *)context)->data = data;
}
static void on_text(void *context, cbor_data data, size_t length)
{
	note(context, HS_ITEM_TEXT, length);
	((struct hs_item *)context)->data = data;
}
static void on_array(void *context, size_t count)
{
	note(context, HS_ITEM_ARRAY, count);
}
static void on_map(void *context, size_t pairs)
{
	note(context, HS_ITEM_MAP, pairs);
}
static void on_float(void *context, float value)
{
	note(context, HS_ITEM_DOUBLE, 0);
	((struct hs_item *)context)->real = (double)value;
}
static void on_double(void *context, double value)
{
	note(context, HS_ITEM_DOUBLE, 0);
	((struct hs_item *)context)->real = value;
}
static void on_bool(void *context, bool value)
{
	note(context, HS_ITEM_BOOL, value);
}
static void on_null(void *context)
{
	note(context, HS_ITEM_NULL, 0);
}
static void on_tag(void *context, uint64_t value)
{
	note(context, HS_ITEM_TAG, value);
}
static void on_indefinite(void *context)
{
	note(context, HS_ITEM_REFUSED, 0);
}

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_uint64,
	.negint8 = on_negint8,
	.negint16 = on_negint16,
	.negint32 = on_negint32,
	.negint64 = on_negint64,
	.byte_string_start = on_indefinite,
	.byte_string = on_bytes,
	.string = on_text,
	.string_start = on_indefinite,
	.indef_array_start = on_indefinite,
	.array_start = on_array,
	.indef_map_start = on_indefinite,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_null,
	.null = on_null,
	.boolean = on_bool,
	.indef_break = on_indefinite,
};

static size_t place(const struct hs_cursor *cursor)
{
	return (size_t)(cursor->next - cursor->begin);
}

enum hs_status hs_cursor_next(struct hs_cursor *cursor, struct hs_item *out, struct hs_error *err)
{
	do {
		size_t left = (size_t)(cursor->end - cursor->next);
		struct cbor_decoder_result result =
			cbor_stream_decode(cursor->next, left, &callbacks, out);
		if (result.status == CBOR_DECODER_NEDATA)
			return hs_fail(err, HS_EFORMAT,
				       "raw byte %zu: an item reaches beyond the frame",
				       place(cursor));
		if (result.status != CBOR_DECODER_FINISHED || result.read > left)
			return hs_fail(err, HS_EFORMAT, "raw byte %zu: no CBOR item",
				       place(cursor));
		if (out->type == HS_ITEM_REFUSED)
			return hs_fail(err, HS_EFORMAT, "raw byte %zu: an indefinite length",
				       place(cursor));
		cursor->next += result.read;
	} while (out->type == HS_ITEM_TAG);
	/* Each element takes a byte at least: no count above what is left is ever believed. */
	uint64_t room = (uint64_t)(cursor->end - cursor->next);
	if ((out->type == HS_ITEM_ARRAY && out->value > room) ||
	    (out->type == HS_ITEM_MAP && out->value > room / 2))
		return hs_fail(err, HS_EFORMAT, "raw byte %zu: %llu elements in %llu bytes",
			       place(cursor), (unsigned long long)out->value,
			       (unsigned long long)room);
	return HS_OK;
}

enum hs_status hs_cursor_skip(struct hs_cursor *cursor, struct hs_error *err)
{
	uint64_t open[HS_NESTING_MAX + 1] = {1}; /* items still to come on each level */
	unsigned depth = 0;
	for (;;) {
		while (open[depth] == 0) {
			if (depth-- == 0)
				return HS_OK;
		}
		open[depth]--;
		struct hs_item item;
		enum hs_status status = hs_cursor_next(cursor, &item, err);
		if (status)
			return status;
		if (item.type != HS_ITEM_ARRAY && item.type != HS_ITEM_MAP)
			continue;
		if (depth == HS_NESTING_MAX)
			return hs_fail(err, HS_ELIMIT, "raw byte %zu: nested more than %u deep",
				       place(cursor), HS_NESTING_MAX);
		open[++depth] = item.type == HS_ITEM_MAP ? 2 * item.value : item.value;
	}
}

static enum hs_status next_of(struct hs_cursor *cursor, enum hs_item_type type, const char *name,
			      struct hs_item *out, struct hs_error *err)
{
	struct hs_cursor before = *cursor;
	enum hs_status status = hs_cursor_next(cursor, out, err);
	if (!status && out->type != type)
		status = hs_fail(err, HS_EFORMAT, "raw byte %zu: should be %s", place(&before),
				 name);
	return status;
}

enum hs_status hs_cursor_bounded(struct hs_cursor *cursor, uint64_t max, uint64_t *out,
				 struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_UINT, "an unsigned number", &item, err);
	if (status)
		return status;
	if (item.value > max)
		return hs_fail(err, HS_EFORMAT, "before raw byte %zu: %llu, at most %llu is valid",
			       place(cursor), (unsigned long long)item.value,
			       (unsigned long long)max);
	*out = item.value;
	return HS_OK;
}

enum hs_status hs_cursor_uint(struct hs_cursor *cursor, uint64_t *out, struct hs_error *err)
{
	return hs_cursor_bounded(cursor, UINT64_MAX, out, err);
}

enum hs_status hs_cursor_int(struct hs_cursor *cursor, int64_t *out, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = hs_cursor_next(cursor, &item, err);
	if (status)
		return status;
	if ((item.type != HS_ITEM_UINT && item.type != HS_ITEM_NEGATIVE) || item.value > INT64_MAX)
		return hs_fail(err, HS_EFORMAT, "before raw byte %zu: should be a number",
			       place(cursor));
	*out = item.type == HS_ITEM_UINT ? (int64_t)item.value : -1 - (int64_t)item.value;
	return HS_OK;
}

enum hs_status hs_cursor_bool(struct hs_cursor *cursor, bool *out, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_BOOL, "true or false", &item, err);
	if (!status)
		*out = item.value != 0;
	return status;
}

enum hs_status hs_cursor_double(struct hs_cursor *cursor, double *out, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_DOUBLE, "a real number", &item, err);
	if (!status)
		*out = item.real;
	return status;
}

enum hs_status hs_cursor_array(struct hs_cursor *cursor, uint64_t *count, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_ARRAY, "an array", &item, err);
	if (!status)
		*count = item.value;
	return status;
}

enum hs_status hs_cursor_map(struct hs_cursor *cursor, uint64_t *pairs, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_MAP, "a map", &item, err);
	if (!status)
		*pairs = item.value;
	return status;
}

enum hs_status hs_cursor_bytes(struct hs_cursor *cursor, const uint8_t **data, uint64_t *length,
			       struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_BYTES, "a byte string", &item, err);
	if (status)
		return status;
	*data = item.data;
	*length = item.value;
	return HS_OK;
}

/* A text string, or an array of one where the writer had to escape. */
enum hs_status hs_cursor_text(struct hs_cursor *cursor, struct hs_text *out, uint64_t *characters,
			      struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = hs_cursor_next(cursor, &item, err);
	bool is_escaped = !status && item.type == HS_ITEM_ARRAY && item.value == 1;
	if (is_escaped)
		status = hs_cursor_next(cursor, &item, err);
	if (status)
		return status;
	if (item.type != HS_ITEM_TEXT)
		return hs_fail(err, HS_EFORMAT, "before raw byte %zu: should be a text",
			       place(cursor));
	if (item.value > HS_TEXT_MAX)
		return hs_fail(err, HS_ELIMIT,
			       "before raw byte %zu: a text of %llu bytes, at most %u are allowed",
			       place(cursor), (unsigned long long)item.value, HS_TEXT_MAX);
	const char *data = (const char *)item.data;
	if (!hs_utf8_count(data, (size_t)item.value, characters))
		return hs_fail(err, HS_EFORMAT, "before raw byte %zu: a text that is no UTF-8",
			       place(cursor));
	*out = (struct hs_text){data, (uint32_t)item.value, is_escaped};
	return HS_OK;
}

enum hs_status hs_cursor_key(struct hs_cursor *cursor, struct hs_key *out, struct hs_error *err)
{
	struct hs_item item;
	enum hs_status status = next_of(cursor, HS_ITEM_TEXT, "a key (text)", &item, err);
	if (!status)
		*out = (struct hs_key){(const char *)item.data, item.value};
	return status;
}

bool hs_key_is(struct hs_key key, const char *name)
{
	return key.length == strlen(name) && memcmp(key.data, name, key.length) == 0;
}
