/* Fields of the interpreter's own types that have no member descriptor. */
#ifndef HEAPSNAP_AGENT_KNOWN_FIELDS_H
#define HEAPSNAP_AGENT_KNOWN_FIELDS_H

#include "agent/versions.h"

struct known_field {
	PyTypeObject *type; /* and its subtypes; NULL: the exceptions */
	const char *name;
	int32_t offset;
	bool unvisited; /* owned, and tp_traverse does not report it */
};

/* Ends with a NULL name. */
extern const struct known_field known_fields[];

#endif
