/* For each object, its reference count against the counted references and counted roots
 * that the snapshot shows (explained.h), summed by name of type. What is missing is held by
 * something that the snapshot does not know: a local of a C function, a module's static
 * variable. An object that seems to be owned more often than its count says explains no
 * more than its count: the surplus of one object must not hide what another lacks. */
#include "analyzer/algorithms/completeness.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/explained.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/graph/type_names.h"

static uint64_t missing(const struct completeness_row *row)
{
	return row->references - row->explained;
}

static int compare_rows(const void *a, const void *b)
{
	const struct completeness_row *left = a, *right = b;

	if (missing(left) != missing(right))
		return missing(left) < missing(right) ? 1 : -1;
	return (left->type > right->type) - (left->type < right->type);
}

/* Fills in `rows`; how many references there are too many. */
static uint64_t add_nodes(struct completeness_row *rows, const struct graph *g,
			  const struct roots *roots)
{
	uint32_t *counts = explained_references(g, roots);
	uint32_t *names = type_names_new(g);
	uint64_t surplus = 0;

	for (node_id n = 0; n < g->node_count; n++) {
		struct completeness_row *row = &rows[names[g->types[n]]];
		uint32_t references = g->refcounts[n];
		if ((g->flags[n] & HS_IMMORTAL) || references == UINT32_MAX)
			continue;
		row->references += references;
		row->explained += counts[n] < references ? counts[n] : references;
		surplus += counts[n] > references ? counts[n] - references : 0;
	}
	free(names);
	free(counts);
	return surplus;
}

void completeness_init(struct completeness *out, const struct graph *g, const struct roots *roots)
{
	struct completeness_row *rows = xcalloc(g->type_count, sizeof(*rows));

	memset(out, 0, sizeof(*out));
	out->surplus = add_nodes(rows, g, roots);
	for (uint32_t t = 0; t < g->type_count; t++) {
		rows[t].type = t;
		out->references += rows[t].references;
		out->explained += rows[t].explained;
		if (missing(&rows[t]) > 0)
			rows[out->worst_count++] = rows[t];
	}
	qsort(rows, out->worst_count, sizeof(*rows), compare_rows);
	out->worst = rows;
}

void completeness_release(struct completeness *completeness)
{
	free(completeness->worst);
	memset(completeness, 0, sizeof(*completeness));
}
