/* The mirror of format/row_encoder.c: the same predictions, kept by type and told to
 * be of this frame by an epoch.
 *
 * Two loops: one for the columns of version 1.0 in their order, which all files have
 * today, and one that follows any list of columns, so that a frame with a column
 * added still reads: an unknown one is decoded and dropped. Both end in the same
 * checks. Each part is followed by bytes enough for the longest row, so a row that
 * is cut reads those, and one comparison a part tells; a varint is nine bytes at most,
 * and its length is known from its first byte, so reading one takes no loop.
 *
 * Invariant: what is handed out has a type and a slot map below their counts, ids
 * that are multiples of 8 and not zero, and at most HS_ROW_REFERENCES_MAX slots. */
#include "format/row_decoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const field_names[HS_COLUMN_UNKNOWN] = {
	"type", "slot_map", "length", "size", "refcount", "flags", "extra", "start", "id", "slots"};
static const char *const encoding_names[] = {"as-followed", "as-previous-of-type", "else-zero",
					     "id-delta", "slot-delta"};
#define ENCODING_COUNT (sizeof encoding_names / sizeof encoding_names[0])

static const struct hs_column standard_columns[] = {
	{HS_COLUMN_TYPE, HS_ENCODING_AS_FOLLOWED, 0},
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

enum hs_status hs_row_decoder_start(struct hs_row_decoder *decoder,
				    const struct hs_row_bytes *bytes, uint32_t type_count,
				    uint32_t slot_map_count, struct hs_error *err)
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
	for (int i = 0; i < HS_ROW_PARTS; i++) {
		decoder->begin[i] = decoder->next[i] = bytes->data[i];
		decoder->end[i] = bytes->data[i] + bytes->length[i];
	}
	decoder->first_type = 0;
	decoder->follower = &decoder->first_type;
	decoder->previous_id = decoder->previous_end = 0;
	decoder->objects = decoder->rows = decoder->references = 0;
	decoder->low = UINT64_MAX;
	decoder->high = 0;
	return HS_OK;
}

