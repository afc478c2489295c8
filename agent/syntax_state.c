/* Types of the syntax tree (module ast), which the interpreter makes at the first compile()
 * and keeps. From 3.9 on one struct has them all, with an instance of those that need but
 * one and the names of their fields, in the order of the names: the root type, then Add's
 * instance and Add; its last word is a type's too. Up to 3.8 each has a static variable of
 * its own, the only word of the interpreter's segments that holds it. What makes a word
 * believed is that only such types, their instances and interned strs stand between. */
#include "agent/state_words.h"

#include <string.h>

#include "agent/names.h"

#define SYNTAX_TYPES_MAX 192
#define SYNTAX_TYPES_LEAST 64 /* there are more than 100 */
#define SYNTAX_STATE_MAX 512

struct syntax_types {
	PyTypeObject *types[SYNTAX_TYPES_MAX]; /* borrowed: the interpreter owns them */
	const char *places[SYNTAX_TYPES_MAX];
	unsigned hits[SYNTAX_TYPES_MAX];
	size_t count;
};

static const char *short_name(const PyTypeObject *type)
{
	const char *dot = strrchr(type->tp_name, '.');

	return dot == NULL ? type->tp_name : dot + 1;
}

static int find_type(const struct syntax_types *found, const void *type)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->types[i] == type)
			return (int)i;
	return -1;
}

/* A program may derive classes of its own, which no variable owns; but their addresses
 * stand where attributes were looked up. */
static bool is_of_interpreter(PyTypeObject *type)
{
	return !SYNTAX_TYPES_HAVE_VARIABLES || !type_is_heap(type) ||
	       name_equals(name_lookup(type_namespace(type), "__module__"), "_ast");
}

/* Adds those subclasses of `type` that C code made; of `object` the root of the tree alone. */
static void add_subclasses(struct syntax_types *found, PyTypeObject *type)
{
	PyObject *all = PyObject_CallMethod((PyObject *)(void *)type, "__subclasses__", NULL);

	for (Py_ssize_t i = 0; all != NULL && PyList_Check(all) && i < PyList_GET_SIZE(all); i++) {
		PyTypeObject *one = (PyTypeObject *)(void *)PyList_GET_ITEM(all, i);

		if (type == &PyBaseObject_Type && strcmp(one->tp_name, "ast.AST") != 0 &&
		    strcmp(one->tp_name, "_ast.AST") != 0)
			continue;
		if (!is_of_interpreter(one))
			continue;
		if (found->count < SYNTAX_TYPES_MAX && find_type(found, one) < 0)
			found->types[found->count++] = one;
	}
	Py_XDECREF(all);
	PyErr_Clear();
}

static void collect_types(struct syntax_types *found)
{
	found->count = 0;
	add_subclasses(found, &PyBaseObject_Type);
	for (size_t i = 0; i < found->count; i++)
		add_subclasses(found, found->types[i]);
}

static PyTypeObject *type_named(const struct syntax_types *found, const char *name)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(short_name(found->types[i]), name) == 0)
			return found->types[i];
	return NULL;
}

/* What a word of the struct may hold besides a type. */
static bool is_instance_or_name(const struct state_memory *memory, const struct syntax_types *found,
				const void *word)
{
	PyObject head;

	return word == NULL ||
	       (((uintptr_t)word & 7) == 0 && state_memory_peek(memory, word, &head, sizeof head) &&
		(Py_TYPE(&head) == &PyUnicode_Type || find_type(found, Py_TYPE(&head)) >= 0));
}

static void find_struct(struct state_words *words, const struct state_memory *memory,
			const struct syntax_types *found)
{
	const struct state_word begins[] = {
		{0, (uintptr_t)found->types[0]},
		{2 * sizeof(void *), (uintptr_t)type_named(found, "Add")},
	};
	const char *first = state_memory_find(memory, begins, 2, 3 * sizeof(void *));
	size_t count = 0;
	size_t types = 0;

	for (size_t i = 0; first != NULL && i < SYNTAX_STATE_MAX; i++) {
		void *const *word =
			state_memory_copy(memory, first + i * sizeof(void *), sizeof(void *));

		if (word == NULL)
			break;
		if (find_type(found, *word) >= 0) {
			count = i + 1;
			types++;
		} else if (!is_instance_or_name(memory, found, *word)) {
			break;
		}
	}
	if (types >= SYNTAX_TYPES_LEAST)
		state_words_add(words, first, count, sizeof(void *), "syntax tree");
}

static void find_variables(struct state_words *words, const struct state_memory *memory,
			   struct syntax_types *found)
{
	memset(found->hits, 0, sizeof found->hits);
	for (size_t i = 0; i < memory->segments; i++) {
		const struct state_area *area = &memory->areas[i];

		for (size_t at = 0; at + sizeof(void *) <= area->size; at += sizeof(void *)) {
			void *const *word = (void *const *)(const void *)(area->copy + at);
			int type = *word == NULL ? -1 : find_type(found, *word);

			if (type < 0)
				continue;
			found->places[type] = (const char *)area->start + at;
			found->hits[type]++;
		}
	}
	for (size_t i = 0; i < found->count; i++)
		if (found->hits[i] == 1 && type_is_heap(found->types[i]))
			state_words_add(words, found->places[i], 1, sizeof(void *), "syntax tree");
}

void syntax_state_find(struct state_words *words, const struct state_memory *memory)
{
	struct syntax_types found;

	collect_types(&found);
	if (found.count < SYNTAX_TYPES_LEAST)
		return;
	if (type_is_heap(found.types[0]))
		find_struct(words, memory, &found);
	else
		find_variables(words, memory, &found);
}
