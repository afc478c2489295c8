/* Frames into the file. Cost: once a frame, the compression. Invariant: after a failed
 * write nothing more is written (`failed`), so a file never has a hole in its middle. */
#include "format/frame_sink.h"

static enum hs_status remember_failure(struct hs_frame_sink *sink, const struct hs_error *err)
{
	sink->failed = err->status;
	sink->failed_errno = err->system_errno;
	return err->status;
}

enum hs_status hs_frame_sink_write(struct hs_frame_sink *sink, const uint8_t *bytes, size_t length,
				   struct hs_error *err)
{
	if (sink->failed) {
		hs_fail(err, sink->failed, "the snapshot has failed before");
		err->system_errno = sink->failed_errno;
		return sink->failed;
	}
	if (hs_output_write(&sink->output, bytes, length, err))
		return remember_failure(sink, err);
	return HS_OK;
}

enum hs_status hs_frame_sink_put(struct hs_frame_sink *sink, const uint8_t *raw, size_t raw_bytes,
				 struct hs_seek_entry entry, struct hs_error *err)
{
	size_t file_bytes;
	if (hs_compress(sink->compressor, sink->compressed, sink->compressed_size, raw, raw_bytes,
			&file_bytes, err))
		return remember_failure(sink, err);
	entry.offset = sink->output.written;
	entry.file_bytes = (uint32_t)file_bytes;
	entry.raw_bytes = (uint32_t)raw_bytes;
	entry.crc32 = hs_crc32_of(sink->crc32, sink->compressed, file_bytes);
	enum hs_status status = hs_frame_sink_write(sink, sink->compressed, file_bytes, err);
	if (status)
		return status;
	if (sink->frame_count < sink->frames_max)
		hs_seek_entry_put(sink->seek_table + HS_SKIPPABLE_HEAD_BYTES +
					  (size_t)sink->frame_count * HS_SEEK_ENTRY_BYTES,
				  &entry);
	sink->frame_count++;
	return HS_OK;
}

bool hs_frame_sink_has_table(const struct hs_frame_sink *sink)
{
	return sink->frame_count < sink->frames_max;
}

enum hs_status hs_frame_sink_put_table(struct hs_frame_sink *sink, struct hs_error *err)
{
	size_t length = hs_seek_table_close(sink->seek_table, sink->frame_count, sink->crc32);
	return hs_frame_sink_write(sink, sink->seek_table, length, err);
}
