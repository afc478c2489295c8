/* The cache of attribute look-ups: 4096 entries {version of a type, name, value}, of which
 * each owns its name. An entry's number follows from the version and the name (its hash up
 * to 3.9, its address from then on); both ways are tried. Attributes that builtin types have
 * are looked up; where the entries of all of them stand where one and the same table would
 * have them, with the versions that the types have, that table is the cache. */
#include "agent/state_words.h"

#include "agent/names.h"

#define CACHE_ENTRIES 4096u
#define CACHE_PROBES_LEAST 8

/* 64-bit: the version is followed by 4 bytes of nothing. */
struct cache_entry {
	unsigned int version;
	PyObject *name;
	PyObject *value; /* borrowed */
};

static const char *const of_str[] = {"zfill", "upper", "lstrip", "swapcase", "casefold"};
static const char *const of_bytes[] = {"hex", "title", "rjust", "istitle", "rpartition"};
static const char *const of_int[] = {"bit_length", "to_bytes", "conjugate", "denominator"};
static const char *const of_tuple[] = {"index", "count"};

/* What the instance is asked for: nothing else is looked up besides, which could take the
 * place of one of these. */
static size_t probe_instance(struct cache_probe *probes, PyObject *instance,
			     const char *const *names, size_t count)
{
	size_t made = 0;

	for (size_t i = 0; instance != NULL && i < count; i++) {
		struct cache_probe *probe = &probes[made];
		PyObject *found;

		probe->type = Py_TYPE(instance);
		probe->name = str_new_interned(names[i]);
		probe->value = name_lookup(type_namespace(probe->type), names[i]);
		if (probe->name == NULL || probe->value == NULL) {
			Py_XDECREF(probe->name);
			continue;
		}
		found = PyObject_GetAttr(instance, probe->name);
		Py_XDECREF(found); /* 2.7 evaluates it more than once */
		made++;
	}
	PyErr_Clear();
	Py_XDECREF(instance);
	return made;
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
_Static_assert(COUNT_OF(of_str) + COUNT_OF(of_bytes) + COUNT_OF(of_int) + COUNT_OF(of_tuple) <=
		       CACHE_PROBES,
	       "there is room for every probe");

size_t attribute_cache_probe(struct cache_probe *probes)
{
	size_t count = 0;

	count += probe_instance(probes, PyUnicode_FromString("heapsnap"), of_str, COUNT_OF(of_str));
	count += probe_instance(probes + count, PyBytes_FromString("heapsnap"), of_bytes,
				COUNT_OF(of_bytes));
	count += probe_instance(probes + count, PyLong_FromLong(1), of_int, COUNT_OF(of_int));
	count += probe_instance(probes + count, PyTuple_New(0), of_tuple, COUNT_OF(of_tuple));
	return count;
}

static size_t entry_number(const struct cache_probe *probe, bool by_hash)
{
	size_t of_name =
		by_hash ? (size_t)PyObject_Hash(probe->name) : (size_t)(uintptr_t)probe->name >> 3;

	return ((unsigned int)probe->type->tp_version_tag ^ (unsigned int)of_name) &
	       (CACHE_ENTRIES - 1);
}

static bool versions_agree(const struct state_memory *memory, const char *table,
			   const struct cache_probe *const *probes, const size_t *numbers,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct cache_entry *entry = state_memory_copy(
			memory, table + numbers[i] * sizeof *entry, sizeof *entry);

		if (entry == NULL || entry->version == 0 ||
		    entry->version != probes[i]->type->tp_version_tag)
			return false;
	}
	return true;
}

/* The table, if entries are numbered so; else NULL. Of probes that share an entry the later
 * one has it. */
static const char *find_table(const struct state_memory *memory, const struct cache_probe *probes,
			      size_t count, bool by_hash)
{
	struct state_word words[2 * CACHE_PROBES];
	const struct cache_probe *used[CACHE_PROBES];
	size_t numbers[CACHE_PROBES];
	size_t kept = 0;
	const char *table;

	for (size_t i = count; i > 0; i--) {
		size_t number = entry_number(&probes[i - 1], by_hash);
		bool taken = false;

		for (size_t j = 0; j < kept; j++)
			taken |= numbers[j] == number;
		if (taken)
			continue;
		numbers[kept] = number;
		used[kept] = &probes[i - 1];
		words[2 * kept] = (struct state_word){number * sizeof(struct cache_entry) +
							      offsetof(struct cache_entry, name),
						      (uintptr_t)probes[i - 1].name};
		words[2 * kept + 1] = (struct state_word){
			number * sizeof(struct cache_entry) + offsetof(struct cache_entry, value),
			(uintptr_t)probes[i - 1].value};
		kept++;
	}
	if (kept < CACHE_PROBES_LEAST)
		return NULL;
	table = state_memory_find(memory, words, 2 * kept,
				  CACHE_ENTRIES * sizeof(struct cache_entry));
	return table != NULL && versions_agree(memory, table, used, numbers, kept) ? table : NULL;
}

void attribute_cache_find(struct state_words *words, const struct state_memory *memory,
			  struct cache_probe *probes, size_t count)
{
	const char *table = find_table(memory, probes, count, false);

	if (table == NULL)
		table = find_table(memory, probes, count, true);
	if (table != NULL)
		state_words_add(words, table + offsetof(struct cache_entry, name), CACHE_ENTRIES,
				sizeof(struct cache_entry), "attribute cache");
	for (size_t i = 0; i < count; i++)
		Py_DECREF(probes[i].name);
}
