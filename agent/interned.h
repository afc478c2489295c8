/* The dict in which the interpreter keeps every interned str. */
#ifndef HEAPSNAP_AGENT_INTERNED_H
#define HEAPSNAP_AGENT_INTERNED_H

#include "agent/rings.h"
#include "agent/versions.h"

/* The dict, borrowed; NULL where the collector does not know it. Once, at load. */
PyObject *interned_find(const struct rings *rings);

#endif
