/* Structs of the standard library that __sizeof__ reads, where versions differ. */
#ifndef HEAPSNAP_AGENT_VERSIONS_LIBRARY_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_LIBRARY_LAYOUT_H

#include "agent/versions/supported.h"

#if PYTHON2
struct mirror_bytes_io {
	PyObject head;
	char *buffer;
	Py_ssize_t position, used;
	size_t allocated;
};
#else
struct mirror_bytes_io {
	PyObject head;
	PyObject *buffer;
};
#endif

/* What an io.BytesIO owns besides itself; a buffer that somebody else holds too is not
 * counted. */
static inline size_t bytes_io_buffer_size(PyObject *object)
{
	const struct mirror_bytes_io *self = (const struct mirror_bytes_io *)(const void *)object;
#if PYTHON2
	return self->allocated;
#else
	if (self->buffer == NULL || self->buffer->ob_refcnt > 1)
		return 0;
	return (size_t)PyBytes_Type.tp_basicsize + (size_t)PyBytes_GET_SIZE(self->buffer);
#endif
}

/* One code of a struct.Struct's format. */
struct mirror_struct_code {
	const void *definition; /* NULL ends the list */
	Py_ssize_t offset, size;
#if !PYTHON2
	Py_ssize_t repeat;
#endif
};

#endif
