/* zstd frames (RFC 8878): the only code that knows zstd. One frame holds one CBOR
 * item, has its content size in its header and a checksum at its end. */
#ifndef HEAPSNAP_FORMAT_FRAME_H
#define HEAPSNAP_FORMAT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/status.h"

#define HS_FRAME_RAW_MAX (4u << 20) /* a reader refuses more */

/* Skippable frames: these four little-endian bytes, the payload's length in four, payload. */
#define HS_SKIPPABLE_FIRST 0x184D2A50u /* ... 0x184D2A5F; this one: the identity */
#define HS_SKIPPABLE_SEEK_TABLE 0x184D2A5Eu
#define HS_SKIPPABLE_HEAD_BYTES 8u

/* The compressor lives in memory of the caller, hs_compressor_size bytes aligned to
 * 8, and allocates nothing. Frames have at most 1 MiB for these sizes to hold. */
struct hs_compressor;
size_t hs_compressor_size(int level);
struct hs_compressor *hs_compressor_init(void *memory, size_t size, int level);
size_t hs_compress_bound(size_t raw_bytes);
enum hs_status hs_compress(struct hs_compressor *, uint8_t *out, size_t out_size,
			   const uint8_t *raw, size_t raw_bytes, size_t *file_bytes,
			   struct hs_error *err);

struct hs_decompressor;
enum hs_status hs_decompressor_new(struct hs_decompressor **out, struct hs_error *err);
void hs_decompressor_free(struct hs_decompressor *);

struct hs_frame_extent {
	bool skippable;
	uint32_t magic; /* of a skippable frame */
	uint64_t file_bytes;
	uint64_t raw_bytes; /* of a skippable frame: its payload */
};

/* What frame starts at bytes[0] and how far it reaches. Raw sizes above
 * HS_FRAME_RAW_MAX, or not stated, and frames without checksum are refused. */
enum hs_status hs_frame_extent_at(const uint8_t *bytes, uint64_t length,
				  struct hs_frame_extent *out, struct hs_error *err);

/* Exactly raw_bytes into `raw`; anything else is HS_EFORMAT. */
enum hs_status hs_decompress(struct hs_decompressor *, uint8_t *raw, size_t raw_bytes,
			     const uint8_t *bytes, size_t length, struct hs_error *err);

#endif
