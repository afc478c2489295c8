/* The structs are private to their modules and the same in every version that versions.h
 * admits; only what __sizeof__ needs is mirrored. A type is known by its C name, by the
 * fact that its __sizeof__ is written in C (see sizes.c), and by a basic size that has
 * room for what is read. Each is held against sys.getsizeof by a test. */
#include "agent/library_sizes.h"

#include <stdlib.h>
#include <string.h>

static size_t basic_size(const PyObject *object)
{
	return (size_t)Py_TYPE(object)->tp_basicsize;
}

struct mirror_array {
	PyVarObject head;
	char *items;
	Py_ssize_t allocated;
	const struct {
		char code;
		int item_size;
	} * description;
};

static size_t array_size(PyObject *object)
{
	const struct mirror_array *array = (const struct mirror_array *)(const void *)object;

	return basic_size(object) +
	       (size_t)array->allocated * (size_t)array->description->item_size;
}

static size_t bytes_io_size(PyObject *object)
{
	return basic_size(object) + bytes_io_buffer_size(object);
}

struct mirror_buffered {
	PyObject head;
	PyObject *raw;
	int ok, detached, readable, writable;
	char finalizing, fast_closed_checks;
	int64_t absolute_position;
	char *buffer;
	int64_t position, raw_position, read_end, write_position, write_end;
	void *lock;
	unsigned long owner;
	Py_ssize_t buffer_size;
};

static size_t buffered_size(PyObject *object)
{
	const struct mirror_buffered *buffered =
		(const struct mirror_buffered *)(const void *)object;

	return basic_size(object) + (buffered->buffer == NULL ? 0 : (size_t)buffered->buffer_size);
}

struct mirror_struct {
	PyObject head;
	Py_ssize_t size, length;
	const struct mirror_struct_code *codes;
};

static size_t struct_size(PyObject *object)
{
	const struct mirror_struct_code *code =
		((const struct mirror_struct *)(const void *)object)->codes;
	size_t size = basic_size(object) + sizeof *code;

	for (; code != NULL && code->definition != NULL; code++)
		size += sizeof *code;
	return size;
}

struct mirror_decimal {
	PyObject head;
	Py_hash_t hash;
	uint8_t flags;
	Py_ssize_t exponent, digits, length, allocated;
};
#define DECIMAL_DATA_ELSEWHERE (32 | 64 | 128) /* inside the object, shared, constant */

static size_t decimal_size(PyObject *object)
{
	const struct mirror_decimal *decimal = (const struct mirror_decimal *)(const void *)object;

	if (decimal->flags & DECIMAL_DATA_ELSEWHERE)
		return basic_size(object);
	return basic_size(object) + (size_t)decimal->allocated * sizeof(uint64_t);
}

/* itertools: a tuple, arrays of indices, how many are chosen. */
struct mirror_product {
	PyObject head;
	PyObject *pools;
};

struct mirror_permutations {
	PyObject head;
	PyObject *pool;
	Py_ssize_t *indices, *cycles;
	PyObject *result;
	Py_ssize_t chosen;
};

struct mirror_combinations {
	PyObject head;
	PyObject *pool;
	Py_ssize_t *indices;
	PyObject *result;
	Py_ssize_t chosen;
};

static size_t tuple_items(const PyObject *tuple)
{
	return tuple == NULL ? 0 : (size_t)((const PyVarObject *)tuple)->ob_size;
}

static size_t product_size(PyObject *object)
{
	const struct mirror_product *self = (const struct mirror_product *)(const void *)object;

	return basic_size(object) + tuple_items(self->pools) * sizeof(Py_ssize_t);
}

static size_t permutations_size(PyObject *object)
{
	const struct mirror_permutations *self =
		(const struct mirror_permutations *)(const void *)object;

	return basic_size(object) +
	       (tuple_items(self->pool) + (size_t)self->chosen) * sizeof(Py_ssize_t);
}

static size_t combinations_size(PyObject *object)
{
	const struct mirror_combinations *self =
		(const struct mirror_combinations *)(const void *)object;

	return basic_size(object) + (size_t)self->chosen * sizeof(Py_ssize_t);
}

/* A ring of pointers, counted from 3.15 on. */
struct mirror_simple_queue {
	PyObject head;
	unsigned char lock[16];
	Py_ssize_t first;
	PyObject **items;
	Py_ssize_t capacity, count;
	PyObject *weak_references;
};

static size_t simple_queue_size(PyObject *object)
{
	const struct mirror_simple_queue *queue =
		(const struct mirror_simple_queue *)(const void *)object;

	return basic_size(object) + (size_t)queue->capacity * sizeof *queue->items;
}

