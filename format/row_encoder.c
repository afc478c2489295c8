/* Row-wise, each row predicted from the previous row of its type in the frame: on
 * real heaps neighbours of a type resemble each other in all fields, and the same
 * slot of two neighbours leads to the same object or to objects made one after the
 * other. A row is
 *
 *   changes  one bit for each field that differs from its prediction
 *   fields   those that differ, as varints
 *   id       zigzag of (id - id of the previous row of the type) / 8
 *   slots    0: predicted; 1: empty; else zigzag of (target - predicted) / 8, plus 1
 *
 * Slot i < 16 is predicted from slot i of the previous row, later ones from slot i - 2
 * (keys and values of a dict alternate); an empty slot leaves the prediction as it was.
 *
 * The hot path of a dump: room is checked once a row by the caller, predictions of
 * an older frame are told by their epoch instead of being cleared, and no slot costs
 * a call. Invariant: the decoder's predictions equal the encoder's after each row. */
#include "format/row_encoder.h"

#include <string.h>

void hs_row_encoder_start(struct hs_row_encoder *encoder, uint8_t *out)
{
	encoder->next = out;
	encoder->epoch++;
	encoder->type = 0;
	encoder->objects = encoder->rows = encoder->references = 0;
	encoder->low = UINT64_MAX;
	encoder->high = 0;
}

static inline uint8_t *put_varint(uint8_t *p, uint64_t value)
{
	while (value >= 0x80) {
		*p++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*p++ = (uint8_t)value;
	return p;
}

/* Ids are multiples of 8: a rotation puts the sign beside the distance. */
static inline uint64_t zigzag_distance(uint64_t to, uint64_t from)
{
	int64_t distance = (int64_t)(to - from) >> 3;
	return (uint64_t)distance << 1 ^ (uint64_t)(distance >> 63);
}

static inline uint8_t *put_slot(uint8_t *p, uint64_t target, uint64_t *predicted)
{
	if (target == 0) {
		*p++ = 1;
		return p;
	}
	uint64_t code = zigzag_distance(target, *predicted);
	*predicted = target;
	return put_varint(p, code + (code != 0));
}

uint64_t hs_row_encode(struct hs_row_encoder *encoder, const struct hs_object *object,
		       uint64_t start, const uint64_t *slots, uint32_t count)
{
	uint64_t all = object->id;
	uint32_t targets = 0;
	for (uint32_t i = 0; i < count; i++) {
		all |= slots[i];
		targets += slots[i] != 0;
	}
	if (all & 7)
		return all;

	struct hs_row_prediction *last = &encoder->predictions[object->type];
	if (last->epoch != encoder->epoch) {
		memset(last, 0, sizeof *last);
		last->epoch = encoder->epoch;
	}
	unsigned changes = (unsigned)(object->type != encoder->type) |
			   (unsigned)(object->slot_map != last->slot_map) << 1 |
			   (unsigned)(count != last->length) << 2 |
			   (unsigned)(object->size != last->size) << 3 |
			   (unsigned)(object->refcount != last->refcount) << 4 |
			   (unsigned)(object->flags != last->flags) << 5 |
			   (unsigned)(object->extra != last->extra) << 6 |
			   (unsigned)(start != 0) << 7;
	uint8_t *p = put_varint(encoder->next, changes);
	if (changes & 1)
		p = put_varint(p, encoder->type = object->type);
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
	p = put_varint(p, zigzag_distance(object->id, last->id));
	last->id = object->id;

	uint32_t near = count < HS_ROW_SLOTS_PREDICTED ? count : HS_ROW_SLOTS_PREDICTED;
	for (uint32_t i = 0; i < near; i++)
		p = put_slot(p, slots[i], &last->slots[i]);
	uint64_t tail[2] = {last->slots[HS_ROW_SLOTS_PREDICTED - 2],
			    last->slots[HS_ROW_SLOTS_PREDICTED - 1]};
	for (uint32_t i = near; i < count; i++)
		p = put_slot(p, slots[i], &tail[i & 1]);

	encoder->next = p;
	encoder->rows++;
	encoder->objects += start == 0;
	encoder->references += targets;
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
	put_column(out, "type", "as-previous-row", 0);
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
