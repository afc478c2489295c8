/* What a type object keeps, and how. */
#ifndef HEAPSNAP_AGENT_VERSIONS_TYPE_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_TYPE_LAYOUT_H

#include "agent/versions/supported.h"

static inline bool type_has_gc(const PyTypeObject *type)
{
	return (type->tp_flags & Py_TPFLAGS_HAVE_GC) != 0;
}

static inline bool type_is_heap(const PyTypeObject *type)
{
	return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
}

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

/* What every type of tracked objects says of itself. (2.7 makes some of its own types
 * ready only when an attribute of theirs is asked for.) */
#if PYTHON2
#define TRACKED_TYPE_FLAGS Py_TPFLAGS_HAVE_GC
#else
#define TRACKED_TYPE_FLAGS (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_READY)
#endif

/* Whether tp_subclasses of a static type is an object (3.12+: a small number). */
#define STATIC_TYPE_HAS_SUBCLASSES (!VERSION_AT_LEAST(12))
/* Objects of Python classes report their type to tp_traverse; whether they leave that to
 * a base that is a heap type written in C. */
#define SUBTYPE_LEAVES_TYPE_TO_BASE VERSION_AT_LEAST(8)

#if PYTHON2
#define BUILTINS_MODULE "__builtin__"
#else
#define BUILTINS_MODULE "builtins"
#endif

/* Name of a heap type without its module. Borrowed. */
static inline PyObject *type_display_name(PyTypeObject *type)
{
#if PYTHON2
	return ((PyHeapTypeObject *)(void *)type)->ht_name;
#else
	return ((PyHeapTypeObject *)(void *)type)->ht_qualname;
#endif
}

/* Whether the collector takes objects of the type out of a cycle that it cannot free. (2.7
 * looks for it in Python classes alone.) */
static inline bool type_blocks_collection(const PyTypeObject *type)
{
	return type->tp_del != NULL && (!PYTHON2 || type_is_heap(type));
}

static inline bool type_is_awaitable(const PyTypeObject *type)
{
#if PYTHON2
	(void)type;
	return false;
#else
	return type->tp_as_async != NULL && type->tp_as_async->am_await != NULL;
#endif
}

static inline bool type_has_finalizer(const PyTypeObject *type)
{
#if PYTHON2
	return type_blocks_collection(type);
#else
	return type->tp_finalize != NULL || type->tp_del != NULL;
#endif
}

static inline bool type_has_managed_dict(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(11)
	return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#else
	(void)type;
	return false;
#endif
}

/* A module's own dict, borrowed; NULL where it has none (2.7, whose PyModule_GetDict would
 * make one). */
static inline PyObject *module_namespace(PyObject *module)
{
#if PYTHON2
	return *(PyObject *const *)(const void *)((const char *)module + sizeof(PyObject));
#else
	return PyModule_GetDict(module);
#endif
}

#endif
