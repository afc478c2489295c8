/* A set of small integers, one bit each, in 64-bit words. Bits beyond the size are
 * always 0, so counting and searching need no special last word. */
#include "analyzer/base/bitset.h"

#include <stdlib.h>

#include "analyzer/base/xalloc.h"

static size_t word_count(size_t size)
{
	return size / 64 + 1;
}

void bitset_init(struct bitset *out, size_t size)
{
	out->words = xcalloc(word_count(size), sizeof(*out->words));
	out->size = size;
}

void bitset_release(struct bitset *set)
{
	free(set->words);
	set->words = NULL;
	set->size = 0;
}

size_t bitset_count(const struct bitset *set)
{
	size_t count = 0;

	for (size_t i = 0; i < word_count(set->size); i++)
		count += popcount64(set->words[i]);
	return count;
}

size_t bitset_next(const struct bitset *set, size_t from)
{
	if (from >= set->size)
		return set->size;
	size_t i = from / 64;
	uint64_t word = set->words[i] & (UINT64_MAX << (from & 63));
	while (word == 0) {
		if (++i == word_count(set->size))
			return set->size;
		word = set->words[i];
	}
	/* The bits below the lowest one that is set, counted. */
	return i * 64 + popcount64((word & -word) - 1);
}
