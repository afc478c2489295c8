/* A frame out of the file: decompressed into a buffer that is used again, its
 * envelope [kind, map] taken apart, its rows or texts handed out one by one.
 *
 * Everything that the seek table or a scan says of the frame is held against the
 * frame itself: kind and counts when it is loaded, the sums over its rows when the
 * last row has been read. The buffer is followed by zeroes (format/row_decoder.h).
 * A struct hs_frame belongs to one thread; the reader is only read. */
#include <stdlib.h>
#include <string.h>

#include "format/frame.h"
#include "format/row_decoder.h"
#include "format/snapshot.h"

enum phase { PHASE_NOTHING, PHASE_ROWS, PHASE_TEXTS };

struct hs_frame {
	struct hs_decompressor *decompressor;
	uint8_t *raw;
	size_t raw_capacity; /* without the padding */
	const struct hs_reader *reader;
	struct hs_frame_info info;
	uint32_t index;
	struct hs_cursor map;
	enum phase phase;
	struct hs_cursor texts;
	uint64_t texts_left, previous_text_id;
	struct hs_row_decoder rows;
};

enum hs_status hs_frame_new(struct hs_frame **out, struct hs_error *err)
{
	struct hs_frame *frame = calloc(1, sizeof *frame);
	if (!frame)
		return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)", sizeof *frame);
	enum hs_status status = hs_decompressor_new(&frame->decompressor, err);
	if (status) {
		free(frame);
		return status;
	}
	*out = frame;
	return HS_OK;
}

void hs_frame_free(struct hs_frame *frame)
{
	if (!frame)
		return;
	hs_decompressor_free(frame->decompressor);
	hs_row_decoder_release(&frame->rows);
	free(frame->raw);
	free(frame);
}

uint32_t hs_frame_kind(const struct hs_frame *frame)
{
	return frame->info.kind;
}

struct hs_cursor hs_frame_map(const struct hs_frame *frame)
{
	return frame->map;
}

static enum hs_status make_room(struct hs_frame *frame, size_t raw_bytes, struct hs_error *err)
{
	if (raw_bytes <= frame->raw_capacity && frame->raw)
		return HS_OK;
	size_t capacity = raw_bytes + raw_bytes / 4;
	uint8_t *raw = malloc(capacity + HS_ROW_PADDING_BYTES);
	if (!raw)
		return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)", capacity);
	free(frame->raw);
	frame->raw = raw;
	frame->raw_capacity = capacity;
	return HS_OK;
}

/* [kind, map] and nothing after it. */
static enum hs_status open_envelope(struct hs_frame *frame, size_t raw_bytes, uint32_t *kind,
				    struct hs_error *err)
{
	struct hs_cursor cursor = {frame->raw, frame->raw, frame->raw + raw_bytes};
	uint64_t count, number;
	enum hs_status status = hs_cursor_array(&cursor, &count, err);
	if (!status && count != 2)
		status = hs_fail(err, HS_EFORMAT, "holds an array of %llu elements, should be 2",
				 (unsigned long long)count);
	if (!status)
		status = hs_cursor_bounded(&cursor, UINT32_MAX, &number, err);
	if (status)
		return status;
	frame->map = cursor;
	*kind = (uint32_t)number;
	status = hs_cursor_skip(&cursor, err);
	if (!status && cursor.next != cursor.end)
		status = hs_fail(err, HS_EFORMAT, "%zu bytes after its item",
				 (size_t)(cursor.end - cursor.next));
	return status;
}

/* What the map of a frame of objects says. */
struct objects_envelope {
	uint64_t first, objects, rows, references, low, high;
	struct hs_row_bytes bytes;
	bool has_columns, has_data;
};

static enum hs_status read_parts(struct hs_cursor *cursor, struct hs_row_bytes *out,
				 struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (!status && count < HS_ROW_PARTS)
		status = hs_fail(err, HS_EFORMAT, "data of %llu parts", (unsigned long long)count);
	for (int i = 0; !status && i < HS_ROW_PARTS; i++)
		status = hs_cursor_bytes(cursor, &out->data[i], &out->length[i], err);
	for (; !status && count > HS_ROW_PARTS; count--)
		status = hs_cursor_skip(cursor, err);
	return status;
}

