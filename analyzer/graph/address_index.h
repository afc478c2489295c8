/* Turns an object's address into its ordinal: a bitmap over pages of 256 places, with ranks,
 * the pages found through a small hash. */
#ifndef HEAPSNAP_ANALYZER_ADDRESS_INDEX_H
#define HEAPSNAP_ANALYZER_ADDRESS_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define ADDRESS_NONE UINT32_MAX

struct address_index;

/* Indexes ids[0 .. count), multiples of 8, all different: the ordinal of ids[i] is i.
 * When two are equal returns NULL and sets *duplicate to one of them. Cost: one pass
 * over the ids and one over the pages; 6 to 7 bytes an id. */
struct address_index *address_index_new(const uint64_t *ids, uint32_t count, uint64_t *duplicate);
void address_index_free(struct address_index *);

/* The ordinal of `id`, or ADDRESS_NONE. */
uint32_t address_index_find(const struct address_index *, uint64_t id);

/* The same for `count` ids at once, with their cache misses overlapped: the way to
 * resolve many. */
void address_index_find_many(const struct address_index *, const uint64_t *ids, size_t count,
			     uint32_t *ordinals);

#endif
