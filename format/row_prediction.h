/* What encoder and decoder of rows both keep: they must be equal after each row. */
#ifndef HEAPSNAP_FORMAT_ROW_PREDICTION_H
#define HEAPSNAP_FORMAT_ROW_PREDICTION_H

#include <stdint.h>

#define HS_ROW_SLOTS_PREDICTED 16u

/* The byte strings that the rows of a frame are spread over. */
enum hs_row_part {
	HS_ROW_SHAPES, /* which columns and slots are not as predicted */
	HS_ROW_FIELDS,
	HS_ROW_IDS,
	HS_ROW_SLOTS,
	HS_ROW_PARTS
};

/* Bit 0 of a predicted slot: the slot was empty. The other bits are always those of the
 * last target that was not, from which the next one is measured. */
#define HS_ROW_EMPTY ((uint64_t)1)

/* What the next row of a type is predicted from. */
struct hs_row_prediction {
	uint64_t id, size, extra, refcount;
	uint32_t slot_map, length, flags;
	uint32_t epoch;    /* the frame that this belongs to; of an older one: all zero */
	uint32_t follower; /* the type of the row that came after this type's last row */
	uint64_t slots[HS_ROW_SLOTS_PREDICTED];
};

#endif
