/* The inside of a reader, shared by the files that make it up: open (reader.c), scan
 * (frame_scan.c), frames (frame_load.c) and verify (verify.c). */
#ifndef HEAPSNAP_FORMAT_SNAPSHOT_H
#define HEAPSNAP_FORMAT_SNAPSHOT_H

#include "format/cursor.h"
#include "format/pool.h"
#include "format/reader.h"
#include "format/record_decoder.h"
#include "format/seek_table.h"
#include "format/table_decoder.h"

struct hs_reader {
	char *path;
	const uint8_t *bytes;
	uint64_t length;
	uint8_t *allocated; /* to be freed, if the bytes were read */
	void *mapped;       /* to be unmapped, if they were mapped */

	struct hs_pool pool;
	struct hs_tables tables;
	struct hs_header header;
	struct hs_end end;
	struct hs_end_counts counts; /* of the end record */
	bool has_header, has_end;
	const char *unknown_requirement;

	struct hs_frame_info *frames;
	size_t frame_count, frame_capacity;
	bool has_seek_table;
	uint64_t objects;      /* in the frames of objects */
	uint64_t frames_begin; /* where the first may stand: after the identity */
	uint64_t frames_end;   /* where the seek table stands, or the file's end */
	char damage[256];      /* the first that was found */
};

/* Remembers the first damage that is found. */
void hs_snapshot_damage(struct hs_reader *, const struct hs_error *err);

/* "frame 12 at byte 1048600: " before the message. Returns err->status. */
enum hs_status hs_snapshot_locate(const struct hs_reader *, uint32_t index, struct hs_error *err);

enum hs_status hs_snapshot_add_frame(struct hs_reader *, const struct hs_frame_info *,
				     struct hs_error *err);

/* Takes what a loaded frame of header, table, roots, totals or end holds into the
 * reader; other kinds are passed over. */
enum hs_status hs_snapshot_take(struct hs_reader *, struct hs_frame *, struct hs_error *err);

/* Lists the frames by looking at each, where there is no seek table. */
enum hs_status hs_snapshot_scan(struct hs_reader *, struct hs_frame *, struct hs_error *err);

/* Kind of the loaded frame, and a cursor at its map. */
uint32_t hs_frame_kind(const struct hs_frame *);
struct hs_cursor hs_frame_map(const struct hs_frame *);

/* hs_frame_load of a frame that is described by `info` instead of by the list. With
 * `learn` what only the frame itself says (kind, counts) is filled in; else it is held
 * against the frame. */
enum hs_status hs_frame_read(struct hs_frame *, const struct hs_reader *,
			     struct hs_frame_info *info, bool learn, struct hs_error *err);

#endif
