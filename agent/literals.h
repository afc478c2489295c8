/* Keys that are no str, as Python would write them. */
#ifndef HEAPSNAP_AGENT_LITERALS_H
#define HEAPSNAP_AGENT_LITERALS_H

#include "agent/versions.h"

#include "format/records.h"

#define LITERAL_CHARACTERS 64
#define LITERAL_BYTES (6 * LITERAL_CHARACTERS)

/* None, True, False, Ellipsis: words of the language, no data. */
bool literal_is_constant(PyObject *object);

/* Writes the first LITERAL_CHARACTERS characters of what Python would write for an int,
 * float, bytes, str, constant or a tuple of those to `buffer` (LITERAL_BYTES). Returns
 * how many characters the whole has, or -1: the object, or a part of it, is none of
 * them. Subclasses are none: they may print themselves otherwise. */
Py_ssize_t literal_text(PyObject *object, char *buffer, struct hs_text *text);

#endif
