/* How a module and its types are made, so that each interpreter of a process has its own,
 * where a module keeps its state, and how a path is taken. May allocate, and run what the
 * caller's objects define: for before and after a walk only. */
#ifndef HEAPSNAP_AGENT_VERSIONS_MODULE_LAYER_H
#define HEAPSNAP_AGENT_VERSIONS_MODULE_LAYER_H

#include "agent/versions/supported.h"

#include <string.h>

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

/* `fill` has a new module and its state, all zero: 0, or -1 with an exception. */
struct module_parts {
	const char *name, *doc;
	PyMethodDef *functions;
	Py_ssize_t state_size;
	int (*fill)(PyObject *module, void *state);
	traverseproc visit;
	inquiry clear;
};

#if PYTHON2
/* A module has no state of its own: the functions' `self` is a capsule that has it. */
static inline void *module_state(PyObject *self)
{
	return PyCapsule_GetPointer(self, NULL);
}

/* The importer owns the module. */
static inline void module_make(const struct module_parts *parts)
{
	void *state = PyMem_Malloc((size_t)parts->state_size);
	PyObject *self = state == NULL ? PyErr_NoMemory() : PyCapsule_New(state, NULL, NULL);
	PyObject *module;

	if (self == NULL)
		return;
	memset(state, 0, (size_t)parts->state_size);
	module =
		Py_InitModule4(parts->name, parts->functions, parts->doc, self, PYTHON_API_VERSION);
	if (module != NULL)
		(void)parts->fill(module, state);
}

/* The function that the importer calls; `check` as `fill`, before anything is made. */
#define MODULE_INIT(name, parts, check)                                        \
	__attribute__((visibility("default"))) PyMODINIT_FUNC init##name(void) \
	{                                                                      \
		if (check() == 0)                                              \
			module_make(&(parts));                                 \
	}
#else
static inline void *module_state(PyObject *self)
{
	return PyModule_GetState(self);
}

static inline PyObject *module_make(const struct module_parts *parts, PyModuleDef_Slot *slots)
{
	static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = NULL};

	definition.m_name = parts->name;
	definition.m_doc = parts->doc;
	definition.m_size = parts->state_size;
	definition.m_methods = parts->functions;
	definition.m_slots = slots;
	definition.m_traverse = parts->visit;
	definition.m_clear = parts->clear;
	return PyModuleDef_Init(&definition);
}

/* The function that the importer calls; `check` as `fill`, before anything is made.
 * Before 3.9 PyMODINIT_FUNC does not say that it is to be seen. */
#define MODULE_INIT(name, parts, check)                                           \
	static int module_fill(PyObject *module)                                  \
	{                                                                         \
		return (parts).fill(module, module_state(module));                \
	}                                                                         \
                                                                                  \
	__attribute__((visibility("default"))) PyMODINIT_FUNC PyInit_##name(void) \
	{                                                                         \
		static PyModuleDef_Slot slots[] = {                               \
			{Py_mod_exec, (void *)(uintptr_t)module_fill},            \
			MODULE_SLOTS_OF_VERSION{0, NULL},                         \
		};                                                                \
                                                                                  \
		return check() != 0 ? NULL : module_make(&(parts), slots);        \
	}
#endif

#if PYTHON2
static inline PyObject *path_given(PyObject *path)
{
	if (!PyUnicode_Check(path) && !PyString_Check(path)) {
		PyErr_Format(PyExc_TypeError, "expected str or unicode as a path, not %.100s",
			     Py_TYPE(path)->tp_name);
		return NULL;
	}
	Py_INCREF(path);
	return path;
}

static inline PyObject *path_encode(PyObject *path)
{
	const char *encoding = Py_FileSystemDefaultEncoding;
	PyObject *encoded = path;

	if (PyUnicode_Check(path))
		encoded = PyUnicode_AsEncodedString(path, encoding == NULL ? "utf-8" : encoding,
						    "strict");
	else
		Py_INCREF(path);
	if (encoded != NULL &&
	    strlen(PyString_AS_STRING(encoded)) != (size_t)PyString_GET_SIZE(encoded)) {
		PyErr_SetString(PyExc_ValueError, "embedded null byte");
		Py_CLEAR(encoded);
	}
	return encoded;
}

static inline PyObject *path_decode(const char *path)
{
	const char *encoding = Py_FileSystemDefaultEncoding;

	return PyUnicode_Decode(path, (Py_ssize_t)strlen(path),
				encoding == NULL ? "utf-8" : encoding, "strict");
}

/* repr() of an object and a text after it, as a str. */
static inline PyObject *repr_and(const char *before, PyObject *object, const char *after)
{
	PyObject *repr = PyObject_Repr(object);
	PyObject *whole = NULL;

	if (repr != NULL)
		whole = PyString_FromFormat("%s%s%s", before, PyString_AsString(repr), after);
	Py_XDECREF(repr);
	return whole;
}
#else
/* What os.fspath() says. */
static inline PyObject *path_given(PyObject *path)
{
	return PyOS_FSPath(path);
}

/* As the bytes that the system takes. */
static inline PyObject *path_encode(PyObject *path)
{
	PyObject *encoded = NULL;

	return PyUnicode_FSConverter(path, &encoded) ? encoded : NULL;
}

static inline PyObject *path_decode(const char *path)
{
	return PyUnicode_DecodeFSDefault(path);
}

static inline PyObject *repr_and(const char *before, PyObject *object, const char *after)
{
	return PyUnicode_FromFormat("%s%R%s", before, object, after);
}
#endif

#endif
