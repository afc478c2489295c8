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
static inline unsigned popcount64(uint64_t word)
{
	word -= (word >> 1) & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)((word * UINT64_C(0x0101010101010101)) >> 56);
}

/* How many members. */
size_t bitset_count(const struct bitset *);
/* The least member >= from, or set->size if there is none:
 * for (n = bitset_next(s, 0); n < s->size; n = bitset_next(s, n + 1)) */
size_t bitset_next(const struct bitset *, size_t from);

#endif
