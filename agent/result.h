/* heapsnap.Result: what a dump answers. */
#ifndef HEAPSNAP_AGENT_RESULT_H
#define HEAPSNAP_AGENT_RESULT_H

#include "agent/capture.h"

/* What type_of_interpreter() makes the type of. */
extern PyTypeObject result_pattern;

/* A new reference, or NULL with an exception. */
PyObject *result_new(PyTypeObject *type, PyObject *path, const struct capture_result *from);

/* Keeps what a later result_of_last() needs; `options` are those of the dump. */
void result_keep(struct last_result *last, const struct capture_options *options,
		 const struct capture_result *from);

/* An equal Result made anew, or None where nothing was kept; NULL with an exception. */
PyObject *result_of_last(PyTypeObject *type, const struct last_result *last);

#endif
