/* Tables that the interpreter keeps for good:
 *   - small ints, of which the same object is given out at each call;
 *   - str and bytes of one character, each table told by where some characters stand;
 *   - names of special methods, beside the entries that wrapper descriptors point to;
 *   - signal handlers, told by what signal.getsignal() says of every signal.
 * Where such an object is immortal nothing is looked for: nobody owns it. */
#include "agent/state_words.h"

#include <string.h>

#include "agent/names.h"

#define CHARACTERS 256
#define SIGNALS 65
#define SIGNALS_LEAST 32
#define SLOT_NAMES_MAX 256

/* ---- small ints ---- */

/* The int, borrowed, if it is always the same object and somebody owns it; else NULL. */
static PyObject *kept_int(long value)
{
	PyObject *one = PyLong_FromLong(value);
	PyObject *other = PyLong_FromLong(value);
	PyObject *kept = one != NULL && one == other && !object_is_immortal(one) ? one : NULL;

	Py_XDECREF(one);
	Py_XDECREF(other);
	return kept;
}

static void find_small_ints(struct state_words *words)
{
	size_t count = 0;

	for (int sign = 1; sign >= -1; sign -= 2)
		for (long value = sign > 0 ? 0 : -1; count < SMALL_INTS_MAX; value += sign) {
			PyObject *kept = kept_int(value);

			if (kept == NULL)
				break;
			words->small_ints[count++] = kept;
		}
	if (count > 0)
		state_words_add(words, words->small_ints, count, sizeof(PyObject *), "small ints");
}

/* ---- characters ---- */

static const char known[] = {'a', 'b', 'e', 'n', 's', 'x', '_', '1'};

void static_tables_probe(void)
{
	for (size_t i = 0; i < sizeof known; i++) {
		/* 2.7 evaluates what is let go more than once. */
		PyObject *text = PyUnicode_FromStringAndSize(&known[i], 1);
		PyObject *bytes = PyBytes_FromStringAndSize(&known[i], 1);

		Py_XDECREF(text);
		Py_XDECREF(bytes);
	}
	PyErr_Clear();
}

static void find_characters(struct state_words *words, const struct state_memory *memory,
			    PyObject *(*make)(const char *, Py_ssize_t), const char *label)
{
	struct state_word expected[sizeof known];
	PyObject *made[sizeof known];
	size_t count = 0;
	bool kept = true;
	const char *table = NULL;

	for (size_t i = 0; i < sizeof known; i++) {
		made[i] = make(&known[i], 1);
		kept = kept && made[i] != NULL && !object_is_immortal(made[i]);
		expected[count++] = (struct state_word){
			(size_t)(unsigned char)known[i] * sizeof(PyObject *), (uintptr_t)made[i]};
	}
	if (kept)
		table = state_memory_find(memory, expected, count, CHARACTERS * sizeof(PyObject *));
	if (table != NULL)
		state_words_add(words, table, CHARACTERS, sizeof(PyObject *), label);
	for (size_t i = 0; i < sizeof known; i++)
		Py_XDECREF(made[i]);
}

/* ---- names of special methods ---- */

/* Whether an entry stands at `place`: the name in it is that of the interned str. */
static bool is_slot(const struct state_memory *memory, const struct wrapperbase *place)
{
	const struct wrapperbase *entry = state_memory_copy(memory, place, sizeof *entry);
	char text[32];
	PyObject *name;
	bool same;

	if (entry == NULL || entry->name == NULL || entry->name_strobj == NULL ||
	    !state_memory_peek(memory, entry->name, text, sizeof text) ||
	    memchr(text, 0, sizeof text) == NULL || text[0] != '_' || text[1] != '_')
		return false;
	name = str_new_interned(text);
	same = name != NULL && name == entry->name_strobj;
	Py_XDECREF(name);
	PyErr_Clear();
	return same;
}

static void find_slot_names(struct state_words *words, const struct state_memory *memory)
{
	PyObject *descriptor = name_lookup(type_namespace(&PyLong_Type), "__add__");
	const struct wrapperbase *first, *end;

	if (!SLOT_NAMES_ARE_OWNED || descriptor == NULL ||
	    Py_TYPE(descriptor) != &PyWrapperDescr_Type)
		return;
	first = ((PyWrapperDescrObject *)(void *)descriptor)->d_base;
	if (!is_slot(memory, first))
		return;
	for (end = first + 1; end - first < SLOT_NAMES_MAX && is_slot(memory, end);)
		end++;
	while (end - first < SLOT_NAMES_MAX && is_slot(memory, first - 1))
		first--;
	state_words_add(words, &first->name_strobj, (size_t)(end - first), sizeof *first,
			"names of special methods");
}

/* ---- signal handlers ---- */

struct signal_handler {
	int tripped;
	PyObject *function;
};

static PyObject *signal_function(const char *name)
{
	PyObject *module = name_lookup(PyImport_GetModuleDict(), SIGNAL_MODULE);
	PyObject *function = module == NULL || !PyModule_Check(module)
				     ? NULL
				     : name_lookup(module_namespace(module), name);

	return function != NULL && PyCFunction_Check(function) ? function : NULL;
}

static void find_signal_handlers(struct state_words *words, const struct state_memory *memory)
{
	/* Others would ask for, and then show, objects that are not theirs. */
	PyObject *ask = interpreter_is_main() ? signal_function("getsignal") : NULL;
	struct state_word expected[SIGNALS];
	size_t count = 0;
	const char *table;

	for (int i = 1; ask != NULL && i < SIGNALS; i++) {
		PyObject *handler = PyObject_CallFunction(ask, "i", i);

		if (handler != NULL && handler != Py_None)
			expected[count++] = (struct state_word){
				(size_t)i * sizeof(struct signal_handler) +
					offsetof(struct signal_handler, function),
				(uintptr_t)handler};
		Py_XDECREF(handler); /* the table has it */
		PyErr_Clear();
	}
	if (count < SIGNALS_LEAST)
		return;
	table = state_memory_find(memory, expected, count, SIGNALS * sizeof(struct signal_handler));
	if (table != NULL)
		state_words_add(words, table + offsetof(struct signal_handler, function), SIGNALS,
				sizeof(struct signal_handler), "signal handlers");
}

void static_tables_find(struct state_words *words, const struct state_memory *memory)
{
	find_small_ints(words);
	find_characters(words, memory, PyUnicode_FromStringAndSize, "characters");
	find_characters(words, memory, PyBytes_FromStringAndSize, "characters of bytes");
	find_slot_names(words, memory);
	find_signal_handlers(words, memory);
}
