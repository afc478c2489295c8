/* Each row is predicted from the previous row of its type in the frame: on real heaps
 * neighbours of a type resemble each other in all fields, and the same slot of two
 * neighbours leads to the same object or to objects made one after the other. What is
 * not as predicted goes into four byte strings, since what zstd finds alike should
 * stand together:
 *
 *   shapes  a row: `changes`, one bit for each field that differs from its prediction;
 *           then a byte for each eight slots, one bit for each slot that differs
 *   fields  those that differ, as varints
 *   ids     a row: distance from the id of the previous row of the type
 *   slots   those that differ: distance from the target that the prediction is made of
 *
 * Slot i < 16 is predicted from slot i of the previous row, later ones from slot i - 2
 * (keys and values of a dict alternate). Distances are counted in sixteen bytes, the
 * allocator's unit since 3.8, with an escape for the others.
 *
 * The hot path of a dump: room is checked once a row by the caller, predictions of an
 * older frame are told by their epoch instead of being cleared, and a slot costs no call
 * and no branch that real heaps mispredict: its varint is always stored, and kept only if
 * it differs. Invariant: the decoder's predictions equal the encoder's after each row. */
#include "format/row_encoder.h"

#include <string.h>

void hs_row_encoder_start(struct hs_row_encoder *encoder)
{
	memcpy(encoder->next, encoder->begin, sizeof encoder->next);
	encoder->epoch++;
	encoder->first_type = 0;
	encoder->follower = &encoder->first_type;
	encoder->objects = encoder->rows = encoder->references = encoder->bytes = 0;
	encoder->low = UINT64_MAX;
	encoder->high = 0;
}

static inline void store32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
	p[2] = (uint8_t)(value >> 16);
	p[3] = (uint8_t)(value >> 24);
}

static uint8_t *put_long_varint(uint8_t *p, uint64_t value)
{
	unsigned length = 5;
	while (length < 9 && value >> 7 * length)
		length++;
	uint64_t rest = value;
	if (length < 9)
		rest = (value << 1 | 1) << (length - 1);
	else
		*p++ = 0;
	for (unsigned i = length < 9 ? length : 8; i > 0; i--, rest >>= 8)
		*p++ = (uint8_t)rest;
	return p;
}

/* Four bytes are stored in any case; p moves on only if the varint `is_kept` (0 or 1). */
static inline uint8_t *put_varint_if(uint8_t *p, uint64_t value, unsigned is_kept)
{
	if (value >> 28)
		return is_kept ? put_long_varint(p, value) : p;
	uint32_t low = (uint32_t)value;
	unsigned more = (unsigned)(low > 0x7f) + (low > 0x3fff) + (low > 0x1fffff);
	store32(p, (low << 1 | 1) << more);
	return p + ((more + 1) & (0 - is_kept));
}

static inline uint8_t *put_varint(uint8_t *p, uint64_t value)
{
	return put_varint_if(p, value, 1);
}

/* The sign beside the distance, in units of 2^shift. */
static inline uint64_t zigzag(uint64_t distance, unsigned shift)
{
	int64_t units = (int64_t)distance >> shift;
	return (uint64_t)units << 1 ^ (uint64_t)(units >> 63);
}

static inline uint8_t *put_id(uint8_t *p, uint64_t id, uint64_t previous)
{
	uint64_t distance = id - previous;
	if (distance & 8) {
		*p++ = 1; /* varint 0 */
		return put_varint(p, zigzag(distance, 3));
	}
	return put_varint(p, zigzag(distance, 4) + 1);
}

/* Sets *differs to 1 or 0. */
static inline uint8_t *put_slot(uint8_t *p, uint64_t target, uint64_t *prediction,
				unsigned *differs)
{
	uint64_t base = *prediction & ~HS_ROW_EMPTY;
	uint64_t predicted = *prediction & HS_ROW_EMPTY ? 0 : base;
	*prediction = target ? target : base | HS_ROW_EMPTY;
	*differs = target != predicted;
	uint64_t distance = target - base;
	if ((distance & 8) && target) {
		*p = 3; /* varint 1 */
		return *differs ? put_varint(p + 1, zigzag(distance, 3)) : p;
	}
	return put_varint_if(p, target ? zigzag(distance, 4) + 2 : 0, *differs);
}

/* Shapes and slots of `count` slots, of which slot i is predicted by prediction[i & mask]. */
static inline void put_slots(uint8_t **shapes, uint8_t **targets, const uint64_t *slots,
			     uint32_t count, uint64_t *prediction, uint32_t mask)
{
	uint8_t *p = *targets;
	for (uint32_t i = 0; i < count; i += 8) {
		uint32_t end = count - i < 8 ? count : i + 8;
		unsigned shape = 0;
		for (uint32_t j = i; j < end; j++) {
			unsigned differs;
			p = put_slot(p, slots[j], &prediction[j & mask], &differs);
			shape |= differs << (j & 7);
		}
		*(*shapes)++ = (uint8_t)shape;
	}
	*targets = p;
}

