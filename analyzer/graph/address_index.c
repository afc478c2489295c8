/* Addresses to ordinals: a bitmap with ranks.
 *
 *   address = page number | bit (8) | alignment (3 or 4 bits)
 *
 *   page table (open hash)              ordinals
 *   +-----+--------------+------+       +---+---+---+---+
 *   | key | 256 bits     | rank |------>| 7 | 8 | 2 | 9 | ...  one for each id
 *   +-----+--------------+------+       +---+---+---+---+
 *                           + bits set before the one asked for
 *
 * A page covers 256 places: 4 KiB where all ids are multiples of 16, else 2 KiB (static
 * objects are aligned to 8). It holds its key, its bits and the ranks in 48 bytes, so a
 * lookup is one probe, one population count and one read of `ordinals`. Pages get their
 * ranks in the order in which they are met, so `ordinals` is nearly ascending and lies where
 * the last lookups were.
 *
 * Cost: 6 to 7 bytes an id (4 of them the ordinals) against 11 to 14 of an open hash of
 * ordinals, at about the same time a lookup; figures in docs/decisions.md. Invariant: at
 * most three quarters of the page table are in use. */
#include "analyzer/graph/address_index.h"

#include <stdbool.h>
#include <stdlib.h>

#include "analyzer/base/bitset.h"
#include "analyzer/base/prefetch.h"
#include "analyzer/base/xalloc.h"

#define PAGE_BITS 8
#define PAGE_WORDS 4
#define BATCH 64
#define AHEAD 16 /* ids between asking for a page and reading it */

struct page {
	uint64_t key; /* page number + 1; 0: free */
	uint64_t bits[PAGE_WORDS];
	uint32_t rank;                 /* of the page's first bit */
	uint8_t word_rank[PAGE_WORDS]; /* bits set in the words before */
};

struct address_index {
	struct page *pages; /* [mask + 1] */
	uint64_t mask;
	uint64_t page_count;
	unsigned alignment; /* bits of an id that are always 0: 3 or 4 */
	uint32_t *ordinals;
};

static uint64_t home(const struct address_index *index, uint64_t page_number)
{
	uint64_t hash = page_number * UINT64_C(0x9e3779b97f4a7c15);

	return (hash ^ hash >> 32) & index->mask;
}

/* Asks for both lines that an entry can lie on. */
static void prefetch_page(const struct address_index *index, uint64_t at)
{
	PREFETCH(&index->pages[at].key);
	PREFETCH(&index->pages[at].word_rank);
}

/* The page's entry, or the free one where it belongs. */
static struct page *probe(const struct address_index *index, uint64_t page_number, uint64_t at)
{
	while (index->pages[at].key != 0 && index->pages[at].key != page_number + 1)
		at = (at + 1) & index->mask;
	return &index->pages[at];
}

static uint64_t page_of(const struct address_index *index, uint64_t id)
{
	return id >> (index->alignment + PAGE_BITS);
}

static unsigned bit_of(const struct address_index *index, uint64_t id)
{
	return (unsigned)(id >> index->alignment) & ((1u << PAGE_BITS) - 1);
}

static void double_table(struct address_index *index)
{
	struct page *old = index->pages;
	uint64_t old_size = index->mask + 1;

	index->mask = 2 * old_size - 1;
	index->pages = xcalloc(2 * old_size, sizeof(*index->pages));
	for (uint64_t i = 0; i < old_size; i++) {
		if (old[i].key != 0) {
			uint64_t number = old[i].key - 1;
			*probe(index, number, home(index, number)) = old[i];
		}
	}
	free(old);
}

/* Sets the id's bit; false where it was set before. */
static bool insert(struct address_index *index, uint64_t id)
{
	uint64_t number = page_of(index, id);
	struct page *page = probe(index, number, home(index, number));
	uint64_t bit = UINT64_C(1) << (bit_of(index, id) & 63);
	uint64_t *word = &page->bits[bit_of(index, id) >> 6];

	if (*word & bit)
		return false;
	*word |= bit;
	if (page->key == 0) {
		page->key = number + 1;
		page->rank = UINT32_MAX;
		if (++index->page_count * 4 > index->mask * 3)
			double_table(index);
	}
	return true;
}

