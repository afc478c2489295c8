/* Count and bytes by type name, without a graph. */
#ifndef HEAPSNAP_ANALYZER_TYPE_TOTALS_H
#define HEAPSNAP_ANALYZER_TYPE_TOTALS_H

#include "format/reader.h"

struct type_total {
	const struct hs_text *name; /* the reader's */
	uint64_t count, bytes, tracked_count;
};

/* Types that have objects, most bytes first, then most objects, then by name; types of
 * one name are one row. From the end record, or, where there is none, by counting the
 * rows that can be read. Returns the number of rows; the caller frees *out. */
enum hs_status type_totals_read(struct type_total **out, uint32_t *count, const struct hs_reader *,
				struct hs_error *err);

#endif
