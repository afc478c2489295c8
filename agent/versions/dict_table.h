/* A dict of 2.7: one open hash table of hash, key and value, in the dict itself while it
 * is small. An entry without a value is empty, or was removed. */
#ifndef HEAPSNAP_AGENT_VERSIONS_DICT_TABLE_H
#define HEAPSNAP_AGENT_VERSIONS_DICT_TABLE_H

#include "agent/versions/dict_layout.h"

/* tp_traverse passes over no key. */
#define DICT_VISITS_STRING_KEYS true

/* `general`: a dict with one key, which is no str. */
static inline void dict_layout_learn(PyObject *general)
{
	PyDictEntry *(*lookup)(PyDictObject *, PyObject *, long) =
		((PyDictObject *)general)->ma_lookup;

	dict_layout.general_lookup = *(void **)(void *)&lookup;
}

static inline size_t dict_table_size(PyObject *dict)
{
	return (size_t)((const PyDictObject *)dict)->ma_mask + 1;
}

static inline void dict_entries_of(PyObject *dict, struct dict_entries *out)
{
	const PyDictObject *self = (const PyDictObject *)dict;
	PyDictEntry *(*lookup)(PyDictObject *, PyObject *, long) = self->ma_lookup;

	out->kind = *(void **)(void *)&lookup == dict_layout.general_lookup ? DICT_GENERAL
									    : DICT_STRINGS;
	out->embedded = false;
	out->count = self->ma_mask + 1;
	out->first = (const char *)&self->ma_table[0].me_key;
	out->stride = sizeof(PyDictEntry);
	out->split_values = NULL;
	out->keys = NULL;
}

/* Says that dict_entries_of() is about to be asked. */
static inline void dict_prefetch(PyObject *dict)
{
	__builtin_prefetch(((const PyDictObject *)dict)->ma_table);
}

/* dict.__sizeof__() */
static inline size_t dict_size(PyObject *dict)
{
	const PyDictObject *self = (const PyDictObject *)dict;

	return (size_t)Py_TYPE(dict)->tp_basicsize +
	       (self->ma_table == self->ma_smalltable
			? 0
			: dict_table_size(dict) * sizeof(PyDictEntry));
}

#endif
