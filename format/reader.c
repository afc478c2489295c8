/* Opens a snapshot: bytes into memory, identity, list of frames, and all that is
 * small (header, tables, roots, totals, end record). Frames of objects and texts are
 * left alone until they are asked for (frame_load.c), unless there is no seek table
 * and the file has to be scanned (frame_scan.c).
 *
 * What is wrong with the file's start is an error; what is wrong further on makes it
 * incomplete: the first damage is remembered, and everything that can be read is
 * there. A file is mapped where it can be, and read where it cannot (pipes). */
#include "format/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/frame.h"
#include "format/snapshot.h"

#define IDENTITY_BYTES 20u
#define PIPE_GROWTH ((size_t)1 << 20)

static const char identity_name[8] = {'h', 'e', 'a', 'p', 's', 'n', 'a', 'p'};

void hs_snapshot_damage(struct hs_reader *reader, const struct hs_error *err)
{
	if (reader->damage[0] != '\0')
		return;
	memcpy(reader->damage, err->message, sizeof err->message);
}

enum hs_status hs_snapshot_locate(const struct hs_reader *reader, uint32_t index,
				  struct hs_error *err)
{
	char message[sizeof err->message];
	memcpy(message, err->message, sizeof message);
	return hs_fail(err, err->status, "frame %u at byte %llu: %s", index,
		       (unsigned long long)reader->frames[index].offset, message);
}

enum hs_status hs_snapshot_add_frame(struct hs_reader *reader, const struct hs_frame_info *info,
				     struct hs_error *err)
{
	if (reader->frame_count == UINT32_MAX)
		return hs_fail(err, HS_ELIMIT, "more than %u frames", UINT32_MAX);
	enum hs_status status =
		hs_pool_grow(&reader->pool, (void **)&reader->frames, &reader->frame_capacity,
			     reader->frame_count + 1, sizeof *reader->frames, err);
	if (status)
		return status;
	reader->frames[reader->frame_count++] = *info;
	reader->objects += info->objects;
	return HS_OK;
}

static void note_gap(struct hs_reader *reader)
{
	struct hs_error err;
	hs_fail(&err, HS_EFORMAT, "a frame of types, slot maps, roots or totals is missing");
	hs_snapshot_damage(reader, &err);
}

static enum hs_status take_header(struct hs_reader *reader, struct hs_cursor *map,
				  struct hs_error *err)
{
	enum hs_status status = hs_decode_header(map, &reader->pool, &reader->header,
						 &reader->unknown_requirement, err);
	if (!status && reader->header.format_major != HS_FORMAT_MAJOR)
		status = hs_fail(err, HS_EFORMAT, "the header says version %u, the identity %u",
				 reader->header.format_major, HS_FORMAT_MAJOR);
	reader->has_header = !status;
	reader->tables.lenient = reader->unknown_requirement != NULL;
	return status;
}

enum hs_status hs_snapshot_take(struct hs_reader *reader, struct hs_frame *frame,
				struct hs_error *err)
{
	struct hs_cursor map = hs_frame_map(frame);
	uint32_t kind = hs_frame_kind(frame);
	if (kind != HS_FRAME_HEADER && !reader->has_header)
		return hs_fail(err, HS_EFORMAT, "should be the header");
	bool gap = false;
	enum hs_status status = HS_OK;
	switch (kind) {
	case HS_FRAME_HEADER:
		return take_header(reader, &map, err);
	case HS_FRAME_TABLE:
	case HS_FRAME_ROOTS:
	case HS_FRAME_TOTALS:
		status = hs_tables_add(&reader->tables, &map, (enum hs_frame_kind)kind, &gap, err);
		if (gap)
			note_gap(reader);
		return status;
	case HS_FRAME_END:
		status = hs_decode_end(&map, &reader->pool, &reader->end, &reader->counts, err);
		reader->has_end = !status;
		return status;
	default:
		return HS_OK;
	}
}

static enum hs_status read_identity(struct hs_reader *reader, struct hs_error *err)
{
	struct hs_frame_extent extent;
	const uint8_t *bytes = reader->bytes;
	if (reader->length < IDENTITY_BYTES ||
	    memcmp(bytes + HS_SKIPPABLE_HEAD_BYTES, identity_name, sizeof identity_name) != 0)
		return hs_fail(err, HS_EFORMAT, "not a heapsnap file");
	if (hs_frame_extent_at(bytes, reader->length, &extent, err) || !extent.skippable ||
	    extent.magic != HS_SKIPPABLE_FIRST || extent.raw_bytes < 12)
		return hs_fail(err, HS_EFORMAT, "not a heapsnap file: its first frame is damaged");
	unsigned major = bytes[16] | (unsigned)bytes[17] << 8;
	unsigned minor = bytes[18] | (unsigned)bytes[19] << 8;
	if (major > HS_FORMAT_MAJOR)
		return hs_fail(err, HS_EUNSUPPORTED,
			       "format version %u.%u is newer than what is known here (%u.%u)",
			       major, minor, HS_FORMAT_MAJOR, HS_FORMAT_MINOR);
	if (major < HS_FORMAT_MAJOR)
		return hs_fail(err, HS_EFORMAT, "format version %u.%u does not exist", major,
			       minor);
	reader->frames_begin = extent.file_bytes;
	return HS_OK;
}

