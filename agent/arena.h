/* Memory for the walk: pages of the kernel's own, never malloc, so that a fork child
 * may use it. */
#ifndef HEAPSNAP_AGENT_ARENA_H
#define HEAPSNAP_AGENT_ARENA_H

#include <stddef.h>

struct arena {
	char *base;
	size_t used, size;
};

/* Zero-filled pages, or NULL. */
void *pages_map(size_t size);
void pages_unmap(void *pages, size_t size);

/* Reserves `size` bytes; 0, or -1 where there is no memory. */
int arena_init(struct arena *arena, size_t size);
void arena_release(struct arena *arena);

/* Zero-filled, aligned to 64 bytes; NULL when the arena is used up. */
void *arena_take(struct arena *arena, size_t size);

#endif
