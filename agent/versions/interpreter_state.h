/* Names that the interpreter's C code asks for (_Py_Identifier), and where they are kept. */
#ifndef HEAPSNAP_AGENT_VERSIONS_INTERPRETER_STATE_H
#define HEAPSNAP_AGENT_VERSIONS_INTERPRETER_STATE_H

#include "agent/versions/supported.h"

/* None in 2.7; up to 3.9 a list, whose newest element a static variable points to; in 3.10 and 3.11
 * the words {size, array} of the interpreter's state, by number; later ones are immortal. */
#define IDENTIFIERS_ARE_LISTED (!PYTHON2 && !VERSION_AT_LEAST(10))
#define IDENTIFIERS_ARE_NUMBERED (VERSION_AT_LEAST(10) && !VERSION_AT_LEAST(12))

struct identifier_array {
	Py_ssize_t size;
	PyObject *const *names;
};

/* Where it stands; NULL: not known. */
struct identifier_table {
	const void *place;
};

struct identifier_cursor {
	const void *next;
	Py_ssize_t index;
};

static inline void identifiers_begin(const struct identifier_table *table,
				     struct identifier_cursor *cursor)
{
	cursor->next = NULL;
	cursor->index = 0;
#if IDENTIFIERS_ARE_LISTED
	if (table->place != NULL)
		cursor->next = *(const void *const *)table->place;
#else
	cursor->next = table->place;
#endif
}

/* Whether there was another; its name, which may be NULL, then is in `name`. Borrowed. */
static inline bool identifiers_next(struct identifier_cursor *cursor, PyObject **name)
{
#if IDENTIFIERS_ARE_LISTED
	const _Py_Identifier *identifier = cursor->next;

	if (identifier == NULL)
		return false;
	cursor->next = identifier->next;
	*name = identifier->object;
	return true;
#else
	const struct identifier_array *array = cursor->next;

	if (array == NULL || cursor->index >= array->size)
		return false;
	*name = array->names[cursor->index++];
	return true;
#endif
}

/* The module in C that has getsignal(). */
#define SIGNAL_MODULE (PYTHON2 ? "signal" : "_signal")

/* Whether each type of the syntax tree stands in a static variable; later ones are in a
 * struct together. */
#define SYNTAX_TYPES_HAVE_VARIABLES (!VERSION_AT_LEAST(9))

/* Whether the calling interpreter is the process's first, whose signal handlers are those
 * of the process. */
static inline bool interpreter_is_main(void)
{
#if VERSION_AT_LEAST(7)
	return PyThreadState_Get()->interp == PyInterpreterState_Main();
#else
	return PyInterpreterState_Next(PyThreadState_Get()->interp) == NULL;
#endif
}

/* Whether a table of special methods owns their names. */
#define SLOT_NAMES_ARE_OWNED (!VERSION_AT_LEAST(12))

#endif
