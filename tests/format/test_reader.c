/* Everything that is written is read back: random records of all widths through the
 * writer and the reader, with a seek table and by scanning, at every level. */
#include "format/reader.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/format/sample_snapshot.h"

#define MUST(call) ck_assert_msg((call) == HS_OK, "%s", err.message)

static void same_text(struct hs_text got, struct hs_text want)
{
	if (got.length != want.length || memcmp(got.data, want.data, want.length) != 0 ||
	    got.escaped != want.escaped)
		ck_abort_msg("a text of %u bytes came back otherwise", want.length);
}

static void same_slots(const struct hs_slot *got, const struct hs_slot *want, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		ck_assert_int_eq(got[i].kind, want[i].kind);
		ck_assert_int_eq(got[i].label, want[i].label);
		ck_assert_uint_eq(got[i].number, want[i].number);
		if (want[i].text.data)
			same_text(got[i].text, want[i].text);
	}
}

static void same_tables(const struct hs_reader *reader, const struct sample *sample)
{
	ck_assert_uint_eq(hs_reader_type_count(reader), sample->type_count);
	for (uint32_t i = 0; i < sample->type_count; i++) {
		const struct hs_type *got = hs_reader_type(reader, i), *want = &sample->types[i];
		ck_assert_uint_eq(got->number, i);
		ck_assert_uint_eq(got->id, want->id);
		same_text(got->name, want->name);
		ck_assert_uint_eq(got->flags, want->flags);
		ck_assert_uint_eq(got->basic_size, want->basic_size);
		ck_assert_uint_eq(got->item_size, want->item_size);
	}
	ck_assert_uint_eq(hs_reader_slot_map_count(reader), sample->slot_map_count);
	for (uint32_t i = 0; i < sample->slot_map_count; i++) {
		const struct hs_slot_map *got = hs_reader_slot_map(reader, i);
		const struct hs_slot_map *want = &sample->slot_maps[i];
		ck_assert_uint_eq(got->number, i);
		ck_assert_int_eq(got->type_reference, want->type_reference);
		ck_assert_uint_eq(got->head_count, want->head_count);
		ck_assert_uint_eq(got->tail_count, want->tail_count);
		same_slots(got->head, want->head, want->head_count);
		same_slots(got->tail, want->tail, want->tail_count);
	}
	ck_assert_uint_eq(hs_reader_root_count(reader), sample->root_count);
	for (uint32_t i = 0; i < sample->root_count; i++) {
		const struct hs_root *got = hs_reader_root(reader, i), *want = &sample->roots[i];
		ck_assert_int_eq(got->kind, want->kind);
		ck_assert_uint_eq(got->object, want->object);
		ck_assert_int_eq(got->counted, want->counted);
		ck_assert_uint_eq(got->line, want->line);
		if (want->name.length)
			same_text(got->name, want->name);
		if (want->file.length)
			same_text(got->file, want->file);
		if (want->version.length)
			same_text(got->version, want->version);
		if (want->label.length)
			same_text(got->label, want->label);
		if (want->thread.length)
			same_text(got->thread, want->thread);
		if (want->function.length)
			same_text(got->function, want->function);
	}
}

/* One assertion a row and not one a field: there are millions. */
static void same_row(const struct hs_row *got, const struct sample_row *want)
{
	const struct hs_object *g = &got->object, *w = &want->object;
	bool is_same = g->id == w->id && g->type == w->type && g->slot_map == w->slot_map &&
		       g->size == w->size && g->extra == w->extra && g->refcount == w->refcount &&
		       g->flags == w->flags && got->start == want->start &&
		       got->count == want->count &&
		       memcmp(got->slots, want->slots, want->count * sizeof *want->slots) == 0;
	if (!is_same)
		ck_abort_msg("object 0x%llx came back as 0x%llx or otherwise different",
			     (unsigned long long)w->id, (unsigned long long)g->id);
}

