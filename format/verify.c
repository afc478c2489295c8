/* Is every byte as written? zstd's checksum covers what a frame holds, the seek table's
 * CRC-32 the frame as it stands in the file (a few bits in there say nothing). Decodes every row
 * and text, and counts for itself what the end record and the totals say. The seek table's entries
 * are held against the frames by hs_frame_load; what lies between frames must be whole skippable
 * frames. Cost: one decoding pass, and 24 bytes a type. */
#include <stdlib.h>
#include <string.h>

#include "format/frame.h"
#include "format/snapshot.h"

struct counted {
	struct hs_crc32 crc32;
	struct hs_type_total *totals; /* by type */
	uint64_t tracked_bytes, untracked_bytes, references, texts;
	uint64_t previous_id, previous_end; /* of the last row, across frames */
};

static uint64_t count_references(const struct hs_slot_map *map, const struct hs_row *row)
{
	uint64_t references = 0;
	for (uint32_t i = 0; i < row->count; i++) {
		struct hs_slot slot;
		if (row->slots[i] == 0)
			continue;
		hs_slot_at(map, row->start + i, &slot);
		references += slot.kind != HS_NAMING;
	}
	bool has_type_reference = map->type_reference != HS_TYPE_REFERENCE_IN_ROW;
	return references + (row->start == 0 && has_type_reference);
}

static enum hs_status count_row(struct counted *counted, const struct hs_reader *reader,
				const struct hs_row *row, struct hs_error *err)
{
	const struct hs_object *object = &row->object;
	counted->references += count_references(hs_reader_slot_map(reader, object->slot_map), row);
	bool continues = counted->previous_id == object->id && counted->previous_end == row->start;
	if (row->start != 0 && !continues)
		return hs_fail(err, HS_EFORMAT, "object 0x%llx goes on at slot %llu without start",
			       (unsigned long long)object->id, (unsigned long long)row->start);
	counted->previous_id = object->id;
	counted->previous_end = row->start + row->count;
	if (row->start != 0)
		return HS_OK;
	struct hs_type_total *total = &counted->totals[object->type];
	uint64_t bytes = object->size + object->extra;
	bool is_tracked = object->flags & HS_TRACKED;
	total->count++;
	total->bytes += bytes;
	total->tracked_count += is_tracked;
	*(is_tracked ? &counted->tracked_bytes : &counted->untracked_bytes) += bytes;
	return HS_OK;
}

static enum hs_status count_frame(struct counted *counted, const struct hs_reader *reader,
				  struct hs_frame *frame, uint32_t index, struct hs_error *err)
{
	struct hs_row row;
	struct hs_object_text text;
	const struct hs_frame_info *info = &reader->frames[index];
	enum hs_status status = hs_frame_load(frame, reader, index, err);
	if (status)
		return status;
	if (reader->has_seek_table && hs_crc32_of(&counted->crc32, reader->bytes + info->offset,
						  (size_t)info->file_bytes) != info->crc32) {
		hs_fail(err, HS_EFORMAT, "its bytes do not match the seek table's CRC-32");
		return hs_snapshot_locate(reader, index, err);
	}
	int got;
	while ((got = hs_frame_next_row(frame, &row, err)) == 1) {
		if (count_row(counted, reader, &row, err))
			return hs_snapshot_locate(reader, index, err);
	}
	if (got < 0)
		return (enum hs_status)got;
	while ((got = hs_frame_next_text(frame, &text, err)) == 1)
		counted->texts++;
	return (enum hs_status)got;
}

static enum hs_status differ(struct hs_error *err, const char *what, uint64_t said, uint64_t found)
{
	return hs_fail(err, HS_EFORMAT, "the end record says %llu %s, the frames hold %llu",
		       (unsigned long long)said, what, (unsigned long long)found);
}

static enum hs_status compare(const struct hs_reader *reader, const struct counted *counted,
			      struct hs_error *err)
{
	const struct hs_end *end = &reader->end;
	uint64_t tracked = 0, objects = 0;
	for (uint32_t i = 0; i < reader->tables.type_count; i++) {
		const struct hs_type_total *said = &reader->tables.totals[i];
		const struct hs_type_total *found = &counted->totals[i];
		if (said->count != found->count || said->bytes != found->bytes ||
		    said->tracked_count != found->tracked_count)
			return hs_fail(
				err, HS_EFORMAT,
				"the totals say %llu objects of type %u and %llu bytes, "
				"the frames hold %llu and %llu",
				(unsigned long long)said->count, i, (unsigned long long)said->bytes,
				(unsigned long long)found->count, (unsigned long long)found->bytes);
		tracked += found->tracked_count;
		objects += found->count;
	}
	if (end->tracked_objects != tracked)
		return differ(err, "tracked objects", end->tracked_objects, tracked);
	if (end->untracked_objects != objects - tracked)
		return differ(err, "untracked objects", end->untracked_objects, objects - tracked);
	if (end->tracked_bytes != counted->tracked_bytes)
		return differ(err, "tracked bytes", end->tracked_bytes, counted->tracked_bytes);
	if (end->untracked_bytes != counted->untracked_bytes)
		return differ(err, "untracked bytes", end->untracked_bytes,
			      counted->untracked_bytes);
	if (end->references != counted->references)
		return differ(err, "references", end->references, counted->references);
	if (reader->counts.texts != counted->texts)
		return differ(err, "texts", reader->counts.texts, counted->texts);
	return HS_OK;
}

/* From one frame's end to the next one's start: nothing but skippable frames. */
static enum hs_status check_gap(const struct hs_reader *reader, uint64_t from, uint64_t to,
				struct hs_error *err)
{
	while (from < to) {
		struct hs_frame_extent extent;
		if (hs_frame_extent_at(reader->bytes + from, to - from, &extent, err) ||
		    !extent.skippable)
			return hs_fail(err, HS_EFORMAT, "byte %llu: bytes that belong to no frame",
				       (unsigned long long)from);
		from += extent.file_bytes;
	}
	return HS_OK;
}

static enum hs_status check_gaps(const struct hs_reader *reader, struct hs_error *err)
{
	uint64_t offset = reader->frames_begin;
	enum hs_status status = HS_OK;
	for (size_t i = 0; i < reader->frame_count && !status; i++) {
		status = check_gap(reader, offset, reader->frames[i].offset, err);
		offset = reader->frames[i].offset + reader->frames[i].file_bytes;
	}
	return status ? status : check_gap(reader, offset, reader->frames_end, err);
}

enum hs_status hs_reader_verify(const struct hs_reader *reader, struct hs_error *err)
{
	if (!hs_reader_complete(reader))
		return hs_fail(err, HS_EFORMAT, "%s", reader->damage);
	size_t types = reader->tables.type_count;
	struct counted counted = {.totals = calloc(types + 1, sizeof *counted.totals)};
	struct hs_frame *frame = NULL;
	enum hs_status status;
	hs_crc32_init(&counted.crc32);
	if (counted.totals)
		status = hs_frame_new(&frame, err);
	else
		status = hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)",
				 types * sizeof *counted.totals);
	if (!status)
		status = check_gaps(reader, err);
	for (uint32_t i = 0; i < reader->frame_count && !status; i++)
		status = count_frame(&counted, reader, frame, i, err);
	if (!status)
		status = compare(reader, &counted, err);
	hs_frame_free(frame);
	free(counted.totals);
	return status;
}
