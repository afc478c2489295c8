/* What the writer refuses and what a full or slow descriptor does to it. That what it
 * writes is right is test_reader.c's. */
#include "format/writer.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/format/sample_snapshot.h"

static struct hs_error err;
static struct hs_writer *writer;
static void *arena;
static const struct hs_text name = {"T", 1, false};

static enum hs_status open_writer(struct hs_writer_options options)
{
	struct hs_header header = sample_header();
	if (options.level == 0)
		options.level = 1;
	if (options.types_max == 0)
		options.types_max = 4;
	options.frames_max = 100;
	size_t size = (hs_writer_arena_size(&options) + 63) & ~(size_t)63;
	arena = aligned_alloc(64, size);
	ck_assert_ptr_nonnull(arena);
	memset(arena, 0, size);
	return hs_writer_open(&writer, arena, size, &options, &header, &err);
}

static int null_device(void)
{
	int fd = open("/dev/null", O_WRONLY);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void open_to_nowhere(void)
{
	ck_assert_int_eq(open_writer((struct hs_writer_options){.fd = null_device()}), HS_OK);
	ck_assert_int_eq(hs_writer_type(writer, &(struct hs_type){.id = 64, .name = name}, &err),
			 HS_OK);
	ck_assert_int_eq(hs_writer_slot_map(writer, &(struct hs_slot_map){0}, &err), HS_OK);
}

START_TEST(numbers_must_be_the_next)
{
	open_to_nowhere();
	ck_assert_int_eq(hs_writer_type(writer,
					&(struct hs_type){.number = 2, .id = 64, .name = name},
					&err),
			 HS_EFORMAT);
	ck_assert_int_eq(hs_writer_slot_map(writer, &(struct hs_slot_map){.number = 2}, &err),
			 HS_EFORMAT);
}
END_TEST

START_TEST(more_types_than_said)
{
	open_to_nowhere();
	for (uint32_t i = 1; i < 4; i++)
		ck_assert_int_eq(
			hs_writer_type(writer,
				       &(struct hs_type){.number = i, .id = 64, .name = name},
				       &err),
			HS_OK);
	ck_assert_int_eq(hs_writer_type(writer,
					&(struct hs_type){.number = 4, .id = 64, .name = name},
					&err),
			 HS_ELIMIT);
}
END_TEST

START_TEST(objects_that_cannot_be)
{
	static const uint64_t odd[] = {64, 12};
	const struct hs_object good = {.id = 64};
	open_to_nowhere();
	ck_assert_int_eq(hs_writer_object(writer, &good, 0, NULL, 0, &err), HS_OK);
	struct hs_object bad = good;
	bad.id = 0;
	ck_assert_int_eq(hs_writer_object(writer, &bad, 0, NULL, 0, &err), HS_EFORMAT);
	bad.id = 12;
	ck_assert_int_eq(hs_writer_object(writer, &bad, 0, NULL, 0, &err), HS_EFORMAT);
	bad = good;
	bad.type = 1;
	ck_assert_int_eq(hs_writer_object(writer, &bad, 0, NULL, 0, &err), HS_EFORMAT);
	bad = good;
	bad.slot_map = 1;
	ck_assert_int_eq(hs_writer_object(writer, &bad, 0, NULL, 0, &err), HS_EFORMAT);
	bad = good;
	bad.flags = HS_OBJECT_FLAGS_MAX + 1;
	ck_assert_int_eq(hs_writer_object(writer, &bad, 0, NULL, 0, &err), HS_EFORMAT);
	ck_assert_int_eq(hs_writer_object(writer, &good, 0, odd, 2, &err), HS_EFORMAT);
	ck_assert_int_eq(hs_writer_object(writer, &good, 0, odd, HS_ROW_REFERENCES_MAX + 1, &err),
			 HS_EFORMAT);
	ck_assert_uint_eq(hs_writer_object_count(writer), 1);
}
END_TEST

START_TEST(texts_that_cannot_be)
{
	static const char *const wrong[] = {
		"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"};
	char longer[HS_TEXT_MAX + 1];
	memset(longer, 'x', sizeof longer);
	open_to_nowhere();
	struct hs_object_text text = {.id = 64, .text = {longer, HS_TEXT_MAX, false}};
	ck_assert_int_eq(hs_writer_text(writer, &text, &err), HS_OK);
	text.text.length++;
	ck_assert_int_eq(hs_writer_text(writer, &text, &err), HS_ELIMIT);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		text.text = (struct hs_text){wrong[i], (uint32_t)strlen(wrong[i]), false};
		ck_assert_int_eq(hs_writer_text(writer, &text, &err), HS_EFORMAT);
	}
}
END_TEST

START_TEST(a_root_after_an_object_is_refused)
{
	open_to_nowhere();
	struct hs_root root = {.kind = HS_ROOT_MODULE, .object = 64};
	ck_assert_int_eq(hs_writer_root(writer, &root, &err), HS_OK);
	ck_assert_int_eq(hs_writer_object(writer, &(struct hs_object){.id = 64}, 0, NULL, 0, &err),
			 HS_OK);
	ck_assert_int_eq(hs_writer_root(writer, &root, &err), HS_EFORMAT);
}
END_TEST

