/* Count and bytes by type name, for any number of snapshots: a table of rows by the
 * number of an interned name, each with one sum a snapshot. One pass over the nodes. */
#include "analyzer/algorithms/type_growth.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/interner.h"
#include "analyzer/base/xalloc.h"

struct type_growth {
	uint32_t snapshot_count;
	struct interner names;
	struct type_sum *sums; /* [names.count * snapshot_count] */
	size_t capacity;
};

struct type_growth *type_growth_new(uint32_t snapshot_count)
{
	struct type_growth *growth = xcalloc(1, sizeof(*growth));

	growth->snapshot_count = snapshot_count;
	interner_init(&growth->names);
	return growth;
}

void type_growth_free(struct type_growth *growth)
{
	if (!growth)
		return;
	interner_release(&growth->names);
	free(growth->sums);
	free(growth);
}

/* The row of a type, made where it is new. */
static uint32_t row_of(struct type_growth *growth, const struct hs_text *name)
{
	size_t width = growth->snapshot_count;
	uint32_t before = growth->names.count;
	uint32_t row = interner_add(&growth->names, name->data, name->length);

	if (row == before) {
		growth->sums = xgrow(growth->sums, &growth->capacity, ((size_t)row + 1) * width,
				     sizeof(*growth->sums));
		memset(&growth->sums[row * width], 0, width * sizeof(*growth->sums));
	}
	return row;
}

void type_growth_add(struct type_growth *growth, uint32_t snapshot, const struct graph *g,
		     const struct bitset *left_out)
{
	struct type_sum *by_number = xcalloc(g->type_count, sizeof(*by_number));

	for (node_id n = 0; n < g->node_count; n++) {
		struct type_sum *sum = &by_number[g->types[n]];
		if (left_out && bitset_has(left_out, n))
			continue;
		sum->count++;
		sum->bytes += graph_bytes(g, n);
		sum->tracked_count += g->flags[n] & HS_TRACKED;
	}
	for (uint32_t i = 0; i < g->type_count; i++) {
		if (by_number[i].count == 0)
			continue;
		size_t row = row_of(growth, &hs_reader_type(g->reader, i)->name);
		struct type_sum *sum = &growth->sums[row * growth->snapshot_count + snapshot];
		sum->count += by_number[i].count;
		sum->bytes += by_number[i].bytes;
		sum->tracked_count += by_number[i].tracked_count;
	}
	free(by_number);
}

uint32_t type_growth_count(const struct type_growth *growth)
{
	return growth->names.count;
}

const char *type_growth_name(const struct type_growth *growth, uint32_t row)
{
	return growth->names.texts[row];
}

struct type_sum type_growth_sum(const struct type_growth *growth, uint32_t row, uint32_t snapshot)
{
	return growth->sums[(size_t)row * growth->snapshot_count + snapshot];
}