static enum hs_status read_objects_value(struct hs_frame *frame, struct hs_cursor *cursor,
					 struct hs_key key, struct objects_envelope *out,
					 struct hs_error *err)
{
	const struct {
		const char *key;
		uint64_t *value, max;
	} numbers[] = {{"first", &out->first, UINT64_MAX >> 8},
		       {"objects", &out->objects, UINT32_MAX},
		       {"rows", &out->rows, UINT32_MAX},
		       {"references", &out->references, UINT32_MAX},
		       {"low", &out->low, UINT64_MAX},
		       {"high", &out->high, UINT64_MAX}};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		if (hs_key_is(key, numbers[i].key))
			return hs_cursor_bounded(cursor, numbers[i].max, numbers[i].value, err);
	}
	if (hs_key_is(key, "columns")) {
		out->has_columns = true;
		return hs_row_decoder_columns(&frame->rows, cursor, err);
	}
	if (hs_key_is(key, "data")) {
		out->has_data = true;
		return read_parts(cursor, &out->bytes, err);
	}
	return hs_cursor_skip(cursor, err);
}

/* A row takes a byte of shapes and one of ids at least, eight slots one of shapes. */
static enum hs_status check_objects(const struct objects_envelope *envelope, struct hs_error *err)
{
	if (!envelope->has_columns || !envelope->has_data)
		return hs_fail(err, HS_EFORMAT, "a frame of objects without columns or data");
	uint64_t shapes = envelope->bytes.length[HS_ROW_SHAPES];
	if (envelope->rows > shapes || envelope->objects > envelope->rows ||
	    envelope->references > 8 * shapes)
		return hs_fail(
			err, HS_EFORMAT, "%llu objects, %llu rows, %llu references in %llu bytes",
			(unsigned long long)envelope->objects, (unsigned long long)envelope->rows,
			(unsigned long long)envelope->references, (unsigned long long)shapes);
	return HS_OK;
}

static enum hs_status open_objects(struct hs_frame *frame, struct hs_frame_info *info, bool learn,
				   struct hs_error *err)
{
	struct objects_envelope envelope = {0};
	struct hs_cursor cursor = frame->map;
	uint64_t pairs;
	enum hs_status status = hs_cursor_map(&cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		status = hs_cursor_key(&cursor, &key, err);
		if (!status)
			status = read_objects_value(frame, &cursor, key, &envelope, err);
	}
	if (!status)
		status = check_objects(&envelope, err);
	if (status)
		return status;
	if (learn) {
		info->objects = envelope.objects;
		info->rows = envelope.rows;
		info->references = envelope.references;
		info->low = envelope.low;
		info->high = envelope.high;
	} else if (info->objects != envelope.objects || info->rows != envelope.rows ||
		   info->references != envelope.references || info->low != envelope.low ||
		   info->high != envelope.high ||
		   (frame->reader->has_seek_table && info->first_ordinal != envelope.first)) {
		return hs_fail(err, HS_EFORMAT, "its counts are not those of the seek table");
	}
	frame->phase = PHASE_ROWS;
	return hs_row_decoder_start(&frame->rows, &envelope.bytes,
				    (uint32_t)frame->reader->tables.type_count,
				    (uint32_t)frame->reader->tables.slot_map_count, err);
}

static enum hs_status open_texts(struct hs_frame *frame, struct hs_error *err)
{
	struct hs_cursor cursor = frame->map;
	uint64_t pairs;
	frame->texts_left = frame->previous_text_id = 0;
	enum hs_status status = hs_cursor_map(&cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		status = hs_cursor_key(&cursor, &key, err);
		if (!status && hs_key_is(key, "texts")) {
			frame->texts = cursor;
			status = hs_cursor_array(&frame->texts, &frame->texts_left, err);
		}
		if (!status)
			status = hs_cursor_skip(&cursor, err);
	}
	if (!status)
		frame->phase = PHASE_TEXTS;
	return status;
}

enum hs_status hs_frame_read(struct hs_frame *frame, const struct hs_reader *reader,
			     struct hs_frame_info *info, bool learn, struct hs_error *err)
{
	frame->phase = PHASE_NOTHING;
	frame->reader = reader;
	if (info->raw_bytes > HS_FRAME_RAW_MAX)
		return hs_fail(err, HS_ELIMIT, "%llu raw bytes, at most %u are allowed",
			       (unsigned long long)info->raw_bytes, HS_FRAME_RAW_MAX);
	size_t raw_bytes = (size_t)info->raw_bytes;
	const uint8_t *bytes = reader->bytes + info->offset;
	struct hs_frame_extent extent;
	enum hs_status status = hs_frame_extent_at(bytes, info->file_bytes, &extent, err);
	if (!status && (extent.skippable || extent.file_bytes != info->file_bytes ||
			extent.raw_bytes != info->raw_bytes))
		status = hs_fail(err, HS_EFORMAT, "its lengths are not those of the seek table");
	if (!status)
		status = make_room(frame, raw_bytes, err);
	if (!status)
		status = hs_decompress(frame->decompressor, frame->raw, raw_bytes, bytes,
				       (size_t)info->file_bytes, err);
	if (status)
		return status;
	memset(frame->raw + raw_bytes, 0, HS_ROW_PADDING_BYTES);