START_TEST(an_arena_too_small_is_said)
{
	struct hs_writer_options options = {.fd = null_device(), .level = 1, .types_max = 4};
	struct hs_header header = sample_header();
	ck_assert_int_eq(hs_writer_open(&writer, NULL, hs_writer_arena_size(&options) - 1, &options,
					&header, &err),
			 HS_ENOMEM);
}
END_TEST

/* Objects until the writer fails; what then comes fails too, and says why again. */
static void write_until_failure(enum hs_status status, int number)
{
	enum hs_status got = HS_OK;
	uint64_t state = 1;
	for (uint64_t i = 1; i < 4000000 && !got; i++)
		got = hs_writer_object(
			writer, &(struct hs_object){.id = 64 * i, .size = sample_random(&state)}, 0,
			NULL, 0, &err);
	ck_assert_int_eq(got, status);
	ck_assert_int_eq(err.system_errno, number);
	uint64_t written = hs_writer_byte_count(writer);
	struct hs_end end = {0};
	ck_assert_int_eq(hs_writer_close(writer, &end, &err), status);
	ck_assert_int_eq(err.system_errno, number);
	ck_assert_uint_eq(hs_writer_byte_count(writer), written);
}

static void open_full(struct hs_writer_options options)
{
	ck_assert_int_eq(open_writer(options), HS_OK);
	ck_assert_int_eq(hs_writer_type(writer, &(struct hs_type){.id = 64, .name = name}, &err),
			 HS_OK);
	ck_assert_int_eq(hs_writer_slot_map(writer, &(struct hs_slot_map){0}, &err), HS_OK);
}

START_TEST(a_limit_of_bytes_is_kept)
{
	open_full((struct hs_writer_options){.fd = null_device(), .max_bytes = 3000000});
	write_until_failure(HS_ELIMIT, 0);
	ck_assert_uint_le(hs_writer_byte_count(writer), 3000000);
	ck_assert_uint_gt(hs_writer_byte_count(writer), 1000000);
}
END_TEST

START_TEST(a_full_disk_is_said)
{
	int fd = open("/dev/full", O_WRONLY);
	if (fd < 0)
		return;
	ck_assert_int_eq(open_writer((struct hs_writer_options){.fd = fd}), HS_EIO);
	ck_assert_int_eq(err.system_errno, ENOSPC);
}
END_TEST

START_TEST(a_closed_pipe_is_said)
{
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	signal(SIGPIPE, SIG_IGN);
	open_full((struct hs_writer_options){.fd = ends[1]});
	close(ends[0]);
	write_until_failure(HS_EIO, EPIPE);
}
END_TEST

/* A reader that takes little at a time from a pipe that does not block, and signals
 * meanwhile: every byte arrives. */
static void nothing(int number)
{
	(void)number;
}

START_TEST(a_slow_pipe_gets_every_byte)
{
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	uint64_t *received =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(received, MAP_FAILED);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		char buffer[3000];
		ssize_t count;
		close(ends[1]);
		while ((count = read(ends[0], buffer, sizeof buffer)) > 0) {
			*received += (uint64_t)count;
			kill(getppid(), SIGUSR1);
		}
		_exit(0);
	}
	close(ends[0]);
	struct sigaction action = {.sa_handler = nothing}; /* without SA_RESTART */
	sigaction(SIGUSR1, &action, NULL);
	ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	open_full((struct hs_writer_options){.fd = ends[1]});
	uint64_t state = 1;
	for (uint64_t i = 1; i < 300000; i++)
		ck_assert_int_eq(
			hs_writer_object(
				writer,
				&(struct hs_object){.id = 64 * i, .size = sample_random(&state)}, 0,
				NULL, 0, &err),
			HS_OK);
	struct hs_end end = {0};
	ck_assert_int_eq(hs_writer_close(writer, &end, &err), HS_OK);
	close(ends[1]);
	int status;
	while (waitpid(child, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	ck_assert_uint_eq(*received, hs_writer_byte_count(writer));
	ck_assert_uint_gt(*received, 2000000);
}
END_TEST

static void teardown(void)
{
	free(arena);
	arena = NULL;
}

int main(void)
{
	TCase *tcase = tcase_create("writer");
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, numbers_must_be_the_next);
	tcase_add_test(tcase, more_types_than_said);
	tcase_add_test(tcase, objects_that_cannot_be);
	tcase_add_test(tcase, texts_that_cannot_be);
	tcase_add_test(tcase, a_root_after_an_object_is_refused);
	tcase_add_test(tcase, an_arena_too_small_is_said);
	tcase_add_test(tcase, a_limit_of_bytes_is_kept);
	tcase_add_test(tcase, a_full_disk_is_said);
	tcase_add_test(tcase, a_closed_pipe_is_said);
	tcase_add_test(tcase, a_slow_pipe_gets_every_byte);
	Suite *suite = suite_create("writer");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
