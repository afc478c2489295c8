/* A task has no member for its name, and where it stands in the object differs between
 * versions. Since names exist (3.8) it follows the coroutine, both in the object and in
 * what tp_traverse reports: a pair that stands together in both is believed. Read in place:
 * get_name() would run code. */
#include "agent/task_names.h"

#include <string.h>

#include "agent/names.h"

#define PREFIX "Task-"

bool type_is_task(const PyTypeObject *type)
{
	for (; type != NULL; type = type->tp_base)
		if (strcmp(type->tp_name, "_asyncio.Task") == 0)
			return true;
	return false;
}

static bool is_generator_type(const PyTypeObject *type)
{
	return type == &PyCoro_Type || type == &PyGen_Type || type == &PyAsyncGen_Type;
}

PyObject *generator_name(PyObject *object)
{
	return is_generator_type(Py_TYPE(object)) ? generator_display_name(object) : NULL;
}

/* Whether it can be what a task runs. */
static bool is_awaitable(PyObject *object)
{
	return is_generator_type(Py_TYPE(object)) || type_is_awaitable(Py_TYPE(object));
}

static bool stand_together(PyObject *task, const PyObject *first, const PyObject *second)
{
	PyObject *const *words = (PyObject *const *)(const void *)task;
	size_t count = (size_t)Py_TYPE(task)->tp_basicsize / sizeof *words;

	for (size_t i = sizeof(PyObject) / sizeof *words; i + 1 < count; i++)
		if (words[i] == first && words[i + 1] == second)
			return true;
	return false;
}

PyObject *task_name(PyObject *task, PyObject *const *reported, uint32_t count)
{
	for (uint32_t i = 0; i + 1 < count; i++)
		if (is_awaitable(reported[i]) &&
		    (PyUnicode_CheckExact(reported[i + 1]) || PyLong_CheckExact(reported[i + 1])) &&
		    stand_together(task, reported[i], reported[i + 1]))
			return reported[i + 1];
	return NULL;
}

bool is_numbered_task(PyObject *name)
{
	const size_t prefix = sizeof PREFIX - 1;
	const void *characters;
	Py_ssize_t length;

	if (str_characters(name, &characters, &length) != 1 || (size_t)length <= prefix ||
	    memcmp(characters, PREFIX, prefix) != 0)
		return false;
	for (size_t i = prefix; i < (size_t)length; i++)
		if (((const char *)characters)[i] < '0' || ((const char *)characters)[i] > '9')
			return false;
	return true;
}
