/* Layouts of rows that version 1.0 of the format was chosen from, as one encoder and one
 * decoder with four switches. Each candidate is these two functions compiled for constant
 * switches, so that none pays for the others' branches.
 *
 * A row is: changes (a byte), the fields that are not those of the type's previous row, the
 * id, the slots. What is measured of a reference is its distance from its base, in units
 * of 8. Nothing here is checked against hostile bytes. */
#ifndef HEAPSNAP_TESTS_LAYOUT_CANDIDATES_H
#define HEAPSNAP_TESTS_LAYOUT_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "format/reader.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum layout_base {
	BASE_ZERO,   /* absolute ids */
	BASE_OWN,    /* the object's own id */
	BASE_SLOT,   /* the same slot of the type's previous row; from 16 on, two slots back */
	BASE_NEARER, /* of those two, one bit says which */
};

struct layout {
	enum layout_base base;
	bool cbor;  /* numbers as CBOR's unsigned integers; else LEB128 */
	bool parts; /* changes, fields, ids and slots in a byte string each; else in one */
};

enum layout_part { PART_CHANGES, PART_FIELDS, PART_IDS, PART_SLOTS, PART_COUNT };

struct layout_prediction {
	struct hs_object object;
	uint32_t length, epoch;
	uint64_t slots[16];
};

/* Of a frame: where each part goes on, and what rows are predicted from. */
struct layout_state {
	uint8_t *next[PART_COUNT];
	struct layout_prediction *predictions;
	uint32_t epoch, type;
};

ALWAYS_INLINE uint64_t layout_zigzag(uint64_t distance)
{
	int64_t units = (int64_t)distance >> 3;
	return (uint64_t)units << 1 ^ (uint64_t)(units >> 63);
}

ALWAYS_INLINE uint64_t layout_unzigzag(uint64_t code)
{
	return (code >> 1 ^ (0 - (code & 1))) << 3;
}

ALWAYS_INLINE void layout_put(struct layout layout, struct layout_state *state,
			      enum layout_part part, uint64_t value)
{
	uint8_t **next = &state->next[layout.parts ? part : 0], *p = *next;
	if (layout.cbor) {
		unsigned more = value < 24            ? 0
				: value < 0x100       ? 1
				: value < 0x10000     ? 2
				: value <= UINT32_MAX ? 4
						      : 8;
		*p++ = (uint8_t)(more == 0 ? value : more < 4 ? 23 + more : more == 4 ? 26 : 27);
		for (unsigned i = more; i > 0; i--)
			*p++ = (uint8_t)(value >> 8 * (i - 1));
	} else {
		for (; value >= 0x80; value >>= 7)
			*p++ = (uint8_t)(value | 0x80);
		*p++ = (uint8_t)value;
	}
	*next = p;
}

ALWAYS_INLINE uint64_t layout_get(struct layout layout, struct layout_state *state,
				  enum layout_part part)
{
	uint8_t **next = &state->next[layout.parts ? part : 0];
	const uint8_t *p = *next;
	uint64_t value = *p++;
	if (layout.cbor) {
		unsigned more = value < 24 ? 0 : 1u << (value - 24);
		if (more)
			value = 0;
		for (unsigned i = 0; i < more; i++)
			value = value << 8 | *p++;
	} else if (value >= 0x80) {
		value &= 0x7f;
		for (unsigned shift = 7;; shift += 7) {
			uint64_t byte = *p++;
			value |= (byte & 0x7f) << shift;
			if (byte < 0x80)
				break;
		}
	}
	*next += p - *next;
	return value;
}

ALWAYS_INLINE struct layout_prediction *layout_predictions_of(struct layout_state *state,
							      uint32_t type)
{
	struct layout_prediction *last = &state->predictions[type];
	if (last->epoch != state->epoch) {
		memset(last, 0, sizeof *last);
		last->epoch = state->epoch;
	}
	return last;
}

/* Slot codes: 0 as predicted, 1 empty, else the distance; with absolute ids and with the
 * own id as the base nothing is predicted, and 0 is empty. */
