/* Files whose checksums are right and whose contents are not: counts that nothing could
 * hold, numbers that are not defined, nesting, indefinite lengths; and files of a later
 * version, which must be read as far as they can be. */
#include "format/reader.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "format/row_encoder.h"
#include "tests/format/frame_builder.h"

static struct frame_builder builder;

static void start(void)
{
	frame_builder_init(&builder, true, NULL);
}

static struct hs_reader *opened(void)
{
	struct hs_reader *reader;
	struct hs_error err;
	enum hs_status status =
		hs_reader_open_memory(&reader, builder.bytes, builder.length, "x", &err);
	ck_assert_msg(status == HS_OK, "%s", err.message);
	return reader;
}

/* The file opens, says that it is damaged, and the damage has `part` in it. */
static void damage_says(const char *part)
{
	struct hs_reader *reader = opened();
	ck_assert(!hs_reader_complete(reader));
	ck_assert_msg(strstr(hs_reader_damage(reader), part) != NULL, "%s",
		      hs_reader_damage(reader));
	hs_reader_free(reader);
	frame_builder_release(&builder);
}

static struct hs_encoder *list(uint32_t kind, const char *key, uint64_t first, uint64_t count)
{
	struct hs_encoder *out = frame_builder_begin(&builder, kind);
	hs_encode_map(out, 2);
	hs_encode_key(out, "first");
	hs_encode_uint(out, first);
	hs_encode_key(out, key);
	hs_encode_array(out, count);
	return out;
}

START_TEST(counts_that_nothing_holds)
{
	static const uint64_t counts[] = {100, 1u << 31, UINT64_MAX >> 1, UINT64_MAX};
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		start();
		list(HS_FRAME_TABLE, "types", 0, counts[i]);
		frame_builder_end(&builder);
		damage_says("elements in");
	}
}
END_TEST

START_TEST(lists_that_begin_far_away)
{
	static const uint64_t firsts[] = {1u << 24, 1u << 25, UINT32_MAX, UINT64_MAX};
	for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
		start();
		struct hs_encoder *out = list(HS_FRAME_TABLE, "slot_maps", firsts[i], 1);
		hs_encode_array(out, 3);
		hs_encode_uint(out, 0);
		hs_encode_array(out, 0);
		hs_encode_array(out, 0);
		frame_builder_end(&builder);
		damage_says("");
	}
}
END_TEST

/* Seven million placeholders for a file of 100 bytes are refused; a few are made. */
START_TEST(placeholders_are_bounded_by_the_file)
{
	start();
	struct hs_encoder *out = list(HS_FRAME_TABLE, "types", 7000000, 1);
	hs_encode_array(out, 5);
	hs_encode_uint(out, 8);
	hs_encode_key(out, "T");
	for (int i = 0; i < 3; i++)
		hs_encode_uint(out, 0);
	frame_builder_end(&builder);
	damage_says("missing");

	start();
	out = list(HS_FRAME_TABLE, "types", 3, 1);
	hs_encode_array(out, 5);
	hs_encode_uint(out, 8);
	hs_encode_key(out, "T");
	for (int i = 0; i < 3; i++)
		hs_encode_uint(out, 0);
	frame_builder_end(&builder);
	struct hs_reader *reader = opened();
	ck_assert_uint_eq(hs_reader_type_count(reader), 4);
	ck_assert_uint_eq(hs_reader_type(reader, 0)->name.length, 1);
	ck_assert_int_eq(hs_reader_type(reader, 0)->name.data[0], '?');
	ck_assert_int_eq(hs_reader_type(reader, 3)->name.data[0], 'T');
	ck_assert(!hs_reader_complete(reader));
	hs_reader_free(reader);
	frame_builder_release(&builder);
}
END_TEST

