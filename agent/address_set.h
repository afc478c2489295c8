/* The set of untracked objects that a walk has met. */
#ifndef HEAPSNAP_AGENT_ADDRESS_SET_H
#define HEAPSNAP_AGENT_ADDRESS_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One bit for each 16 bytes of a 4 KiB page: two objects never begin in the same
 * 16 bytes, since none is shorter. */
struct address_page {
	uint64_t number; /* address >> 12 */
	uint64_t met[4];
	uint64_t deferred[4]; /* met, its row is still to be written */
	uint64_t odd[4];      /* deferred, and its address is 8 modulo 16 */
};

#define ADDRESS_PAGES_A_BLOCK 16384u
#define ADDRESS_BLOCKS_MAX 65536u
#define ADDRESS_CACHE 256u

struct address_set {
	uint32_t *slots; /* open addressing: 1 + index of a page, 0 free */
	size_t slots_size;
	unsigned shift;
	uint32_t pages;
	struct address_page **blocks;
	struct address_page *cache[ADDRESS_CACHE];
	uint64_t deferred;
};

/* 0, or -1 where there is no memory. */
int address_set_init(struct address_set *set);
void address_set_release(struct address_set *set);

/* The page that holds `address`, made if need be; NULL where there is no memory. */
struct address_page *address_set_page(struct address_set *set, uint64_t address);

/* 1: added, 0: was there, -1: no memory. */
static inline int address_set_add(struct address_set *set, uint64_t address)
{
	uint64_t number = address >> 12;
	struct address_page *page = set->cache[number % ADDRESS_CACHE];
	unsigned bit = (unsigned)(address >> 4) & 255;
	uint64_t mask = (uint64_t)1 << (bit & 63);

	if (page == NULL || page->number != number) {
		page = address_set_page(set, address);
		if (page == NULL)
			return -1;
		set->cache[number % ADDRESS_CACHE] = page;
	}
	if (page->met[bit >> 6] & mask)
		return 0;
	page->met[bit >> 6] |= mask;
	return 1;
}

/* Remembers that the row of a member is still to be written. */
void address_set_defer(struct address_set *set, uint64_t address);

/* Takes a deferred address: true, or false when there is none. `*cursor` (0 at first)
 * is where the search goes on; it wraps, so that later deferrals are found too. */
bool address_set_take_deferred(struct address_set *set, uint32_t *cursor, uint64_t *address);

#endif
