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
 * older frame are told by their epoch instead of being cleared, and a row's slots are
 * compared in one pass before those that differ are coded in another; so a row that is
 * refused has changed nothing. Invariant: the decoder's predictions equal the encoder's
 * after each row. */
#include "format/row_encoder.h"

#include <string.h>

void hs_row_encoder_start(struct hs_row_encoder *encoder)
{
	memcpy(encoder->next, encoder->begin, sizeof encoder->next);
	encoder->epoch++;
	encoder->first_type = 0;
	encoder->follower = &encoder->first_type;
	encoder->objects = encoder->rows = encoder->references = 0;
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

/* Seven bits a byte: how many bytes there are beside the first, of a value below 2^28. */
static inline unsigned more_bytes(uint32_t value)
{
#ifdef __GNUC__
	return (31 - (unsigned)__builtin_clz(value | 1)) * 37 >> 8;
#else
	return (unsigned)(value > 0x7f) + (value > 0x3fff) + (value > 0x1fffff);
#endif
}

/* Four bytes are stored in any case. */
static inline uint8_t *put_varint(uint8_t *p, uint64_t value)
{
	if (value >> 28)
		return put_long_varint(p, value);
	unsigned more = more_bytes((uint32_t)value);
	store32(p, ((uint32_t)value << 1 | 1) << more);
	return p + more + 1;
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

/* What the next prediction is made of, once the slot held `target`. */
static inline uint64_t prediction_after(uint64_t prediction, uint64_t target)
{
	return target ? target : prediction | HS_ROW_EMPTY;
}

/* A slot that differs from its prediction. */
static inline uint8_t *put_slot(uint8_t *p, uint64_t target, uint64_t *prediction)
{
	uint64_t base = *prediction & ~HS_ROW_EMPTY;
	*prediction = prediction_after(*prediction, target);
	if (!target) {
		*p = 1; /* varint 0 */
		return p + 1;
	}
	if ((target - base) & 8) {
		*p = 3; /* varint 1 */
		return put_varint(p + 1, zigzag(target - base, 3));
	}
	return put_varint(p, zigzag(target - base, 4) + 2);
}

/* What is found out about a row's slots before any of them is written. */
struct scan {
	uint64_t all;     /* bitwise or */
	uint32_t filled;  /* how many are not empty */
	unsigned differs; /* of the near ones: bit i, slot i is not as predicted */
};

static inline void scan_slots(struct scan *scan, const uint64_t *slots, uint32_t near,
			      uint32_t count, const uint64_t *prediction)
{
	uint64_t all = 0;
	uint32_t filled = 0;
	unsigned differs = 0;
	for (uint32_t i = 0; i < near; i++) {
		uint64_t slot = slots[i];
		differs |= (unsigned)(prediction_after(prediction[i], slot) != prediction[i]) << i;
		all |= slot;
		filled += slot != 0;
	}
	for (uint32_t i = near; i < count; i++) {
		all |= slots[i];
		filled += slots[i] != 0;
	}
	*scan = (struct scan){all, filled, differs};
}

static inline uint8_t *put_near_slots(uint8_t *p, const uint64_t *slots, unsigned differs,
				      uint64_t *prediction)
{
	for (unsigned i = 0; differs; differs >>= 1, i++)
		if (differs & 1)
			p = put_slot(p, slots[i], &prediction[i]);
	return p;
}

/* Slots beyond those that the type predicts: each from the one two before it. */
static inline void put_far_slots(uint8_t **shapes, uint8_t **targets, const uint64_t *slots,
				 uint32_t count, const uint64_t *near)
{
	uint64_t prediction[2] = {near[HS_ROW_SLOTS_PREDICTED - 2],
				  near[HS_ROW_SLOTS_PREDICTED - 1]};
	uint8_t *p = *targets;
	for (uint32_t i = 0; i < count; i += 8) {
		uint32_t end = count - i < 8 ? count : i + 8;
		unsigned shape = 0;
		for (uint32_t j = i; j < end; j++) {
			uint64_t *last = &prediction[j & 1];
			if (prediction_after(*last, slots[j]) == *last)
				continue;
			p = put_slot(p, slots[j], last);
			shape |= 1u << (j & 7);
		}
		*(*shapes)++ = (uint8_t)shape;
	}
	*targets = p;
}

static inline unsigned changes_of(const struct hs_row_encoder *encoder,
				  const struct hs_row_prediction *last,
				  const struct hs_object *object, uint64_t start, uint32_t count)
{
	uint64_t any = (object->type ^ *encoder->follower) | (object->slot_map ^ last->slot_map) |
		       (count ^ last->length) | (object->size ^ last->size) |
		       (object->refcount ^ last->refcount) | (object->flags ^ last->flags) |
		       (object->extra ^ last->extra) | start;
	if (any == 0)
		return 0;
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

static void forget(struct hs_row_prediction *last, uint32_t type, uint32_t epoch)
{
	memset(last, 0, sizeof *last);
	last->epoch = epoch;
	last->follower = type;
	for (unsigned i = 0; i < HS_ROW_SLOTS_PREDICTED; i++)
		last->slots[i] = HS_ROW_EMPTY;
}

uint64_t hs_row_encode(struct hs_row_encoder *encoder, const struct hs_object *object,
		       uint64_t start, const uint64_t *slots, uint32_t count)
{
	struct hs_row_prediction *last = &encoder->predictions[object->type];
	if (last->epoch != encoder->epoch)
		forget(last, object->type, encoder->epoch);
	uint32_t near = count < HS_ROW_SLOTS_PREDICTED ? count : HS_ROW_SLOTS_PREDICTED;
	struct scan scan;
	scan_slots(&scan, slots, near, count, last->slots);
	uint64_t all = scan.all | object->id;
	if (all & 7)
		return all;

	uint8_t *shapes = encoder->next[HS_ROW_SHAPES];
	unsigned changes = changes_of(encoder, last, object, start, count);
	if (changes) {
		shapes = put_varint(shapes, changes);
		encoder->next[HS_ROW_FIELDS] = put_fields(encoder->next[HS_ROW_FIELDS], changes,
							  last, object, start, count);
	} else {
		*shapes++ = 1; /* varint 0 */
	}
	encoder->next[HS_ROW_IDS] = put_id(encoder->next[HS_ROW_IDS], object->id, last->id);
	*encoder->follower = object->type;
	encoder->follower = &last->follower;
	last->id = object->id;

	shapes[0] = (uint8_t)scan.differs;
	shapes[1] = (uint8_t)(scan.differs >> 8);
	shapes += (near + 7) / 8;
	uint8_t *targets = encoder->next[HS_ROW_SLOTS];
	targets = put_near_slots(targets, slots, scan.differs, last->slots);
	if (count > near)
		put_far_slots(&shapes, &targets, slots + near, count - near, last->slots);
	encoder->next[HS_ROW_SHAPES] = shapes;
	encoder->next[HS_ROW_SLOTS] = targets;

	encoder->rows++;
	encoder->objects += start == 0;
	encoder->references += scan.filled;
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
