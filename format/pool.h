/* Memory for what a reader decodes and keeps: freed as a whole, and limited, so that
 * a small hostile file cannot ask for much. */
#ifndef HEAPSNAP_FORMAT_POOL_H
#define HEAPSNAP_FORMAT_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "format/records.h"
#include "format/status.h"

struct hs_pool {
	struct hs_pool_chunk *chunks;
	uint64_t used, limit; /* bytes, those charged included */
};

void hs_pool_init(struct hs_pool *, uint64_t limit);
void hs_pool_release(struct hs_pool *);

/* Zeroed, aligned to 8, lives until hs_pool_release. */
enum hs_status hs_pool_take(struct hs_pool *, size_t bytes, void **out, struct hs_error *err);
enum hs_status hs_pool_text(struct hs_pool *, struct hs_text text, struct hs_text *out,
			    struct hs_error *err);

/* Makes room for `needed` elements of `element` bytes in an array of the heap (its
 * owner frees it); what it grows by counts against the limit. */
enum hs_status hs_pool_grow(struct hs_pool *, void **array, size_t *capacity, size_t needed,
			    size_t element, struct hs_error *err);

#endif
