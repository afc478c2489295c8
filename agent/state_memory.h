/* The memory in which the interpreter keeps its own state, copied, to be searched. */
#ifndef HEAPSNAP_AGENT_STATE_MEMORY_H
#define HEAPSNAP_AGENT_STATE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_AREAS_MAX 8

struct state_area {
	uintptr_t start; /* where it stands; a multiple of 8 */
	size_t size;
	const char *copy;
};

struct state_memory {
	struct state_area areas[STATE_AREAS_MAX];
	size_t count;
	size_t segments; /* the first so many are of the module; then the interpreter's state */
	int descriptor;  /* of the process's memory */
};

/* A word that stands so many bytes from a place. */
struct state_word {
	size_t offset;
	uintptr_t value;
};

/* Copies the writable segments of the module that holds `inside`, and the interpreter's
 * state at `state` where it is elsewhere. What cannot be read is left out. At load; at
 * once in a row with what is to be seen in it, or it has changed. */
void state_memory_read(struct state_memory *memory, const void *inside, const void *state);
void state_memory_release(struct state_memory *memory);

/* The only place in the areas at which all of the words stand, `extent` bytes long; NULL
 * where there is none, or more than one. */
char *state_memory_find(const struct state_memory *memory, const struct state_word *words,
			size_t count, size_t extent);

/* The copy of what stands at `place`, NULL where an area does not hold `size` bytes there. */
const void *state_memory_copy(const struct state_memory *memory, const void *place, size_t size);

/* Reads what any address holds: false where nothing can be read. */
bool state_memory_peek(const struct state_memory *memory, const void *from, void *into,
		       size_t size);

#endif
