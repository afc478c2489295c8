/* The rings in which the collector keeps the tracked objects. */
#ifndef HEAPSNAP_AGENT_RINGS_H
#define HEAPSNAP_AGENT_RINGS_H

#include "agent/versions.h"

#include "format/status.h"

struct rings {
	/* generations 0, 1, 2 and the permanent one, NULL where there is none */
	const struct gc_generation_mirror *generations[GC_GENERATIONS + 1];
	/* The collector's flag and where it keeps the lists that gc.garbage and gc.callbacks
	 * are; NULL: not to be had (2.7, 3.6). */
	const int *collecting;
	PyObject *const *garbage, *const *callbacks;
};

/* Finds and validates the rings of the calling interpreter. May call the interpreter
 * (it makes and drops one list); to be called under the lock. */
enum hs_status rings_find(struct rings *rings, struct hs_error *err);

/* Whether each ring's head is still one. */
bool rings_valid(const struct rings *rings);

/* The lists that gc.garbage and gc.callbacks are, or NULL. Borrowed; nothing is run. */
PyObject *rings_garbage(const struct rings *rings);
PyObject *rings_callbacks(const struct rings *rings);

/* Tracked objects; walks the rings. */
uint64_t rings_count(const struct rings *rings);

#endif
