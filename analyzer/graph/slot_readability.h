/* Which of several slots that lead to one object says most about it. */
#ifndef HEAPSNAP_ANALYZER_SLOT_READABILITY_H
#define HEAPSNAP_ANALYZER_SLOT_READABILITY_H

#include "format/records.h"

/* The lower, the better: a name of its own, a key, an index, then the rest. */
static inline uint8_t slot_readability(enum hs_label_kind label)
{
	switch (label) {
	case HS_LABEL_ATTR:
	case HS_LABEL_ITEM:
	case HS_LABEL_LOCAL:
		return 0;
	case HS_LABEL_VALUE:
		return 1;
	case HS_LABEL_INDEX:
		return 2;
	case HS_LABEL_KEY:
	case HS_LABEL_MEMBER:
		return 3;
	case HS_LABEL_FIELD:
	case HS_LABEL_OFFSET:
		return 4;
	default:
		return 5;
	}
}

#endif