	uint32_t kind;
	status = open_envelope(frame, raw_bytes, &kind, err);
	if (status)
		return status;
	if (learn)
		info->kind = kind;
	else if (kind != info->kind)
		return hs_fail(err, HS_EFORMAT, "kind %u, the seek table says %u", kind,
			       info->kind);
	if (kind == HS_FRAME_OBJECTS)
		status = open_objects(frame, info, learn, err);
	else if (kind == HS_FRAME_TEXTS)
		status = open_texts(frame, err);
	frame->info = *info;
	return status;
}

enum hs_status hs_frame_load(struct hs_frame *frame, const struct hs_reader *reader, uint32_t index,
			     struct hs_error *err)
{
	frame->index = index;
	struct hs_frame_info info = reader->frames[index];
	if (hs_frame_read(frame, reader, &info, false, err)) {
		frame->phase = PHASE_NOTHING;
		return hs_snapshot_locate(reader, index, err);
	}
	return HS_OK;
}

static int finish_rows(struct hs_frame *frame, struct hs_error *err)
{
	const struct hs_row_decoder *rows = &frame->rows;
	const struct hs_frame_info *info = &frame->info;
	frame->phase = PHASE_NOTHING;
	if (rows->rows == info->rows && rows->objects == info->objects &&
	    rows->references == info->references && rows->low == info->low &&
	    rows->high == info->high)
		return 0;
	hs_fail(err, HS_EFORMAT,
		"its rows have %llu objects, %llu references, its head says %llu, %llu",
		(unsigned long long)rows->objects, (unsigned long long)rows->references,
		(unsigned long long)info->objects, (unsigned long long)info->references);
	return hs_snapshot_locate(frame->reader, frame->index, err);
}

int hs_frame_next_row(struct hs_frame *frame, struct hs_row *out, struct hs_error *err)
{
	if (frame->phase != PHASE_ROWS)
		return 0;
	int got = hs_row_decode(&frame->rows, out, err);
	if (got == 1)
		return 1;
	if (got == 0)
		return finish_rows(frame, err);
	frame->phase = PHASE_NOTHING;
	return hs_snapshot_locate(frame->reader, frame->index, err);
}

/* [distance from the id before / 8, kind, text, characters of the original if cut] */
static enum hs_status read_text(struct hs_frame *frame, struct hs_object_text *out, bool *is_known,
				struct hs_error *err)
{
	struct hs_cursor *cursor = &frame->texts;
	uint64_t count, kind;
	int64_t distance;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (!status && count < 3)
		status = hs_fail(err, HS_EFORMAT, "a text of %llu elements",
				 (unsigned long long)count);
	if (!status)
		status = hs_cursor_int(cursor, &distance, err);
	if (!status)
		status = hs_cursor_uint(cursor, &kind, err);
	if (!status)
		status = hs_cursor_text(cursor, &out->text, &out->full_length, err);
	if (!status && count > 3)
		status = hs_cursor_uint(cursor, &out->full_length, err);
	for (; !status && count > 4; count--)
		status = hs_cursor_skip(cursor, err);
	if (status)
		return status;
	frame->previous_text_id += (uint64_t)distance << 3;
	out->id = frame->previous_text_id;
	if (out->id == 0)
		return hs_fail(err, HS_EFORMAT, "a text without id");
	*is_known = kind <= HS_TEXT_LITERAL;
	out->kind = *is_known ? (enum hs_text_kind)kind : HS_TEXT_VALUE;
	return HS_OK;
}

int hs_frame_next_text(struct hs_frame *frame, struct hs_object_text *out, struct hs_error *err)
{
	bool is_known = false;
	while (frame->phase == PHASE_TEXTS && !is_known) {
		if (frame->texts_left == 0) {
			frame->phase = PHASE_NOTHING;
			break;
		}
		frame->texts_left--;
		if (read_text(frame, out, &is_known, err)) {
			frame->phase = PHASE_NOTHING;
			return hs_snapshot_locate(frame->reader, frame->index, err);
		}
	}
	return is_known;
}
