/* Rows of an object frame -> bytes. docs/format.md, "Rows", is the law; the decoder
 * is format/row_decoder.h. */
#ifndef HEAPSNAP_FORMAT_ROW_ENCODER_H
#define HEAPSNAP_FORMAT_ROW_ENCODER_H

#include <stddef.h>
#include <stdint.h>

#include "format/encode.h"
#include "format/records.h"
#include "format/row_prediction.h"

struct hs_row_encoder {
	uint8_t *next;
	struct hs_row_prediction *predictions; /* by type; the caller's memory, zeroed */
	uint32_t epoch;
	uint32_t type; /* of the previous row */
	/* of the frame so far */
	uint64_t objects, rows, references, low, high;
};

/* Begins a frame's rows at `out`. */
void hs_row_encoder_start(struct hs_row_encoder *, uint8_t *out);

/* No row of `count` slots is longer than this. */
static inline size_t hs_row_bytes_max(uint32_t count)
{
	return 96 + 10 * (size_t)count;
}

/* Appends a row; the caller has made sure of hs_row_bytes_max(count) bytes. Returns the
 * bitwise or of all ids: a row with an id that is no multiple of 8 is not written. */
uint64_t hs_row_encode(struct hs_row_encoder *, const struct hs_object *object, uint64_t start,
		       const uint64_t *slots, uint32_t count);

/* The value of the frame's `columns`. */
void hs_row_encode_columns(struct hs_encoder *);

#endif
