/* Frames of types, slot maps, roots and totals -> arrays that the reader keeps. */
#ifndef HEAPSNAP_FORMAT_TABLE_DECODER_H
#define HEAPSNAP_FORMAT_TABLE_DECODER_H

#include "format/cursor.h"
#include "format/pool.h"
#include "format/records.h"

struct hs_tables {
	struct hs_pool *pool;
	bool lenient; /* a requirement is unknown: unknown kinds are no damage */
	struct hs_type *types;
	struct hs_slot_map *slot_maps;
	struct hs_root *roots;
	struct hs_type_total *totals;
	size_t type_count, type_capacity;
	size_t slot_map_count, slot_map_capacity;
	size_t root_count, root_capacity;
	size_t total_count, total_capacity;
};

void hs_tables_release(struct hs_tables *);

/* Adds what a frame's map holds, the cursor standing at the map. Where a list does not go
 * on where the one before ended, a frame is missing between them: what it defined is
 * filled with placeholders and *gap becomes true. */
enum hs_status hs_tables_add(struct hs_tables *, struct hs_cursor *, enum hs_frame_kind kind,
			     bool *gap, struct hs_error *err);

/* Placeholders up to these counts: types named "?", slot maps without kinds and labels. */
enum hs_status hs_tables_fill(struct hs_tables *, uint64_t types, uint64_t slot_maps,
			      struct hs_error *err);

#endif
