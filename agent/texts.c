/* Which words go into the file. A str is written only where it is used as a key or
 * attribute name, and, unless labels="keys", only if it is interned: the source itself
 * spells it. An interned str that is merely a value is never written. Each text once: a
 * set of the strs written stands behind a small cache of the last ones. */
#include "agent/walk.h"

#include <string.h>

#include "agent/literals.h"
#include "agent/names.h"
#include "agent/task_names.h"

#define TYPED_BYTES (2 * TYPE_NAME_BYTES + 64) /* <type name 0x7f...>; more than a literal */
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
	if (walk->labels == HS_LABELS_NONE || key == NULL || !str_check(key))
		return false;
	return walk->labels == HS_LABELS_KEYS || str_is_interned(key);
}

/* None and its like are words of the language; all else may be data. */
static bool key_may_be_literal(const struct walk *walk, PyObject *key)
{
	return walk->labels == HS_LABELS_KEYS ||
	       (walk->labels == HS_LABELS_NAMES && literal_is_constant(key));
}

static size_t append_type(char *buffer, size_t used, PyObject *class)
{
	char name_buffer[TYPE_NAME_BYTES];
	struct hs_text name = type_name(class, name_buffer);

	if (name.length > TYPE_NAME_BYTES)
		name.length = TYPE_NAME_BYTES;
	memcpy(buffer + used, name.data, name.length);
	return used + name.length;
}

/* What Python would write for the key, or <type 0x7f...>, of a class <type name 0x7f...>:
 * how many characters that is. */
static Py_ssize_t literal_or_type(PyObject *key, char *buffer, struct hs_text *text)
{
	Py_ssize_t length = literal_text(key, buffer, text);
	uintptr_t address = (uintptr_t)key;
	unsigned shift = 8 * sizeof address;
	size_t used = 0;
	Py_ssize_t characters = 0;

	if (length >= 0)
		return length;
	buffer[used++] = '<';
	used = append_type(buffer, used, class_of(key));
	if (PyType_Check(key) || class_is_old_style(key)) {
		buffer[used++] = ' ';
		used = append_type(buffer, used, key);
	}
	memcpy(buffer + used, " 0x", 3);
	used += 3;
	while (shift > 4 && address >> (shift - 4) == 0)
		shift -= 4;
	for (; shift > 0; shift -= 4)
		buffer[used++] = "0123456789abcdef"[address >> (shift - 4) & 15];
	buffer[used++] = '>';
	for (size_t i = 0; i < used; i++)
		characters += ((unsigned char)buffer[i] & 0xc0) != 0x80;
	*text = (struct hs_text){buffer, (uint32_t)used, false};
	return characters;
}

/* Whether quotes around the text say which str it is: not where it holds what has no
 * UTF-8, nor for 2.7's unicode beyond ASCII, which equals no str. */
static bool quotes_say_all(PyObject *str, const struct hs_text *text, size_t length)
{
	size_t kept = length < NAME_CHARACTERS ? length : NAME_CHARACTERS;

	return !text->escaped && (text->length == kept || !str_needs_prefix(str));
}

/* The words for a key and their kind; -1: none. */
static Py_ssize_t key_words(PyObject *key, char *buffer, struct hs_text *text,
			    enum hs_text_kind *kind)
{
	Py_ssize_t length = str_check(key) ? name_text(key, buffer, NAME_CHARACTERS, text) : -1;

	*kind = HS_TEXT_KEY;
	if (str_check(key) && (length < 0 || quotes_say_all(key, text, (size_t)length)))
		return length;
	*kind = HS_TEXT_LITERAL;
	return literal_or_type(key, buffer, text);
}

bool key_text(struct walk *walk, PyObject *key)
{
	char buffer[TYPED_BYTES];
	struct hs_text text;
	Py_ssize_t length;
	enum hs_text_kind kind;
	PyObject **cached;
	int added;

	if (str_check(key) ? !key_may_be_named(walk, key) : !key_may_be_literal(walk, key))
		return false;
	cached = &walk->text_cache[((uintptr_t)key >> 4) % TEXT_CACHE];
	if (*cached == key)
		return true;
	added = address_set_add(&walk->named, (uint64_t)(uintptr_t)key);
	if (added < 0)
		walk_fail(walk, HS_ENOMEM, "no memory for the set of names");
	if (added > 0) {
		length = key_words(key, buffer, &text, &kind);
		if (length < 0)
			return false;
		write_text(walk, key, kind, text, (size_t)length);
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
		name_record(walk, (PyObject *)(void *)type, type_display_name(type));
		return;
	}
	for (const char *dot = strchr(text.data, '.'); dot != NULL; dot = strchr(text.data, '.'))
		text.data = dot + 1;
	text.length = (uint32_t)strnlen(text.data, QUALIFIED_NAME_CHARACTERS);
	write_text(walk, (PyObject *)(void *)type, HS_TEXT_NAME, text, text.length);
}

static void number_record(struct walk *walk, PyObject *object, PyObject *number)
{
	char buffer[32] = "Task-";
	size_t used = strlen(buffer);
	char reversed[24];
	size_t count = 0;
	const digit *digits;
	bool negative;
	uint64_t value = 0;

	for (size_t i = int_digits(number, &digits, &negative); i > 0; i--)
		value = value << PyLong_SHIFT | digits[i - 1];
	do
		reversed[count++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	while (count > 0)
		buffer[used++] = reversed[--count];
	write_text(walk, object, HS_TEXT_NAME, (struct hs_text){buffer, (uint32_t)used, false},
		   used);
}

/* A name that the program made at run time can be data, as a key can. */
static void task_name_record(struct walk *walk, PyObject *task)
{
	PyObject *name = task_name(task, walk->raw, walk->raw_count);

	if (name == NULL)
		return;
	if (PyLong_CheckExact(name))
		number_record(walk, task, name);
	else if (key_may_be_named(walk, name) || is_numbered_task(name))
		name_record(walk, task, name);
}

void object_name_text(struct walk *walk, PyObject *object)
{
	if (walk->labels == HS_LABELS_NONE)
		return;
	if (PyCode_Check(object)) {
		name_record(walk, object, code_display_name((const PyCodeObject *)object));
		code_source(walk, object);
	} else if (PyFunction_Check(object)) {
		name_record(walk, object, function_display_name(object));
	} else if (PyType_Check(object)) {
		type_name_record(walk, (PyTypeObject *)(void *)object);
	} else if (class_is_old_style(object)) {
		name_record(walk, object, old_class_of(object).name);
	} else if (generator_name(object) != NULL) {
		name_record(walk, object, generator_name(object));
	} else if (type_is_task(Py_TYPE(object))) {
		task_name_record(walk, object);
	} else {
		name_record(walk, object, name_lookup(module_namespace(object), "__name__"));
	}
}
