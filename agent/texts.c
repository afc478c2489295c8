/* Which words go into the file. A str is written only where it is used as a key or
 * attribute name, and, unless labels="keys", only if it is interned: the source itself
 * spells it. An interned str that is merely a value is never written. Each text once: a
 * set of the strs written stands behind a small cache of the last ones. */
#include "agent/walk.h"

#include <string.h>

#include "agent/names.h"

#define QUALIFIED_NAME_CHARACTERS 256
#define FILE_CHARACTERS 256

static void write_text(struct walk *walk, PyObject *object, enum hs_text_kind kind,
		       struct hs_text text, size_t full_length)
{
	struct hs_object_text record = {
		.id = (uint64_t)(uintptr_t)object,
		.kind = kind,
		.text = text,
		.full_length = full_length,
	};
	enum hs_status status = hs_writer_text(walk->writer, &record, walk->err);

	if (status != HS_OK)
		walk_fail(walk, status, NULL);
}

bool key_may_be_named(const struct walk *walk, PyObject *key)
{
	if (walk->labels == HS_LABELS_NONE || key == NULL || !PyUnicode_Check(key))
		return false;
	return walk->labels == HS_LABELS_KEYS || str_is_interned(key);
}

bool key_text(struct walk *walk, PyObject *key)
{
	char buffer[6 * NAME_CHARACTERS];
	struct hs_text text;
	Py_ssize_t length;
	PyObject **cached;
	int added;

	if (!key_may_be_named(walk, key))
		return false;
	cached = &walk->text_cache[((uintptr_t)key >> 4) % TEXT_CACHE];
	if (*cached == key)
		return true;
	added = address_set_add(&walk->named, (uint64_t)(uintptr_t)key);
	if (added < 0)
		walk_fail(walk, HS_ENOMEM, "no memory for the set of names");
	if (added > 0) {
		length = name_text(key, buffer, NAME_CHARACTERS, &text);
		if (length < 0)
			return false;
		write_text(walk, key, HS_TEXT_KEY, text, (size_t)length);
	}
	*cached = key;
	return true;
}

static void name_record(struct walk *walk, PyObject *object, PyObject *name)
{
	char buffer[6 * QUALIFIED_NAME_CHARACTERS];
	struct hs_text text;
	Py_ssize_t length = name_text(name, buffer, QUALIFIED_NAME_CHARACTERS, &text);

	if (length >= 0)
		write_text(walk, object, HS_TEXT_NAME, text, (size_t)length);
}

/* Appends ":line" to `text`, whose buffer has room for 12 more bytes. */
static size_t append_line(char *out, int line)
{
	char digits[12];
	size_t count = 0;
	size_t used = 0;
	unsigned value = line < 0 ? 0 : (unsigned)line;

	do
		digits[count++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	out[used++] = ':';
	while (count > 0)
		out[used++] = digits[--count];
	return used;
}

static void code_source(struct walk *walk, PyObject *object)
{
	const PyCodeObject *code = (const PyCodeObject *)object;
	char buffer[6 * FILE_CHARACTERS + 16];
	struct hs_text text;
	Py_ssize_t length = name_text(code->co_filename, buffer, FILE_CHARACTERS, &text);
	size_t line;

	if (length < 0)
		return;
	line = append_line(buffer + text.length, code->co_firstlineno);
	text.length += (uint32_t)line;
	write_text(walk, object, HS_TEXT_SOURCE, text, (size_t)length + line);
}

static void type_name_record(struct walk *walk, PyTypeObject *type)
{
	struct hs_text text = {type->tp_name, 0, false};

	if (type_is_heap(type)) {
		name_record(walk, (PyObject *)(void *)type,
			    ((PyHeapTypeObject *)(void *)type)->ht_qualname);
		return;
	}
	for (const char *dot = strchr(text.data, '.'); dot != NULL; dot = strchr(text.data, '.'))
		text.data = dot + 1;
	text.length = (uint32_t)strnlen(text.data, QUALIFIED_NAME_CHARACTERS);
	write_text(walk, (PyObject *)(void *)type, HS_TEXT_NAME, text, text.length);
}

void object_name_text(struct walk *walk, PyObject *object)
{
	if (walk->labels == HS_LABELS_NONE)
		return;
	if (PyCode_Check(object)) {
		name_record(walk, object, code_display_name((const PyCodeObject *)object));
		code_source(walk, object);
	} else if (PyFunction_Check(object)) {
		name_record(walk, object, ((PyFunctionObject *)(void *)object)->func_qualname);
	} else if (PyType_Check(object)) {
		type_name_record(walk, (PyTypeObject *)(void *)object);
	} else {
		name_record(walk, object, name_lookup(PyModule_GetDict(object), "__name__"));
	}
}
