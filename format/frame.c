/* One-shot compression and decompression of frames with zstd.
 *
 * Compression: a static context in the caller's arena, so that it works in a fork
 * child. Its parameters are those that zstd chooses for the level and 1 MiB of
 * input, set one by one, because the size estimate holds for exactly those; zstd
 * lowers them for shorter frames, never raises them. Level 1 needs 0.6 MB.
 *
 * Decompression: a context on the heap, made by calls of malloc and free that a
 * test can make fail. The raw size comes from the frame's header and is bounded
 * before anything is allocated for it.
 *
 * Built with -ffunction-sections: the agent drops the second half, the analyzer
 * the first. */
#define ZSTD_STATIC_LINKING_ONLY
#include "format/frame.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define COMPRESSED_AT_ONCE (1u << 20)

size_t hs_compressor_size(int level)
{
	return ZSTD_estimateCCtxSize_usingCParams(ZSTD_getCParams(level, COMPRESSED_AT_ONCE, 0));
}

static bool set(ZSTD_CCtx *context, ZSTD_cParameter parameter, unsigned value)
{
	return !ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, (int)value));
}

struct hs_compressor *hs_compressor_init(void *memory, size_t size, int level)
{
	ZSTD_compressionParameters chosen = ZSTD_getCParams(level, COMPRESSED_AT_ONCE, 0);
	ZSTD_CCtx *context = ZSTD_initStaticCCtx(memory, size);
	if (!context || !set(context, ZSTD_c_windowLog, chosen.windowLog) ||
	    !set(context, ZSTD_c_hashLog, chosen.hashLog) ||
	    !set(context, ZSTD_c_chainLog, chosen.chainLog) ||
	    !set(context, ZSTD_c_searchLog, chosen.searchLog) ||
	    !set(context, ZSTD_c_minMatch, chosen.minMatch) ||
	    !set(context, ZSTD_c_targetLength, chosen.targetLength) ||
	    !set(context, ZSTD_c_strategy, (unsigned)chosen.strategy) ||
	    !set(context, ZSTD_c_checksumFlag, 1) || !set(context, ZSTD_c_contentSizeFlag, 1))
		return NULL;
	return (struct hs_compressor *)context;
}

size_t hs_compress_bound(size_t raw_bytes)
{
	return ZSTD_compressBound(raw_bytes);
}

enum hs_status hs_compress(struct hs_compressor *compressor, uint8_t *out, size_t out_size,
			   const uint8_t *raw, size_t raw_bytes, size_t *file_bytes,
			   struct hs_error *err)
{
	size_t written = ZSTD_compress2((ZSTD_CCtx *)compressor, out, out_size, raw, raw_bytes);
	if (ZSTD_isError(written))
		return hs_fail(err, HS_ENOMEM, "cannot compress %zu bytes: %s", raw_bytes,
			       ZSTD_getErrorName(written));
	*file_bytes = written;
	return HS_OK;
}

static void *allocate(void *opaque, size_t size)
{
	(void)opaque;
	return malloc(size);
}

static void release(void *opaque, void *address)
{
	(void)opaque;
	free(address);
}

enum hs_status hs_decompressor_new(struct hs_decompressor **out, struct hs_error *err)
{
	ZSTD_customMem memory = {allocate, release, NULL};
	ZSTD_DCtx *context = ZSTD_createDCtx_advanced(memory);
	if (!context)
		return hs_fail(err, HS_ENOMEM, "out of memory for decompression");
	*out = (struct hs_decompressor *)context;
	return HS_OK;
}

void hs_decompressor_free(struct hs_decompressor *decompressor)
{
	ZSTD_freeDCtx((ZSTD_DCtx *)decompressor);
}

enum hs_status hs_frame_extent_at(const uint8_t *bytes, uint64_t length,
				  struct hs_frame_extent *out, struct hs_error *err)
{
	ZSTD_frameHeader header;
	size_t missing = ZSTD_getFrameHeader(&header, bytes, (size_t)length);
	if (ZSTD_isError(missing))
		return hs_fail(err, HS_EFORMAT, "no frame begins here");
	if (missing > 0)
		return hs_fail(err, HS_EFORMAT, "the file ends here, within a frame's header");
	*out = (struct hs_frame_extent){.skippable = header.frameType == ZSTD_skippableFrame};
	if (out->skippable) {
		out->magic = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
			     (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
		out->raw_bytes = header.frameContentSize;
		out->file_bytes = HS_SKIPPABLE_HEAD_BYTES + out->raw_bytes;
		if (out->file_bytes > length)
			return hs_fail(err, HS_EFORMAT,
				       "the file ends here: a frame of %llu bytes has %llu",
				       (unsigned long long)out->file_bytes,
				       (unsigned long long)length);
		return HS_OK;
	}
	if (header.frameContentSize == ZSTD_CONTENTSIZE_UNKNOWN)
		return hs_fail(err, HS_EFORMAT, "a frame without content size");
	if (header.frameContentSize > HS_FRAME_RAW_MAX)
		return hs_fail(err, HS_ELIMIT, "a frame of %llu raw bytes, at most %u are allowed",
			       (unsigned long long)header.frameContentSize, HS_FRAME_RAW_MAX);
	/* Bits of the descriptor that zstd passes over: a change must be noticed all the same. */
	if (bytes[4] & 0x18)
		return hs_fail(err, HS_EFORMAT, "a frame header with reserved bits");
	if (!header.checksumFlag)
		return hs_fail(err, HS_EFORMAT, "a frame without checksum");
	size_t size = ZSTD_findFrameCompressedSize(bytes, (size_t)length);
	if (ZSTD_getErrorCode(size) == ZSTD_error_srcSize_wrong)
		return hs_fail(err, HS_EFORMAT, "the file ends here, within a frame");
	if (ZSTD_isError(size))
		return hs_fail(err, HS_EFORMAT, "damaged within a frame");
	out->file_bytes = size;
	out->raw_bytes = header.frameContentSize;
	return HS_OK;
}

enum hs_status hs_decompress(struct hs_decompressor *decompressor, uint8_t *raw, size_t raw_bytes,
			     const uint8_t *bytes, size_t length, struct hs_error *err)
{
	size_t got = ZSTD_decompressDCtx((ZSTD_DCtx *)decompressor, raw, raw_bytes, bytes, length);
	if (ZSTD_getErrorCode(got) == ZSTD_error_checksum_wrong)
		return hs_fail(err, HS_EFORMAT, "checksum mismatch");
	if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
		return hs_fail(err, HS_ENOMEM, "out of memory for decompression");
	if (ZSTD_isError(got))
		return hs_fail(err, HS_EFORMAT, "damaged: cannot be decompressed");
	if (got != raw_bytes)
		return hs_fail(err, HS_EFORMAT, "holds %zu raw bytes, should hold %zu", got,
			       raw_bytes);
	return HS_OK;
}