ALWAYS_INLINE void layout_put_slot(struct layout layout, struct layout_state *state,
				   uint64_t target, uint64_t own, uint64_t *place)
{
	if (layout.base == BASE_ZERO) {
		layout_put(layout, state, PART_SLOTS, target >> 3);
	} else if (layout.base == BASE_OWN) {
		layout_put(layout, state, PART_SLOTS, target ? layout_zigzag(target - own) + 1 : 0);
	} else if (!target || target == *place) {
		layout_put(layout, state, PART_SLOTS, target ? 0 : 1);
	} else {
		uint64_t code = layout_zigzag(target - *place);
		uint64_t other = layout_zigzag(target - own);
		if (layout.base == BASE_NEARER)
			code = code <= other ? code << 1 : other << 1 | 1;
		layout_put(layout, state, PART_SLOTS, code + 2);
	}
	*place = target ? target : *place;
}

ALWAYS_INLINE uint64_t layout_get_slot(struct layout layout, struct layout_state *state,
				       uint64_t own, uint64_t *place)
{
	uint64_t code = layout_get(layout, state, PART_SLOTS), target;
	if (layout.base == BASE_ZERO)
		target = code << 3;
	else if (layout.base == BASE_OWN)
		target = code ? own + layout_unzigzag(code - 1) : 0;
	else if (code < 2)
		target = code ? 0 : *place;
	else if (layout.base == BASE_NEARER)
		target = (code & 1 ? own : *place) + layout_unzigzag((code - 2) >> 1);
	else
		target = *place + layout_unzigzag(code - 2);
	*place = target ? target : *place;
	return target;
}

ALWAYS_INLINE void layout_put_row(struct layout layout, struct layout_state *state,
				  const struct hs_row *row)
{
	const struct hs_object *object = &row->object;
	struct layout_prediction *last = layout_predictions_of(state, object->type);
	unsigned changes = (unsigned)(object->type != state->type) |
			   (unsigned)(object->slot_map != last->object.slot_map) << 1 |
			   (unsigned)(row->count != last->length) << 2 |
			   (unsigned)(object->size != last->object.size) << 3 |
			   (unsigned)(object->refcount != last->object.refcount) << 4 |
			   (unsigned)(object->flags != last->object.flags) << 5 |
			   (unsigned)(object->extra != last->object.extra) << 6 |
			   (unsigned)(row->start != 0) << 7;
	layout_put(layout, state, PART_CHANGES, changes);
	const uint64_t fields[] = {object->type,     object->slot_map, row->count,    object->size,
				   object->refcount, object->flags,    object->extra, row->start};
	for (unsigned i = 0; changes >> i; i++) {
		if (changes >> i & 1)
			layout_put(layout, state, PART_FIELDS, fields[i]);
	}
	layout_put(layout, state, PART_IDS,
		   layout.base == BASE_ZERO ? object->id >> 3
					    : layout_zigzag(object->id - last->object.id));
	for (uint32_t i = 0; i < row->count; i++)
		layout_put_slot(layout, state, row->slots[i], object->id,
				&last->slots[i < 16 ? i : 14 + (i & 1)]);
	last->object = *object;
	last->length = row->count;
	state->type = object->type;
}

ALWAYS_INLINE void layout_get_row(struct layout layout, struct layout_state *state,
				  struct hs_row *row, uint64_t *slots)
{
	uint64_t changes = layout_get(layout, state, PART_CHANGES);
	if (changes & 1)
		state->type = (uint32_t)layout_get(layout, state, PART_FIELDS);
	struct layout_prediction *last = layout_predictions_of(state, state->type);
	struct hs_object *object = &last->object;
	object->type = state->type;
	if (changes & 2)
		object->slot_map = (uint32_t)layout_get(layout, state, PART_FIELDS);
	if (changes & 4)
		last->length = (uint32_t)layout_get(layout, state, PART_FIELDS);
	if (changes & 8)
		object->size = layout_get(layout, state, PART_FIELDS);
	if (changes & 16)
		object->refcount = layout_get(layout, state, PART_FIELDS);
	if (changes & 32)
		object->flags = (uint32_t)layout_get(layout, state, PART_FIELDS);
	if (changes & 64)
		object->extra = layout_get(layout, state, PART_FIELDS);
	row->start = changes & 128 ? layout_get(layout, state, PART_FIELDS) : 0;
	uint64_t code = layout_get(layout, state, PART_IDS);
	object->id = layout.base == BASE_ZERO ? code << 3 : object->id + layout_unzigzag(code);
	for (uint32_t i = 0; i < last->length; i++)
		slots[i] = layout_get_slot(layout, state, object->id,
					   &last->slots[i < 16 ? i : 14 + (i & 1)]);
	row->object = *object;
	row->count = last->length;
	row->slots = slots;
}

#endif
