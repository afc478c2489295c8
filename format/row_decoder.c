/* The mirror of format/row_encoder.c: the same predictions, kept by type and told to
 * be of this frame by an epoch.
 *
 * Two loops: one for the columns of version 1.0 in their order, which all files have
 * today, and one that follows any list of columns, so that a frame with a column
 * added still reads: an unknown one is decoded and dropped. Both end in the same
 * checks. The data is followed by zeroes enough for the longest row, so a row that
 * is cut reads those, and one comparison a row tells; a varint is ten bytes at most.
 *
 * Invariant: what is handed out has a type and a slot map below their counts, ids
 * that are multiples of 8 and not zero, and at most HS_ROW_REFERENCES_MAX slots. */
#include "format/row_decoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const field_names[HS_COLUMN_UNKNOWN] = {
	"type", "slot_map", "length", "size", "refcount", "flags", "extra", "start", "id", "slots"};
static const char *const encoding_names[] = {"as-previous-row", "as-previous-of-type", "else-zero",
					     "id-delta", "slot-delta"};
#define ENCODING_COUNT (sizeof encoding_names / sizeof encoding_names[0])

static const struct hs_column standard_columns[] = {
	{HS_COLUMN_TYPE, HS_ENCODING_AS_PREVIOUS_ROW, 0},
	{HS_COLUMN_SLOT_MAP, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 1},
	{HS_COLUMN_LENGTH, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 2},
	{HS_COLUMN_SIZE, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 3},
	{HS_COLUMN_REFCOUNT, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 4},
	{HS_COLUMN_FLAGS, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 5},
	{HS_COLUMN_EXTRA, HS_ENCODING_AS_PREVIOUS_OF_TYPE, 6},
	{HS_COLUMN_START, HS_ENCODING_ELSE_ZERO, 7},
	{HS_COLUMN_ID, HS_ENCODING_ID_DELTA, -1},
	{HS_COLUMN_SLOTS, HS_ENCODING_SLOT_DELTA, -1}};
#define STANDARD_COUNT (sizeof standard_columns / sizeof standard_columns[0])

void hs_row_decoder_release(struct hs_row_decoder *decoder)
{
	free(decoder->predictions);
}

static enum hs_status read_column(struct hs_cursor *cursor, struct hs_column *out,
				  struct hs_error *err)
{
	uint64_t count;
	struct hs_key name, encoding;
	struct hs_item bit;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (!status && count < 3)
		status = hs_fail(err, HS_EFORMAT, "a column of %llu elements",
				 (unsigned long long)count);
	if (!status)
		status = hs_cursor_key(cursor, &name, err);
	if (!status)
		status = hs_cursor_key(cursor, &encoding, err);
	if (!status)
		status = hs_cursor_next(cursor, &bit, err);
	for (; !status && count > 3; count--)
		status = hs_cursor_skip(cursor, err);
	if (status)
		return status;
	if (bit.type != HS_ITEM_NULL && (bit.type != HS_ITEM_UINT || bit.value > 62))
		return hs_fail(err, HS_EFORMAT, "a column's presence bit is no number below 63");
	*out = (struct hs_column){HS_COLUMN_UNKNOWN, ENCODING_COUNT,
				  bit.type == HS_ITEM_NULL ? -1 : (int8_t)bit.value};
	for (uint8_t i = 0; i < HS_COLUMN_UNKNOWN; i++) {
		if (hs_key_is(name, field_names[i]))
			out->field = i;
	}
	for (uint8_t i = 0; i < ENCODING_COUNT; i++) {
		if (hs_key_is(encoding, encoding_names[i]))
			out->encoding = i;
	}
	if (out->encoding == ENCODING_COUNT) {
		char text[33] = {0};
		memcpy(text, encoding.data, encoding.length < 32 ? encoding.length : 32);
		return hs_fail(err, HS_EUNSUPPORTED, "a column with the unknown encoding \"%s\"",
			       text);
	}
	return HS_OK;
}

/* Predictions need the type before all else, slots need the length: columns in an order
 * that cannot be decoded, or known ones with another's encoding, are refused here. */
