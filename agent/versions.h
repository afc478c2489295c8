/* Every difference between CPython versions, and nothing else: the rest of agent/
 * has no test of PY_VERSION_HEX. What the installed headers do not say is mirrored
 * here (`struct mirror_*`) and compared with live objects by interpreter_check()
 * before the first dump, so that a build which differs is refused, not misread. */
#ifndef HEAPSNAP_AGENT_VERSIONS_H
#define HEAPSNAP_AGENT_VERSIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>

#include <stdbool.h>
#include <stdint.h>

#if PY_VERSION_HEX < 0x03080000 || PY_VERSION_HEX >= 0x030e0000
#error "the agent serves CPython 3.8 to 3.13"
#endif
#ifdef Py_GIL_DISABLED
#error "the agent does not serve free-threaded builds"
#endif
#ifdef Py_TRACE_REFS
#error "the agent does not serve builds with Py_TRACE_REFS"
#endif
_Static_assert(sizeof(void *) == 8, "the agent serves 64-bit interpreters");

#define VERSION_AT_LEAST(minor) (PY_VERSION_HEX >= 0x03000000 + ((minor) << 16))

/* PY_VERSION_HEX of the interpreter that runs, 0 where it is not to be had (up to 3.10:
 * the version text is compared instead). */
static inline uint32_t running_version_hex(void)
{
#if VERSION_AT_LEAST(11)
	return (uint32_t)Py_Version;
#else
	return PY_VERSION_HEX;
#endif
}

/* ---- the collector's header and its rings ---- */

/* 3.8 and later: two words before the object; low two bits of each are flags. */
struct gc_head {
	uintptr_t next, prev;
};
#define GC_POINTER_MASK (~(uintptr_t)3)
#define GC_PREV_FINALIZED ((uintptr_t)1)

static inline const struct gc_head *gc_head_of(const PyObject *object)
{
	return (const struct gc_head *)(const void *)object - 1;
}

static inline PyObject *gc_object_of(const struct gc_head *head)
{
	return (PyObject *)(uintptr_t)(head + 1);
}

static inline struct gc_head *gc_next(const struct gc_head *head)
{
	return (struct gc_head *)(head->next & GC_POINTER_MASK);
}

static inline struct gc_head *gc_prev(const struct gc_head *head)
{
	return (struct gc_head *)(head->prev & GC_POINTER_MASK);
}

static inline bool gc_is_tracked(const PyObject *object)
{
	return gc_head_of(object)->next != 0;
}

static inline bool gc_is_finalized(const PyObject *object)
{
	return (gc_head_of(object)->prev & GC_PREV_FINALIZED) != 0;
}

/* One generation as the collector keeps it: the ring's head, then its numbers. */
struct gc_generation_mirror {
	struct gc_head head;
	int threshold, count;
};
#define GC_GENERATIONS 3
/* From the permanent generation's head to the collector's `collecting` flag, and
 * to `garbage` and `callbacks`, which prove that the flag is where we think. */
#define GC_PERMANENT_TO_COLLECTING 96
#define GC_PERMANENT_TO_GARBAGE 104
#define GC_PERMANENT_TO_CALLBACKS 112

/* The memory that holds the ring heads of the calling interpreter. */
static inline void gc_state_bounds(uintptr_t *low, uintptr_t *high)
{
#if VERSION_AT_LEAST(12)
	*low = (uintptr_t)PyInterpreterState_Get();
	*high = *low + 16384;
#elif VERSION_AT_LEAST(9)
	*low = (uintptr_t)PyInterpreterState_Get();
	*high = *low + 4096;
#else
	/* One set of rings for the process; the struct's own type is private. */
	extern char _PyRuntime[];
	*low = (uintptr_t)_PyRuntime;
	*high = *low + 1024;
#endif
}

/* ---- objects ---- */

static inline bool type_has_gc(const PyTypeObject *type)
{
	return (type->tp_flags & Py_TPFLAGS_HAVE_GC) != 0;
}

static inline bool type_is_heap(const PyTypeObject *type)
{
	return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
}

