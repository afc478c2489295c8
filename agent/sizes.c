/* sys.getsizeof without calling anything: __sizeof__ is looked up in the type's bases
 * once a type, and answered by our own formula where it is the interpreter's. Types
 * with another __sizeof__ are counted by their basic size and flagged as not exact. */
#include "agent/walk.h"

#include <string.h>

#include "agent/names.h"
#include "agent/numpy_arrays.h"

/* collections.OrderedDict: a table of node pointers, and a node for each key. */
struct mirror_ordered_dict {
	PyDictObject dict;
	void **fast_nodes;
	Py_ssize_t fast_nodes_size;
};
#define ORDERED_DICT_NODE_SIZE (4 * sizeof(void *))

/* Whether a static type defines a method in C. (One that was never made ready has no
 * namespace yet; asking it for the size of an object would make it ready.) */
static bool defines_method(const PyTypeObject *type, const char *name)
{
	for (const PyMethodDef *method = type->tp_methods;
	     method != NULL && method->ml_name != NULL; method++)
		if (strcmp(method->ml_name, name) == 0)
			return true;
	return false;
}

/* The type whose __sizeof__ applies to objects of `type`, in the order of its bases. */
static PyTypeObject *sizeof_owner(PyTypeObject *type, PyObject **method)
{
	PyObject *mro = type->tp_mro;

	*method = name_lookup(type_namespace(&PyBaseObject_Type), "__sizeof__");
	/* A static type that nobody has made ready will take its base's. */
	for (; mro == NULL && !type_is_heap(type); mro = type->tp_mro) {
		if (defines_method(type, "__sizeof__"))
			return type;
		type = type->tp_base == NULL ? &PyBaseObject_Type : type->tp_base;
	}
	if (mro == NULL || !PyTuple_Check(mro))
		return NULL;
	for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
		PyObject *base = PyTuple_GET_ITEM(mro, i);

		if (!PyType_Check(base))
			continue;
		*method = name_lookup(type_namespace((PyTypeObject *)(void *)base), "__sizeof__");
		if (*method != NULL)
			return (PyTypeObject *)(void *)base;
	}
	return NULL;
}

void size_rule_find(const struct known_types *known, struct plan *plan)
{
	PyTypeObject *type = plan->type;
	PyObject *method = NULL, *c_method;
	PyTypeObject *owner = sizeof_owner(type, &method);
	const struct {
		const PyTypeObject *owner;
		enum size_rule rule;
	} rules[] = {
		{&PyList_Type, SIZE_LIST},          {&PyDict_Type, SIZE_DICT},
		{FROZEN_DICT_TYPE, SIZE_DICT},      {&PySet_Type, SIZE_SET},
		{&PyFrozenSet_Type, SIZE_SET},      {&PyUnicode_Type, SIZE_STR},
		{&PyLong_Type, SIZE_INT},           {&PyType_Type, SIZE_TYPE},
		{&PyCode_Type, SIZE_CODE},          {&PyFrame_Type, SIZE_FRAME},
		{&PyGen_Type, SIZE_GENERATOR},      {&PyCoro_Type, SIZE_GENERATOR},
		{&PyAsyncGen_Type, SIZE_GENERATOR}, {&PyByteArray_Type, SIZE_BYTEARRAY},
		{known->deque, SIZE_DEQUE},         {known->ordered_dict, SIZE_ORDERED_DICT},
		{BYTES_WITH_OWN_SIZE, SIZE_STR},
	};

	plan->size_rule = SIZE_UNKNOWN;
	/* Answered by Python code, whoever wrote the class: no method of C, as list's is. */
	c_method = name_lookup(type_namespace(&PyList_Type), "__sizeof__");
	if (owner == NULL || c_method == NULL || Py_TYPE(method) != Py_TYPE(c_method))
		return;
	/* A Python class may take another type's method for its own; its name says nothing. */
	if (type_is_heap(owner) && ((const PyDescrObject *)(const void *)method)->d_type != owner)
		return;
	if (owner == &PyBaseObject_Type)
		plan->size_rule = type->tp_itemsize > 0 ? SIZE_ITEMS : SIZE_FIXED;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].owner == owner)
			plan->size_rule = rules[i].rule;
	if (numpy_is_array_type(owner))
		plan->size_rule = SIZE_NUMPY_ARRAY;
	plan->library_size = library_size_of(owner, type);
	if (plan->library_size != NULL)
		plan->size_rule = SIZE_LIBRARY;
}

