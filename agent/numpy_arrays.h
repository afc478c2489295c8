/* numpy.ndarray: what an array of objects holds, and sizes. */
#ifndef HEAPSNAP_AGENT_NUMPY_ARRAYS_H
#define HEAPSNAP_AGENT_NUMPY_ARRAYS_H

#include "agent/walk.h"

/* Whether objects of the type are arrays as numpy lays them out. */
bool numpy_is_array_type(const PyTypeObject *type);

/* ndarray.__sizeof__(); tp_basicsize where *known comes out false. */
size_t numpy_array_size(PyObject *array, bool *known);

/* Writes an array's row: its base, its dtype, and the items if it owns them. */
void emit_numpy_array(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags);

#endif
