/* Text of str objects, as UTF-8, without calling the interpreter. */
#ifndef HEAPSNAP_AGENT_NAMES_H
#define HEAPSNAP_AGENT_NAMES_H

#include "agent/versions.h"

#include "format/records.h"

/* Keys and attribute names are cut at this many characters. */
#define NAME_CHARACTERS 64
#define NAME_LABEL_BYTES (6 * NAME_CHARACTERS + 3) /* with the mark of one that was cut */

/* Writes at most `characters` characters of `str` to `buffer` (6 bytes a character,
 * a lone surrogate as \udcXX, a byte of 2.7 that is no UTF-8 as \xXX) and describes them in `text`.
 * Returns the length of the whole str in characters, or -1 where it is no str or its text is not
 * available. */
Py_ssize_t name_text(PyObject *str, char *buffer, size_t characters, struct hs_text *text);

/* The text of a str as a label of its own, where no length stands beside it: what was cut
 * ends in an ellipsis. `buffer` has NAME_LABEL_BYTES. Returns as name_text. */
Py_ssize_t name_label(PyObject *str, char *buffer, struct hs_text *text);

/* Character `index` of characters of `kind` bytes each; and one character as UTF-8 (at
 * most 6 bytes, a lone surrogate as \udcXX, which sets *escaped): how many bytes. */
uint32_t name_character(const void *data, unsigned kind, size_t index);
size_t name_encode(uint32_t c, char *out, bool *escaped);

/* Whether `object` is a str with exactly this ASCII text. */
bool name_equals(PyObject *object, const char *ascii);

/* The value of a str key in a dict's own table, or NULL: no hashing, no comparing of
 * objects, nothing counted. Borrowed. */
PyObject *name_lookup(PyObject *dict, const char *ascii);

#endif