static size_t type_size(PyObject *object)
{
	PyTypeObject *type = (PyTypeObject *)(void *)object;

	if (!type_is_heap(type))
		return sizeof(PyTypeObject);
	return sizeof(PyHeapTypeObject) + type_shared_size(type);
}

static size_t set_size(PyObject *object)
{
	const PySetObject *set = (const PySetObject *)object;
	size_t size = (size_t)Py_TYPE(object)->tp_basicsize;

	if (set->table != set->smalltable)
		size += ((size_t)set->mask + 1) * sizeof(setentry);
	return size;
}

static size_t deque_size(PyObject *object)
{
	return (size_t)Py_TYPE(object)->tp_basicsize + deque_blocks(object) * DEQUE_BLOCK_SIZE;
}

static size_t ordered_dict_size(PyObject *object)
{
	const struct mirror_ordered_dict *dict =
		(const struct mirror_ordered_dict *)(const void *)object;
	/* The table of nodes is made with the first key, and freed by clear(). */
	size_t table = dict->fast_nodes == NULL ? 0 : dict_table_size(object) * sizeof(void *);

	return dict_size(object) + table + (size_t)dict->dict.ma_used * ORDERED_DICT_NODE_SIZE;
}

static size_t frame_size(PyObject *object)
{
	bool owns;
	const PyCodeObject *code = frame_code(object, &owns);

	return frame_base_size(object) +
	       (code == NULL ? 0 : code_frame_slots(code)) * sizeof(PyObject *);
}

static size_t generator_size(PyObject *object)
{
	const PyCodeObject *code = generator_frame_code(object);

	return (size_t)Py_TYPE(object)->tp_basicsize +
	       (code == NULL ? 0 : code_frame_slots(code)) * sizeof(PyObject *);
}

size_t object_size(const struct plan *plan, PyObject *object, size_t *extra, bool *exact)
{
	size_t basic = (size_t)plan->type->tp_basicsize;
	size_t size = basic;
	struct instance_values values;

	*extra = 0;
	*exact = true;
	if (plan->has_values) {
		instance_values_of(object, plan->type, &values);
		*extra = values.allocated;
	}
	switch (plan->size_rule) {
	case SIZE_FIXED:
	case SIZE_UNKNOWN:
		break;
	case SIZE_ITEMS: {
		Py_ssize_t items = ((PyVarObject *)object)->ob_size;

		size += (size_t)(items < 0 ? -items : items) * (size_t)plan->type->tp_itemsize;
		break;
	}
	case SIZE_LIST:
		size += (size_t)((PyListObject *)object)->allocated * sizeof(PyObject *);
		break;
	case SIZE_DICT:
		size = dict_size(object);
		break;
	case SIZE_ORDERED_DICT:
		size = ordered_dict_size(object);
		break;
	case SIZE_SET:
		size = set_size(object);
		break;
	case SIZE_STR:
		size = str_size(object);
		break;
	case SIZE_INT:
		size = int_size(object);
		break;
	case SIZE_TYPE:
		size = type_size(object);
		break;
	case SIZE_CODE:
		size = code_size(object);
		break;
	case SIZE_FRAME:
		size = frame_size(object);
		break;
	case SIZE_GENERATOR:
		size = generator_size(object);
		break;
	case SIZE_BYTEARRAY:
		size = bytearray_size(object);
		break;
	case SIZE_DEQUE:
		size = deque_size(object);
		break;
	case SIZE_NUMPY_ARRAY:
		size = numpy_array_size(object, exact);
		break;
	case SIZE_LIBRARY:
		size = plan->library_size(object);
		break;
	}
	return size + object_header_size(object);
}