static inline bool object_has_gc_head(PyObject *object)
{
	PyTypeObject *type = Py_TYPE(object);

	return type_has_gc(type) && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

static inline uint64_t object_refcount(const PyObject *object)
{
	return (uint64_t)object->ob_refcnt;
}

static inline bool object_is_immortal(const PyObject *object)
{
#if VERSION_AT_LEAST(12)
	return _Py_IsImmortal((PyObject *)(uintptr_t)object) != 0;
#else
	(void)object;
	return false;
#endif
}

/* 3.11 keeps objects in its own data segment whose references nobody counts. */
static inline bool object_is_static(const PyObject *object)
{
#if VERSION_AT_LEAST(11) && !VERSION_AT_LEAST(12)
	return object->ob_refcnt >= 999999999 - (1 << 20);
#else
	(void)object;
	return false;
#endif
}

/* What sys.getsizeof adds to __sizeof__(). */
static inline size_t object_header_size(PyObject *object)
{
	size_t size = 0;
#if VERSION_AT_LEAST(11) && !VERSION_AT_LEAST(13)
	if (type_has_gc(Py_TYPE(object)))
		size += sizeof(struct gc_head);
#else
	if (object_has_gc_head(object))
		size += sizeof(struct gc_head);
#endif
#if VERSION_AT_LEAST(12)
	if (Py_TYPE(object)->tp_flags & Py_TPFLAGS_PREHEADER)
		size += 2 * sizeof(PyObject *);
#elif VERSION_AT_LEAST(11)
	if (Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT)
		size += 2 * sizeof(PyObject *);
#endif
	return size;
}

static inline bool object_has_weakref_list(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(12)
	if (type->tp_flags & Py_TPFLAGS_MANAGED_WEAKREF)
		return true;
#endif
	return type->tp_weaklistoffset > 0;
}

static inline bool object_has_weakrefs(const PyObject *object, const PyTypeObject *type)
{
	Py_ssize_t offset = type->tp_weaklistoffset;

#if VERSION_AT_LEAST(12)
	if (type->tp_flags & Py_TPFLAGS_MANAGED_WEAKREF)
		offset = -4 * (Py_ssize_t)sizeof(PyObject *);
	if (offset == 0)
		return false;
#else
	if (offset <= 0)
		return false;
#endif
	return *(PyObject *const *)(const void *)((const char *)object + offset) != NULL;
}

/* Digits of an int; `digits` 30-bit units, at least 1 where the version counts so. */
static inline size_t int_size(PyObject *object)
{
#if VERSION_AT_LEAST(12)
	size_t digits = ((PyLongObject *)object)->long_value.lv_tag >> 3;

	return (size_t)Py_TYPE(object)->tp_basicsize + (digits > 1 ? digits : 1) * sizeof(digit);
#else
	Py_ssize_t signed_digits = ((PyVarObject *)object)->ob_size;
	size_t digits = (size_t)(signed_digits < 0 ? -signed_digits : signed_digits);

#if VERSION_AT_LEAST(11)
	digits = digits > 1 ? digits : 1;
#endif
	return offsetof(PyLongObject, ob_digit) + digits * sizeof(digit);
#endif
}

/* ---- types ---- */

/* The type's namespace or NULL, borrowed. (3.12+: static builtin types keep it with
 * the interpreter; the reference that the accessor makes is given back at once, and
 * the type keeps its own.) */
static inline PyObject *type_namespace(PyTypeObject *type)
{
#if VERSION_AT_LEAST(12)
	PyObject *dict = type->tp_dict;

	if (dict == NULL && (type->tp_flags & Py_TPFLAGS_READY)) {
		dict = PyType_GetDict(type);
		Py_XDECREF(dict);
	}
	return dict;
#else
	return type->tp_dict;
#endif
}

/* Whether tp_subclasses of a static type is an object (3.12+: a small number). */
#define STATIC_TYPE_HAS_SUBCLASSES (!VERSION_AT_LEAST(12))
/* Whether objects of Python classes report their type to tp_traverse. */
#define SUBTYPE_VISITS_TYPE VERSION_AT_LEAST(8)

static inline bool type_has_managed_dict(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(11)
	return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#else
	(void)type;
	return false;
#endif
}

/* ---- dicts ---- */

enum dict_kind { DICT_GENERAL, DICT_STRINGS, DICT_SPLIT };

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

/* What was learnt about the running interpreter at load. */
struct dict_layout {
	void *general_lookup; /* up to 3.10 */
};
extern struct dict_layout dict_layout;

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

struct dict_entries {
	enum dict_kind kind;
	bool embedded;     /* 3.13+: the values are the instance's (see instance_values) */
	Py_ssize_t count;  /* entries, empty ones included */
	const char *first; /* key of entry 0 */
	size_t stride;     /* bytes from one entry to the next */
	PyObject *const *split_values;
	const struct mirror_dict_keys *keys;
};

/* Bytes from an entry's key to its value. */
#define DICT_KEY_TO_VALUE sizeof(PyObject *)

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

/* ---- instances ---- */

static inline const struct mirror_dict_keys *type_cached_keys(PyTypeObject *type)
{
	return type_is_heap(type) ? (const struct mirror_dict_keys
					     *)(const void *)((PyHeapTypeObject *)(void *)type)
					    ->ht_cached_keys
				  : NULL;
}

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
	block = (struct mirror_dict_values *)(void *)((char *)object + sizeof(PyObject));
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
 * to 3.13.12, while their values are inline). */
