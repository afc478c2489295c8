/* Key tables and value arrays of dicts. Effect of all: none; pointers are borrowed. */
#ifndef HEAPSNAP_AGENT_VERSIONS_DICT_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_DICT_LAYOUT_H

#include "agent/versions/supported.h"

enum dict_kind { DICT_GENERAL, DICT_STRINGS, DICT_SPLIT };

struct mirror_dict_keys; /* 2.7 has none: each dict is a table of its own */

/* What was learnt about the running interpreter at load. */
struct dict_layout {
	void *general_lookup; /* up to 3.10 */
};
extern struct dict_layout dict_layout;

struct dict_entries {
	enum dict_kind kind;
	bool embedded;     /* 3.13+: the values are the instance's (see instance_values) */
	Py_ssize_t count;  /* entries, empty ones included */
	const char *first; /* key of entry 0 */
	size_t stride;     /* bytes from one entry to the next */
	PyObject *const *split_values;
	const struct mirror_dict_keys *keys;
};

#if VERSION_AT_LEAST(15)
#define FROZEN_DICT_TYPE (&PyFrozenDict_Type)
#else
#define FROZEN_DICT_TYPE NULL
#endif

/* Whether the dict of interned strs is in the collector's rings. */
#define INTERNED_DICT_IS_TRACKED VERSION_AT_LEAST(14)

/* Bytes from an entry's key to its value. */
#define DICT_KEY_TO_VALUE sizeof(PyObject *)

static inline PyObject *dict_entry_key(const struct dict_entries *entries, Py_ssize_t index)
{
	return *(PyObject *const *)(const void *)(entries->first + (size_t)index * entries->stride);
}

static inline PyObject *dict_entry_value(const struct dict_entries *entries, Py_ssize_t index)
{
	if (entries->split_values != NULL)
		return entries->split_values[index];
	return *(PyObject *const *)(const void *)(entries->first + (size_t)index * entries->stride +
						  DICT_KEY_TO_VALUE);
}

#if PYTHON2
#include "agent/versions/dict_table.h"
#else
#define DICT_VISITS_STRING_KEYS false

#if VERSION_AT_LEAST(11)
struct mirror_dict_keys {
	Py_ssize_t refcnt;
	uint8_t log2_size, log2_index_bytes, kind;
	uint32_t version;
	Py_ssize_t usable, entries;
	char indices[];
};
#else
struct mirror_dict_keys {
	Py_ssize_t refcnt, size;
	void *lookup; /* equals `general_lookup` where keys need not be str */
	Py_ssize_t usable, entries;
	char indices[];
};
#endif

#if VERSION_AT_LEAST(13)
struct mirror_dict_values {
	uint8_t capacity, size, embedded, valid;
	PyObject *values[1];
};
#else
struct mirror_dict_values {
	PyObject *values[1];
};
#endif

/* `general`: a dict with one key, which is no str. */
static inline void dict_layout_learn(PyObject *general)
{
#if VERSION_AT_LEAST(11)
	(void)general;
#else
	dict_layout.general_lookup =
		((const struct mirror_dict_keys *)(const void *)((PyDictObject *)general)->ma_keys)
			->lookup;
#endif
}

static inline size_t dict_keys_table_size(const struct mirror_dict_keys *keys)
{
#if VERSION_AT_LEAST(11)
	return (size_t)1 << keys->log2_size;
#else
	return (size_t)keys->size;
#endif
}

static inline size_t dict_keys_index_bytes(const struct mirror_dict_keys *keys)
{
#if VERSION_AT_LEAST(11)
	return (size_t)1 << keys->log2_index_bytes;
#else
	size_t size = (size_t)keys->size;

	return size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : size <= 0xffffffff ? 4 : 8);
#endif
}

static inline enum dict_kind dict_keys_kind(const struct mirror_dict_keys *keys)
{
#if VERSION_AT_LEAST(11)
	return keys->kind == 0 ? DICT_GENERAL : keys->kind == 1 ? DICT_STRINGS : DICT_SPLIT;
#else
	return keys->lookup == dict_layout.general_lookup ? DICT_GENERAL : DICT_STRINGS;
#endif
}

/* Fills in key table facts of `out`. */
static inline void dict_keys_entries(const struct mirror_dict_keys *keys, struct dict_entries *out)
{
	out->keys = keys;
	out->count = keys->entries;
	out->kind = dict_keys_kind(keys);
#if VERSION_AT_LEAST(11)
	out->stride = (out->kind == DICT_GENERAL ? 3 : 2) * sizeof(void *);
	out->first = keys->indices + dict_keys_index_bytes(keys) +
		     (out->kind == DICT_GENERAL ? sizeof(Py_hash_t) : 0);
#else
	out->stride = 3 * sizeof(void *);
	out->first = keys->indices + dict_keys_index_bytes(keys) + sizeof(Py_hash_t);
#endif
}

static inline void dict_entries_of(PyObject *dict, struct dict_entries *out)
{
	const PyDictObject *self = (const PyDictObject *)dict;

	dict_keys_entries((const struct mirror_dict_keys *)(const void *)self->ma_keys, out);
	out->embedded = false;
	out->split_values = NULL;
	if (self->ma_values != NULL) {
		out->kind = DICT_SPLIT;
#if VERSION_AT_LEAST(11)
		const struct mirror_dict_values *values =
			(const struct mirror_dict_values *)(const void *)self->ma_values;
		out->split_values = values->values;
#if VERSION_AT_LEAST(13)
		out->embedded = values->embedded != 0;
#endif
#else
		out->split_values = self->ma_values;
#endif
	}
}

/* Says that dict_entries_of() is about to be asked. */
static inline void dict_prefetch(PyObject *dict)
{
	const PyDictObject *self = (const PyDictObject *)dict;

	__builtin_prefetch(self->ma_keys);
	__builtin_prefetch((const char *)self->ma_keys + 64);
	if (self->ma_values != NULL)
		__builtin_prefetch(self->ma_values);
}

/* Entries that the value array of a dict or instance with these shared keys has. */
static inline size_t dict_shared_capacity(const struct mirror_dict_keys *keys)
{
#if VERSION_AT_LEAST(11)
	return (size_t)(keys->usable + keys->entries);
#else
	return (dict_keys_table_size(keys) << 1) / 3;
#endif
}

static inline size_t dict_keys_size(const struct mirror_dict_keys *keys)
{
	struct dict_entries entries;

	dict_keys_entries(keys, &entries);
	return sizeof(struct mirror_dict_keys) + dict_keys_index_bytes(keys) +
	       (dict_keys_table_size(keys) << 1) / 3 * entries.stride;
}

/* dict.__sizeof__() */
static inline size_t dict_size(PyObject *dict)
{
	struct dict_entries entries;
	size_t size = (size_t)Py_TYPE(dict)->tp_basicsize;

	dict_entries_of(dict, &entries);
	if (entries.split_values != NULL)
		size += dict_shared_capacity(entries.keys) * sizeof(PyObject *);
	if (entries.keys->refcnt == 1)
		size += dict_keys_size(entries.keys);
	return size;
}

/* Entries that its hash table has room for. */
static inline size_t dict_table_size(PyObject *dict)
{
	struct dict_entries entries;

	dict_entries_of(dict, &entries);
	return dict_keys_table_size(entries.keys);
}
#endif

#endif
