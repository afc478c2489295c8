/* A bump allocator over one anonymous mapping. Pages that nobody touches cost
 * nothing, so the arena may be generous. Nothing is given back before the end. */
#include "agent/arena.h"

#include <sys/mman.h>

void *pages_map(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

void pages_unmap(void *pages, size_t size)
{
	if (pages != NULL)
		munmap(pages, size);
}

int arena_init(struct arena *arena, size_t size)
{
	arena->base = pages_map(size);
	arena->used = 0;
	arena->size = arena->base == NULL ? 0 : size;
	return arena->base == NULL ? -1 : 0;
}

void arena_release(struct arena *arena)
{
	pages_unmap(arena->base, arena->size);
	arena->base = NULL;
	arena->size = 0;
}

void *arena_take(struct arena *arena, size_t size)
{
	void *taken = arena->base + arena->used;

	size = (size + 63) & ~(size_t)63;
	if (size > arena->size - arena->used)
		return NULL;
	arena->used += size;
	return taken;
}
