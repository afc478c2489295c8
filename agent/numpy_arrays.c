/* Arrays of numpy, without its headers. The collector does not know them: only their
 * own memory says what an array of objects holds. The struct is part of numpy's binary
 * interface and has been the same since 1.7, the element's type number in the dtype too;
 * the length of an element is not (2.0 moved it), so it is taken from the type's number,
 * or from the strides of an array that owns its memory.
 *
 * Items are reported by the array that owns their memory, never by a view, which has
 * the owner (or another view) as its base; so they count once. An owner's memory is
 * compact: items stand one after the other, in an array of one dimension in the order of
 * its index, else in an order that no single index says. A NULL stands for None and is
 * no reference. Structured elements with objects in them are not looked into. */
#include "agent/numpy_arrays.h"

#include <string.h>

struct mirror_dtype {
	PyObject head;
	PyTypeObject *type;
	char kind, letter, byte_order, flags;
	int number;
};

struct mirror_ndarray {
	PyObject head;
	char *data;
	int dimensions;
	Py_ssize_t *lengths, *strides;
	PyObject *base;
	struct mirror_dtype *dtype;
	int flags;
	PyObject *weakrefs;
};

#define NUMPY_OWNS_DATA 4
#define NUMPY_OBJECT 17
#define NUMPY_DIMENSIONS_MAX 64

bool numpy_is_array_type(const PyTypeObject *type)
{
	for (; type != NULL; type = type->tp_base)
		if (strcmp(type->tp_name, "numpy.ndarray") == 0)
			return !type_is_heap(type) && !type_has_gc(type) &&
			       (size_t)type->tp_basicsize >= sizeof(struct mirror_ndarray);
	return false;
}

static const struct mirror_ndarray *array_of(PyObject *object)
{
	return (const struct mirror_ndarray *)(const void *)object;
}

/* Whether the parts are such as an array has; another library may use the name. */
static bool is_plausible(const struct mirror_ndarray *array)
{
	return array->dtype != NULL && ((uintptr_t)array->dtype & 7) == 0 &&
	       array->dimensions >= 0 && array->dimensions <= NUMPY_DIMENSIONS_MAX &&
	       (array->dimensions == 0 || (array->lengths != NULL && array->strides != NULL));
}

static bool holds_objects(const struct mirror_ndarray *array)
{
	return (array->flags & NUMPY_OWNS_DATA) && array->data != NULL &&
	       array->dtype->number == NUMPY_OBJECT && array->dtype->kind == 'O';
}

static size_t item_count(const struct mirror_ndarray *array)
{
	size_t count = 1;

	for (int i = 0; i < array->dimensions; i++)
		count *= (size_t)array->lengths[i];
	return count;
}

/* Bytes of an element, 0 where they are not known. */
static size_t item_size(const struct mirror_ndarray *array)
{
	static const unsigned char sizes[] = {1,
					      1,
					      1,
					      2,
					      2,
					      4,
					      4,
					      8,
					      8,
					      8,
					      8,
					      4,
					      8,
					      sizeof(long double),
					      8,
					      16,
					      2 * sizeof(long double),
					      sizeof(PyObject *),
					      /* str, bytes, struct: */ 0,
					      0,
					      0,
					      /* times: */ 8,
					      8,
					      /* half: */ 2};
	int number = array->dtype->number;
	size_t least = 0;

	if (number >= 0 && (size_t)number < sizeof sizes && sizes[number] > 0)
		return sizes[number];
	for (int i = 0; i < array->dimensions; i++) {
		Py_ssize_t stride = array->strides[i];
		size_t bytes = (size_t)(stride < 0 ? -stride : stride);

		if (i == 0 || bytes < least)
			least = bytes;
	}
	return least;
}

size_t numpy_array_size(PyObject *object, bool *known)
{
	const struct mirror_ndarray *array = array_of(object);
	size_t size = (size_t)Py_TYPE(object)->tp_basicsize;
	size_t bytes;

	*known = is_plausible(array);
	if (!*known)
		return size;
	size += 2 * sizeof(Py_ssize_t) * (size_t)array->dimensions;
	if (!(array->flags & NUMPY_OWNS_DATA) || item_count(array) == 0)
		return size;
	bytes = item_size(array);
	*known = bytes > 0;
	return size + item_count(array) * bytes;
}

static void push_items(struct walk *walk, const struct mirror_ndarray *array)
{
	PyObject *const *items = (PyObject *const *)(const void *)array->data;
	size_t count = item_count(array);

	for (size_t i = 0; i < count; i++)
		if (row_push(walk, reference_id(walk, items[i])) != 0)
			return;
}

void emit_numpy_array(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags)
{
	static const struct hs_text base = {"base", 4, false}, dtype = {"dtype", 5, false};
	const struct mirror_ndarray *array = array_of(object);
	struct hs_slot items = {HS_ADDED, HS_LABEL_NONE, {0}, 0};
	struct places places;

	if (!is_plausible(array)) {
		emit_fields(walk, plan, object, flags);
		return;
	}
	row_begin(walk, object, plan, flags);
	places_of(plan, object, &places);
	slot_map_begin(walk);
	add_fields(walk, plan, plan->extras, plan->extra_count);
	slot_map_add(walk, HS_ADDED, HS_LABEL_ATTR, base, 0);
	slot_map_add(walk, HS_ADDED, HS_LABEL_ATTR, dtype, 0);
	if (walk->labels != HS_LABELS_NONE && array->dimensions == 1)
		items.label = HS_LABEL_INDEX;
	walk->row.object.slot_map =
		slot_map_intern(walk, &items, holds_objects(array) ? 1 : 0, plan->type_reference);
	if (walk->row.object.slot_map == MAP_NONE) {
		/* No room for its labels: without a head a map is always possible. */
		items.label = HS_LABEL_NONE;
		slot_map_begin(walk);
		walk->row.object.slot_map = slot_map_intern(walk, &items, 1, plan->type_reference);
	} else {
		push_extras(walk, plan, &places, NULL, 0);
	}
	row_push(walk, reference_id(walk, array->base));
	row_push(walk, reference_id(walk, (PyObject *)(void *)array->dtype));
	if (holds_objects(array))
		push_items(walk, array);
	row_end(walk);
}
