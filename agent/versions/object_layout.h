/* Facts of any object: refcount, headers, weak references, an int's digits. */
#ifndef HEAPSNAP_AGENT_VERSIONS_OBJECT_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_OBJECT_LAYOUT_H

#include "agent/versions/supported.h"
#include "agent/versions/collector_layout.h"
#include "agent/versions/type_layout.h"

static inline bool object_has_gc_head(PyObject *object)
{
	PyTypeObject *type = Py_TYPE(object);

	return type_has_gc(type) && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

static inline uint64_t object_refcount(const PyObject *object)
{
	return (uint64_t)object->ob_refcnt;
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

/* In static memory, which keeps it from being freed. 2.7 has none. */
static inline bool object_is_module_definition(const PyObject *object)
{
#if PYTHON2
	(void)object;
	return false;
#else
	return object->ob_type == &PyModuleDef_Type;
#endif
}

/* Never freed, and its count says nothing of who refers to it: from 3.12 on the
 * interpreter marks such objects, before that they are those in static memory. */
static inline bool object_is_immortal(PyObject *object)
{
#if VERSION_AT_LEAST(12)
	return _Py_IsImmortal(object) != 0;
#else
	return object_is_static(object) || object == Py_None || PyBool_Check(object) ||
	       object == Py_Ellipsis || object == Py_NotImplemented ||
	       object_is_module_definition(object) ||
	       (PyType_Check(object) && !type_is_heap((PyTypeObject *)(void *)object));
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

/* The digits of an int, lowest first, PyLong_SHIFT bits each: how many. */
static inline size_t int_digits(PyObject *object, const digit **digits, bool *negative)
{
	const PyLongObject *number = (const PyLongObject *)(void *)object;
#if VERSION_AT_LEAST(12)
	*digits = number->long_value.ob_digit;
	*negative = (number->long_value.lv_tag & 3) == 2;
	return number->long_value.lv_tag >> 3;
#else
	Py_ssize_t size = ((PyVarObject *)object)->ob_size;

	*digits = number->ob_digit;
	*negative = size < 0;
	return (size_t)(size < 0 ? -size : size);
#endif
}

static inline bool int_check_exact(PyObject *object)
{
#if PYTHON2
	if (PyInt_CheckExact(object))
		return true;
#endif
	return PyLong_CheckExact(object);
}

/* The value of 2.7's int, which has no digits as its long has; false for all others. */
static inline bool plain_int_value(PyObject *object, long *value)
{
#if PYTHON2
	*value = PyInt_CheckExact(object) ? PyInt_AS_LONG(object) : 0;
	return PyInt_CheckExact(object);
#else
	(void)object;
	*value = 0;
	return false;
#endif
}

/* What stands after the digits of an int that has them. */
#if PYTHON2
#define LONG_SUFFIX "L"
#else
#define LONG_SUFFIX ""
#endif

/* Whether an exact int has this value, read in place. */
static inline bool int_equals(PyObject *object, unsigned long value)
{
	const digit *digits;
	bool negative;
	size_t count;
	long plain;

	if (plain_int_value(object, &plain))
		return plain >= 0 && (unsigned long)plain == value;
	count = int_digits(object, &digits, &negative);
	if (negative)
		return false;
	for (size_t i = 0; i < count; i++, value >>= PyLong_SHIFT)
		if (digits[i] != (digit)(value & PyLong_MASK))
			return false;
	return value == 0;
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
#if PYTHON2
	return (size_t)Py_TYPE(object)->tp_basicsize + digits * sizeof(digit);
#else
	return offsetof(PyLongObject, ob_digit) + digits * sizeof(digit);
#endif
#endif
}

#endif