static inline bool type_dict_may_be_unvisited(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(13)
	return (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0;
#else
	(void)type;
	return false;
#endif
}

/* ---- strings ---- */

static inline bool str_is_interned(PyObject *str)
{
	return ((PyASCIIObject *)str)->state.interned != 0;
}

/* str.__sizeof__() */
static inline size_t str_size(PyObject *str)
{
	const PyASCIIObject *ascii = (const PyASCIIObject *)str;
	const PyCompactUnicodeObject *compact = (const PyCompactUnicodeObject *)str;
	size_t length = (size_t)ascii->length;
	size_t size;

	if (ascii->state.compact && ascii->state.ascii)
		size = sizeof(PyASCIIObject) + length + 1;
	else if (ascii->state.compact)
		size = sizeof(PyCompactUnicodeObject) + (length + 1) * ascii->state.kind;
	else
		size = sizeof(PyUnicodeObject) + (((const PyUnicodeObject *)str)->data.any
							  ? (length + 1) * ascii->state.kind
							  : 0);
#if !VERSION_AT_LEAST(12)
	if (ascii->wstr != NULL) {
		size_t wide = ascii->state.compact && ascii->state.ascii
				      ? length
				      : (size_t)compact->wstr_length;
		const void *data =
			!ascii->state.ready ? NULL
			: ascii->state.compact
				? (const void *)(ascii->state.ascii ? (const char *)(ascii + 1)
								    : (const char *)(compact + 1))
				: ((const PyUnicodeObject *)str)->data.any;

		if ((const void *)ascii->wstr != data)
			size += (wide + 1) * sizeof(wchar_t);
	}
#endif
	if (!(ascii->state.compact && ascii->state.ascii) && compact->utf8 != NULL &&
	    (ascii->state.compact ||
	     (const void *)compact->utf8 != ((const PyUnicodeObject *)str)->data.any))
		size += (size_t)compact->utf8_length + 1;
	return size;
}

/* The characters of a str: bytes a character (0: not available) and their start. */
static inline unsigned str_characters(PyObject *str, const void **data, Py_ssize_t *length)
{
	const PyASCIIObject *ascii = (const PyASCIIObject *)str;

#if !VERSION_AT_LEAST(12)
	if (!ascii->state.ready)
		return 0;
#endif
	*length = ascii->length;
	if (!ascii->state.compact)
		*data = ((const PyUnicodeObject *)str)->data.any;
	else if (ascii->state.ascii)
		*data = ascii + 1;
	else
		*data = (const PyCompactUnicodeObject *)str + 1;
	return *data == NULL ? 0 : ascii->state.kind;
}

/* ---- code, frames, generators ---- */

#if VERSION_AT_LEAST(11)
/* An interpreter frame inside a generator or frame object ends at tp_basicsize:
 * there its locals and stack begin. */
#define FRAME_HEAD_SIZE 72
#if VERSION_AT_LEAST(12)
#define FRAME_CODE_OFFSET 0
#else
#define FRAME_CODE_OFFSET 32
#endif

static inline PyCodeObject *frame_data_code(const char *locals)
{
	PyObject *code =
		*(PyObject *const *)(const void *)(locals - FRAME_HEAD_SIZE + FRAME_CODE_OFFSET);

	return code != NULL && PyCode_Check(code) ? (PyCodeObject *)code : NULL;
}

static inline size_t code_frame_slots(const PyCodeObject *code)
{
	return (size_t)code->co_nlocalsplus + (size_t)code->co_stacksize;
}

/* The code of the frame that `object` (a frame) shows, and whether it keeps the
 * locals itself, right after tp_basicsize. */
static inline PyCodeObject *frame_code(PyObject *object, bool *owns)
{
	const char *data = ((char *const *)(const void *)object)[3];

	*owns = data == (const char *)object + Py_TYPE(object)->tp_basicsize - FRAME_HEAD_SIZE;
	return frame_data_code(data + FRAME_HEAD_SIZE);
}
#else
static inline size_t code_frame_slots(const PyCodeObject *code)
{
	return (size_t)code->co_nlocals + (size_t)code->co_stacksize +
	       (size_t)PyTuple_GET_SIZE(code->co_cellvars) +
	       (size_t)PyTuple_GET_SIZE(code->co_freevars);
}

static inline PyCodeObject *frame_code(PyObject *object, bool *owns)
{
	*owns = true;
	return ((PyFrameObject *)(void *)object)->f_code;
}
#endif

/* frame.__sizeof__() without its locals and stack. */
static inline size_t frame_base_size(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return (size_t)Py_TYPE(object)->tp_basicsize;
#else
	(void)object;
	return sizeof(PyFrameObject) - sizeof(PyObject *);
#endif
}

/* Locals and stack entries in use of a frame (`locals`: where they begin); the stack of
 * a frame that is running has no known end. */
static inline size_t frame_used_slots(PyObject *object, const PyCodeObject *code,
				      const char *locals)
{
	size_t all = code_frame_slots(code);
	Py_ssize_t used;
#if VERSION_AT_LEAST(11)
	size_t named = (size_t)code->co_nlocalsplus;

	(void)object;
	used = *(const int *)(const void *)(locals - sizeof(void *));
	used = used < 0 ? (Py_ssize_t)named : used;
#else
	size_t named = all - (size_t)code->co_stacksize;
	const PyFrameObject *frame = (const PyFrameObject *)(void *)object;

	(void)locals;
#if VERSION_AT_LEAST(10)
	used = (Py_ssize_t)named + (frame->f_stackdepth > 0 ? frame->f_stackdepth : 0);
#else
	used = (Py_ssize_t)named +
	       (frame->f_stacktop == NULL ? 0 : frame->f_stacktop - frame->f_valuestack);
#endif
#endif
	return used < 0 ? 0 : (size_t)used > all ? all : (size_t)used;
}

/* Offset of the first local of a frame that keeps its own. */
static inline size_t frame_locals_offset(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return (size_t)Py_TYPE(object)->tp_basicsize;
#else
	(void)object;
	return offsetof(PyFrameObject, f_localsplus);
#endif
}

/* The code that a generator's own locals belong to (3.11+), else NULL. */
static inline PyCodeObject *generator_frame_code(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return frame_data_code((const char *)object + Py_TYPE(object)->tp_basicsize);
#else
	(void)object;
	return NULL;
#endif
}

/* Name of local `index` of the code, NULL beyond (the stack). Borrowed. */
static inline PyObject *code_local_name(const PyCodeObject *code, size_t index)
{
#if VERSION_AT_LEAST(11)
	if (index < (size_t)PyTuple_GET_SIZE(code->co_localsplusnames))
		return PyTuple_GET_ITEM(code->co_localsplusnames, (Py_ssize_t)index);
#else
	PyObject *groups[3] = {code->co_varnames, code->co_cellvars, code->co_freevars};

	for (int i = 0; i < 3; i++) {
		size_t size = (size_t)PyTuple_GET_SIZE(groups[i]);

		if (index < size)
			return PyTuple_GET_ITEM(groups[i], (Py_ssize_t)index);
		index -= size;
	}
#endif
	return NULL;
}

#define CODE_UNIT_SIZE 2         /* bytes of an instruction */
#define CODE_CACHE_ENTRY_SIZE 32 /* up to 3.10: of one instruction's cache */

/* code.__sizeof__() */
static inline size_t code_size(PyObject *object)
{
	const PyCodeObject *code = (const PyCodeObject *)object;
	size_t size = (size_t)Py_TYPE(object)->tp_basicsize;

	if (code->co_extra != NULL) {
		/* struct { Py_ssize_t size; void *extras[1]; } */
		size += sizeof(Py_ssize_t) + sizeof(void *);
		size += ((size_t) * (const Py_ssize_t *)code->co_extra - 1) * sizeof(void *);
	}
#if VERSION_AT_LEAST(11)
	size += ((size_t)((const PyVarObject *)object)->ob_size * CODE_UNIT_SIZE + 7) & ~(size_t)7;
#else
	if (code->co_cell2arg != NULL && code->co_cellvars != NULL)
		size += (size_t)PyTuple_GET_SIZE(code->co_cellvars) * sizeof(Py_ssize_t);
	if (code->co_opcache != NULL)
		size += (size_t)PyBytes_GET_SIZE(code->co_code) / CODE_UNIT_SIZE +
			(size_t)code->co_opcache_size * CODE_CACHE_ENTRY_SIZE;
#endif
	return size;
}

static inline PyObject *code_display_name(const PyCodeObject *code)
{
#if VERSION_AT_LEAST(11)
	return code->co_qualname;
#else
	return code->co_name;
#endif
}

/* ---- fields of the interpreter's own types ---- */

/* X(type, offset, name): what tp_traverse reports of fields without a member name.
 * Y(type, offset, name): owned, and not reported. */
#define FUNCTION_FIELD(member) offsetof(PyFunctionObject, member)
#if VERSION_AT_LEAST(12)
#define VERSION_FIELDS_12(X) X(PyFunction_Type, FUNCTION_FIELD(func_typeparams), "__type_params__"),
#else
#define VERSION_FIELDS_12(X)
#endif
#if VERSION_AT_LEAST(10)
#define VERSION_FIELDS_10(X) X(PyFunction_Type, FUNCTION_FIELD(func_builtins), "__builtins__"),
#else
#define VERSION_FIELDS_10(X)
#endif
#if VERSION_AT_LEAST(11)
#define VERSION_CODE_FIELDS(Y)                                                                    \
	Y(PyCode_Type, offsetof(PyCodeObject, co_exceptiontable), "co_exceptiontable"),           \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localsplusnames), "co_localsplusnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localspluskinds), "co_localspluskinds"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_qualname), "co_qualname"),               \
		Y(PyCode_Type, offsetof(PyCodeObject, co_linetable), "co_linetable"),
