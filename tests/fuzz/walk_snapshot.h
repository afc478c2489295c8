/* What the fuzzers of the reader do with a file: everything. */
#ifndef HEAPSNAP_TESTS_WALK_SNAPSHOT_H
#define HEAPSNAP_TESTS_WALK_SNAPSHOT_H

#include <stdlib.h>
#include <string.h>

#include "format/reader.h"

/* An error that says nothing, or a promise that is broken, is a bug like a crash. */
static inline void walk_expect(bool is_true)
{
	if (!is_true)
		abort();
}

static inline void walk_row(const struct hs_reader *reader, const struct hs_row *row)
{
	walk_expect(row->object.id != 0 && (row->object.id & 7) == 0);
	walk_expect(row->object.type < hs_reader_type_count(reader));
	walk_expect(row->object.slot_map < hs_reader_slot_map_count(reader));
	walk_expect(row->object.flags <= HS_OBJECT_FLAGS_MAX);
	walk_expect(row->count <= HS_ROW_REFERENCES_MAX);
	for (uint32_t i = 0; i < row->count; i++) {
		struct hs_slot slot;
		walk_expect((row->slots[i] & 7) == 0);
		hs_slot_at(hs_reader_slot_map(reader, row->object.slot_map), row->start + i, &slot);
		walk_expect(slot.kind <= HS_NAMING && slot.label <= HS_LABEL_FIELD);
	}
}

static inline void walk_frames(const struct hs_reader *reader)
{
	struct hs_frame *frame;
	struct hs_error err;
	if (hs_frame_new(&frame, &err))
		return;
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		struct hs_row row;
		struct hs_object_text text;
		int got;
		if (hs_frame_load(frame, reader, i, &err)) {
			walk_expect(err.status < 0 && err.message[0] != '\0');
			continue;
		}
		while ((got = hs_frame_next_row(frame, &row, &err)) == 1)
			walk_row(reader, &row);
		walk_expect(got <= 0 && (got == 0 || err.message[0] != '\0'));
		while ((got = hs_frame_next_text(frame, &text, &err)) == 1)
			walk_expect(text.text.length <= HS_TEXT_MAX && text.id != 0);
		walk_expect(got <= 0 && (got == 0 || err.message[0] != '\0'));
	}
	hs_frame_free(frame);
}

static inline void walk_snapshot(const uint8_t *bytes, size_t length)
{
	struct hs_reader *reader;
	struct hs_error err = {HS_OK, 0, ""};
	if (hs_reader_open_memory(&reader, bytes, length, "fuzzed", &err)) {
		walk_expect(err.status < 0 && err.message[0] != '\0');
		return;
	}
	walk_expect(hs_reader_complete(reader) == (hs_reader_damage(reader)[0] == '\0'));
	for (uint32_t i = 0; i < hs_reader_type_count(reader); i++)
		walk_expect(hs_reader_type(reader, i)->name.data != NULL);
	for (uint64_t i = 0; i < hs_reader_root_count(reader); i++)
		walk_expect(hs_reader_root(reader, i)->object != 0);
	walk_frames(reader);
	if (hs_reader_verify(reader, &err) == HS_OK)
		walk_expect(hs_reader_complete(reader));
	else
		walk_expect(err.message[0] != '\0');
	hs_reader_free(reader);
}

#endif
