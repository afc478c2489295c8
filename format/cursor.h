/* Pulls CBOR items out of bytes, one head at a time, without allocation or recursion.
 * Only what docs/format.md allows is accepted: definite
 * lengths; tags are passed over. */
#ifndef HEAPSNAP_FORMAT_CURSOR_H
#define HEAPSNAP_FORMAT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/records.h"
#include "format/status.h"

#define HS_NESTING_MAX 8u

enum hs_item_type {
	HS_ITEM_UINT,
	HS_ITEM_NEGATIVE, /* -1 - value */
	HS_ITEM_BYTES,
	HS_ITEM_TEXT,
	HS_ITEM_ARRAY,
	HS_ITEM_MAP,
	HS_ITEM_BOOL,
	HS_ITEM_NULL, /* undefined too */
	HS_ITEM_DOUBLE,
	HS_ITEM_TAG,    /* never handed out */
	HS_ITEM_REFUSED /* nor this: indefinite lengths */
};

struct hs_item {
	enum hs_item_type type;
	uint64_t value;      /* number, length, count of elements or pairs, truth */
	const uint8_t *data; /* of strings; in the bytes read */
	double real;
};

struct hs_cursor {
	const uint8_t *begin, *next, *end;
};

/* Messages name the byte within the frame's raw bytes where the item stands. */
enum hs_status hs_cursor_next(struct hs_cursor *, struct hs_item *out, struct hs_error *err);
enum hs_status hs_cursor_skip(struct hs_cursor *, struct hs_error *err);

enum hs_status hs_cursor_uint(struct hs_cursor *, uint64_t *out, struct hs_error *err);
/* At most `max`; for values that index or become a narrower type. */
enum hs_status hs_cursor_bounded(struct hs_cursor *, uint64_t max, uint64_t *out,
				 struct hs_error *err);
enum hs_status hs_cursor_int(struct hs_cursor *, int64_t *out, struct hs_error *err);
enum hs_status hs_cursor_bool(struct hs_cursor *, bool *out, struct hs_error *err);
enum hs_status hs_cursor_double(struct hs_cursor *, double *out, struct hs_error *err);
/* Checked to be UTF-8 of at most HS_TEXT_MAX bytes; borrowed from the bytes read. */
enum hs_status hs_cursor_text(struct hs_cursor *, struct hs_text *out, uint64_t *characters,
			      struct hs_error *err);
/* A count of elements (pairs) never larger than the bytes that are left could hold. */
enum hs_status hs_cursor_array(struct hs_cursor *, uint64_t *count, struct hs_error *err);
enum hs_status hs_cursor_map(struct hs_cursor *, uint64_t *pairs, struct hs_error *err);
enum hs_status hs_cursor_bytes(struct hs_cursor *, const uint8_t **data, uint64_t *length,
			       struct hs_error *err);

/* A map's key, and whether an item is a certain one. */
struct hs_key {
	const char *data;
	uint64_t length;
};
enum hs_status hs_cursor_key(struct hs_cursor *, struct hs_key *out, struct hs_error *err);
bool hs_key_is(struct hs_key, const char *name);

#endif
