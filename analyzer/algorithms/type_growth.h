/* Count and bytes by type for any number of snapshots side by side. Types are matched by
 * name: two of one name add up. */
#ifndef HEAPSNAP_ANALYZER_TYPE_GROWTH_H
#define HEAPSNAP_ANALYZER_TYPE_GROWTH_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/graph.h"

struct type_growth;

struct type_sum {
	uint64_t count, bytes, tracked_count;
};

struct type_growth *type_growth_new(uint32_t snapshot_count);
void type_growth_free(struct type_growth *);

/* Adds the objects of snapshot number `snapshot`, less those in `left_out` (NULL: none). */
void type_growth_add(struct type_growth *, uint32_t snapshot, const struct graph *,
		     const struct bitset *left_out);

uint32_t type_growth_count(const struct type_growth *);
const char *type_growth_name(const struct type_growth *, uint32_t row);
struct type_sum type_growth_sum(const struct type_growth *, uint32_t row, uint32_t snapshot);

#endif
