/* Where a slot's position falls in a slot map: in its head, or in its tail, which is
 * repeated over all later slots. Constant time. */
#include "format/reader.h"

void hs_slot_at(const struct hs_slot_map *map, uint64_t position, struct hs_slot *out)
{
	if (position < map->head_count) {
		*out = map->head[position];
	} else if (map->tail_count == 0) {
		*out = (struct hs_slot){.kind = HS_TRAVERSED, .label = HS_LABEL_NONE};
	} else {
		uint64_t beyond = position - map->head_count;
		*out = map->tail[beyond % map->tail_count];
		if (out->label == HS_LABEL_INDEX)
			out->number = (uint32_t)(beyond / map->tail_count);
	}
}
