/* A word of bits for the head and one for the tail. The dicts' pattern (key, value, key,
 * value ...) has a loop of its own without division; all else is rare. */
#include "format/naming.h"

static bool collect(const struct hs_slot *slots, uint32_t count, uint64_t *bits)
{
	*bits = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (slots[i].kind != HS_NAMING)
			continue;
		if (i >= 64)
			return false;
		*bits |= (uint64_t)1 << i;
	}
	return true;
}

bool hs_naming_of(const struct hs_slot_map *map, struct hs_naming *out)
{
	*out = (struct hs_naming){.head_count = map->head_count,
				  .tail_count = map->tail_count,
				  .type_reference =
					  map->type_reference != HS_TYPE_REFERENCE_IN_ROW};
	return collect(map->head, map->head_count, &out->head) &&
	       collect(map->tail, map->tail_count, &out->tail);
}

static bool names(const struct hs_naming *naming, uint64_t position)
{
	uint64_t bits = naming->head;
	if (position >= naming->head_count) {
		bits = naming->tail;
		position -= naming->head_count;
		if (naming->tail_count)
			position %= naming->tail_count;
	}
	return position < 64 && (bits >> position & 1);
}

uint64_t hs_naming_count(const struct hs_naming *naming, uint64_t start, const uint64_t *slots,
			 uint32_t count)
{
	uint64_t found = 0;
	if (naming->head_count == 0 && naming->tail_count == 2 && naming->tail == 1) {
		for (uint32_t i = start & 1; i < count; i += 2)
			found += slots[i] != 0;
		return found;
	}
	for (uint32_t i = 0; i < count; i++)
		found += slots[i] != 0 && names(naming, start + i);
	return found;
}
