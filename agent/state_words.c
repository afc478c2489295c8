/* The interpreter's own tables of references. Each is told by values that are known to be
 * in it, at places relative to each other that only this table has; where not all agree, or
 * more than one place does, it counts as not found: its references then are not explained,
 * and nothing else is wrong. A word is listed only if the interpreter's source makes it own
 * what it holds. */
#include "agent/state_words.h"

void state_words_add(struct state_words *words, const void *first, size_t count, size_t stride,
		     const char *label)
{
	if (words->count < STATE_RANGES_MAX)
		words->ranges[words->count++] =
			(struct state_range){first, (uint32_t)count, (uint32_t)stride, label};
}

void state_words_find(struct state_words *words)
{
	struct state_memory memory;
	struct cache_probe probes[CACHE_PROBES];
	bool identified = identifiers_probe();
	size_t count;

	static_tables_probe();
	count = attribute_cache_probe(probes);
	state_memory_read(&memory, &PyType_Type, PyThreadState_Get()->interp);
	attribute_cache_find(words, &memory, probes, count);
	if (identified)
		identifiers_find(words, &memory);
	static_tables_find(words, &memory);
	syntax_state_find(words, &memory);
	state_memory_release(&memory);
	PyErr_Clear();
}