static inline unsigned changes_of(const struct hs_row_encoder *encoder,
				  const struct hs_row_prediction *last,
				  const struct hs_object *object, uint64_t start, uint32_t count)
{
	return (unsigned)(object->type != *encoder->follower) |
	       (unsigned)(object->slot_map != last->slot_map) << 1 |
	       (unsigned)(count != last->length) << 2 |
	       (unsigned)(object->size != last->size) << 3 |
	       (unsigned)(object->refcount != last->refcount) << 4 |
	       (unsigned)(object->flags != last->flags) << 5 |
	       (unsigned)(object->extra != last->extra) << 6 | (unsigned)(start != 0) << 7;
}

static inline uint8_t *put_fields(uint8_t *p, unsigned changes, struct hs_row_prediction *last,
				  const struct hs_object *object, uint64_t start, uint32_t count)
{
	if (changes & 1)
		p = put_varint(p, object->type);
	if (changes & 2)
		p = put_varint(p, last->slot_map = object->slot_map);
	if (changes & 4)
		p = put_varint(p, last->length = count);
	if (changes & 8)
		p = put_varint(p, last->size = object->size);
	if (changes & 16)
		p = put_varint(p, last->refcount = object->refcount);
	if (changes & 32)
		p = put_varint(p, last->flags = object->flags);
	if (changes & 64)
		p = put_varint(p, last->extra = object->extra);
	if (changes & 128)
		p = put_varint(p, start);
	return p;
}

uint64_t hs_row_encode(struct hs_row_encoder *encoder, const struct hs_object *object,
		       uint64_t start, const uint64_t *slots, uint32_t count)
{
	uint64_t all = object->id;
	uint32_t reference_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		all |= slots[i];
		reference_count += slots[i] != 0;
	}
	if (all & 7)
		return all;

	struct hs_row_prediction *last = &encoder->predictions[object->type];
	if (last->epoch != encoder->epoch) {
		memset(last, 0, sizeof *last);
		last->epoch = encoder->epoch;
		last->follower = object->type;
	}
	uint8_t *shapes = encoder->next[HS_ROW_SHAPES], *fields = encoder->next[HS_ROW_FIELDS];
	uint8_t *ids = encoder->next[HS_ROW_IDS], *targets = encoder->next[HS_ROW_SLOTS];
	const uint8_t *const starts[] = {shapes, fields, ids, targets};
	unsigned changes = changes_of(encoder, last, object, start, count);
	shapes = put_varint(shapes, changes);
	if (changes)
		fields = put_fields(fields, changes, last, object, start, count);
	ids = put_id(ids, object->id, last->id);
	*encoder->follower = object->type;
	encoder->follower = &last->follower;
	last->id = object->id;

	uint32_t near = count < HS_ROW_SLOTS_PREDICTED ? count : HS_ROW_SLOTS_PREDICTED;
	put_slots(&shapes, &targets, slots, near, last->slots, HS_ROW_SLOTS_PREDICTED - 1);
	if (count > near) {
		uint64_t tail[2] = {last->slots[HS_ROW_SLOTS_PREDICTED - 2],
				    last->slots[HS_ROW_SLOTS_PREDICTED - 1]};
		put_slots(&shapes, &targets, slots + near, count - near, tail, 1);
	}
	encoder->next[HS_ROW_SHAPES] = shapes;
	encoder->next[HS_ROW_FIELDS] = fields;
	encoder->next[HS_ROW_IDS] = ids;
	encoder->next[HS_ROW_SLOTS] = targets;
	encoder->bytes +=
		(size_t)((shapes - starts[HS_ROW_SHAPES]) + (fields - starts[HS_ROW_FIELDS]) +
			 (ids - starts[HS_ROW_IDS]) + (targets - starts[HS_ROW_SLOTS]));

	encoder->rows++;
	encoder->objects += start == 0;
	encoder->references += reference_count;
	if (object->id < encoder->low)
		encoder->low = object->id;
	if (object->id > encoder->high)
		encoder->high = object->id;
	return all;
}

static void put_column(struct hs_encoder *out, const char *name, const char *encoding, int bit)
{
	hs_encode_array(out, 3);
	hs_encode_key(out, name);
	hs_encode_key(out, encoding);
	if (bit < 0)
		hs_encode_null(out);
	else
		hs_encode_uint(out, (uint64_t)bit);
}

void hs_row_encode_columns(struct hs_encoder *out)
{
	hs_encode_array(out, 10);
	put_column(out, "type", "as-followed", 0);
	put_column(out, "slot_map", "as-previous-of-type", 1);
	put_column(out, "length", "as-previous-of-type", 2);
	put_column(out, "size", "as-previous-of-type", 3);
	put_column(out, "refcount", "as-previous-of-type", 4);
	put_column(out, "flags", "as-previous-of-type", 5);
	put_column(out, "extra", "as-previous-of-type", 6);
	put_column(out, "start", "else-zero", 7);
	put_column(out, "id", "id-delta", -1);
	put_column(out, "slots", "slot-delta", -1);
}
