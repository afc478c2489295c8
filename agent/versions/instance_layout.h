/* Attributes that an instance keeps itself, and its pointer to a dict. */
#ifndef HEAPSNAP_AGENT_VERSIONS_INSTANCE_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_INSTANCE_LAYOUT_H

#include "agent/versions/supported.h"
#include "agent/versions/dict_layout.h"
#include "agent/versions/type_layout.h"

#if !PYTHON2
static inline const struct mirror_dict_keys *type_cached_keys(PyTypeObject *type)
{
	return type_is_heap(type) ? (const struct mirror_dict_keys
					     *)(const void *)((PyHeapTypeObject *)(void *)type)
					    ->ht_cached_keys
				  : NULL;
}
#endif

#if VERSION_AT_LEAST(14)
#define INLINE_VALUES_OFFSET(type) ((type)->tp_basicsize)
#else
#define INLINE_VALUES_OFFSET(type) ((Py_ssize_t)sizeof(PyObject))
#endif

/* Attribute values that an instance keeps without a dict. */
struct instance_values {
	PyObject **values; /* NULL: none */
	Py_ssize_t count;
	size_t allocated; /* bytes of the block, which sys.getsizeof does not count */
};

static inline void instance_values_of(PyObject *object, PyTypeObject *type,
				      struct instance_values *out)
{
	out->values = NULL;
	out->count = 0;
	out->allocated = 0;
#if VERSION_AT_LEAST(11)
	const struct mirror_dict_keys *keys;

	if (!type_has_managed_dict(type) || (keys = type_cached_keys(type)) == NULL)
		return;
#if VERSION_AT_LEAST(13)
	struct mirror_dict_values *block;
	size_t capacity = dict_shared_capacity(keys);

	if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES))
		return;
	block = (struct mirror_dict_values *)(void *)((char *)object + INLINE_VALUES_OFFSET(type));
	out->allocated = ((capacity + 7) & ~(size_t)7) + (capacity + 1) * sizeof(PyObject *);
	if (!block->valid)
		return;
	out->values = block->values;
	out->count = keys->entries < block->capacity ? keys->entries : block->capacity;
#else
	char *block;
#if VERSION_AT_LEAST(12)
	uintptr_t word = ((uintptr_t *)(void *)object)[-3];

	if ((word & 1) == 0)
		return;
	block = (char *)(word + 1);
#else
	block = ((char **)(void *)object)[-4];
	if (block == NULL)
		return;
#endif
	out->values = (PyObject **)(void *)block;
	out->count = keys->entries;
	/* The block's slots are not written down: its prefix, slots + 2 rounded up to 8
	 * bytes, and the keys' capacity of now, which shrinks, both bound them from below. */
	size_t prefix = ((unsigned char *)block)[-1];
	size_t slots = dict_shared_capacity(keys);
	if (prefix > 9 + slots)
		slots = prefix - 9;
	out->allocated = prefix + slots * sizeof(PyObject *);
#endif
#else
	(void)object;
	(void)type;
#endif
}

/* The name of the value at `index` of what instance_values_of() found, or NULL. Borrowed. */
static inline PyObject *instance_value_name(PyTypeObject *type, Py_ssize_t index)
{
#if VERSION_AT_LEAST(11)
	struct dict_entries entries;

	dict_keys_entries(type_cached_keys(type), &entries);
	return dict_entry_key(&entries, index);
#else
	(void)type;
	(void)index;
	return NULL;
#endif
}

/* Says that instance_values_of() is about to be asked. */
static inline void instance_prefetch(PyObject *object)
{
#if VERSION_AT_LEAST(13) || !VERSION_AT_LEAST(11)
	(void)object;
#elif VERSION_AT_LEAST(12)
	__builtin_prefetch((const void *)(((uintptr_t *)(void *)object)[-3] & ~(uintptr_t)1));
#else
	__builtin_prefetch(((void **)(void *)object)[-4]);
#endif
}

/* How many attributes the instances of a type share the names of, and each of them. */
static inline Py_ssize_t type_shared_count(PyTypeObject *type)
{
#if PYTHON2
	(void)type;
	return 0;
#else
	const struct mirror_dict_keys *keys = type_cached_keys(type);

	return keys == NULL ? 0 : keys->entries;
#endif
}

static inline PyObject *type_shared_name(PyTypeObject *type, Py_ssize_t index)
{
#if PYTHON2
	(void)type;
	(void)index;
	return NULL;
#else
	struct dict_entries entries;

	dict_keys_entries(type_cached_keys(type), &entries);
	return dict_entry_key(&entries, index);
#endif
}

/* Bytes of these names' table. */
static inline size_t type_shared_size(PyTypeObject *type)
{
#if PYTHON2
	(void)type;
	return 0;
#else
	const struct mirror_dict_keys *keys = type_cached_keys(type);

	return keys == NULL ? 0 : dict_keys_size(keys);
#endif
}

/* Where an instance's pointer to its __dict__ stands, or NULL; never makes the dict. */
static inline PyObject **instance_dict_slot(PyObject *object, PyTypeObject *type)
{
	Py_ssize_t offset = type->tp_dictoffset;

	if (type_has_managed_dict(type)) {
		PyObject **slot = (PyObject **)(void *)object - 3;

		return ((uintptr_t)*slot & 7) == 0 ? slot : NULL;
	}
	if (offset < 0) {
		Py_ssize_t items = ((PyVarObject *)object)->ob_size;
		size_t size = (size_t)type->tp_basicsize +
			      (size_t)(items < 0 ? -items : items) * (size_t)type->tp_itemsize;

		offset += (Py_ssize_t)((size + 7) & ~(size_t)7);
	}
	return offset > 0 ? (PyObject **)(void *)((char *)object + offset) : NULL;
}

/* Whether objects of the type may own a dict that tp_traverse does not report (3.13.0
 * to 3.13.12 and 3.14.0 to 3.14.3, while their values are inline). */
static inline bool type_dict_may_be_unvisited(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(13)
	return (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0;
#else
	(void)type;
	return false;
#endif
}

#endif