static enum hs_status check_columns(const struct hs_row_decoder *decoder, struct hs_error *err)
{
	unsigned seen = 0;
	if (decoder->column_count == 0 || decoder->columns[0].field != HS_COLUMN_TYPE)
		return hs_fail(err, HS_EFORMAT, "the first column is not the type");
	for (uint32_t i = 0; i < decoder->column_count; i++) {
		const struct hs_column *column = &decoder->columns[i];
		bool is_slots = column->encoding == HS_ENCODING_SLOT_DELTA;
		if (is_slots && !(seen & 1u << HS_COLUMN_LENGTH))
			return hs_fail(err, HS_EFORMAT, "a column of slots before the length");
		if (column->field == HS_COLUMN_UNKNOWN)
			continue;
		if (column->encoding != standard_columns[column->field].encoding)
			return hs_fail(err, HS_EUNSUPPORTED, "column \"%s\" in encoding \"%s\"",
				       field_names[column->field],
				       encoding_names[column->encoding]);
		if (seen & 1u << column->field)
			return hs_fail(err, HS_EFORMAT, "column \"%s\" twice",
				       field_names[column->field]);
		seen |= 1u << column->field;
	}
	unsigned needed = 1u << HS_COLUMN_TYPE | 1u << HS_COLUMN_SLOT_MAP | 1u << HS_COLUMN_LENGTH |
			  1u << HS_COLUMN_ID | 1u << HS_COLUMN_SLOTS;
	if ((seen & needed) != needed)
		return hs_fail(err, HS_EFORMAT, "the frame lacks a column that every row needs");
	return HS_OK;
}

enum hs_status hs_row_decoder_columns(struct hs_row_decoder *decoder, struct hs_cursor *cursor,
				      struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (!status && count > HS_COLUMNS_MAX)
		return hs_fail(err, HS_ELIMIT, "%llu columns, at most %u are allowed",
			       (unsigned long long)count, HS_COLUMNS_MAX);
	for (uint32_t i = 0; !status && i < count; i++)
		status = read_column(cursor, &decoder->columns[i], err);
	if (status)
		return status;
	decoder->column_count = (uint32_t)count;
	decoder->is_standard = count == STANDARD_COUNT && memcmp(decoder->columns, standard_columns,
								 sizeof standard_columns) == 0;
	return check_columns(decoder, err);
}

enum hs_status hs_row_decoder_start(struct hs_row_decoder *decoder, const uint8_t *data,
				    uint64_t length, uint32_t type_count, uint32_t slot_map_count,
				    struct hs_error *err)
{
	if (!decoder->predictions || decoder->type_count != type_count) {
		struct hs_row_prediction *predictions =
			calloc((size_t)type_count + 1, sizeof *predictions);
		if (!predictions)
			return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)",
				       type_count * sizeof *predictions);
		free(decoder->predictions);
		decoder->predictions = predictions;
		decoder->type_count = type_count;
		decoder->epoch = 0;
	}
	decoder->slot_map_count = slot_map_count;
	if (++decoder->epoch == 0) { /* after 2^32 frames */
		memset(decoder->predictions, 0, type_count * sizeof *decoder->predictions);
		decoder->epoch = 1;
	}
	decoder->begin = decoder->next = data;
	decoder->end = data + length;
	decoder->type = 0;
	decoder->previous_id = decoder->previous_end = 0;
	decoder->objects = decoder->rows = decoder->references = 0;
	decoder->low = UINT64_MAX;
	decoder->high = 0;
	return HS_OK;
}

static inline uint64_t get_varint(const uint8_t **next)
{
	const uint8_t *p = *next;
	uint64_t value = *p++;
	if (value >= 0x80) {
		value &= 0x7f;
		for (unsigned shift = 7; shift < 70; shift += 7) {
			uint64_t byte = *p++;
			value |= (byte & 0x7f) << (shift & 63);
			if (byte < 0x80)
				break;
		}
	}
	*next = p;
	return value;
}

static inline uint64_t unzigzag_distance(uint64_t code)
{
	return (code >> 1 ^ (0 - (code & 1))) << 3;
}

/* Slot code 1 is an empty slot; *wrong becomes nonzero where a target is 0. */
static inline uint64_t get_slot(const uint8_t **next, uint64_t *predicted, unsigned *wrong)
{
	uint64_t code = get_varint(next);
	if (code == 1)
		return 0;
	uint64_t target = *predicted + unzigzag_distance(code - (code != 0));
	*wrong |= target == 0;
	*predicted = target;
	return target;
}

