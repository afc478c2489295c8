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
	uint8_t *begin[HS_ROW_PARTS]; /* the caller's buffers */
	uint8_t *next[HS_ROW_PARTS];
	struct hs_row_prediction *predictions; /* by type; the caller's memory, zeroed */
	uint32_t epoch;
	uint32_t first_type; /* the prediction of the first row's type: 0 */
	uint32_t *follower;  /* where the next row's type is predicted and kept */
	/* of the frame so far */
	uint64_t objects, rows, references, low, high;
};

/* Begins a frame's rows in the buffers. */
void hs_row_encoder_start(struct hs_row_encoder *);

/* Bytes of all parts so far. */
static inline size_t hs_row_encoder_bytes(const struct hs_row_encoder *encoder)
{
	size_t bytes = 0;
	for (int i = 0; i < HS_ROW_PARTS; i++)
		bytes += (size_t)(encoder->next[i] - encoder->begin[i]);
	return bytes;
}

/* No row of `count` slots takes more in all parts together, and nothing is written
 * farther than this behind any part's `next`. */
static inline size_t hs_row_bytes_max(uint32_t count)
{
	return 128 + 11 * (size_t)count;
}

/* Appends a row; the caller has made sure of hs_row_bytes_max(count) bytes. Returns the
 * bitwise or of all ids: a row with an id that is no multiple of 8 is not written. */
uint64_t hs_row_encode(struct hs_row_encoder *, const struct hs_object *object, uint64_t start,
		       const uint64_t *slots, uint32_t count);

/* The value of the frame's `columns`. */
void hs_row_encode_columns(struct hs_encoder *);

#endif
