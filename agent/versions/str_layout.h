/* Characters and sizes of str; sizes of bytearray. */
#ifndef HEAPSNAP_AGENT_VERSIONS_STR_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_STR_LAYOUT_H

#include "agent/versions/supported.h"

#if PYTHON2
#include "agent/versions/str_of_python2.h"
#else
/* What stands before the quotes of a literal. */
#define STR_PREFIX ""
#define BYTES_PREFIX "b"
/* bytes, where it answers for its size itself; NULL: as any object does. */
#define BYTES_WITH_OWN_SIZE NULL

static inline bool str_is_interned(PyObject *str)
{
	return ((PyASCIIObject *)str)->state.interned != 0;
}

/* Whether the characters are bytes that should be UTF-8. */
static inline bool str_is_bytes(PyObject *str)
{
	(void)str;
	return false;
}

/* Whether a literal of this type of str begins with more than a quote. */
static inline bool str_needs_prefix(PyObject *str)
{
	(void)str;
	return false;
}

/* Whether two units of 2 bytes each may stand for one character. */
#define STR_HAS_PAIRS false

static inline bool str_check(PyObject *object)
{
	return PyUnicode_Check(object);
}

/* A new str of ASCII text. */
static inline PyObject *str_new(const char *ascii)
{
	return PyUnicode_FromString(ascii);
}

static inline PyObject *str_new_interned(const char *ascii)
{
	return PyUnicode_InternFromString(ascii);
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
#endif

/* bytearray.__sizeof__(). From 3.15 on its bytes are those of a bytes object that it
 * alone holds. */
static inline size_t bytearray_size(PyObject *object)
{
	size_t allocated = (size_t)((const PyByteArrayObject *)object)->ob_alloc;

#if VERSION_AT_LEAST(15)
	allocated += allocated == 0 ? 0 : (size_t)PyBytes_Type.tp_basicsize;
#endif
	return (size_t)Py_TYPE(object)->tp_basicsize + allocated;
}

#endif