/* ctypes up to 3.12: what a type keeps in place of its dict. */
struct mirror_ctypes_dict {
	PyDictObject dict;
	Py_ssize_t size, align, length;
	size_t ffi_size;
	unsigned short ffi_align, ffi_type;
	void **ffi_elements;
	PyObject *proto;
	void *setfunc, *getfunc, *paramfunc;
	PyObject *argtypes, *converters, *restype, *checker;
	int flags;
	char *format;
	int dimensions;
};

static size_t ctypes_dict_size(PyObject *object)
{
	const struct mirror_ctypes_dict *self =
		(const struct mirror_ctypes_dict *)(const void *)object;
	size_t size = dict_size(object) + (size_t)self->dimensions * sizeof(Py_ssize_t);

	/* It adds its own part to what the dict's answer has already. */
	size += basic_size(object) - sizeof(PyDictObject);
	if (self->format != NULL)
		size += strlen(self->format) + 1;
	if (self->ffi_elements != NULL)
		size += ((size_t)self->length + 1) * sizeof(void *);
	return size;
}

/* An Element: attributes and children stand in a block of its own, the first four children
 * in the block itself. */
struct mirror_element_extra {
	PyObject *attributes;
	Py_ssize_t length, allocated;
	PyObject **children;
	PyObject *first_children[4];
};

struct mirror_element {
	PyObject head;
	PyObject *tag, *text, *tail;
	const struct mirror_element_extra *extra;
	PyObject *weak_references;
};

static size_t element_size(PyObject *object)
{
	const struct mirror_element_extra *extra =
		((const struct mirror_element *)(const void *)object)->extra;
	size_t size = basic_size(object);

	if (extra == NULL)
		return size;
	size += sizeof *extra;
	if (extra->children != extra->first_children)
		size += (size_t)extra->allocated * sizeof *extra->children;
	return size;
}

/* The value of a number of numpy's, which its answer counts beside the basic size that has
 * it already; 0: another type. The bits are in the name, but for a few. */
static size_t numpy_number_size(const PyTypeObject *type)
{
	static const struct {
		const char *name;
		size_t size;
	} named[] = {
		{"numpy.bool_", 1},     {"numpy.bool", 1},       {"numpy.longlong", 8},
		{"numpy.ulonglong", 8}, {"numpy.datetime64", 8}, {"numpy.timedelta64", 8},
	};
	static const char *const counted[] = {"numpy.int", "numpy.uint", "numpy.float",
					      "numpy.complex"};

	while (type != NULL && type_is_heap(type))
		type = type->tp_base;
	for (size_t i = 0; type != NULL && i < sizeof named / sizeof named[0]; i++)
		if (strcmp(type->tp_name, named[i].name) == 0)
			return named[i].size;
	for (size_t i = 0; type != NULL && i < sizeof counted / sizeof counted[0]; i++) {
		size_t length = strlen(counted[i]);

		if (strncmp(type->tp_name, counted[i], length) == 0)
			return strtoul(type->tp_name + length, NULL, 10) / 8;
	}
	return 0;
}

static size_t numpy_size(PyObject *object)
{
	return basic_size(object) + numpy_number_size(Py_TYPE(object));
}

library_size library_size_of(const PyTypeObject *owner, const PyTypeObject *type)
{
	static const struct {
		const char *name;
		size_t room;
		library_size function;
	} known[] = {
		{"array.array", sizeof(struct mirror_array), array_size},
		{"_io.BytesIO", sizeof(struct mirror_bytes_io), bytes_io_size},
		{"_io.BufferedReader", sizeof(struct mirror_buffered), buffered_size},
		{"_io.BufferedWriter", sizeof(struct mirror_buffered), buffered_size},
		{"_io.BufferedRandom", sizeof(struct mirror_buffered), buffered_size},
		{"_struct.Struct", sizeof(struct mirror_struct), struct_size},
		{"Struct", sizeof(struct mirror_struct), struct_size},
		{"decimal.Decimal", sizeof(struct mirror_decimal), decimal_size},
		{"itertools.product", sizeof(struct mirror_product), product_size},
		{"itertools.permutations", sizeof(struct mirror_permutations), permutations_size},
		{"itertools.combinations", sizeof(struct mirror_combinations), combinations_size},
		{"itertools.combinations_with_replacement", sizeof(struct mirror_combinations),
		 combinations_size},
		{"_queue.SimpleQueue", sizeof(struct mirror_simple_queue), simple_queue_size},
		{"xml.etree.ElementTree.Element", sizeof(struct mirror_element), element_size},
		{"StgDict", sizeof(struct mirror_ctypes_dict), ctypes_dict_size},
	};

	if (strcmp(owner->tp_name, "numpy.generic") == 0)
		return numpy_number_size(type) > 0 ? numpy_size : NULL;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(owner->tp_name, known[i].name) == 0)
			return (size_t)owner->tp_basicsize >= known[i].room ? known[i].function
									    : NULL;
	return NULL;
}