#define VERSION_FRAME_FIELDS(X) X(PyFrame_Type, 16, "f_back"), X(PyFrame_Type, 32, "f_trace"),
#define VERSION_GENERATOR_FIELDS(X)                                                               \
	X(PyGen_Type, offsetof(PyGenObject, gi_iframe) + FRAME_CODE_OFFSET, "gi_code"),           \
		X(PyCoro_Type, offsetof(PyCoroObject, cr_iframe) + FRAME_CODE_OFFSET, "cr_code"), \
		X(PyAsyncGen_Type, offsetof(PyAsyncGenObject, ag_iframe) + FRAME_CODE_OFFSET,     \
		  "ag_code"),
#else
#define VERSION_GENERATOR_FIELDS(X)
#if VERSION_AT_LEAST(10)
#define VERSION_LINES_FIELD co_linetable
#else
#define VERSION_LINES_FIELD co_lnotab
#endif
#define VERSION_CODE_FIELDS(Y)                                                      \
	Y(PyCode_Type, offsetof(PyCodeObject, co_code), "co_code"),                 \
		Y(PyCode_Type, offsetof(PyCodeObject, co_varnames), "co_varnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_freevars), "co_freevars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_cellvars), "co_cellvars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, VERSION_LINES_FIELD), "co_lnotab"),
#define VERSION_FRAME_FIELDS(X)                                                     \
	X(PyFrame_Type, offsetof(PyFrameObject, f_back), "f_back"),                 \
		X(PyFrame_Type, offsetof(PyFrameObject, f_code), "f_code"),         \
		X(PyFrame_Type, offsetof(PyFrameObject, f_builtins), "f_builtins"), \
		X(PyFrame_Type, offsetof(PyFrameObject, f_globals), "f_globals"),   \
		X(PyFrame_Type, offsetof(PyFrameObject, f_locals), "f_locals"),     \
		X(PyFrame_Type, offsetof(PyFrameObject, f_trace), "f_trace"),
#endif
#if VERSION_AT_LEAST(12)
#define VERSION_CODE_CACHE_FIELDS(Y)
#elif VERSION_AT_LEAST(11)
#define VERSION_CODE_CACHE_FIELDS(Y) Y(PyCode_Type, offsetof(PyCodeObject, _co_code), "co_code"),
#else
#define VERSION_CODE_CACHE_FIELDS(Y)
#endif

#endif
