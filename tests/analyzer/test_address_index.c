/* Addresses to ordinals, held against a sorted array with binary search. */
#include <check.h>
#include <stdlib.h>

#include "analyzer/graph/address_index.h"
#include "tests/analyzer/random_heap.h"

struct pair {
	uint64_t id;
	uint32_t ordinal;
};

static int compare_pairs(const void *a, const void *b)
{
	uint64_t left = ((const struct pair *)a)->id, right = ((const struct pair *)b)->id;

	return left < right ? -1 : left > right;
}

static uint32_t search(const struct pair *pairs, uint32_t count, uint64_t id)
{
	struct pair key = {id, 0};
	const struct pair *found = bsearch(&key, pairs, count, sizeof(*pairs), compare_pairs);

	return found ? found->ordinal : ADDRESS_NONE;
}

/* Clusters of addresses, near and far, some at the very ends of the address space. */
static uint64_t random_id(struct random *random, unsigned alignment)
{
	static const uint64_t bases[] = {8, 0x1000, 0x550000000000, 0x7f1234000000,
					 UINT64_MAX - 65535};
	uint64_t base = bases[random_below(random, 5)] & ~(uint64_t)(alignment - 1);
	uint32_t span = random_chance(random, 50) ? 500 : 60000;

	if (base > UINT64_MAX - 65536)
		span = 500;
	return base + random_below(random, span) * (uint64_t)alignment +
	       (random_chance(random, 10) && base < UINT64_MAX / 2
			? (uint64_t)random_below(random, 50) << 20
			: 0);
}

static void check_set(uint64_t seed, uint32_t count, unsigned alignment)
{
	struct random random = {seed};
	struct pair *pairs = calloc((size_t)count + 1, sizeof(*pairs));
	uint64_t *ids = calloc((size_t)count + 1, sizeof(*ids)), duplicate;
	uint32_t kept = 0;

	ck_assert(pairs && ids);
	for (uint32_t i = 0; i < count; i++)
		pairs[i].id = random_id(&random, alignment);
	qsort(pairs, count, sizeof(*pairs), compare_pairs);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || pairs[kept - 1].id != pairs[i].id)
			pairs[kept++].id = pairs[i].id;
	for (uint32_t i = 0; i < kept; i++)
		pairs[i].ordinal = i;
	for (uint32_t i = kept; i > 1; i--) {
		uint32_t other = random_below(&random, i), ordinal = pairs[i - 1].ordinal;
		pairs[i - 1].ordinal = pairs[other].ordinal;
		pairs[other].ordinal = ordinal;
	}
	for (uint32_t i = 0; i < kept; i++)
		ids[pairs[i].ordinal] = pairs[i].id;

	struct address_index *index = address_index_new(ids, kept, &duplicate);
	ck_assert_ptr_nonnull(index);
	enum { ASKED = 777 };
	uint64_t asked[ASKED];
	uint32_t answers[ASKED];
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < ASKED; i++)
			asked[i] = kept > 0 && random_chance(&random, 60)
					   ? ids[random_below(&random, kept)]
					   : random_id(&random, round == 2 ? 1 : alignment);
		address_index_find_many(index, asked, ASKED, answers);
		for (int i = 0; i < ASKED; i++) {
			ck_assert_uint_eq(answers[i], search(pairs, kept, asked[i]));
			ck_assert_uint_eq(address_index_find(index, asked[i]), answers[i]);
		}
	}
	address_index_free(index);
	free(pairs);
	free(ids);
}

START_TEST(test_random_sets)
{
	for (uint64_t seed = 0; seed < 400; seed++)
		check_set(seed, (uint32_t)(seed * seed / 40), seed % 2 ? 8 : 16);
	check_set(1000, 300000, 16);
}
END_TEST

START_TEST(test_duplicates_are_named)
{
	uint64_t ids[] = {64, 128, 4096, 128, 64}, duplicate = 0;

	ck_assert_ptr_null(address_index_new(ids, 5, &duplicate));
	ck_assert_uint_eq(duplicate, 128);
}
END_TEST

START_TEST(test_misaligned_is_not_found)
{
	uint64_t ids[] = {64, 128}, duplicate;
	struct address_index *index = address_index_new(ids, 2, &duplicate);

	for (uint64_t id = 0; id < 300; id++)
		ck_assert_uint_eq(address_index_find(index, id), id == 64    ? 0
								 : id == 128 ? 1
									     : ADDRESS_NONE);
	address_index_free(index);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("address_index");
	TCase *tests = tcase_create("address_index");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, test_random_sets);
	tcase_add_test(tests, test_duplicates_are_named);
	tcase_add_test(tests, test_misaligned_is_not_found);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