static inline uint64_t load64(const uint8_t *p)
{
	uint64_t low =
		(uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
	uint64_t high =
		(uint64_t)p[4] | (uint64_t)p[5] << 8 | (uint64_t)p[6] << 16 | (uint64_t)p[7] << 24;
	return low | high << 32;
}

/* The zero bits below the lowest one of the first byte count the bytes that follow it. */
static inline uint64_t get_varint(const uint8_t **next)
{
	uint64_t word = load64(*next);
	unsigned length = (unsigned)__builtin_ctzll(word | 0x100) + 1;
	if (length > 8) {
		word = load64(*next + 1);
		*next += 9;
		return word;
	}
	*next += length;
	return word << (64 - 8 * length) >> (64 - 7 * length);
}

static inline uint64_t unzigzag(uint64_t code, unsigned shift)
{
	return (code >> 1 ^ (0 - (code & 1))) << shift;
}

static inline uint64_t get_id(const uint8_t **next, uint64_t previous)
{
	uint64_t code = get_varint(next);
	if (code == 0)
		return previous + unzigzag(get_varint(next), 3);
	return previous + unzigzag(code - 1, 4);
}

/* What is wrong with slots, a sum. */
enum { WRONG_TARGET = 1, WRONG_SHAPE = 2 };

static inline uint64_t get_target(const uint8_t **next, uint64_t base, unsigned *wrong)
{
	uint64_t code = get_varint(next);
	if (code == 0)
		return 0;
	uint64_t target =
		base + (code == 1 ? unzigzag(get_varint(next), 3) : unzigzag(code - 2, 4));
	*wrong |= target ? 0u : WRONG_TARGET;
	return target;
}

/* The mirror of the encoder's put_slots. */
static inline void get_slots(const uint8_t **shapes, const uint8_t **targets, uint64_t *slots,
			     uint32_t count, uint64_t *prediction, uint32_t mask, unsigned *wrong)
{
	const uint8_t *p = *targets;
	for (uint32_t i = 0; i < count; i += 8) {
		uint32_t end = count - i < 8 ? count : i + 8;
		unsigned shape = *(*shapes)++;
		for (uint32_t j = i; j < end; j++, shape >>= 1) {
			uint64_t base = prediction[j & mask] & ~HS_ROW_EMPTY;
			uint64_t target = prediction[j & mask] & HS_ROW_EMPTY ? 0 : base;
			if (shape & 1)
				target = get_target(&p, base, wrong);
			prediction[j & mask] = target ? target : base | HS_ROW_EMPTY;
			slots[j] = target;
		}
		*wrong |= shape ? WRONG_SHAPE : 0u;
	}
	*targets = p;
}

static inline void get_row_slots(struct hs_row_decoder *decoder, struct hs_row_prediction *last,
				 unsigned *wrong)
{
	uint32_t count = last->length;
	uint32_t near = count < HS_ROW_SLOTS_PREDICTED ? count : HS_ROW_SLOTS_PREDICTED;
	const uint8_t *shapes = decoder->next[HS_ROW_SHAPES];
	const uint8_t *targets = decoder->next[HS_ROW_SLOTS];
	get_slots(&shapes, &targets, decoder->slots, near, last->slots, HS_ROW_SLOTS_PREDICTED - 1,
		  wrong);
	if (count > near) {
		uint64_t tail[2] = {last->slots[HS_ROW_SLOTS_PREDICTED - 2],
				    last->slots[HS_ROW_SLOTS_PREDICTED - 1]};
		get_slots(&shapes, &targets, decoder->slots + near, count - near, tail, 1, wrong);
	}
	decoder->next[HS_ROW_SHAPES] = shapes;
	decoder->next[HS_ROW_SLOTS] = targets;
}

static enum hs_status fail_row(const struct hs_row_decoder *decoder, const char *what,
			       uint64_t value, struct hs_error *err)
{
	return hs_fail(err, HS_EFORMAT, "row %llu at data byte %zu: %s %llu",
		       (unsigned long long)decoder->rows,
		       (size_t)(decoder->next[HS_ROW_SHAPES] - decoder->begin[HS_ROW_SHAPES]), what,
		       (unsigned long long)value);
}

/* The predictions of `type`, cleared if they are of an older frame; NULL if undefined. */
static inline struct hs_row_prediction *predictions_of(struct hs_row_decoder *decoder,
						       uint32_t type)
{
	if (type >= decoder->type_count)
		return NULL;
	struct hs_row_prediction *last = &decoder->predictions[type];
	if (last->epoch != decoder->epoch) {
		memset(last, 0, sizeof *last);
		last->epoch = decoder->epoch;
		last->follower = type;
	}
	return last;
}

/* A narrow field: what does not fit becomes a value that the checks refuse. */
static inline uint32_t get_u32(const uint8_t **next)
{
	uint64_t value = get_varint(next);
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* The columns of version 1.0. The type goes to *type. */
static int decode_standard(struct hs_row_decoder *decoder, uint32_t *type, uint64_t *start,
			   struct hs_row_prediction **prediction, unsigned *wrong,
			   struct hs_error *err)
{
	const uint8_t *p = decoder->next[HS_ROW_FIELDS];
	uint64_t changes = get_varint(&decoder->next[HS_ROW_SHAPES]);
	*type = changes & 1 ? get_u32(&p) : *decoder->follower;
	struct hs_row_prediction *last = predictions_of(decoder, *type);
	if (!last)
		return fail_row(decoder, "undefined type", *type, err);
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
	if (changes & 128)
		*start = get_varint(&p);
	decoder->next[HS_ROW_FIELDS] = p;
	last->id = get_id(&decoder->next[HS_ROW_IDS], last->id);
	if (last->length > HS_ROW_REFERENCES_MAX)
		return fail_row(decoder, "more slots than are allowed:", last->length, err);
	get_row_slots(decoder, last, wrong);
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

static bool is_present(const struct hs_column *column, uint64_t changes)
{
	return column->bit < 0 || (changes >> column->bit & 1);
}

/* A column that nobody here knows, in an encoding that is known. */
static void drop_column(struct hs_row_decoder *decoder, const struct hs_column *column,
			uint32_t length)
{
	uint64_t dropped[8], prediction = 0;
	unsigned ignored = 0;
	if (column->encoding == HS_ENCODING_ID_DELTA) {
		get_id(&decoder->next[HS_ROW_IDS], 0);
	} else if (column->encoding != HS_ENCODING_SLOT_DELTA) {
		get_varint(&decoder->next[HS_ROW_FIELDS]);
	} else {
		for (uint32_t i = 0; i < length; i += 8)
			get_slots(&decoder->next[HS_ROW_SHAPES], &decoder->next[HS_ROW_SLOTS],
				  dropped, length - i < 8 ? length - i : 8, &prediction, 0,
				  &ignored);
	}
}

static bool overran(const struct hs_row_decoder *decoder)
{
	return decoder->next[HS_ROW_SHAPES] > decoder->end[HS_ROW_SHAPES] ||
	       decoder->next[HS_ROW_FIELDS] > decoder->end[HS_ROW_FIELDS] ||
	       decoder->next[HS_ROW_IDS] > decoder->end[HS_ROW_IDS] ||
	       decoder->next[HS_ROW_SLOTS] > decoder->end[HS_ROW_SLOTS];
}

/* Any list of columns that begins with the type. */
static int decode_by_columns(struct hs_row_decoder *decoder, uint32_t *type, uint64_t *start,
			     struct hs_row_prediction **prediction, unsigned *wrong,
			     struct hs_error *err)
{
	const uint8_t **fields = &decoder->next[HS_ROW_FIELDS];
	uint64_t changes = get_varint(&decoder->next[HS_ROW_SHAPES]);
	assert(decoder->columns[0].field == HS_COLUMN_TYPE); /* check_columns */
	*type = is_present(&decoder->columns[0], changes) ? get_u32(fields) : *decoder->follower;
	struct hs_row_prediction *last = predictions_of(decoder, *type);
	if (!last)
		return fail_row(decoder, "undefined type", *type, err);
	for (uint32_t i = 1; i < decoder->column_count; i++) {
		const struct hs_column *column = &decoder->columns[i];
		if (!is_present(column, changes))
			continue;
		if (column->encoding == HS_ENCODING_SLOT_DELTA &&
		    last->length > HS_ROW_REFERENCES_MAX)
			return fail_row(decoder, "more slots than are allowed:", last->length, err);
		switch (column->field) {
		case HS_COLUMN_START:
			*start = get_varint(fields);
			break;
		case HS_COLUMN_ID:
			last->id = get_id(&decoder->next[HS_ROW_IDS], last->id);
			break;
		case HS_COLUMN_SLOT_MAP:
		case HS_COLUMN_LENGTH:
		case HS_COLUMN_FLAGS:
			*narrow_field(last, column->field) = get_u32(fields);
			break;
		case HS_COLUMN_SIZE:
		case HS_COLUMN_REFCOUNT:
		case HS_COLUMN_EXTRA:
			*wide_field(last, column->field) = get_varint(fields);
			break;
		case HS_COLUMN_SLOTS:
			get_row_slots(decoder, last, wrong);
			break;
		default:
			drop_column(decoder, column, last->length);
		}
		if (overran(decoder))
			break; /* the padding is for one longest row of the known columns */
	}
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
static int check_row(const struct hs_row_decoder *decoder, const struct hs_row_prediction *last,
		     uint64_t start, unsigned wrong, struct hs_error *err)
{
	if (overran(decoder))
		return fail_row(decoder, "runs beyond the frame's data, length", last->length, err);
	if (last->slot_map >= decoder->slot_map_count)
		return fail_row(decoder, "undefined slot map", last->slot_map, err);
	if (wrong & WRONG_TARGET || last->id == 0)
		return fail_row(decoder, "an id that is", 0, err);
	if (wrong)
		return fail_row(decoder, "a shape for more slots than it has:", last->length, err);
	if (start > (uint64_t)1 << 60)
		return fail_row(decoder, "starts at slot", start, err);
	if (start != 0 && decoder->rows > 0 &&
	    (last->id != decoder->previous_id || start != decoder->previous_end))
		return fail_row(decoder, "does not continue the row before, at slot", start, err);
	return HS_OK;
}

/* At the end of the shapes: 0 if the other parts end there too. */
static int check_end(const struct hs_row_decoder *decoder, struct hs_error *err)
{
	for (int i = 0; i < HS_ROW_PARTS; i++) {
		if (decoder->next[i] != decoder->end[i])
			return hs_fail(err, HS_EFORMAT, "%zu bytes of data after the last row",
				       (size_t)(decoder->end[i] - decoder->next[i]));
	}
	return 0;
}

int hs_row_decode(struct hs_row_decoder *decoder, struct hs_row *out, struct hs_error *err)
{
	if (decoder->next[HS_ROW_SHAPES] >= decoder->end[HS_ROW_SHAPES])
		return check_end(decoder, err);
	struct hs_row_prediction *last = NULL;
	unsigned wrong = 0;
	uint32_t type = 0;
	uint64_t start = 0;
	int status = decoder->is_standard
			     ? decode_standard(decoder, &type, &start, &last, &wrong, err)
			     : decode_by_columns(decoder, &type, &start, &last, &wrong, err);
	if (!status)
		status = check_row(decoder, last, start, wrong, err);
	if (status) { /* what follows cannot be decoded */
		memcpy(decoder->next, decoder->end, sizeof decoder->next);
		return status;
	}
	*decoder->follower = type;
	decoder->follower = &last->follower;
	out->object = (struct hs_object){.id = last->id,
					 .type = type,
					 .slot_map = last->slot_map,
					 .size = last->size,
					 .extra = last->extra,
					 .refcount = last->refcount,
					 .flags = last->flags & HS_OBJECT_FLAGS_MAX};
	out->start = start;
	out->slots = decoder->slots;
	out->count = last->length;
	decoder->previous_id = last->id;
	decoder->previous_end = start + out->count;
	decoder->rows++;
	decoder->objects += start == 0;
	decoder->references += count_targets(decoder->slots, out->count);
	if (last->id < decoder->low)
		decoder->low = last->id;
	if (last->id > decoder->high)
		decoder->high = last->id;
	return 1;
}
