/* str -> UTF-8 from the characters of PEP 393 (1, 2 or 4 bytes each) by our own code:
 * the interpreter's would allocate. Lone surrogates have no UTF-8 and are written as
 * six ASCII characters; the text is then flagged. */
#include "agent/names.h"

#include <string.h>

size_t name_encode(uint32_t c, char *out, bool *escaped)
{
	static const char digits[] = "0123456789abcdef";

	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c >= 0xd800 && c < 0xe000) {
		*escaped = true;
		out[0] = '\\';
		out[1] = 'u';
		for (int i = 0; i < 4; i++)
			out[2 + i] = digits[c >> (12 - 4 * i) & 15];
		return 6;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 7));
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

uint32_t name_character(const void *data, unsigned kind, size_t index)
{
	if (kind == 1)
		return ((const uint8_t *)data)[index];
	if (kind == 2)
		return ((const uint16_t *)data)[index];
	return ((const uint32_t *)data)[index];
}

Py_ssize_t name_text(PyObject *str, char *buffer, size_t characters, struct hs_text *text)
{
	const void *data;
	Py_ssize_t length;
	unsigned kind;
	size_t used = 0;

	memset(text, 0, sizeof *text);
	if (str == NULL || !PyUnicode_Check(str))
		return -1;
	kind = str_characters(str, &data, &length);
	if (kind == 0)
		return -1;
	for (size_t i = 0; i < (size_t)length && i < characters; i++)
		used += name_encode(name_character(data, kind, i), buffer + used, &text->escaped);
	text->data = buffer;
	text->length = (uint32_t)used;
	return length;
}

bool name_equals(PyObject *object, const char *ascii)
{
	const void *data;
	Py_ssize_t length;

	if (!PyUnicode_Check(object) || str_characters(object, &data, &length) != 1)
		return false;
	return strlen(ascii) == (size_t)length && memcmp(data, ascii, (size_t)length) == 0;
}

PyObject *name_lookup(PyObject *dict, const char *ascii)
{
	struct dict_entries entries;

	if (dict == NULL || !PyDict_Check(dict))
		return NULL;
	dict_entries_of(dict, &entries);
	for (Py_ssize_t i = 0; i < entries.count; i++) {
		PyObject *value = dict_entry_value(&entries, i);

		if (value != NULL && name_equals(dict_entry_key(&entries, i), ascii))
			return value;
	}
	return NULL;
}
