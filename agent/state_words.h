/* Words of the interpreter's own that own references: found once, at load, by what they
 * hold; read in place at each dump. */
#ifndef HEAPSNAP_AGENT_STATE_WORDS_H
#define HEAPSNAP_AGENT_STATE_WORDS_H

#include "agent/state_memory.h"
#include "agent/versions.h"

#define STATE_RANGES_MAX 256u
#define SMALL_INTS_MAX 512u

/* `count` words, `stride` bytes from one to the next: each NULL, or an object whose
 * reference the word owns. They stay where they are as long as the interpreter lives. */
struct state_range {
	const char *first;
	uint32_t count, stride;
	const char *label; /* of the roots */
};

struct state_words {
	struct state_range ranges[STATE_RANGES_MAX];
	uint32_t count;
	struct identifier_table identifiers;
	PyObject *small_ints[SMALL_INTS_MAX];
};

/* Finds what can be found; what is not found stays missing. May call the interpreter. */
void state_words_find(struct state_words *words);

/* ---- between the files of the state ---- */

void state_words_add(struct state_words *words, const void *first, size_t count, size_t stride,
		     const char *label);

/* An attribute look-up whose entry of the cache is looked for. */
struct cache_probe {
	PyTypeObject *type;
	PyObject *name;  /* owned */
	PyObject *value; /* borrowed from the type */
};
#define CACHE_PROBES 16

/* Looks attributes up, so that they are in the cache; then nothing may look up others until
 * the memory is read. How many. */
size_t attribute_cache_probe(struct cache_probe *probes);
/* Drops the probes too. */
void attribute_cache_find(struct state_words *words, const struct state_memory *memory,
			  struct cache_probe *probes, size_t count);

/* Names that the interpreter's own C code asks for: made before the memory is read, and
 * looked for in it. */
bool identifiers_probe(void);
void identifiers_find(struct state_words *words, const struct state_memory *memory);

/* Types, singletons and names of the syntax tree. */
void syntax_state_find(struct state_words *words, const struct state_memory *memory);
/* Small ints, characters, names of special methods, signal handlers. Some characters are
 * made before the memory is read. */
void static_tables_probe(void);
void static_tables_find(struct state_words *words, const struct state_memory *memory);

#endif
