/* The rings in which the collector keeps the tracked objects. */
#ifndef HEAPSNAP_AGENT_RINGS_H
#define HEAPSNAP_AGENT_RINGS_H

#include "agent/versions.h"

#include "format/status.h"

struct rings {
	/* generations 0, 1, 2 and the permanent one */
	const struct gc_generation_mirror *generations[GC_GENERATIONS + 1];
	const int *collecting; /* the collector's flag */
};

/* Finds and validates the rings of the calling interpreter. May call the interpreter
 * (it makes and drops one list); to be called under the lock. */
enum hs_status rings_find(struct rings *rings, struct hs_error *err);

/* Whether each ring's head is still one. */
bool rings_valid(const struct rings *rings);

/* Tracked objects; walks the rings. */
uint64_t rings_count(const struct rings *rings);

#endif
