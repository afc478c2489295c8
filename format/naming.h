/* Which slots of a row only name: they are no references, so the writer takes them off
 * when it counts. */
#ifndef HEAPSNAP_FORMAT_NAMING_H
#define HEAPSNAP_FORMAT_NAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "format/records.h"

/* What that needs to know of a slot map. */
struct hs_naming {
	uint64_t head, tail; /* bit i: entry i is HS_NAMING */
	uint32_t head_count, tail_count;
	bool type_reference; /* there is one more reference, to the type */
};

/* False if a naming slot stands beyond the first 64 of head or tail. */
bool hs_naming_of(const struct hs_slot_map *map, struct hs_naming *out);

/* How many of the slots that are not empty only name. `start`: as of a row. */
uint64_t hs_naming_count(const struct hs_naming *, uint64_t start, const uint64_t *slots,
			 uint32_t count);

#endif
