/* What encoder and decoder of rows both keep: they must be equal after each row. */
#ifndef HEAPSNAP_FORMAT_ROW_PREDICTION_H
#define HEAPSNAP_FORMAT_ROW_PREDICTION_H

#include <stdint.h>

#define HS_ROW_SLOTS_PREDICTED 16u

/* What the next row of a type is predicted from. */
struct hs_row_prediction {
	uint64_t id, size, extra, refcount;
	uint32_t slot_map, length, flags;
	uint32_t epoch; /* the frame that this belongs to; of an older one: all zero */
	uint64_t slots[HS_ROW_SLOTS_PREDICTED]; /* the last target that was not empty */
};

#endif
