/* str -> UTF-8 from its characters (1, 2 or 4 bytes each) by our own code: the
 * interpreter's would allocate. Lone surrogates have no UTF-8 and are written as six
 * ASCII characters, a byte of 2.7's str that is no UTF-8 as four; the text is then
 * flagged. 2.7's unicode may have two units for a character: they are put together. */
#include "agent/names.h"

#include <string.h>

#include "format/utf8.h"

static const char digits[] = "0123456789abcdef";

size_t name_encode(uint32_t c, char *out, bool *escaped)
{
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

/* The character at `*index`, which is moved on to the next. */
static uint32_t next_character(const void *data, unsigned kind, size_t length, size_t *index)
{
	uint32_t c = name_character(data, kind, (*index)++);

	if (STR_HAS_PAIRS && kind == 2 && c >= 0xd800 && c < 0xdc00 && *index < length) {
		uint32_t low = name_character(data, kind, *index);

		if (low >= 0xdc00 && low < 0xe000) {
			++*index;
			return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return c;
}

/* Copies the UTF-8 character at `bytes`, or writes the byte as \xXX; moves `*index` on. */
static size_t copy_character(const unsigned char *bytes, size_t left, size_t *index, char *out,
			     bool *escaped)
{
	size_t length = hs_utf8_length((const char *)bytes, left);

	*index += length == 0 ? 1 : length;
	if (length > 0) {
		memcpy(out, bytes, length);
		return length;
	}
	*escaped = true;
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[bytes[0] >> 4];
	out[3] = digits[bytes[0] & 15];
	return 4;
}

/* Goes through all characters, so that a text which is cut has its true length; where
 * each unit is one, the rest is not looked at. */
static size_t bytes_text(const unsigned char *bytes, size_t length, char *buffer, size_t characters,
			 struct hs_text *text, size_t *used)
{
	char dropped[4];
	bool ignored;
	size_t count = 0;

	for (size_t i = 0; i < length; count++) {
		if (count < characters)
			*used += copy_character(bytes + i, length - i, &i, buffer + *used,
						&text->escaped);
		else
			copy_character(bytes + i, length - i, &i, dropped, &ignored);
	}
	return count;
}

static size_t wide_text(const void *data, unsigned kind, size_t length, char *buffer,
			size_t characters, struct hs_text *text, size_t *used)
{
	size_t i = 0;
	size_t count = 0;

	for (; i < length && count < characters; count++)
		*used += name_encode(next_character(data, kind, length, &i), buffer + *used,
				     &text->escaped);
	return count + (length - i);
}

Py_ssize_t name_text(PyObject *str, char *buffer, size_t characters, struct hs_text *text)
{
	const void *data;
	Py_ssize_t length;
	unsigned kind;
	size_t used = 0;
	size_t count;

	memset(text, 0, sizeof *text);
	if (str == NULL || !str_check(str))
		return -1;
	kind = str_characters(str, &data, &length);
	if (kind == 0)
		return -1;
	if (str_is_bytes(str))
		count = bytes_text(data, (size_t)length, buffer, characters, text, &used);
	else
		count = wide_text(data, kind, (size_t)length, buffer, characters, text, &used);
	text->data = buffer;
	text->length = (uint32_t)used;
	return (Py_ssize_t)count;
}

Py_ssize_t name_label(PyObject *str, char *buffer, struct hs_text *text)
{
	static const char ellipsis[3] = "\xe2\x80\xa6";
	Py_ssize_t length = name_text(str, buffer, NAME_CHARACTERS, text);

	if (length > NAME_CHARACTERS) {
		memcpy(buffer + text->length, ellipsis, sizeof ellipsis);
		text->length += sizeof ellipsis;
	}
	return length;
}

bool name_equals(PyObject *object, const char *ascii)
{
	const void *data;
	Py_ssize_t length;
	unsigned kind;

	if (object == NULL || !str_check(object))
		return false;
	kind = str_characters(object, &data, &length);
	if (kind == 0 || strlen(ascii) != (size_t)length)
		return false;
	for (size_t i = 0; i < (size_t)length; i++)
		if (name_character(data, kind, i) != (unsigned char)ascii[i])
			return false;
	return true;
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
