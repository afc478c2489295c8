/* Bytes -> rows of an object frame. docs/format.md, "Rows", is the law; the encoder
 * is format/row_encoder.h. */
#ifndef HEAPSNAP_FORMAT_ROW_DECODER_H
#define HEAPSNAP_FORMAT_ROW_DECODER_H

#include "format/cursor.h"
#include "format/reader.h"
#include "format/row_prediction.h"

/* So many zero bytes must follow a frame's raw bytes, to be read in vain by a row that
 * is cut: room is then checked once a row. */
#define HS_ROW_PADDING_BYTES ((size_t)96 << 10)

#define HS_COLUMNS_MAX 32u

enum hs_column_field {
	HS_COLUMN_TYPE,
	HS_COLUMN_SLOT_MAP,
	HS_COLUMN_LENGTH,
	HS_COLUMN_SIZE,
	HS_COLUMN_REFCOUNT,
	HS_COLUMN_FLAGS,
	HS_COLUMN_EXTRA,
	HS_COLUMN_START,
	HS_COLUMN_ID,
	HS_COLUMN_SLOTS,
	HS_COLUMN_UNKNOWN
};

enum hs_column_encoding {
	HS_ENCODING_AS_FOLLOWED,
	HS_ENCODING_AS_PREVIOUS_OF_TYPE,
	HS_ENCODING_ELSE_ZERO,
	HS_ENCODING_ID_DELTA,
	HS_ENCODING_SLOT_DELTA
};

struct hs_column {
	uint8_t field, encoding;
	int8_t bit; /* of `changes`; -1: always present */
};

struct hs_row_decoder {
	const uint8_t *begin[HS_ROW_PARTS], *next[HS_ROW_PARTS], *end[HS_ROW_PARTS];
	struct hs_row_prediction *predictions; /* by type; on the heap */
	uint32_t type_count, slot_map_count, epoch;
	uint32_t first_type; /* the prediction of the first row's type: 0 */
	uint32_t *follower;  /* where the next row's type is predicted and kept */
	struct hs_column columns[HS_COLUMNS_MAX];
	uint32_t column_count;
	bool is_standard; /* the columns are those of version 1.0 in their order */
	uint64_t previous_id, previous_end; /* of the row before: its id, start + count */
	/* of the frame so far */
	uint64_t objects, rows, references, low, high;
	uint64_t slots[HS_ROW_REFERENCES_MAX];
};

/* Zeroed by the caller before the first start; released with hs_row_decoder_release. */
void hs_row_decoder_release(struct hs_row_decoder *);

/* Reads the `columns` of a frame. HS_EUNSUPPORTED names an encoding unknown here. */
enum hs_status hs_row_decoder_columns(struct hs_row_decoder *, struct hs_cursor *,
				      struct hs_error *err);

/* A frame's `data`. */
struct hs_row_bytes {
	const uint8_t *data[HS_ROW_PARTS];
	uint64_t length[HS_ROW_PARTS];
};

/* Begins the rows of a frame; each part is followed by HS_ROW_PADDING_BYTES to read,
 * whatever they are. */
enum hs_status hs_row_decoder_start(struct hs_row_decoder *, const struct hs_row_bytes *,
				    uint32_t type_count, uint32_t slot_map_count,
				    struct hs_error *err);

/* 1 and *out, 0 at the end, or a negative status. */
int hs_row_decode(struct hs_row_decoder *, struct hs_row *out, struct hs_error *err);

#endif
