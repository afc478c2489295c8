/* Sizes of objects whose types the standard library brings along in C. */
#ifndef HEAPSNAP_AGENT_LIBRARY_SIZES_H
#define HEAPSNAP_AGENT_LIBRARY_SIZES_H

#include "agent/versions.h"

typedef size_t (*library_size)(PyObject *object);

/* How objects of `type`, whose __sizeof__ is that of `owner`, are sized: what it answers, without
 * headers; NULL where the type is not one of these. */
library_size library_size_of(const PyTypeObject *owner, const PyTypeObject *type);

#endif
