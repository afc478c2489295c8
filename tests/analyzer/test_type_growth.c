/* Types side by side, matched by name. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/type_growth.h"
#include "tests/analyzer/random_heap.h"

static uint32_t row_named(const struct type_growth *growth, const char *name)
{
	for (uint32_t row = 0; row < type_growth_count(growth); row++)
		if (strcmp(type_growth_name(growth, row), name) == 0)
			return row;
	ck_abort_msg("no type %s", name);
	return 0;
}

static void check_row(const struct type_growth *growth, const char *name, uint32_t snapshot,
		      struct type_sum expected)
{
	struct type_sum sum = type_growth_sum(growth, row_named(growth, name), snapshot);

	ck_assert_uint_eq(sum.count, expected.count);
	ck_assert_uint_eq(sum.bytes, expected.bytes);
	ck_assert_uint_eq(sum.tracked_count, expected.tracked_count);
}

/* Two types are called app.Row, and their numbers differ from one snapshot to the next. */
START_TEST(test_types_of_one_name_add_up)
{
	struct type_growth *growth = type_growth_new(2);

	for (uint32_t s = 0; s < 2; s++) {
		struct heap_builder *b = heap_builder_new();
		struct hs_reader *reader;
		struct bitset left_out;
		if (s == 1)
			heap_object(b, heap_type(b, "app.New", 0), 1000);
		uint32_t first = heap_type(b, "app.Row", 0), str = heap_type(b, "str", 0);
		uint32_t second = heap_type(b, "app.Row", 0);
		for (uint32_t i = 0; i < 3 + s; i++) {
			heap_object(b, first, 10);
			heap_object(b, second, 100);
			heap_object_flags(b, heap_object(b, str, 7), 0);
		}
		struct graph *g = load_built(b, &reader);
		bitset_init(&left_out, g->node_count);
		bitset_add(&left_out, g->node_count - 1); /* one str */
		type_growth_add(growth, s, g, &left_out);
		bitset_release(&left_out);
		graph_free(g);
		hs_reader_free(reader);
		heap_builder_free(b);
	}
	ck_assert_uint_eq(type_growth_count(growth), 3);
	check_row(growth, "app.Row", 0, (struct type_sum){6, 330, 6});
	check_row(growth, "app.Row", 1, (struct type_sum){8, 440, 8});
	check_row(growth, "str", 0, (struct type_sum){2, 14, 0});
	check_row(growth, "str", 1, (struct type_sum){3, 21, 0});
	check_row(growth, "app.New", 0, (struct type_sum){0, 0, 0});
	check_row(growth, "app.New", 1, (struct type_sum){1, 1000, 1});
	type_growth_free(growth);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("type_growth");
	TCase *tests = tcase_create("type_growth");

	tcase_add_test(tests, test_types_of_one_name_add_up);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