/* `keep`: the frame's slots; other columns in this encoding are decoded and dropped. */
static void get_slots(const uint8_t **next, struct hs_row_prediction *last, uint32_t count,
		      uint64_t *slots, unsigned *wrong)
{
	uint32_t near = count < HS_ROW_SLOTS_PREDICTED ? count : HS_ROW_SLOTS_PREDICTED;
	for (uint32_t i = 0; i < near; i++)
		slots[i] = get_slot(next, &last->slots[i], wrong);
	uint64_t tail[2] = {last->slots[HS_ROW_SLOTS_PREDICTED - 2],
			    last->slots[HS_ROW_SLOTS_PREDICTED - 1]};
	for (uint32_t i = near; i < count; i++)
		slots[i] = get_slot(next, &tail[i & 1], wrong);
}

static enum hs_status fail_row(const struct hs_row_decoder *decoder, const char *what,
			       uint64_t value, struct hs_error *err)
{
	return hs_fail(err, HS_EFORMAT, "row %llu at data byte %zu: %s %llu",
		       (unsigned long long)decoder->rows, (size_t)(decoder->next - decoder->begin),
		       what, (unsigned long long)value);
}

/* The predictions of `type`, cleared if they are of an older frame; NULL if undefined. */
static inline struct hs_row_prediction *predictions_of(struct hs_row_decoder *decoder,
						       uint64_t type)
{
	if (type >= decoder->type_count)
		return NULL;
	struct hs_row_prediction *last = &decoder->predictions[type];
	if (last->epoch != decoder->epoch) {
		memset(last, 0, sizeof *last);
		last->epoch = decoder->epoch;
	}
	return last;
}