static uint32_t rank_of(const struct page *page, unsigned bit)
{
	uint64_t below = page->bits[bit >> 6] & ((UINT64_C(1) << (bit & 63)) - 1);

	return page->rank + page->word_rank[bit >> 6] + popcount64(below);
}

static bool page_has(const struct page *page, unsigned bit)
{
	return (page->bits[bit >> 6] >> (bit & 63)) & 1;
}

/* Gives the page its ranks, from *next on. */
static void rank_page(struct page *page, uint32_t *next)
{
	uint8_t within = 0;

	page->rank = *next;
	for (unsigned i = 0; i < PAGE_WORDS; i++) {
		page->word_rank[i] = within;
		/* At most 192 before the last word; the sum after it is not kept. */
		within = (uint8_t)(within + popcount64(page->bits[i]));
		*next += popcount64(page->bits[i]);
	}
}

static void fill_ordinals(struct address_index *index, const uint64_t *ids, uint32_t count)
{
	uint32_t next_rank = 0;

	index->ordinals = xmalloc(count, sizeof(*index->ordinals));
	for (uint32_t i = 0; i < count; i++) {
		if (count - i > AHEAD)
			prefetch_page(index, home(index, page_of(index, ids[i + AHEAD])));
		uint64_t number = page_of(index, ids[i]);
		struct page *page = probe(index, number, home(index, number));
		if (page->rank == UINT32_MAX)
			rank_page(page, &next_rank);
		index->ordinals[rank_of(page, bit_of(index, ids[i]))] = i;
	}
}

struct address_index *address_index_new(const uint64_t *ids, uint32_t count, uint64_t *duplicate)
{
	struct address_index *index = xcalloc(1, sizeof(*index));
	uint64_t low_bits = 0;

	for (uint32_t i = 0; i < count; i++)
		low_bits |= ids[i];
	index->alignment = low_bits & 8 ? 3 : 4;
	index->mask = 1023;
	index->pages = xcalloc(1024, sizeof(*index->pages));
	for (uint32_t i = 0; i < count; i++) {
		if (count - i > AHEAD)
			prefetch_page(index, home(index, page_of(index, ids[i + AHEAD])));
		if (!insert(index, ids[i])) {
			*duplicate = ids[i];
			address_index_free(index);
			return NULL;
		}
	}
	fill_ordinals(index, ids, count);
	return index;
}

void address_index_free(struct address_index *index)
{
	if (!index)
		return;
	free(index->pages);
	free(index->ordinals);
	free(index);
}

static bool aligned(const struct address_index *index, uint64_t id)
{
	return (id & ((UINT64_C(1) << index->alignment) - 1)) == 0;
}

uint32_t address_index_find(const struct address_index *index, uint64_t id)
{
	uint64_t number = page_of(index, id);
	const struct page *page = probe(index, number, home(index, number));

	if (!aligned(index, id) || !page_has(page, bit_of(index, id)))
		return ADDRESS_NONE;
	return index->ordinals[rank_of(page, bit_of(index, id))];
}

/* Three rounds over a batch; each asks for the memory that the next one reads. */
static void find_batch(const struct address_index *index, const uint64_t *ids, size_t count,
		       uint32_t *ordinals)
{
	uint64_t homes[BATCH];

	for (size_t i = 0; i < count; i++) {
		homes[i] = home(index, page_of(index, ids[i]));
		prefetch_page(index, homes[i]);
	}
	for (size_t i = 0; i < count; i++) {
		const struct page *page = probe(index, page_of(index, ids[i]), homes[i]);
		unsigned bit = bit_of(index, ids[i]);
		if (!aligned(index, ids[i]) || !page_has(page, bit)) {
			ordinals[i] = ADDRESS_NONE;
			continue;
		}
		ordinals[i] = rank_of(page, bit);
		PREFETCH(&index->ordinals[ordinals[i]]);
	}
	for (size_t i = 0; i < count; i++)
		if (ordinals[i] != ADDRESS_NONE)
			ordinals[i] = index->ordinals[ordinals[i]];
}

void address_index_find_many(const struct address_index *index, const uint64_t *ids, size_t count,
			     uint32_t *ordinals)
{
	for (size_t done = 0; done < count; done += BATCH) {
		size_t part = count - done < BATCH ? count - done : BATCH;
		find_batch(index, ids + done, part, ordinals + done);
	}
}
