/* A set of small integers, one bit each. */
#ifndef HEAPSNAP_ANALYZER_BITSET_H
#define HEAPSNAP_ANALYZER_BITSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bitset {
	uint64_t *words;
	size_t size; /* members are 0 .. size - 1 */
};

void bitset_init(struct bitset *out, size_t size); /* empty */
void bitset_release(struct bitset *);

static inline bool bitset_has(const struct bitset *set, size_t member)
{
	return (set->words[member >> 6] >> (member & 63)) & 1;
}
static inline void bitset_add(struct bitset *set, size_t member)
{
	set->words[member >> 6] |= UINT64_C(1) << (member & 63);
}
static inline void bitset_remove(struct bitset *set, size_t member)
{
	set->words[member >> 6] &= ~(UINT64_C(1) << (member & 63));
}
/* How many members. */
size_t bitset_count(const struct bitset *);
/* The least member >= from, or set->size if there is none:
 * for (n = bitset_next(s, 0); n < s->size; n = bitset_next(s, n + 1)) */
size_t bitset_next(const struct bitset *, size_t from);

#endif
