/* Every function of the reader that can fail, with its 0th, 1st, 2nd ... allocation
 * failing: it says that memory is out, leaves its out parameter alone and leaks nothing
 * (the sanitizer's build tells). Linked with -Wl,--wrap=malloc, calloc and realloc, which
 * tests/CMakeLists.txt does for all test_*_alloc.c. */
#include "format/reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/format/sample_snapshot.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool is_armed;
static unsigned left; /* allocations that succeed before one fails */
static bool has_failed;

static bool fails(void)
{
	if (!is_armed || left-- > 0)
		return false;
	has_failed = true;
	is_armed = false;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

static void arm(unsigned after)
{
	is_armed = true;
	left = after;
	has_failed = false;
}

static struct sample sample;

static void make_sample(uint32_t frames_max)
{
	struct sample_options options = {.seed = 4,
					 .types = 200,
					 .slot_maps = 400,
					 .roots = 100,
					 .texts = 50,
					 .rows = 500,
					 .slots_max = 6,
					 .frames_max = frames_max};
	sample_write(&sample, &options);
}

static void opens_or_says(enum hs_status (*open)(struct hs_reader **, struct hs_error *))
{
	unsigned after = 0;
	do {
		struct hs_reader *reader = NULL;
		struct hs_error err;
		arm(after);
		enum hs_status status = open(&reader, &err);
		is_armed = false;
		if (has_failed) {
			ck_assert_int_eq(status, HS_ENOMEM);
			ck_assert_ptr_null(reader);
		} else {
			ck_assert_int_eq(status, HS_OK);
			ck_assert(hs_reader_complete(reader));
			hs_reader_free(reader);
		}
		after++;
	} while (has_failed);
	ck_assert_uint_gt(after, 8);
}

static enum hs_status open_memory(struct hs_reader **out, struct hs_error *err)
{
	return hs_reader_open_memory(out, sample.bytes, sample.length, "sample", err);
}

START_TEST(opening)
{
	make_sample(0);
	opens_or_says(open_memory);
	sample_release(&sample);
}
END_TEST

START_TEST(opening_by_scanning)
{
	make_sample(1);
	opens_or_says(open_memory);
	sample_release(&sample);
}
END_TEST

static enum hs_status open_pipe(struct hs_reader **out, struct hs_error *err)
{
	int ends[2];
	/* Check's assertions allocate: none of them here. */
	if (pipe(ends) < 0 || write(ends[1], sample.bytes, sample.length) != (ssize_t)sample.length)
		abort();
	close(ends[1]);
	int before = dup(STDIN_FILENO);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	enum hs_status status = hs_reader_open(out, "-", err);
	dup2(before, STDIN_FILENO);
	close(before);
	return status;
}

START_TEST(opening_a_pipe)
{
	struct sample_options options = {.seed = 4, .types = 3, .slot_maps = 2, .rows = 50};
	sample_write(&sample, &options);
	ck_assert_uint_lt(sample.length, 60000);
	opens_or_says(open_pipe);
	sample_release(&sample);
}
END_TEST

START_TEST(loading_frames)
{
	make_sample(0);
	struct hs_reader *reader;
	struct hs_error err;
	ck_assert_int_eq(open_memory(&reader, &err), HS_OK);
	unsigned after = 0;
	do {
		struct hs_frame *frame = NULL;
		arm(after++);
		enum hs_status status = hs_frame_new(&frame, &err);
		for (uint32_t i = 0; i < hs_reader_frame_count(reader) && !status; i++)
			status = hs_frame_load(frame, reader, i, &err);
		is_armed = false;
		ck_assert_int_eq(status, has_failed ? HS_ENOMEM : HS_OK);
		hs_frame_free(frame);
	} while (has_failed);
	ck_assert_uint_gt(after, 3);
	hs_reader_free(reader);
	sample_release(&sample);
}
END_TEST

START_TEST(verifying)
{
	make_sample(0);
	struct hs_reader *reader;
	struct hs_error err;
	ck_assert_int_eq(open_memory(&reader, &err), HS_OK);
	unsigned after = 0;
	do {
		arm(after++);
		enum hs_status status = hs_reader_verify(reader, &err);
		is_armed = false;
		ck_assert_int_eq(status, has_failed ? HS_ENOMEM : HS_OK);
	} while (has_failed);
	ck_assert_uint_gt(after, 4);
	hs_reader_free(reader);
	sample_release(&sample);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reader_alloc");
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, opening);
	tcase_add_test(tcase, opening_by_scanning);
	tcase_add_test(tcase, opening_a_pipe);
	tcase_add_test(tcase, loading_frames);
	tcase_add_test(tcase, verifying);
	Suite *suite = suite_create("reader_alloc");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
