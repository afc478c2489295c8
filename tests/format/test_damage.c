/* A small file with every byte changed and cut at every length. What comes of it must
 * be one clear error or a part of the truth: every row that is handed out is one that
 * was written, in the order in which they were, and a file that is not as written is
 * neither complete nor verified. */
#include "format/reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/format/sample_snapshot.h"

/* The sample's frames are few; a lost frame of types turns its types into "?". */
static struct sample sample;

static void make_sample(uint32_t frames_max)
{
	struct sample_options options = {.seed = 3,
					 .types = 4,
					 .slot_maps = 4,
					 .roots = 2,
					 .texts = 6,
					 .rows = 60,
					 .slots_max = 6,
					 .frames_max = frames_max,
					 .tame = true};
	sample_write(&sample, &options);
}

static void is_said(const struct hs_error *err)
{
	ck_assert_int_lt(err->status, 0);
	ck_assert_uint_gt(strlen(err->message), 5);
}

/* Is `row` what was written as number `index`? */
static bool is_true(const struct hs_row *row, uint64_t index)
{
	const struct sample_row *want = &sample.rows[index];
	return row->object.id == want->object.id && row->object.type == want->object.type &&
	       row->object.slot_map == want->object.slot_map &&
	       row->object.size == want->object.size && row->object.extra == want->object.extra &&
	       row->object.refcount == want->object.refcount &&
	       row->object.flags == want->object.flags && row->start == want->start &&
	       row->count == want->count &&
	       memcmp(row->slots, want->slots, row->count * sizeof *row->slots) == 0;
}

/* Reads all that can be read; returns the number of rows. */
static uint64_t read_rows(const struct hs_reader *reader)
{
	struct hs_frame *frame;
	struct hs_error err;
	uint64_t rows = 0;
	ck_assert_int_eq(hs_frame_new(&frame, &err), HS_OK);
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		struct hs_row row;
		struct hs_object_text text;
		int got;
		if (hs_frame_load(frame, reader, i, &err)) {
			is_said(&err);
			continue;
		}
		while ((got = hs_frame_next_row(frame, &row, &err)) == 1) {
			if (rows >= sample.row_count || !is_true(&row, rows))
				ck_abort_msg("row %llu is not the truth", (unsigned long long)rows);
			rows++;
		}
		if (got < 0)
			is_said(&err);
		while ((got = hs_frame_next_text(frame, &text, &err)) == 1) {
			if (text.text.length > HS_TEXT_MAX)
				ck_abort_msg("a text of %u bytes", text.text.length);
		}
		if (got < 0)
			is_said(&err);
	}
	hs_frame_free(frame);
	return rows;
}

/* Whatever is in `bytes`: no row is untrue. True if it passes for a whole file. */
static bool passes_for_whole(const uint8_t *bytes, size_t length, uint64_t *rows)
{
	struct hs_reader *reader;
	struct hs_error err = {HS_OK, 0, ""};
	*rows = 0;
	if (hs_reader_open_memory(&reader, bytes, length, "damaged", &err)) {
		is_said(&err);
		return false;
	}
	*rows = read_rows(reader);
	bool is_complete = hs_reader_complete(reader);
	ck_assert(is_complete == (hs_reader_damage(reader)[0] == '\0'));
	enum hs_status verified = hs_reader_verify(reader, &err);
	if (verified)
		is_said(&err);
	else
		ck_assert(is_complete);
	hs_reader_free(reader);
	return verified == HS_OK;
}

/* Bytes that nobody reads: the minor version, and the seek table's reserved fields are
 * under its checksum, so only the identity's last two bytes are left. */
static bool may_change(size_t position)
{
	return position == 18 || position == 19;
}

/* `strict`: a change that leaves all that is read as it was must be noticed too. */
static void change_every_byte(bool strict)
{
	static const uint8_t changes[] = {0xff, 1, 16, 128};
	uint64_t rows;
	ck_assert(passes_for_whole(sample.bytes, sample.length, &rows));
	ck_assert_uint_eq(rows, sample.row_count);
	for (size_t position = 0; position < sample.length; position++) {
		for (size_t i = 0; i < sizeof changes; i++) {
			sample.bytes[position] ^= changes[i];
			bool passes = passes_for_whole(sample.bytes, sample.length, &rows);
			sample.bytes[position] ^= changes[i];
			bool is_whole = rows == sample.row_count;
			if (passes && (strict || !is_whole) && !may_change(position))
				ck_abort_msg("byte %zu xor 0x%x is not noticed", position,
					     changes[i]);
		}
	}
}

START_TEST(every_byte_changed)
{
	make_sample(0);
	change_every_byte(true);
	sample_release(&sample);
}
END_TEST

START_TEST(every_byte_changed_without_a_seek_table)
{
	make_sample(1);
	change_every_byte(false);
	sample_release(&sample);
}
END_TEST

