/* heapsnap.Result: what a dump answers. */
#ifndef HEAPSNAP_AGENT_RESULT_H
#define HEAPSNAP_AGENT_RESULT_H

#include "agent/capture.h"

extern PyTypeObject result_type;

/* A new reference, or NULL with an exception. */
PyObject *result_new(PyObject *path, const struct capture_result *from);

#endif
