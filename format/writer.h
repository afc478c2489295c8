/* Writes a snapshot to a descriptor, never seeking. Calls no malloc, no stdio and
 * no lock, so that a fork child can use it: all memory is the caller's arena. */
#ifndef HEAPSNAP_FORMAT_WRITER_H
#define HEAPSNAP_FORMAT_WRITER_H

#include "format/records.h"
#include "format/status.h"

struct hs_writer;

struct hs_writer_options {
	int fd;
	int level;              /* zstd's, 1..9 */
	uint64_t max_bytes;     /* of the file; 0: no limit. Beyond: HS_ELIMIT */
	uint32_t types_max;     /* types that can be defined; the arena holds ~224 bytes for each */
	uint32_t slot_maps_max; /* that can be defined, 32 bytes each; 0: 2 * types_max + 1024 */
	uint32_t frames_max;    /* entries of the seek table, 64 bytes each; when it is full
				   the table is left out and readers scan */
};

/* Bytes of arena that hs_writer_open needs for these options. */
size_t hs_writer_arena_size(const struct hs_writer_options *options);

/* Starts a file in `arena` (zero-filled, aligned to 64, at least
 * hs_writer_arena_size bytes; lives until the writer is no longer used; there is
 * nothing to free) and writes identity and header. */
enum hs_status hs_writer_open(struct hs_writer **out, void *arena, size_t arena_size,
			      const struct hs_writer_options *options,
			      const struct hs_header *header, struct hs_error *err);

/* Defines the next type / slot map / root / text. Types and slot maps are numbered
 * 0, 1, 2 ... in the order of these calls (record->number must say the same);
 * HS_ELIMIT beyond types_max or slot_maps_max. Roots come before the first object. */
enum hs_status hs_writer_type(struct hs_writer *, const struct hs_type *, struct hs_error *err);
enum hs_status hs_writer_slot_map(struct hs_writer *, const struct hs_slot_map *,
				  struct hs_error *err);
enum hs_status hs_writer_root(struct hs_writer *, const struct hs_root *, struct hs_error *err);
enum hs_status hs_writer_text(struct hs_writer *, const struct hs_object_text *,
			      struct hs_error *err);

/* Adds a row: `object` with `slots[0..count)` (ids, 0 = empty slot), count at most
 * HS_ROW_REFERENCES_MAX. Ids are multiples of 8. `start` is 0 for an object's first
 * row; a further row of the same object repeats `object` and says how many slots
 * came before (the object is then not counted again). The hot path. */
enum hs_status hs_writer_object(struct hs_writer *, const struct hs_object *object, uint64_t start,
				const uint64_t *slots, uint32_t count, struct hs_error *err);

/* So far. */
uint64_t hs_writer_object_count(const struct hs_writer *);
uint64_t hs_writer_byte_count(const struct hs_writer *); /* written to the descriptor */
uint64_t hs_writer_heap_bytes(const struct hs_writer *); /* size + extra of all objects */

/* Writes all rows and texts that are pending. Before the clock is read for the end
 * record, so that hs_writer_close has little left to do. */
enum hs_status hs_writer_flush(struct hs_writer *, struct hs_error *err);

/* Writes what is pending, the end record and the seek table. The writer's own
 * fields of `end` are filled in. The descriptor is neither synced nor closed. */
enum hs_status hs_writer_close(struct hs_writer *, struct hs_end *end, struct hs_error *err);

#endif
