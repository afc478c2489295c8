/* heapsnap.Result: what a dump answers. */
#ifndef HEAPSNAP_AGENT_RESULT_H
#define HEAPSNAP_AGENT_RESULT_H

#include "agent/capture.h"

extern PyTypeObject result_type;

/* A new reference, or NULL with an exception. */
PyObject *result_new(PyObject *path, const struct capture_result *from);

/* Keeps what a later result_of_last() needs; `options` are those of the dump. */
void result_keep(struct last_result *last, const struct capture_options *options,
		 const struct capture_result *from);

/* An equal Result made anew, or None where nothing was kept; NULL with an exception. */
PyObject *result_of_last(const struct last_result *last);

#endif