static void same_frames(const struct hs_reader *reader, const struct sample *sample)
{
	struct hs_frame *frame;
	struct hs_error err;
	uint64_t rows = 0, texts = 0, objects = 0;
	MUST(hs_frame_new(&frame, &err));
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		const struct hs_frame_info *info = hs_reader_frame_info(reader, i);
		struct hs_row row;
		struct hs_object_text text;
		int got;
		MUST(hs_frame_load(frame, reader, i, &err));
		if (info->kind == HS_FRAME_OBJECTS)
			ck_assert_uint_eq(info->first_ordinal, objects);
		while ((got = hs_frame_next_row(frame, &row, &err)) == 1) {
			if (rows >= sample->row_count)
				ck_abort_msg("more rows than were written");
			same_row(&row, &sample->rows[rows++]);
			objects += row.start == 0;
		}
		ck_assert_msg(got == 0, "%s", err.message);
		while ((got = hs_frame_next_text(frame, &text, &err)) == 1) {
			const struct hs_object_text *want = &sample->texts[texts++];
			ck_assert_uint_eq(text.id, want->id);
			ck_assert_int_eq(text.kind, want->kind);
			ck_assert_uint_eq(text.full_length, want->full_length);
			same_text(text.text, want->text);
		}
		ck_assert_msg(got == 0, "%s", err.message);
	}
	ck_assert_uint_eq(rows, sample->row_count);
	ck_assert_uint_eq(texts, sample->text_count);
	hs_frame_free(frame);
}

static void same_header(const struct hs_header *got, const struct hs_header *want)
{
	same_text(got->implementation, want->implementation);
	same_text(got->python_version, want->python_version);
	same_text(got->platform, want->platform);
	same_text(got->host, want->host);
	same_text(got->executable, want->executable);
	same_text(got->boot_id, want->boot_id);
	same_text(got->mode_asked, want->mode_asked);
	same_text(got->trigger, want->trigger);
	ck_assert_uint_eq(got->note_count, want->note_count);
	for (uint32_t i = 0; i < want->note_count; i++)
		same_text(got->notes[i], want->notes[i]);
	struct hs_header rest = *got;
	rest.implementation = want->implementation;
	rest.python_version = want->python_version;
	rest.platform = want->platform;
	rest.host = want->host;
	rest.executable = want->executable;
	rest.boot_id = want->boot_id;
	rest.mode_asked = want->mode_asked;
	rest.trigger = want->trigger;
	memcpy(rest.notes, want->notes, sizeof rest.notes);
	ck_assert_uint_eq(rest.format_major, want->format_major);
	ck_assert_uint_eq(rest.python_hex, want->python_hex);
	ck_assert(rest.python_debug == want->python_debug);
	ck_assert(rest.python_free_threaded == want->python_free_threaded);
	ck_assert_uint_eq(rest.pointer_bytes, want->pointer_bytes);
	ck_assert_uint_eq(rest.pid, want->pid);
	ck_assert_uint_eq(rest.pid_namespace, want->pid_namespace);
	ck_assert_uint_eq(rest.start_ticks, want->start_ticks);
	ck_assert_uint_eq(rest.dump_serial, want->dump_serial);
	ck_assert_double_eq(rest.started_at, want->started_at);
	ck_assert_double_eq(rest.captured_at, want->captured_at);
	ck_assert(rest.untracked == want->untracked);
	ck_assert_int_eq(rest.labels, want->labels);
	ck_assert_uint_eq(rest.values, want->values);
	ck_assert(rest.redacted == want->redacted);
	ck_assert_int_eq(rest.level, want->level);
	ck_assert(rest.gc_enabled == want->gc_enabled);
	ck_assert_mem_eq(rest.gc_threshold, want->gc_threshold, sizeof want->gc_threshold);
	ck_assert_mem_eq(rest.gc_count, want->gc_count, sizeof want->gc_count);
	ck_assert_uint_eq(rest.gc_debug, want->gc_debug);
	ck_assert_uint_eq(rest.gc_garbage, want->gc_garbage);
	ck_assert_int_eq(rest.gc_collecting, want->gc_collecting);
	ck_assert_uint_eq(rest.interpreters, want->interpreters);
}

