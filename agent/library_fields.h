/* Fields of structs that no header shows: of the interpreter's lesser types and of the
 * standard library's. */
#ifndef HEAPSNAP_AGENT_LIBRARY_FIELDS_H
#define HEAPSNAP_AGENT_LIBRARY_FIELDS_H

#include "agent/plans.h"

/* What a type keeps in blocks of its own that tp_traverse reports as the object's:
 * REST_INDEX, its items in their order; else the name of the field that leads there. */
#define REST_INDEX "[]"

struct library_field {
	int32_t place;
	const char *name; /* as field_name() */
};

struct library_layout {
	const char *type;
	uint16_t sizes[4]; /* tp_basicsize of the versions that have these fields */
	enum { LAYOUT_ANY, LAYOUT_STATIC, LAYOUT_HEAP } made; /* where a size is ambiguous */
	const char *rest;                                     /* NULL: there is none */
	const struct library_field *fields;                   /* end with a NULL name */
};

/* The layout of `type` or of the next base that is not made by Python code; NULL: none
 * is known. `subtype_traverse`: the tp_traverse of classes in Python. */
const struct library_layout *library_layout_of(const PyTypeObject *type,
					       traverseproc subtype_traverse);

#endif
