/* Roots other than those of threads. Everything taken from sys.modules is borrowed and read
 * in place. Of the interpreter's own state what can be had by name is written, and what was
 * found in it at load (state_words.h): the places of its fields change from one patch
 * release to the next. */
#include "agent/root_records.h"

#include <string.h>

#include "agent/names.h"
#include "agent/versions/interpreter_fields.h"

#define MODULE_NAME_CHARACTERS 256

bool root_write(struct walk *walk, struct hs_root *root, PyObject *object)
{
	uint64_t id = reference_id(walk, object);
	enum hs_status status;

	if (id == 0 || walk->status != HS_OK)
		return walk->status == HS_OK;
	root->object = id;
	status = hs_writer_root(walk->writer, root, walk->err);
	if (status != HS_OK)
		walk_fail(walk, status, NULL);
	return status == HS_OK;
}

/* Whether a module that stands under `key` goes by another name, under which sys.modules
 * has it too: that name then makes the root. Read in place: a look-up may run the
 * program's own __eq__. */
static bool is_alias(PyObject *modules, PyObject *key, PyObject *module)
{
	char buffer[6 * MODULE_NAME_CHARACTERS + 1];
	struct hs_text text;
	PyObject *name;
	Py_ssize_t length;

	if (!PyModule_Check(module))
		return false;
	name = name_lookup(module_namespace(module), "__name__");
	if (name == NULL || name == key)
		return false;
	length = name_text(name, buffer, MODULE_NAME_CHARACTERS, &text);
	if (length < 0 || length > MODULE_NAME_CHARACTERS)
		return false;
	buffer[text.length] = 0;
	return !name_equals(key, buffer) && name_lookup(modules, buffer) == module;
}

static void write_module(struct walk *walk, PyObject *name, PyObject *module)
{
	char name_buffer[6 * MODULE_NAME_CHARACTERS];
	char version_buffer[6 * NAME_CHARACTERS];
	struct hs_root root;

	memset(&root, 0, sizeof root);
	root.kind = HS_ROOT_MODULE;
	if (name_text(name, name_buffer, MODULE_NAME_CHARACTERS, &root.name) < 0)
		return;
	if (PyModule_Check(module))
		name_text(name_lookup(module_namespace(module), "__version__"), version_buffer,
			  NAME_CHARACTERS, &root.version);
	root_write(walk, &root, module);
}

/* sys.modules holds them, and is in the file: no root of theirs is counted. */
static void write_modules(struct walk *walk)
{
	PyObject *modules = PyImport_GetModuleDict();
	PyObject *key, *module;
	Py_ssize_t position = 0;

	if (modules == NULL || !PyDict_Check(modules))
		return;
	while (walk->status == HS_OK && PyDict_Next(modules, &position, &key, &module)) {
		/* None stands for "not to be imported". */
		if (module != Py_None && !is_alias(modules, key, module))
			write_module(walk, key, module);
	}
}

static void write_named(struct walk *walk, enum hs_root_kind kind, PyObject *object,
			const char *label)
{
	struct hs_root root;

	memset(&root, 0, sizeof root);
	root.kind = kind;
	root.counted = true;
	if (label != NULL)
		root.label = (struct hs_text){label, (uint32_t)strlen(label), false};
	root_write(walk, &root, object);
}

static void write_interpreter_fields(struct walk *walk)
{
#define INTERPRETER_FIELD(field, text) {field, text},
	const PyInterpreterState *interpreter = PyThreadState_Get()->interp;
	const struct {
		PyObject *object;
		const char *label;
	} fields[] = {INTERPRETER_FIELDS(INTERPRETER_FIELD)};
#undef INTERPRETER_FIELD

	(void)interpreter;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		write_named(walk, HS_ROOT_INTERPRETER, fields[i].object, fields[i].label);
}

/* The interpreter keeps a reference of its own to each of these. */
static void write_interpreter(struct walk *walk)
{
	PyObject *modules = PyImport_GetModuleDict();
	PyObject *sys = name_lookup(modules, "sys");
	PyObject *builtins = name_lookup(modules, BUILTINS_MODULE);
	PyObject *importlib = name_lookup(modules, "_frozen_importlib");

	write_named(walk, HS_ROOT_INTERPRETER, modules, "sys.modules");
	if (sys != NULL && PyModule_Check(sys))
		write_named(walk, HS_ROOT_INTERPRETER, module_namespace(sys), "sys");
	if (builtins != NULL && PyModule_Check(builtins))
		write_named(walk, HS_ROOT_INTERPRETER, module_namespace(builtins), "builtins");
	if (importlib != NULL && PyModule_Check(importlib))
		write_named(walk, HS_ROOT_INTERPRETER, importlib, "importlib");
	write_interpreter_fields(walk);
}

/* A word of the interpreter's own tables. What is immortal is owned by nobody. */
static bool write_state_word(struct walk *walk, PyObject *object, const char *label)
{
	if (object != NULL && !object_is_immortal(object))
		write_named(walk, HS_ROOT_INTERPRETER, object, label);
	return walk->status == HS_OK;
}

static void write_state(struct walk *walk, const struct state_words *state)
{
	struct identifier_cursor cursor;
	PyObject *name;

	for (uint32_t i = 0; i < state->count; i++) {
		const struct state_range *range = &state->ranges[i];

		for (uint32_t j = 0; j < range->count; j++) {
			PyObject *word;

			memcpy(&word, range->first + (size_t)j * range->stride, sizeof word);
			if (!write_state_word(walk, word, range->label))
				return;
		}
	}
	identifiers_begin(&state->identifiers, &cursor);
	while (identifiers_next(&cursor, &name))
		if (!write_state_word(walk, name, "identifiers"))
			return;
}

/* What this module keeps for itself. */
static void write_own(struct walk *walk, const struct known_types *known)
{
	PyObject *const owned[] = {
		(PyObject *)(void *)known->deque,
		(PyObject *)(void *)known->ordered_dict,
		(PyObject *)(void *)known->default_dict,
		known->gc_isenabled,
		known->gc_get_debug,
	};

	for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
		if (!write_state_word(walk, owned[i], "heapsnap"))
			return;
}

static void write_garbage(struct walk *walk, const struct rings *rings)
{
	PyObject *garbage = rings_garbage(rings);

	if (garbage != NULL)
		write_named(walk, HS_ROOT_GARBAGE, garbage, NULL);
}

enum hs_status roots_write(struct walk *walk, const struct rings *rings)
{
	write_modules(walk);
	thread_roots_write(walk);
	write_interpreter(walk);
	write_state(walk, &walk->known->state);
	write_own(walk, walk->known);
	write_garbage(walk, rings);
	return walk->status;
}
