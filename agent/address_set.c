/* Pages of 256 bits, found by a hash of the page number (open addressing, at most
 * half full, doubled by mapping a new table), with a small cache of the pages used
 * last, for references come in runs. Pages stand in blocks that never move. Cost: a
 * few nanoseconds for an address in a cached page; about 2.7% of the memory that the
 * objects themselves take. */
#include "agent/address_set.h"

#include <string.h>

#include "agent/arena.h"

#define FIRST_SHIFT 14

static size_t hash_of(const struct address_set *set, uint64_t number)
{
	return (size_t)((number * 0x9e3779b97f4a7c15u) >> set->shift);
}

int address_set_init(struct address_set *set)
{
	memset(set, 0, sizeof *set);
	set->shift = 64 - FIRST_SHIFT;
	set->slots_size = (size_t)1 << FIRST_SHIFT;
	set->slots = pages_map(set->slots_size * sizeof *set->slots);
	set->blocks = pages_map(ADDRESS_BLOCKS_MAX * sizeof *set->blocks);
	return set->slots == NULL || set->blocks == NULL ? -1 : 0;
}

void address_set_release(struct address_set *set)
{
	if (set->blocks != NULL)
		for (size_t i = 0; set->blocks[i] != NULL; i++)
			pages_unmap(set->blocks[i],
				    ADDRESS_PAGES_A_BLOCK * sizeof(struct address_page));
	pages_unmap(set->blocks, ADDRESS_BLOCKS_MAX * sizeof *set->blocks);
	pages_unmap(set->slots, set->slots_size * sizeof *set->slots);
	memset(set, 0, sizeof *set);
}

static struct address_page *page_at(const struct address_set *set, uint32_t index)
{
	return &set->blocks[index / ADDRESS_PAGES_A_BLOCK][index % ADDRESS_PAGES_A_BLOCK];
}

static int grow(struct address_set *set)
{
	size_t size = set->slots_size * 2;
	uint32_t *slots = pages_map(size * sizeof *slots);

	if (slots == NULL)
		return -1;
	pages_unmap(set->slots, set->slots_size * sizeof *set->slots);
	set->slots = slots;
	set->slots_size = size;
	set->shift--;
	for (uint32_t i = 0; i < set->pages; i++) {
		size_t slot = hash_of(set, page_at(set, i)->number);

		while (slots[slot] != 0)
			slot = (slot + 1) & (size - 1);
		slots[slot] = i + 1;
	}
	return 0;
}

struct address_page *address_set_page(struct address_set *set, uint64_t address)
{
	uint64_t number = address >> 12;
	size_t slot = hash_of(set, number);
	struct address_page *page;

	for (; set->slots[slot] != 0; slot = (slot + 1) & (set->slots_size - 1)) {
		page = page_at(set, set->slots[slot] - 1);
		if (page->number == number)
			return page;
	}
	if (set->pages % ADDRESS_PAGES_A_BLOCK == 0) {
		size_t block = set->pages / ADDRESS_PAGES_A_BLOCK;

		if (block >= ADDRESS_BLOCKS_MAX - 1)
			return NULL;
		set->blocks[block] = pages_map(ADDRESS_PAGES_A_BLOCK * sizeof *page);
		if (set->blocks[block] == NULL)
			return NULL;
	}
	page = page_at(set, set->pages);
	page->number = number;
	set->slots[slot] = ++set->pages;
	if (set->pages > set->slots_size / 2 && grow(set) != 0)
		return NULL;
	return page;
}

void address_set_defer(struct address_set *set, uint64_t address)
{
	struct address_page *page = address_set_page(set, address);
	unsigned bit = (unsigned)(address >> 4) & 255;
	uint64_t mask = (uint64_t)1 << (bit & 63);

	page->deferred[bit >> 6] |= mask;
	if (address & 8)
		page->odd[bit >> 6] |= mask;
	set->deferred++;
}

bool address_set_take_deferred(struct address_set *set, uint32_t *cursor, uint64_t *address)
{
	if (set->deferred == 0)
		return false;
	for (;; *cursor = *cursor + 1 < set->pages ? *cursor + 1 : 0) {
		struct address_page *page = page_at(set, *cursor);

		for (unsigned word = 0; word < 4; word++) {
			uint64_t bits = page->deferred[word];
			unsigned bit;

			if (bits == 0)
				continue;
			bit = (unsigned)__builtin_ctzll(bits);
			page->deferred[word] = bits & (bits - 1);
			*address = page->number << 12 | (uint64_t)(word * 64 + bit) << 4 |
				   (page->odd[word] >> bit & 1) << 3;
			set->deferred--;
			return true;
		}
	}
}
