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

/* Whether tp_subclasses of a static type is an object (3.12+: a small number). */
#define STATIC_TYPE_HAS_SUBCLASSES (!VERSION_AT_LEAST(12))
/* Objects of Python classes report their type to tp_traverse; whether they leave that to
 * a base that is a heap type written in C. */
#define SUBTYPE_LEAVES_TYPE_TO_BASE VERSION_AT_LEAST(8)

static inline bool type_has_managed_dict(const PyTypeObject *type)
{
#if VERSION_AT_LEAST(11)
	return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#else
	(void)type;
	return false;
#endif
}

#endif