START_TEST(nesting_ends_in_an_error)
{
	for (unsigned depth = 6; depth < 60000; depth *= 10) {
		start();
		struct hs_encoder *out = frame_builder_begin(&builder, 99);
		for (unsigned i = 0; i < depth; i++)
			hs_encode_array(out, 1);
		hs_encode_uint(out, 0);
		frame_builder_end(&builder);
		if (depth == 6) /* unknown kinds are passed over */
			damage_says("no end record");
		else
			damage_says("nested");
	}
}
END_TEST

START_TEST(what_is_no_definite_cbor)
{
	static const struct {
		uint8_t raw[8];
		size_t length;
	} cases[] = {{{0x9f, 0x01, 0xff}, 3},
		     {{0x82, 0x18, 99, 0xbf, 0xff}, 5},
		     {{0x82, 0x18, 99, 0x7f, 0xff}, 5},
		     {{0x82, 0x18, 99, 0x5f, 0xff}, 5},
		     {{0x82, 0x18, 99, 0x1c}, 4},
		     {{0x82, 0x18, 99, 0xff}, 4},
		     {{0x82, 0x18, 99, 0xa0, 0}, 5},
		     {{0x82, 0x18, 99}, 3},
		     {{0x83, 0x18, 99, 0, 0}, 5},
		     {{0x81, 0x01}, 2},
		     {{0x01}, 1},
		     {{0x82, 0x20, 0xa0}, 3},
		     {{0}, 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		start();
		frame_builder_add(&builder, cases[i].raw, cases[i].length);
		damage_says("frame 1 at byte");
	}
}
END_TEST

/* A tag is passed over, and so is everything under an unknown key. */
START_TEST(unknown_things_are_passed_over)
{
	static const uint8_t raw[] = {0x82, 0x18, 99,  0xa2, 0x61, 'a', 0xc1,
				      0x01, 0x61, 'b', 0xf9, 0x3c, 0x00};
	start();
	frame_builder_add(&builder, raw, sizeof raw);
	struct hs_encoder *out = frame_builder_begin(&builder, HS_FRAME_TABLE);
	hs_encode_map(out, 3);
	hs_encode_key(out, "new");
	hs_encode_map(out, 1);
	hs_encode_key(out, "deep");
	hs_encode_array(out, 1);
	hs_encode_null(out);
	hs_encode_key(out, "types");
	hs_encode_array(out, 1);
	hs_encode_array(out, 6);
	hs_encode_uint(out, 8);
	hs_encode_key(out, "T");
	for (int i = 0; i < 3; i++)
		hs_encode_uint(out, 0);
	hs_encode_map(out, 0);
	hs_encode_key(out, "first");
	hs_encode_uint(out, 0);
	frame_builder_end(&builder);
	struct hs_reader *reader = opened();
	ck_assert_uint_eq(hs_reader_type_count(reader), 1);
	ck_assert_uint_eq(hs_reader_frame_count(reader), 3);
	hs_reader_free(reader);
	frame_builder_release(&builder);
}
END_TEST

START_TEST(an_unknown_requirement_is_named)
{
	frame_builder_init(&builder, true, "shared-refcounts");
	struct hs_encoder *out = list(HS_FRAME_TABLE, "slot_maps", 0, 1);
	hs_encode_array(out, 3);
	hs_encode_uint(out, 9);
	hs_encode_array(out, 1);
	hs_encode_uint(out, 7); /* a kind of a later version */
	hs_encode_array(out, 0);
	frame_builder_end(&builder);
	struct hs_reader *reader = opened();
	ck_assert_str_eq(hs_reader_unknown_requirement(reader), "shared-refcounts");
	ck_assert_uint_eq(hs_reader_slot_map_count(reader), 1);
	hs_reader_free(reader);
	frame_builder_release(&builder);
}
END_TEST

START_TEST(an_unknown_kind_without_requirement_is_damage)
{
	start();
	struct hs_encoder *out = list(HS_FRAME_TABLE, "slot_maps", 0, 1);
	hs_encode_array(out, 3);
	hs_encode_uint(out, 0);
	hs_encode_array(out, 1);
	hs_encode_uint(out, 7);
	hs_encode_array(out, 0);
	frame_builder_end(&builder);
	damage_says("unknown kind 7");
}
END_TEST

struct column {
	const char *name, *encoding;
	int bit;
};

/* The four parts of the rows, one after the other. */
struct parts {
	uint8_t length[4];
	uint8_t bytes[24];
};

/* A frame of objects with these columns and rows. */
static void add_objects(const struct column *columns, uint64_t column_count,
			const struct parts *parts, uint64_t rows, uint64_t references)
{
	struct hs_encoder *out = frame_builder_begin(&builder, HS_FRAME_OBJECTS);
	hs_encode_map(out, 8);
	hs_encode_key(out, "first");
	hs_encode_uint(out, 0);
	hs_encode_key(out, "objects");
	hs_encode_uint(out, rows);
	hs_encode_key(out, "rows");
	hs_encode_uint(out, rows);
	hs_encode_key(out, "references");
	hs_encode_uint(out, references);
	hs_encode_key(out, "low");
	hs_encode_uint(out, 64);
	hs_encode_key(out, "high");
	hs_encode_uint(out, 64 * rows);
	hs_encode_key(out, "columns");
	if (!columns) {
		hs_row_encode_columns(out);
	} else {
		hs_encode_array(out, column_count);
		for (uint64_t i = 0; i < column_count; i++) {
			hs_encode_array(out, 3);
			hs_encode_key(out, columns[i].name);
			hs_encode_key(out, columns[i].encoding);
			if (columns[i].bit < 0)
				hs_encode_null(out);
			else
				hs_encode_uint(out, (uint64_t)columns[i].bit);
		}
	}
	hs_encode_key(out, "data");
	hs_encode_array(out, 4);
	const uint8_t *bytes = parts->bytes;
	for (int i = 0; i < 4; i++) {
		hs_encode_bytes_head(out, parts->length[i]);
		memcpy(out->next, bytes, parts->length[i]);
		out->next += parts->length[i];
		bytes += parts->length[i];
	}
	frame_builder_end(&builder);
}

static const struct parts no_rows;

static void open_objects(const struct column *columns, uint64_t column_count,
			 const struct parts *parts, uint64_t rows, uint64_t references)
{
	start();
	frame_builder_tables(&builder);
	add_objects(columns, column_count, parts, rows, references);
}

/* All rows of the file's last frame; returns hs_frame_next_row's last answer. */
static int read_last(struct hs_reader *reader, struct hs_row *last, uint64_t *rows,
		     struct hs_error *err)
{
	struct hs_frame *frame;
	struct hs_row row;
	int got;
	*rows = 0;
	ck_assert_int_eq(hs_frame_new(&frame, err), HS_OK);
	ck_assert_int_eq(hs_frame_load(frame, reader, hs_reader_frame_count(reader) - 1, err),
			 HS_OK);
	while ((got = hs_frame_next_row(frame, &row, err)) == 1) {
		*last = row;
		++*rows;
	}
	hs_frame_free(frame);
	return got;
}

#define LATER_COLUMNS                                                                             \
	{"type", "as-followed", 0}, {"site", "as-previous-of-type", 8},                           \
		{"slot_map", "as-previous-of-type", 1}, {"length", "as-previous-of-type", 2},     \
		{"shared", "slot-delta", 9}, {"id", "id-delta", -1}, {"slots", "slot-delta", -1}, \
		{"weight", "else-zero", -1},                                                      \
	{                                                                                         \
		"size", "as-previous-of-type", 3                                                  \
	}

START_TEST(columns_of_a_later_version_are_passed_over)
{
	static const struct column columns[] = {LATER_COLUMNS};
	/* site 5, length 2, shared one empty and one 0x40, id 64, slots both 0x50, weight 3,
	 * size 56; then all as the row before but id, a slot, weight */
	static const struct parts parts = {{6, 5, 2, 4},
					   {0x32, 0x0c, 0x02, 0x03, 0x01, 0x02, /* shapes */
					    11, 5, 7, 113, 9,                   /* fields */
					    19, 19,                             /* ids */
					    21, 25, 25, 1}};                    /* slots */
	open_objects(columns, sizeof columns / sizeof columns[0], &parts, 2, 3);
	struct hs_reader *reader = opened();
	struct hs_row row;
	struct hs_error err;
	uint64_t rows;
	int got = read_last(reader, &row, &rows, &err);
	ck_assert_msg(got == 0, "%s", err.message);
	ck_assert_uint_eq(rows, 2);
	ck_assert_uint_eq(row.object.id, 128);
	ck_assert_uint_eq(row.object.size, 56);
	ck_assert_uint_eq(row.object.refcount, 0);
	ck_assert_uint_eq(row.count, 2);
	hs_reader_free(reader);
	frame_builder_release(&builder);
}
END_TEST

START_TEST(an_unknown_encoding_is_named)
{
	static const struct column columns[] = {LATER_COLUMNS, {"new", "runs", -1}};
	open_objects(columns, sizeof columns / sizeof columns[0], &no_rows, 0, 0);
	damage_says("\"runs\"");
}
END_TEST

START_TEST(columns_that_cannot_be_decoded_are_refused)
{
	static const struct column without_type[] = {{"new", "id-delta", -1}, LATER_COLUMNS};
	static const struct column twice[] = {LATER_COLUMNS, {"size", "as-previous-of-type", 3}};
	static const struct column slots_first[] = {{"type", "as-followed", 0},
						    {"new", "slot-delta", -1},
						    {"length", "as-previous-of-type", 2}};
	static const struct column too_few[] = {{"type", "as-followed", 0}};
	open_objects(without_type, 10, &no_rows, 0, 0);
	damage_says("first column");
	open_objects(twice, 10, &no_rows, 0, 0);
	damage_says("twice");
	open_objects(slots_first, 3, &no_rows, 0, 0);
	damage_says("before the length");
	open_objects(too_few, 1, &no_rows, 0, 0);
	damage_says("every row needs");
}
END_TEST

/* Rows in version 1.0's columns: one is decoded, then comes what is wrong. */
START_TEST(rows_that_cannot_be)
{
	static const struct {
		const char *says;
		struct parts parts;
	} cases[] = {
		{"undefined type 1", {{1, 1, 1, 0}, {0x03, 3, 7}}},
		{"undefined type", {{1, 9, 1, 0}, {0x03, 0, 1, 1, 1, 1, 1, 1, 1, 1, 7}}},
		{"undefined slot map 1", {{1, 1, 1, 0}, {0x05, 3, 7}}},
		{"more slots than are allowed: 4097", {{1, 2, 1, 0}, {0x09, 0x06, 0x40, 7}}},
		{"beyond the frame's data", {{1, 2, 1, 0}, {0x09, 0x02, 0x40, 7}}},
		{"beyond the frame's data", {{1, 0, 1, 0}, {0x01, 2}}},
		{"beyond the frame's data", {{1, 0, 0, 0}, {0x02}}},
		{"beyond the frame's data", {{1, 0, 1, 0}, {0x09, 7}}},
		{"beyond the frame's data", {{2, 1, 1, 0}, {0x09, 1, 3, 7}}},
		{"an id that is 0", {{1, 0, 1, 0}, {0x01, 3}}},
		{"an id that is 0", {{2, 1, 1, 1}, {0x09, 1, 3, 7, 5}}},
		{"more slots than it has: 1", {{2, 1, 1, 2}, {0x09, 3, 3, 7, 7, 7}}},
		{"does not continue", {{3, 1, 2, 0}, {0x01, 0x02, 0x02, 3, 7, 7}}},
		{"does not continue", {{3, 1, 2, 0}, {0x01, 0x02, 0x02, 3, 7, 3}}},
		{"starts at slot", {{2, 9, 1, 0}, {0x02, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 7}}},
		{"bytes of data after", {{1, 1, 1, 0}, {0x01, 3, 7}}},
		{"bytes of data after", {{1, 0, 2, 0}, {0x01, 7, 7}}},
		{"bytes of data after", {{1, 0, 1, 1}, {0x01, 7, 7}}},
		{"its rows have", {{2, 0, 2, 0}, {0x01, 0x01, 7, 7}}},
		{"beyond the frame's data", {{8, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		open_objects(NULL, 0, &cases[i].parts, 1, 0);
		struct hs_reader *reader = opened();
		struct hs_row row;
		struct hs_error err = {HS_OK, 0, ""};
		uint64_t rows;
		int got = read_last(reader, &row, &rows, &err);
		ck_assert_int_eq(got, HS_EFORMAT);
		ck_assert_msg(strstr(err.message, cases[i].says) != NULL, "case %zu: %s", i,
			      err.message);
		ck_assert_msg(strncmp(err.message, "frame 3 at byte", 15) == 0, "%s", err.message);
		hs_reader_free(reader);
		frame_builder_release(&builder);
	}
}
END_TEST

START_TEST(counts_of_a_frame_are_bounded_by_its_data)
{
	static const struct parts one_row = {{1, 0, 1, 0}, {0x01, 7}};
	open_objects(NULL, 0, &one_row, 3, 0);
	damage_says("3 rows");
	open_objects(NULL, 0, &one_row, 1, 9);
	damage_says("9 references");
}
END_TEST

START_TEST(order_of_the_frames)
{
	frame_builder_init(&builder, false, NULL);
	frame_builder_tables(&builder);
	struct hs_reader *reader;
	struct hs_error err;
	ck_assert_int_eq(hs_reader_open_memory(&reader, builder.bytes, builder.length, "x", &err),
			 HS_EFORMAT);
	ck_assert_ptr_nonnull(strstr(err.message, "header"));
	frame_builder_release(&builder);

	start();
	struct hs_encoder *out = frame_builder_begin(&builder, HS_FRAME_HEADER);
	hs_encode_map(out, 0);
	frame_builder_end(&builder);
	damage_says("second header");

	start();
	out = frame_builder_begin(&builder, HS_FRAME_END);
	hs_encode_map(out, 1);
	hs_encode_key(out, "frames");
	hs_encode_uint(out, 1);
	frame_builder_end(&builder);
	frame_builder_tables(&builder);
	damage_says("after the end record");
}
END_TEST

START_TEST(what_is_no_snapshot_is_said)
{
	static const char *const files[] = {"", "heapsnap", "not a snapshot at all, but some text",
					    "\x28\xb5\x2f\xfd zstd but no snapshot, and so on"};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct hs_reader *reader;
		struct hs_error err;
		ck_assert_int_eq(hs_reader_open_memory(&reader, (const uint8_t *)files[i],
						       strlen(files[i]), "x", &err),
				 HS_EFORMAT);
		ck_assert_str_eq(err.message, "not a heapsnap file");
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("hostile");
	tcase_add_test(tcase, counts_that_nothing_holds);
	tcase_add_test(tcase, lists_that_begin_far_away);
	tcase_add_test(tcase, placeholders_are_bounded_by_the_file);
	tcase_add_test(tcase, nesting_ends_in_an_error);
	tcase_add_test(tcase, what_is_no_definite_cbor);
	tcase_add_test(tcase, unknown_things_are_passed_over);
	tcase_add_test(tcase, an_unknown_requirement_is_named);
	tcase_add_test(tcase, an_unknown_kind_without_requirement_is_damage);
	tcase_add_test(tcase, columns_of_a_later_version_are_passed_over);
	tcase_add_test(tcase, an_unknown_encoding_is_named);
	tcase_add_test(tcase, columns_that_cannot_be_decoded_are_refused);
	tcase_add_test(tcase, rows_that_cannot_be);
	tcase_add_test(tcase, counts_of_a_frame_are_bounded_by_its_data);
	tcase_add_test(tcase, order_of_the_frames);
	tcase_add_test(tcase, what_is_no_snapshot_is_said);
	Suite *suite = suite_create("hostile");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
