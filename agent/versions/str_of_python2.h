/* 2.7 has two types of text: str, which is bytes, and unicode of 2 or 4 bytes a unit. */
#ifndef HEAPSNAP_AGENT_VERSIONS_STR_OF_PYTHON2_H
#define HEAPSNAP_AGENT_VERSIONS_STR_OF_PYTHON2_H

#include "agent/versions/supported.h"

#define STR_PREFIX "u"
#define BYTES_PREFIX ""
#define BYTES_WITH_OWN_SIZE &PyString_Type

static inline bool str_is_bytes(PyObject *str)
{
	return PyString_Check(str);
}

static inline bool str_needs_prefix(PyObject *str)
{
	return PyUnicode_Check(str);
}

#define STR_HAS_PAIRS true

static inline bool str_check(PyObject *object)
{
	return PyString_Check(object) || PyUnicode_Check(object);
}

static inline bool str_is_interned(PyObject *str)
{
	return PyString_Check(str) && PyString_CHECK_INTERNED(str) != 0;
}

static inline PyObject *str_new(const char *ascii)
{
	return PyString_FromString(ascii);
}

static inline PyObject *str_new_interned(const char *ascii)
{
	return PyString_InternFromString(ascii);
}

/* str.__sizeof__() and unicode's, which both pass over what a subclass adds. */
static inline size_t str_size(PyObject *str)
{
	if (PyString_Check(str))
		return (size_t)PyString_Type.tp_basicsize + (size_t)PyString_GET_SIZE(str);
	return sizeof(PyUnicodeObject) + ((size_t)PyUnicode_GET_SIZE(str) + 1) * sizeof(Py_UNICODE);
}

/* The units of a text: bytes a unit and their start. */
static inline unsigned str_characters(PyObject *str, const void **data, Py_ssize_t *length)
{
	if (PyString_Check(str)) {
		*data = PyString_AS_STRING(str);
		*length = PyString_GET_SIZE(str);
		return 1;
	}
	*data = PyUnicode_AS_UNICODE(str);
	*length = PyUnicode_GET_SIZE(str);
	return *data == NULL ? 0 : (unsigned)sizeof(Py_UNICODE);
}

#endif
