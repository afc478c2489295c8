/* The kinds of all slot maps, laid end to end: a byte a slot of head and tail. Most slot
 * maps hold nothing but traversed references; their rows need no look at a kind. */
#include "analyzer/graph/slot_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

static bool is_dict(const struct hs_slot *slot)
{
	return slot->label == HS_LABEL_ATTR && slot->text.length == 8 &&
	       memcmp(slot->text.data, "__dict__", 8) == 0;
}

static void fill_pattern(struct slot_pattern *pattern, uint8_t *kinds,
			 const struct hs_slot_map *map)
{
	unsigned other_kinds = 0;

	pattern->head_count = (uint16_t)map->head_count;
	pattern->tail_count = (uint16_t)map->tail_count;
	pattern->type_reference = (uint8_t)map->type_reference;
	pattern->dict_slot = SLOT_NONE;
	for (uint32_t i = 0; i < map->head_count; i++) {
		kinds[i] = (uint8_t)map->head[i].kind;
		other_kinds |= map->head[i].kind;
		if (pattern->dict_slot == SLOT_NONE && is_dict(&map->head[i]))
			pattern->dict_slot = i;
	}
	for (uint32_t i = 0; i < map->tail_count; i++) {
		kinds[map->head_count + i] = (uint8_t)map->tail[i].kind;
		other_kinds |= map->tail[i].kind;
	}
	pattern->plain = other_kinds == HS_TRAVERSED;
}

void slot_kinds_init(struct slot_kinds *out, const struct hs_reader *reader)
{
	uint32_t count = hs_reader_slot_map_count(reader);
	size_t total = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct hs_slot_map *map = hs_reader_slot_map(reader, i);
		total += (size_t)map->head_count + map->tail_count;
	}
	out->patterns = xcalloc(count, sizeof(*out->patterns));
	out->kinds = xmalloc(total, 1);
	total = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct hs_slot_map *map = hs_reader_slot_map(reader, i);
		out->patterns[i].first = (uint32_t)total;
		fill_pattern(&out->patterns[i], out->kinds + total, map);
		total += (size_t)map->head_count + map->tail_count;
	}
}

void slot_kinds_release(struct slot_kinds *all)
{
	free(all->patterns);
	free(all->kinds);
}
