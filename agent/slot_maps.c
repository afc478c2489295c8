/* Slot maps are defined in the file when first needed and reused by a 64-bit hash of
 * their content. The table is bounded: when it is full an object gets the map without
 * labels of its type, which is among the first to be made. */
#include "agent/walk.h"

#include <string.h>

#define MAPS_SIZE 32768u /* of the hash table; a power of two */
#define MAPS_MAX 24576u
#define HEAD_MAX HS_SLOT_MAP_ENTRIES_MAX
#define TEXT_SIZE (HEAD_MAX * 64u)

int slot_maps_init(struct walk *walk)
{
	struct slot_maps *maps = &walk->maps;

	maps->entries = arena_take(&walk->arena, MAPS_SIZE * sizeof *maps->entries);
	maps->head = arena_take(&walk->arena, HEAD_MAX * sizeof *maps->head);
	maps->text = arena_take(&walk->arena, TEXT_SIZE);
	return maps->entries == NULL || maps->head == NULL || maps->text == NULL ? -1 : 0;
}

void slot_map_begin(struct walk *walk)
{
	walk->maps.head_count = 0;
	walk->maps.text_used = 0;
}

void slot_map_add(struct walk *walk, enum hs_reference_kind kind, enum hs_label_kind label,
		  struct hs_text text, uint32_t number)
{
	struct slot_maps *maps = &walk->maps;
	struct hs_slot *slot;

	if (maps->head_count == HEAD_MAX)
		return;
	if (walk->labels == HS_LABELS_NONE) {
		label = HS_LABEL_NONE;
		number = 0;
	}
	if (label == HS_LABEL_NONE)
		text = (struct hs_text){NULL, 0, false};
	slot = &maps->head[maps->head_count++];
	memset(slot, 0, sizeof *slot);
	slot->kind = kind;
	slot->label = label;
	slot->number = number;
	if (text.length > TEXT_SIZE - maps->text_used) {
		slot->label = HS_LABEL_NONE;
		return;
	}
	memcpy(maps->text + maps->text_used, text.data == NULL ? "" : text.data, text.length);
	slot->text.data = maps->text + maps->text_used;
	slot->text.length = text.length;
	slot->text.escaped = text.escaped;
	maps->text_used += text.length;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9fb21c651e98df25u;
	return hash ^ hash >> 32;
}

static uint64_t hash_slots(uint64_t hash, const struct hs_slot *slots, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct hs_slot *slot = &slots[i];

		hash = mix(hash,
			   (uint64_t)slot->kind << 48 | (uint64_t)slot->label << 32 | slot->number);
		hash = mix(hash, (uint64_t)slot->text.length << 1 | slot->text.escaped);
		for (uint32_t j = 0; j < slot->text.length; j++)
			hash = mix(hash, (unsigned char)slot->text.data[j]);
	}
	return mix(hash, count);
}

uint32_t slot_map_intern(struct walk *walk, const struct hs_slot *tail, uint32_t tail_count,
			 enum hs_type_reference type_reference)
{
	struct slot_maps *maps = &walk->maps;
	struct hs_slot_map map = {
		.number = maps->next,
		.type_reference = type_reference,
		.head = maps->head,
		.head_count = maps->head_count,
		.tail = tail,
		.tail_count = tail_count,
	};
	uint64_t hash =
		hash_slots(hash_slots(type_reference, map.head, map.head_count), tail, tail_count);
	uint32_t slot = (uint32_t)hash & (MAPS_SIZE - 1);
	enum hs_status status;

	for (; maps->entries[slot].used; slot = (slot + 1) & (MAPS_SIZE - 1))
		if (maps->entries[slot].hash == hash)
			return maps->entries[slot].number;
	/* Maps without a head are few and always possible. */
	if (walk->status != HS_OK || (maps->count >= MAPS_MAX && map.head_count > 0))
		return MAP_NONE;
	status = hs_writer_slot_map(walk->writer, &map, walk->err);
	if (status != HS_OK) {
		walk_fail(walk, status, NULL);
		return MAP_NONE;
	}
	if (maps->count < MAPS_MAX + 1024) {
		maps->entries[slot].hash = hash;
		maps->entries[slot].number = maps->next;
		maps->entries[slot].used = true;
		maps->count++;
	}
	return maps->next++;
}
