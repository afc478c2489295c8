/* Types by bytes.
 *
 * The end record has a line for each type, so a whole file costs time by its number
 * of types. A cut file has none: its object frames are decoded and the first row of
 * each object is counted. Rows are then sorted by name to merge types that share one
 * (a class made twice), and sorted again for the answer. */
#include "analyzer/algorithms/type_totals.h"

#include "analyzer/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const struct hs_text *a, const struct hs_text *b)
{
	uint32_t shorter = a->length < b->length ? a->length : b->length;
	int order = shorter > 0 ? memcmp(a->data, b->data, shorter) : 0;
	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int by_name(const void *a, const void *b)
{
	return compare_names(((const struct type_total *)a)->name,
			     ((const struct type_total *)b)->name);
}

static int by_bytes(const void *a, const void *b)
{
	const struct type_total *left = a, *right = b;
	if (left->bytes != right->bytes)
		return left->bytes < right->bytes ? 1 : -1;
	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	return compare_names(left->name, right->name);
}

static void count_frame(struct type_total *totals, struct hs_frame *frame)
{
	struct hs_error ignored;
	struct hs_row row;
	while (hs_frame_next_row(frame, &row, &ignored) > 0) {
		if (row.start > 0)
			continue;
		struct type_total *total = &totals[row.object.type];
		total->count++;
		total->bytes += row.object.size + row.object.extra;
		total->tracked_count += (row.object.flags & HS_TRACKED) != 0;
	}
}

/* A frame that cannot be read is what makes the file incomplete: passed over. */
static enum hs_status count_rows(struct type_total *totals, const struct hs_reader *reader,
				 struct hs_error *err)
{
	struct hs_frame *frame;
	struct hs_error ignored;
	enum hs_status status = hs_frame_new(&frame, err);
	if (status != HS_OK)
		return status;
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++)
		if (hs_reader_frame_info(reader, i)->kind == HS_FRAME_OBJECTS &&
		    hs_frame_load(frame, reader, i, &ignored) == HS_OK)
			count_frame(totals, frame);
	hs_frame_free(frame);
	return HS_OK;
}

static void copy_totals(struct type_total *totals, const struct hs_type_total *recorded,
			uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		totals[i].count = recorded[i].count;
		totals[i].bytes = recorded[i].bytes;
		totals[i].tracked_count = recorded[i].tracked_count;
	}
}

/* Merges neighbours of one name and drops types without objects. */
static uint32_t merge_names(struct type_total *totals, uint32_t count)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (totals[i].count == 0)
			continue;
		if (kept == 0 || compare_names(totals[kept - 1].name, totals[i].name) != 0) {
			totals[kept++] = totals[i];
			continue;
		}
		totals[kept - 1].count += totals[i].count;
		totals[kept - 1].bytes += totals[i].bytes;
		totals[kept - 1].tracked_count += totals[i].tracked_count;
	}
	return kept;
}

enum hs_status type_totals_read(struct type_total **out, uint32_t *count,
				const struct hs_reader *reader, struct hs_error *err)
{
	uint32_t types = hs_reader_type_count(reader);
	struct type_total *totals = xcalloc(types, sizeof *totals);
	const struct hs_type_total *recorded = hs_reader_type_totals(reader);

	for (uint32_t i = 0; i < types; i++)
		totals[i].name = &hs_reader_type(reader, i)->name;
	if (recorded != NULL) {
		copy_totals(totals, recorded, types);
	} else {
		enum hs_status status = count_rows(totals, reader, err);
		if (status != HS_OK) {
			free(totals);
			return status;
		}
	}
	qsort(totals, types, sizeof *totals, by_name);
	*count = merge_names(totals, types);
	qsort(totals, *count, sizeof *totals, by_bytes);
	*out = totals;
	return HS_OK;
}