/* A narrow field: what does not fit becomes a value that the checks refuse. */
static inline uint32_t get_u32(const uint8_t **next)
{
	uint64_t value = get_varint(next);
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* The columns of version 1.0. */
static int decode_standard(struct hs_row_decoder *decoder, struct hs_row *out,
			   struct hs_row_prediction **prediction, unsigned *wrong,
			   struct hs_error *err)
{
	const uint8_t *p = decoder->next;
	uint64_t changes = get_varint(&p);
	if (changes & 1)
		decoder->type = get_u32(&p);
	struct hs_row_prediction *last = predictions_of(decoder, decoder->type);
	if (!last)
		return fail_row(decoder, "undefined type", decoder->type, err);
	if (changes & 2)
		last->slot_map = get_u32(&p);
	if (changes & 4)
		last->length = get_u32(&p);
	if (changes & 8)
		last->size = get_varint(&p);
	if (changes & 16)
		last->refcount = get_varint(&p);
	if (changes & 32)
		last->flags = get_u32(&p);
	if (changes & 64)
		last->extra = get_varint(&p);
	out->start = changes & 128 ? get_varint(&p) : 0;
	last->id += unzigzag_distance(get_varint(&p));
	if (last->length > HS_ROW_REFERENCES_MAX)
		return fail_row(decoder, "more slots than are allowed:", last->length, err);
	get_slots(&p, last, last->length, decoder->slots, wrong);
	decoder->next = p;
	*prediction = last;
	return HS_OK;
}

static uint64_t *wide_field(struct hs_row_prediction *last, uint8_t field)
{
	return field == HS_COLUMN_SIZE       ? &last->size
	       : field == HS_COLUMN_REFCOUNT ? &last->refcount
					     : &last->extra;
}

static uint32_t *narrow_field(struct hs_row_prediction *last, uint8_t field)
{
	return field == HS_COLUMN_SLOT_MAP ? &last->slot_map
	       : field == HS_COLUMN_LENGTH ? &last->length
					   : &last->flags;
}

/* Any list of columns; `type` comes before whatever is predicted by type. */
static int decode_by_columns(struct hs_row_decoder *decoder, struct hs_row *out,
			     struct hs_row_prediction **prediction, unsigned *wrong,
			     struct hs_error *err)
{
	const uint8_t *p = decoder->next;
	uint64_t changes = get_varint(&p);
	struct hs_row_prediction *last = NULL;
	out->start = 0;
	for (uint32_t i = 0; i < decoder->column_count; i++) {
		const struct hs_column *column = &decoder->columns[i];
		bool is_present = column->bit < 0 || changes >> column->bit & 1;
		if (column->field == HS_COLUMN_TYPE) {
			if (is_present)
				decoder->type = get_u32(&p);
			last = predictions_of(decoder, decoder->type);
			if (!last)
				return fail_row(decoder, "undefined type", decoder->type, err);
		}
		if (!is_present || column->field == HS_COLUMN_TYPE)
			continue;
		assert(last); /* check_columns: the type comes first */
		switch (column->field) {
		case HS_COLUMN_START:
			out->start = get_varint(&p);
			break;
		case HS_COLUMN_ID:
			last->id += unzigzag_distance(get_varint(&p));
			break;
		case HS_COLUMN_SLOT_MAP:
		case HS_COLUMN_LENGTH:
		case HS_COLUMN_FLAGS:
			*narrow_field(last, column->field) = get_u32(&p);
			break;
		case HS_COLUMN_SIZE:
		case HS_COLUMN_REFCOUNT:
		case HS_COLUMN_EXTRA:
			*wide_field(last, column->field) = get_varint(&p);
			break;
		case HS_COLUMN_SLOTS:
			if (last->length > HS_ROW_REFERENCES_MAX)
				return fail_row(decoder,
						"more slots than are allowed:", last->length, err);
			get_slots(&p, last, last->length, decoder->slots, wrong);
			break;
		default: {
			uint32_t count =
				column->encoding == HS_ENCODING_SLOT_DELTA ? last->length : 1;
			for (; count > 0 && p < decoder->end; count--)
				get_varint(&p);
		}
		}
		if (p > decoder->end)
			break; /* the padding is for one longest row of the known columns */
	}
	assert(last);
	decoder->next = p;
	*prediction = last;
	return HS_OK;
}

static uint64_t count_targets(const uint64_t *slots, uint32_t count)
{
	uint64_t targets = 0;
	for (uint32_t i = 0; i < count; i++)
		targets += slots[i] != 0;
	return targets;
}

/* What both loops decoded: is it a row? */
static int check_row(struct hs_row_decoder *decoder, const struct hs_row_prediction *last,
		     const struct hs_row *row, unsigned wrong, struct hs_error *err)
{
	if (decoder->next > decoder->end)
		return fail_row(decoder, "runs beyond the frame's data of bytes",
				(uint64_t)(decoder->end - decoder->begin), err);
	if (last->slot_map >= decoder->slot_map_count)
		return fail_row(decoder, "undefined slot map", last->slot_map, err);
	if (wrong || last->id == 0)
		return fail_row(decoder, "an id that is", 0, err);
	if (row->start > (uint64_t)1 << 60)
		return fail_row(decoder, "starts at slot", row->start, err);
	if (row->start != 0 && decoder->rows > 0 &&
	    (last->id != decoder->previous_id || row->start != decoder->previous_end))
		return fail_row(decoder, "does not continue the row before, at slot", row->start,
				err);
	return HS_OK;
}

int hs_row_decode(struct hs_row_decoder *decoder, struct hs_row *out, struct hs_error *err)
{
	if (decoder->next >= decoder->end)
		return 0;
	struct hs_row_prediction *last = NULL;
	unsigned wrong = 0;
	int status = decoder->is_standard ? decode_standard(decoder, out, &last, &wrong, err)
					  : decode_by_columns(decoder, out, &last, &wrong, err);
	if (!status)
		status = check_row(decoder, last, out, wrong, err);
	if (status) {
		decoder->next = decoder->end; /* what follows cannot be decoded */
		return status;
	}
	out->object = (struct hs_object){.id = last->id,
					 .type = decoder->type,
					 .slot_map = last->slot_map,
					 .size = last->size,
					 .extra = last->extra,
					 .refcount = last->refcount,
					 .flags = last->flags & HS_OBJECT_FLAGS_MAX};
	out->slots = decoder->slots;
	out->count = last->length;
	decoder->previous_id = last->id;
	decoder->previous_end = out->start + out->count;
	decoder->rows++;
	decoder->objects += out->start == 0;
	decoder->references += count_targets(decoder->slots, out->count);
	if (last->id < decoder->low)
		decoder->low = last->id;
	if (last->id > decoder->high)
		decoder->high = last->id;
	return 1;
}