/* One entry: its frame must lie after the frame before and before the table itself. */
static enum hs_status list_entry(struct hs_reader *reader, const struct hs_seek_table *table,
				 uint32_t index, uint64_t *offset, struct hs_error *err)
{
	struct hs_seek_entry entry;
	hs_seek_table_entry(table, index, &entry);
	struct hs_frame_info info = {.kind = entry.kind,
				     .offset = entry.offset,
				     .file_bytes = entry.file_bytes,
				     .raw_bytes = entry.raw_bytes,
				     .first_ordinal = entry.first_ordinal,
				     .crc32 = entry.crc32};
	if (entry.kind == HS_FRAME_OBJECTS) {
		info.objects = entry.objects;
		info.rows = entry.rows;
		info.references = entry.references;
		info.low = entry.low;
		info.high = entry.high;
	}
	bool is_placed = entry.offset >= *offset && entry.offset < table->offset &&
			 entry.file_bytes > 0 && entry.file_bytes <= table->offset - entry.offset;
	bool is_ordered = (index == 0) == (entry.kind == HS_FRAME_HEADER) &&
			  (index == table->count - 1) == (entry.kind == HS_FRAME_END);
	bool is_counted =
		info.objects <= info.rows && info.rows <= entry.raw_bytes &&
		info.references <= 8 * (uint64_t)entry.raw_bytes &&
		entry.raw_bytes <= HS_FRAME_RAW_MAX &&
		(entry.kind != HS_FRAME_OBJECTS || entry.first_ordinal == reader->objects);
	if (!is_placed || !is_ordered || !is_counted)
		return hs_fail(err, HS_EFORMAT, "the seek table's entry %u cannot be right", index);
	*offset = entry.offset + entry.file_bytes;
	return hs_snapshot_add_frame(reader, &info, err);
}

/* The frames from the seek table; HS_EFORMAT where there is no good one. */
static enum hs_status list_frames(struct hs_reader *reader, struct hs_error *err)
{
	struct hs_seek_table table;
	enum hs_status status = hs_seek_table_find(reader->bytes, reader->length, &table, err);
	if (status)
		return status;
	if (table.count == 0 || table.offset < reader->frames_begin)
		return hs_fail(err, HS_EFORMAT, "the seek table at byte %llu cannot be right",
			       (unsigned long long)table.offset);
	uint64_t offset = reader->frames_begin;
	for (uint32_t i = 0; i < table.count && !status; i++)
		status = list_entry(reader, &table, i, &offset, err);
	if (status) {
		reader->frame_count = 0;
		reader->objects = 0;
		return status;
	}
	reader->has_seek_table = true;
	reader->frames_end = table.offset;
	return HS_OK;
}

/* Loads the small frames that the seek table names. */
static enum hs_status take_listed(struct hs_reader *reader, struct hs_frame *frame,
				  struct hs_error *err)
{
	for (uint32_t i = 0; i < reader->frame_count; i++) {
		uint32_t kind = reader->frames[i].kind;
		if (kind == HS_FRAME_OBJECTS || kind == HS_FRAME_TEXTS || kind > HS_FRAME_TOTALS)
			continue;
		enum hs_status status = hs_frame_load(frame, reader, i, err);
		if (!status && hs_snapshot_take(reader, frame, err))
			status = hs_snapshot_locate(reader, i, err);
		if (status == HS_ENOMEM || (status && kind == HS_FRAME_HEADER))
			return status;
		if (status)
			hs_snapshot_damage(reader, err);
	}
	return HS_OK;
}

/* What the end record promises against what was found. */
static enum hs_status check_end(struct hs_reader *reader, struct hs_error *err)
{
	struct hs_tables *tables = &reader->tables;
	const struct hs_end_counts *counts = &reader->counts;
	if (!reader->has_end) {
		hs_fail(err, HS_EFORMAT, "no end record: the file is cut at byte %llu",
			(unsigned long long)reader->length);
		hs_snapshot_damage(reader, err);
		return HS_OK;
	}
	bool is_counted = tables->type_count == counts->types &&
			  tables->slot_map_count == counts->slot_maps &&
			  tables->root_count == counts->roots &&
			  tables->total_count == tables->type_count &&
			  reader->frame_count == counts->frames + 1;
	bool is_objects =
		reader->objects == reader->end.tracked_objects + reader->end.untracked_objects;
	if (!is_counted || !is_objects) {
		hs_fail(err, HS_EFORMAT,
			"the end record promises %llu frames and %llu types, %zu and %zu are there",
			(unsigned long long)counts->frames + 1, (unsigned long long)counts->types,
			reader->frame_count, tables->type_count);
		hs_snapshot_damage(reader, err);
	}
	if (counts->types <= tables->type_count && counts->slot_maps <= tables->slot_map_count)
		return HS_OK;
	return hs_tables_fill(tables, counts->types, counts->slot_maps, err);
}

