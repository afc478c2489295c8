/* Strongly connected components, held against mutual reachability. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/components.h"
#include "tests/analyzer/random_heap.h"

#define MOST 40

static bool reach[MOST][MOST];

static void close_transitively(const struct random_heap *h, const struct bitset *part,
			       unsigned kinds)
{
	memset(reach, 0, sizeof(reach));
	for (node_id n = 0; n < h->node_count; n++)
		reach[n][n] = true;
	for (uint32_t e = 0; e < h->edge_count; e++)
		if (bitset_has(part, h->edges[e].source) && bitset_has(part, h->edges[e].target) &&
		    (EDGE_KIND_BIT(h->edges[e].kind) & kinds))
			reach[h->edges[e].source][h->edges[e].target] = true;
	for (node_id k = 0; k < h->node_count; k++)
		for (node_id i = 0; i < h->node_count; i++)
			for (node_id j = 0; j < h->node_count; j++)
				reach[i][j] |= reach[i][k] && reach[k][j];
}

static void check_components(const struct random_heap *h, const struct bitset *part, unsigned kinds)
{
	struct components c;
	uint32_t component_of[MOST];

	close_transitively(h, part, kinds);
	components_init(&c, h->g, part, kinds);
	ck_assert_uint_eq(c.offsets[0], 0);
	ck_assert_uint_eq(c.offsets[c.count], bitset_count(part));
	for (uint32_t i = 0; i < c.count; i++) {
		ck_assert_uint_lt(c.offsets[i], c.offsets[i + 1]);
		for (uint32_t m = c.offsets[i]; m < c.offsets[i + 1]; m++) {
			ck_assert(bitset_has(part, c.members[m]));
			ck_assert(m == c.offsets[i] || c.members[m - 1] < c.members[m]);
			component_of[c.members[m]] = i;
		}
	}
	for (size_t a = bitset_next(part, 0); a < part->size; a = bitset_next(part, a + 1))
		for (size_t b = bitset_next(part, 0); b < part->size;
		     b = bitset_next(part, b + 1)) {
			ck_assert_int_eq(component_of[a] == component_of[b],
					 reach[a][b] && reach[b][a]);
			if (reach[a][b])
				ck_assert_uint_ge(component_of[a], component_of[b]);
		}
	components_release(&c);
}

START_TEST(test_random_heaps)
{
	for (uint64_t seed = 0; seed < HEAPS(2000); seed++) {
		struct random random = {seed};
		struct random_heap h;
		struct bitset part;

		random_heap_init(&h, seed, MOST, 1);
		bitset_init(&part, h.node_count);
		for (node_id n = 0; n < h.node_count; n++)
			if (random_chance(&random, seed % 3 ? 80 : 100))
				bitset_add(&part, n);
		check_components(&h, &part,
				 seed % 2 ? EDGE_KIND_BIT(HS_TRAVERSED)
					  : EDGE_KIND_BIT(HS_TRAVERSED) | EDGE_KIND_BIT(HS_WEAK));
		bitset_release(&part);
		random_heap_release(&h);
	}
}
END_TEST

/* One ring through all nodes, and one long path: no recursion. */
static void check_long(bool ring, uint32_t count)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "list", HS_TYPE_GC);
	uint64_t first = heap_object(b, type, 56), last = first;
	struct hs_reader *reader;
	struct components c;
	struct bitset part;

	for (uint32_t i = 1; i < count; i++) {
		uint64_t next = heap_object(b, type, 56);
		heap_edge(b, last, next, HS_TRAVERSED, HS_LABEL_NONE, NULL);
		last = next;
	}
	if (ring)
		heap_edge(b, last, first, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	struct graph *g = load_built(b, &reader);
	bitset_init(&part, count);
	for (uint32_t i = 0; i < count; i++)
		bitset_add(&part, i);
	components_init(&c, g, &part, EDGE_KIND_BIT(HS_TRAVERSED));
	ck_assert_uint_eq(c.count, ring ? 1 : count);
	components_release(&c);
	bitset_release(&part);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}

START_TEST(test_long_paths)
{
	check_long(true, 300000);
	check_long(false, 300000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("components");
	TCase *tests = tcase_create("components");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_long_paths);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