static void same_end(const struct hs_end *got, const struct hs_end *want)
{
	ck_assert_ptr_nonnull(got);
	ck_assert_uint_eq(got->tracked_objects, want->tracked_objects);
	ck_assert_uint_eq(got->untracked_objects, want->untracked_objects);
	ck_assert_uint_eq(got->tracked_bytes, want->tracked_bytes);
	ck_assert_uint_eq(got->untracked_bytes, want->untracked_bytes);
	ck_assert_uint_eq(got->references, want->references);
	ck_assert_double_eq(got->pause_s, want->pause_s);
	ck_assert_double_eq(got->elapsed_s, want->elapsed_s);
	same_text(got->mode, want->mode);
	ck_assert_uint_eq(got->rss_bytes, want->rss_bytes);
	ck_assert_uint_eq(got->pss_bytes, want->pss_bytes);
	ck_assert_uint_eq(got->anonymous_bytes, want->anonymous_bytes);
	ck_assert_uint_eq(got->file_bytes_resident, want->file_bytes_resident);
	ck_assert_uint_eq(got->skipped_references, want->skipped_references);
}

static void round_trip(const struct sample_options *options)
{
	struct sample sample;
	struct hs_reader *reader;
	struct hs_error err;
	sample_write(&sample, options);
	MUST(hs_reader_open_memory(&reader, sample.bytes, sample.length, "sample", &err));
	ck_assert_str_eq(hs_reader_damage(reader), "");
	ck_assert(hs_reader_complete(reader));
	ck_assert_ptr_null(hs_reader_unknown_requirement(reader));
	same_header(hs_reader_header(reader), &sample.header);
	same_end(hs_reader_end(reader), &sample.end);
	same_tables(reader, &sample);
	same_frames(reader, &sample);
	MUST(hs_reader_verify(reader, &err));
	hs_reader_free(reader);
	sample_release(&sample);
}

START_TEST(random_records_come_back)
{
	struct sample_options options = {.seed = (uint32_t)_i + 1,
					 .types = 1 + (uint32_t)_i % 40,
					 .slot_maps = 1 + (uint32_t)_i % 30,
					 .roots = (uint32_t)_i % 5,
					 .texts = (uint32_t)_i * 3,
					 .rows = (uint32_t)_i * 20,
					 .slots_max = (uint32_t)_i % 60};
	round_trip(&options);
}
END_TEST

START_TEST(many_frames_come_back)
{
	struct sample_options options = {.seed = 77,
					 .types = 9000,
					 .slot_maps = 3000,
					 .roots = 900,
					 .texts = 20000,
					 .rows = 30000,
					 .slots_max = 30};
	round_trip(&options);
}
END_TEST

START_TEST(heaps_like_real_ones_come_back)
{
	struct sample_options options = {.seed = 5,
					 .types = 3,
					 .slot_maps = 3,
					 .rows = 200000,
					 .slots_max = 8,
					 .tame = true};
	round_trip(&options);
}
END_TEST

START_TEST(a_file_without_room_for_a_seek_table_is_complete)
{
	struct sample_options options = {.seed = 6,
					 .types = 3,
					 .slot_maps = 3,
					 .roots = 2,
					 .texts = 10,
					 .rows = 3000,
					 .slots_max = 8,
					 .frames_max = 1};
	round_trip(&options);
}
END_TEST

START_TEST(every_level_comes_back)
{
	struct sample_options options = {.seed = 8,
					 .types = 3,
					 .slot_maps = 3,
					 .rows = 20000,
					 .slots_max = 8,
					 .tame = true,
					 .level = _i};
	round_trip(&options);
}
END_TEST

/* [None] * 5000000: a frame has far more references than bytes. */
START_TEST(long_objects_of_one_referent_come_back)
{
	struct sample_options options = {
		.seed = 10, .types = 1, .slot_maps = 1, .rows = 1200, .tame = true, .alike = true};
	round_trip(&options);
}
END_TEST

START_TEST(an_empty_snapshot_is_complete)
{
	struct sample_options options = {.seed = 9};
	round_trip(&options);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reader");
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, random_records_come_back, 0, 60);
	tcase_add_test(tcase, many_frames_come_back);
	tcase_add_test(tcase, heaps_like_real_ones_come_back);
	tcase_add_test(tcase, a_file_without_room_for_a_seek_table_is_complete);
	tcase_add_loop_test(tcase, every_level_comes_back, 1, 10);
	tcase_add_test(tcase, long_objects_of_one_referent_come_back);
	tcase_add_test(tcase, an_empty_snapshot_is_complete);
	Suite *suite = suite_create("reader");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