static enum hs_status open_frames(struct hs_reader *reader, struct hs_frame *frame,
				  struct hs_error *err)
{
	enum hs_status status = list_frames(reader, err);
	if (status == HS_ENOMEM)
		return status;
	if (!status) {
		status = take_listed(reader, frame, err);
	} else {
		struct hs_error missing = *err;
		reader->frames_end = reader->length;
		status = hs_snapshot_scan(reader, frame, err);
		bool is_promised = !reader->has_end || reader->counts.seek_table;
		if (!status && reader->has_end && is_promised)
			hs_snapshot_damage(reader, &missing);
	}
	if (!status && !reader->has_header)
		status = hs_fail(err, HS_EFORMAT, "the file is cut at byte %llu, before its header",
				 (unsigned long long)reader->length);
	if (status)
		return status;
	status = check_end(reader, err);
	if (status == HS_ELIMIT) { /* placeholders of a file that is damaged anyway */
		hs_snapshot_damage(reader, err);
		status = HS_OK;
	}
	return status;
}

static enum hs_status open_bytes(struct hs_reader *reader, struct hs_error *err)
{
	/* The tables of real files take a tenth of this; see docs/format.md, "Limits". */
	hs_pool_init(&reader->pool, 64 * reader->length + ((uint64_t)16 << 20));
	reader->tables.pool = &reader->pool;
	enum hs_status status = read_identity(reader, err);
	if (status)
		return status;
	struct hs_frame *frame = NULL;
	status = hs_frame_new(&frame, err);
	if (!status)
		status = open_frames(reader, frame, err);
	hs_frame_free(frame);
	return status;
}

static enum hs_status fail_errno(struct hs_error *err, const char *what)
{
	int number = errno;
	hs_fail(err, HS_EIO, "%s: %s", what, strerror(number));
	err->system_errno = number;
	return HS_EIO;
}

static enum hs_status read_all(struct hs_reader *reader, int fd, struct hs_error *err)
{
	size_t capacity = 0, used = 0;
	for (;;) {
		if (used == capacity) {
			size_t larger = capacity + capacity / 2 + PIPE_GROWTH;
			uint8_t *bytes = realloc(reader->allocated, larger);
			if (!bytes)
				return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)",
					       larger);
			reader->allocated = bytes;
			capacity = larger;
		}
		ssize_t count = read(fd, reader->allocated + used, capacity - used);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail_errno(err, "cannot read");
		if (count == 0)
			break;
		used += (size_t)count;
	}
	reader->bytes = reader->allocated;
	reader->length = used;
	return HS_OK;
}

static enum hs_status map_or_read(struct hs_reader *reader, int fd, struct hs_error *err)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return fail_errno(err, "cannot read");
	if (S_ISREG(status.st_mode) && status.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0) {
		void *mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (mapped != MAP_FAILED) {
			reader->mapped = mapped;
			reader->bytes = mapped;
			reader->length = (uint64_t)status.st_size;
			return HS_OK;
		}
	}
	return read_all(reader, fd, err);
}

static enum hs_status new_reader(struct hs_reader **out, const char *path, struct hs_error *err)
{
	struct hs_reader *reader = calloc(1, sizeof *reader);
	char *copy = malloc(strlen(path) + 1);
	if (!reader || !copy) {
		free(reader);
		free(copy);
		return hs_fail(err, HS_ENOMEM, "out of memory (wanted %zu bytes)", sizeof *reader);
	}
	memcpy(copy, path, strlen(path) + 1);
	reader->path = copy;
	*out = reader;
	return HS_OK;
}

enum hs_status hs_reader_open(struct hs_reader **out, const char *path, struct hs_error *err)
{
	struct hs_reader *reader;
	enum hs_status status = new_reader(&reader, path, err);
	if (status)
		return status;
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		status = fail_errno(err, "cannot open");
	} else {
		status = map_or_read(reader, fd, err);
		if (!is_stdin)
			close(fd);
	}
	if (!status)
		status = open_bytes(reader, err);
	if (status)
		hs_reader_free(reader);
	else
		*out = reader;
	return status;
}

enum hs_status hs_reader_open_memory(struct hs_reader **out, const uint8_t *bytes, size_t length,
				     const char *name, struct hs_error *err)
{
	struct hs_reader *reader;
	enum hs_status status = new_reader(&reader, name, err);
	if (status)
		return status;
	reader->bytes = bytes;
	reader->length = length;
	status = open_bytes(reader, err);
	if (status)
		hs_reader_free(reader);
	else
		*out = reader;
	return status;
}

void hs_reader_free(struct hs_reader *reader)
{
	if (!reader)
		return;
	if (reader->mapped)
		munmap(reader->mapped, (size_t)reader->length);
	hs_tables_release(&reader->tables);
	hs_pool_release(&reader->pool);
	free(reader->allocated);
	free(reader->frames);
	free(reader->path);
	free(reader);
}