START_TEST(cut_at_every_length)
{
	make_sample(0);
	uint64_t most = 0;
	for (size_t length = 0; length < sample.length; length++) {
		uint64_t rows;
		uint8_t *copy = malloc(length + 1); /* its end is the sanitizer's to watch */
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, sample.bytes, length);
		if (passes_for_whole(copy, length, &rows))
			ck_abort_msg("cut at %zu of %zu is not noticed", length, sample.length);
		free(copy);
		if (rows < most)
			ck_abort_msg("cut at %zu: %llu rows, there were %llu before", length,
				     (unsigned long long)rows, (unsigned long long)most);
		most = rows;
	}
	ck_assert_uint_eq(most, sample.row_count);
	sample_release(&sample);
}
END_TEST

START_TEST(bytes_after_the_end_are_noticed)
{
	make_sample(0);
	uint64_t rows;
	uint8_t *longer = calloc(sample.length + 8, 1);
	ck_assert_ptr_nonnull(longer);
	memcpy(longer, sample.bytes, sample.length);
	for (size_t more = 1; more <= 8; more++)
		ck_assert(!passes_for_whole(longer, sample.length + more, &rows));
	free(longer);
	sample_release(&sample);
}
END_TEST

/* A frame of objects in the middle is lost, all others are read: what the frames after
 * it hold is still true, and the file says that it is not whole. */
START_TEST(a_damaged_frame_costs_no_other)
{
	struct sample_options options = {.seed = 12,
					 .types = 3,
					 .slot_maps = 3,
					 .rows = 400000,
					 .slots_max = 12,
					 .tame = true};
	sample_write(&sample, &options);
	struct hs_reader *reader;
	struct hs_error err;
	struct hs_frame *frame;
	ck_assert_int_eq(hs_reader_open_memory(&reader, sample.bytes, sample.length, "x", &err), 0);
	uint32_t frames = hs_reader_frame_count(reader), hurt = frames / 2;
	const struct hs_frame_info *info = hs_reader_frame_info(reader, hurt);
	ck_assert_uint_eq(info->kind, HS_FRAME_OBJECTS);
	sample.bytes[info->offset + info->file_bytes / 2] ^= 1;
	ck_assert_int_eq(hs_frame_new(&frame, &err), HS_OK);
	uint64_t failures = 0;
	for (uint32_t i = 0; i < frames; i++) {
		enum hs_status status = hs_frame_load(frame, reader, i, &err);
		ck_assert((status != HS_OK) == (i == hurt));
		failures += status != HS_OK;
	}
	ck_assert_uint_eq(failures, 1);
	ck_assert_int_eq(hs_reader_verify(reader, &err), HS_EFORMAT);
	char place[64];
	snprintf(place, sizeof place, "frame %u at byte %llu: ", hurt,
		 (unsigned long long)info->offset);
	ck_assert_msg(strncmp(err.message, place, strlen(place)) == 0, "%s", err.message);
	hs_frame_free(frame);
	hs_reader_free(reader);
	sample_release(&sample);
}
END_TEST

/* With a seek table the frames of types and slot maps are known to be lost: their numbers
 * stand, their names do not. */
START_TEST(a_lost_table_costs_names_and_no_references)
{
	make_sample(0);
	struct hs_reader *reader;
	struct hs_error err;
	ck_assert_int_eq(hs_reader_open_memory(&reader, sample.bytes, sample.length, "x", &err), 0);
	uint64_t hurt[8];
	size_t count = 0;
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		const struct hs_frame_info *info = hs_reader_frame_info(reader, i);
		if (info->kind == HS_FRAME_TABLE)
			hurt[count++] = info->offset + info->file_bytes - 1;
	}
	hs_reader_free(reader);
	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < count; i++)
		sample.bytes[hurt[i]] ^= 1;
	ck_assert_int_eq(hs_reader_open_memory(&reader, sample.bytes, sample.length, "x", &err), 0);
	ck_assert(!hs_reader_complete(reader));
	ck_assert_ptr_nonnull(strstr(hs_reader_damage(reader), "checksum mismatch"));
	ck_assert_uint_eq(read_rows(reader), sample.row_count);
	ck_assert_uint_eq(hs_reader_type_count(reader), sample.type_count);
	ck_assert_int_eq(hs_reader_type(reader, 0)->name.data[0], '?');
	ck_assert_uint_eq(hs_reader_slot_map(reader, 0)->tail_count, 0);
	hs_reader_free(reader);
	sample_release(&sample);
}
END_TEST

START_TEST(a_newer_major_version_is_refused_by_name)
{
	make_sample(0);
	struct hs_reader *reader;
	struct hs_error err;
	sample.bytes[16] = 2;
	ck_assert_int_eq(hs_reader_open_memory(&reader, sample.bytes, sample.length, "x", &err),
			 HS_EUNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.message, "2.0"));
	sample_release(&sample);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("damage");
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, every_byte_changed);
	tcase_add_test(tcase, every_byte_changed_without_a_seek_table);
	tcase_add_test(tcase, cut_at_every_length);
	tcase_add_test(tcase, bytes_after_the_end_are_noticed);
	tcase_add_test(tcase, a_damaged_frame_costs_no_other);
	tcase_add_test(tcase, a_lost_table_costs_names_and_no_references);
	tcase_add_test(tcase, a_newer_major_version_is_refused_by_name);
	Suite *suite = suite_create("damage");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
