/* Writes CBOR (RFC 8949) heads and small items into a buffer, always in the
 * shortest form and with definite lengths, as libcbor would. */
#ifndef HEAPSNAP_FORMAT_ENCODE_H
#define HEAPSNAP_FORMAT_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/records.h"

/* Appends at `next`; what does not fit before `end` sets `overflow`, and nothing
 * more is written from there on: one test at the end of a record is enough. */
struct hs_encoder {
	uint8_t *next, *end;
	bool overflow;
};

void hs_encode_uint(struct hs_encoder *, uint64_t value);
void hs_encode_int(struct hs_encoder *, int64_t value);
void hs_encode_bytes_head(struct hs_encoder *, uint64_t length);
void hs_encode_array(struct hs_encoder *, uint64_t count);
void hs_encode_map(struct hs_encoder *, uint64_t pairs);
void hs_encode_bool(struct hs_encoder *, bool value);
void hs_encode_null(struct hs_encoder *);
void hs_encode_double(struct hs_encoder *, double value);
/* A NUL-terminated ASCII string, as the keys of maps are. */
void hs_encode_key(struct hs_encoder *, const char *key);
/* A text string; inside an array of one where the text is escaped. */
void hs_encode_text(struct hs_encoder *, struct hs_text text);

#endif
