/* Names of what waits: coroutines, generators, asyncio's tasks. */
#ifndef HEAPSNAP_AGENT_TASK_NAMES_H
#define HEAPSNAP_AGENT_TASK_NAMES_H

#include "agent/versions.h"

/* Whether objects of the type are tasks of asyncio's C code. */
bool type_is_task(const PyTypeObject *type);

/* The qualified name of a coroutine, generator or asynchronous generator; NULL for others. */
PyObject *generator_name(PyObject *object);

/* A task's name, from what tp_traverse reported of it: a str, or an int where asyncio puts
 * the name together only when it is asked for; NULL: not known. Borrowed. */
PyObject *task_name(PyObject *task, PyObject *const *reported, uint32_t count);

/* Whether the str is Task- and a number, as asyncio calls tasks. */
bool is_numbered_task(PyObject *name);

#endif
