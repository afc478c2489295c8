/* Chunks of 64 KiB in a list, taken from by a bump of an offset; what is larger gets
 * a chunk of its own behind the first, so the rest of that is not lost. */
#include "format/pool.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 << 10)

struct hs_pool_chunk {
	struct hs_pool_chunk *next;
	size_t used, size;
	uint64_t data[];
};

void hs_pool_init(struct hs_pool *pool, uint64_t limit)
{
	*pool = (struct hs_pool){NULL, 0, limit};
}

void hs_pool_release(struct hs_pool *pool)
{
	struct hs_pool_chunk *chunk = pool->chunks;
	while (chunk) {
		struct hs_pool_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	pool->chunks = NULL;
}

static enum hs_status charge(struct hs_pool *pool, uint64_t bytes, struct hs_error *err)
{
	if (bytes > pool->limit - pool->used)
		return hs_fail(err, HS_ELIMIT,
			       "the tables would take more than %llu bytes of memory",
			       (unsigned long long)pool->limit);
	pool->used += bytes;
	return HS_OK;
}

enum hs_status hs_pool_take(struct hs_pool *pool, size_t bytes, void **out, struct hs_error *err)
{
	bytes = (bytes + 7) & ~(size_t)7;
	enum hs_status status = charge(pool, bytes, err);
	if (status)
		return status;
	struct hs_pool_chunk *chunk = pool->chunks;
	if (!chunk || chunk->size - chunk->used < bytes) {
		size_t size = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
		struct hs_pool_chunk *fresh = calloc(1, sizeof *fresh + size);
		if (!fresh)
			return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)", size);
		fresh->size = size;
		if (chunk && size == bytes) {
			fresh->next = chunk->next;
			chunk->next = fresh;
		} else {
			fresh->next = chunk;
			pool->chunks = fresh;
		}
		chunk = fresh;
	}
	*out = (uint8_t *)chunk->data + chunk->used;
	chunk->used += bytes;
	return HS_OK;
}

enum hs_status hs_pool_text(struct hs_pool *pool, struct hs_text text, struct hs_text *out,
			    struct hs_error *err)
{
	void *copy;
	enum hs_status status = hs_pool_take(pool, (size_t)text.length + 1, &copy, err);
	if (status)
		return status;
	if (text.length)
		memcpy(copy, text.data, text.length);
	*out = (struct hs_text){copy, text.length, text.escaped};
	return HS_OK;
}

enum hs_status hs_pool_grow(struct hs_pool *pool, void **array, size_t *capacity, size_t needed,
			    size_t element, struct hs_error *err)
{
	if (needed <= *capacity)
		return HS_OK;
	size_t grown = *capacity + *capacity / 2 + 64;
	if (grown < needed)
		grown = needed;
	enum hs_status status = charge(pool, (uint64_t)(grown - *capacity) * element, err);
	if (status)
		return status;
	void *larger = realloc(*array, grown * element);
	if (!larger)
		return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)", grown * element);
	memset((uint8_t *)larger + *capacity * element, 0, (grown - *capacity) * element);
	*array = larger;
	*capacity = grown;
	return HS_OK;
}
