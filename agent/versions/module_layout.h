/* How a module and its types are made so that each interpreter of a process has its own. */
#ifndef HEAPSNAP_AGENT_VERSIONS_MODULE_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_MODULE_LAYOUT_H

#include "agent/versions/supported.h"

/* From 3.12 on an interpreter may have a lock of its own, and takes only modules that
 * share nothing with other interpreters' and say so. */
#define INTERPRETERS_MAY_RUN_AT_ONCE VERSION_AT_LEAST(12)

#if INTERPRETERS_MAY_RUN_AT_ONCE
#define MODULE_SLOTS_OF_VERSION \
	{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},

/* A type like `pattern`, a new reference, or NULL with an exception: its own for each
 * call, so that no interpreter shares its counts and its dict with another. */
static inline PyTypeObject *type_of_interpreter(PyTypeObject *pattern)
{
	PyType_Slot slots[] = {
		{Py_tp_doc, (void *)(uintptr_t)pattern->tp_doc},
		{Py_tp_dealloc, (void *)(uintptr_t)pattern->tp_dealloc},
		{Py_tp_repr, (void *)(uintptr_t)pattern->tp_repr},
		{Py_tp_members, pattern->tp_members},
		{Py_tp_methods, pattern->tp_methods},
		{0, NULL},
	};
	PyType_Spec spec = {
		.name = pattern->tp_name,
		.basicsize = (int)pattern->tp_basicsize,
		.flags = (unsigned)(pattern->tp_flags | Py_TPFLAGS_IMMUTABLETYPE |
				    Py_TPFLAGS_DISALLOW_INSTANTIATION),
		.slots = slots,
	};

	return (PyTypeObject *)(void *)PyType_FromSpec(&spec);
}
#else
#define MODULE_SLOTS_OF_VERSION

/* All interpreters take turns, and `pattern` is the type of all. */
static inline PyTypeObject *type_of_interpreter(PyTypeObject *pattern)
{
	if (PyType_Ready(pattern) != 0)
		return NULL;
	Py_INCREF(pattern);
	return pattern;
}
#endif

#endif
