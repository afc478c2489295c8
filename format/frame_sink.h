/* Where finished frames go: compressed, written to the descriptor, and noted in the
 * seek table. Calls no malloc, no stdio and no lock; its buffers are the owner's. */
#ifndef HEAPSNAP_FORMAT_FRAME_SINK_H
#define HEAPSNAP_FORMAT_FRAME_SINK_H

#include "format/frame.h"
#include "format/output.h"
#include "format/seek_table.h"

struct hs_frame_sink {
	struct hs_output output;
	enum hs_status failed;
	int failed_errno;
	struct hs_compressor *compressor;
	uint8_t *compressed;
	size_t compressed_size;
	struct hs_crc32 *crc32;
	uint8_t *seek_table; /* room for its head, frames_max entries and its footer */
	uint32_t frames_max, frame_count;
};

/* Bytes as they are, for what is no frame of records. Fails as it failed before, once
 * anything has failed. */
enum hs_status hs_frame_sink_write(struct hs_frame_sink *, const uint8_t *bytes, size_t length,
				   struct hs_error *err);

/* Compresses and writes raw[0..raw_bytes) and notes it in the seek table while that has
 * room; `entry` says what the frame is. */
enum hs_status hs_frame_sink_put(struct hs_frame_sink *, const uint8_t *raw, size_t raw_bytes,
				 struct hs_seek_entry entry, struct hs_error *err);

/* Whether the table will still have all frames when one more is put: to be asked before
 * the last. */
bool hs_frame_sink_has_table(const struct hs_frame_sink *);

/* Writes the seek table. */
enum hs_status hs_frame_sink_put_table(struct hs_frame_sink *, struct hs_error *err);

#endif
