/* The small things that all else stands on: bitset, interner, allocation that dies. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/base/bitset.h"
#include "analyzer/base/interner.h"
#include "analyzer/base/xalloc.h"
#include "tests/analyzer/random_heap.h"

static void check_bitset(struct random *random, size_t size)
{
	bool *truth = calloc(size + 1, sizeof(*truth));
	struct bitset set;
	size_t count = 0, at = 0;

	ck_assert_ptr_nonnull(truth);
	bitset_init(&set, size);
	for (size_t i = 0; size > 0 && i < size * 2; i++) {
		uint32_t member = random_below(random, (uint32_t)size);
		truth[member] = random_chance(random, 40);
		if (truth[member])
			bitset_add(&set, member);
		else
			bitset_remove(&set, member);
	}
	for (size_t i = 0; i < size; i++) {
		ck_assert_int_eq(bitset_has(&set, i), truth[i]);
		count += truth[i];
	}
	ck_assert_uint_eq(bitset_count(&set), count);
	for (size_t i = bitset_next(&set, 0); i < size; i = bitset_next(&set, i + 1), count--) {
		while (!truth[at])
			at++;
		ck_assert_uint_eq(i, at++);
	}
	ck_assert_uint_eq(count, 0);
	ck_assert_uint_eq(bitset_next(&set, size), size);
	bitset_release(&set);
	free(truth);
}

START_TEST(test_bitset)
{
	struct random random = {1};

	for (size_t size = 0; size < 300; size++)
		check_bitset(&random, size);
}
END_TEST

START_TEST(test_interner)
{
	struct interner interner;

	interner_init(&interner);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			char text[32];
			snprintf(text, sizeof(text), "%u", i);
			ck_assert_uint_eq(interner_add(&interner, text, strlen(text)), i);
			ck_assert_str_eq(interner.texts[i], text);
		}
	}
	ck_assert_uint_eq(interner_add(&interner, NULL, 0), 5000);
	ck_assert_uint_eq(interner_add(&interner, "12345", 2), 12);
	ck_assert_uint_eq(interner_add(&interner, "7\0x", 3), 7);
	ck_assert_uint_eq(interner.count, 5001);
	interner_release(&interner);
}
END_TEST

START_TEST(test_growing_keeps_what_is_there)
{
	uint32_t *numbers = NULL;
	size_t capacity = 0;

	for (uint32_t i = 0; i < 10000; i++) {
		numbers = xgrow(numbers, &capacity, (size_t)i + 1, sizeof(*numbers));
		ck_assert_uint_gt(capacity, i);
		numbers[i] = i;
	}
	for (uint32_t i = 0; i < 10000; i++)
		ck_assert_uint_eq(numbers[i], i);
	free(numbers);
}
END_TEST

/* Runs xmalloc(count, size) in a child; its status, and in `said` its stderr. */
static int exit_status_of(size_t count, size_t size, char *said, size_t said_size)
{
	int ends[2], status;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], 2);
		free(xmalloc(count, size));
		_exit(0);
	}
	close(ends[1]);
	ssize_t length = read(ends[0], said, said_size - 1);
	said[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(test_allocation_dies)
{
	char said[200];

	ck_assert_int_eq(exit_status_of(10, 10, said, sizeof(said)), 0);
	ck_assert_int_eq(exit_status_of(SIZE_MAX / 2, 4, said, sizeof(said)), 3);
	ck_assert_ptr_nonnull(strstr(said, "heapsnap: out of memory (wanted "));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tests = tcase_create("base");

	tcase_add_test(tests, test_bitset);
	tcase_add_test(tests, test_interner);
	tcase_add_test(tests, test_growing_keeps_what_is_there);
	tcase_add_test(tests, test_allocation_dies);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
