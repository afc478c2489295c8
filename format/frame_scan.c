/* Where there is no seek table: frame after frame from the start of the file, each
 * decompressed to learn what it is. A frame that is damaged but whose end is known is
 * noted and left out; one whose end is not known ends the scan. Cost: a pass over the
 * file, which reading it would cost as well. */
#include <string.h>

#include "format/frame.h"
#include "format/snapshot.h"

/* One frame at `info->offset`; out of memory ends the scan, damage does not. */
static enum hs_status scan_frame(struct hs_reader *reader, struct hs_frame *frame,
				 struct hs_frame_info *info, struct hs_error *err)
{
	enum hs_status status = hs_frame_read(frame, reader, info, true, err);
	if (!status && info->kind == HS_FRAME_HEADER && reader->has_header)
		status = hs_fail(err, HS_EFORMAT, "a second header");
	if (!status && reader->has_end)
		status = hs_fail(err, HS_EFORMAT, "a frame after the end record");
	if (!status) {
		info->first_ordinal = reader->objects;
		status = hs_snapshot_add_frame(reader, info, err);
	}
	if (!status)
		status = hs_snapshot_take(reader, frame, err);
	return status;
}

enum hs_status hs_snapshot_scan(struct hs_reader *reader, struct hs_frame *frame,
				struct hs_error *err)
{
	uint64_t offset = reader->frames_begin;
	uint32_t number = 0;
	while (offset < reader->length) {
		struct hs_frame_extent extent;
		struct hs_error found;
		enum hs_status status = hs_frame_extent_at(
			reader->bytes + offset, reader->length - offset, &extent, &found);
		if (!status && extent.skippable) {
			offset += extent.file_bytes;
			continue;
		}
		struct hs_frame_info info = {.offset = offset};
		if (!status) {
			info.file_bytes = extent.file_bytes;
			info.raw_bytes = extent.raw_bytes;
			status = scan_frame(reader, frame, &info, &found);
		}
		if (status) {
			char message[sizeof found.message];
			memcpy(message, found.message, sizeof message);
			hs_fail(err, status, "frame %u at byte %llu: %s", number,
				(unsigned long long)offset, message);
			if (status == HS_ENOMEM || !reader->has_header)
				return status;
			hs_snapshot_damage(reader, err);
			if (info.file_bytes == 0)
				return HS_OK;
		}
		offset += info.file_bytes;
		number++;
	}
	return HS_OK;
}
