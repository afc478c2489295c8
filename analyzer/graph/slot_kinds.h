/* The kinds of all slot maps in flat arrays, for reading rows at full speed. */
#ifndef HEAPSNAP_ANALYZER_SLOT_KINDS_H
#define HEAPSNAP_ANALYZER_SLOT_KINDS_H

#include "format/reader.h"

#define SLOT_NONE UINT32_MAX

struct slot_pattern {
	uint32_t first; /* in slot_kinds.kinds: head, then tail */
	uint16_t head_count, tail_count;
	uint8_t type_reference; /* enum hs_type_reference */
	bool plain;             /* every slot is TRAVERSED */
	uint32_t dict_slot;     /* the slot of the head labelled .__dict__, or SLOT_NONE */
};

struct slot_kinds {
	struct slot_pattern *patterns; /* by number of slot map */
	uint8_t *kinds;
};

void slot_kinds_init(struct slot_kinds *out, const struct hs_reader *);
void slot_kinds_release(struct slot_kinds *);

static inline enum hs_reference_kind
slot_kind(const struct slot_kinds *all, const struct slot_pattern *pattern, uint64_t position)
{
	if (pattern->plain)
		return HS_TRAVERSED;
	if (position < pattern->head_count)
		return (enum hs_reference_kind)all->kinds[pattern->first + position];
	if (pattern->tail_count == 0)
		return HS_TRAVERSED;
	uint64_t in_tail = (position - pattern->head_count) % pattern->tail_count;
	return (enum hs_reference_kind)all->kinds[pattern->first + pattern->head_count + in_tail];
}

#endif
