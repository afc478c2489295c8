/* The collector's arithmetic, held against its definition step by step. */
#include <check.h>
#include <stdlib.h>

#include "analyzer/algorithms/collector.h"
#include "tests/analyzer/random_heap.h"

static bool candidate(const struct graph *g, node_id n)
{
	return (g->flags[n] & HS_TRACKED) && !(g->flags[n] & HS_FROZEN);
}

static bool countable(const struct graph *g, node_id n)
{
	return !(g->flags[n] & HS_IMMORTAL) && g->refcounts[n] != 0 &&
	       g->refcounts[n] != UINT32_MAX;
}

/* alive[n]: a candidate that the collector keeps, by repeating until nothing changes. */
static bool *naive_alive(const struct random_heap *h)
{
	const struct graph *g = h->g;
	bool *alive = calloc(h->node_count, sizeof(*alive));
	bool changed = true;

	ck_assert_ptr_nonnull(alive);
	for (node_id n = 0; n < h->node_count; n++) {
		int64_t refs = g->refcounts[n];
		for (uint32_t e = 0; e < h->edge_count; e++)
			if (h->edges[e].target == n && h->edges[e].kind == HS_TRAVERSED &&
			    candidate(g, h->edges[e].source))
				refs--;
		alive[n] = candidate(g, n) && (refs != 0 || !countable(g, n));
	}
	while (changed) {
		changed = false;
		for (uint32_t e = 0; e < h->edge_count; e++) {
			const struct model_edge *edge = &h->edges[e];
			if (alive[edge->source] && !alive[edge->target] &&
			    candidate(g, edge->target) &&
			    (edge->kind == HS_TRAVERSED || edge->kind == HS_UNCOUNTED))
				changed = alive[edge->target] = true;
		}
	}
	return alive;
}

static bool is_root(const struct roots *roots, node_id n)
{
	for (uint32_t i = 0; i < roots->count; i++)
		if (roots->items[i].node == n)
			return true;
	return false;
}

/* Adds to garbage[] all that nothing alive refers to, one round after the other. */
static void naive_islands(const struct random_heap *h, const struct roots *roots, bool *garbage)
{
	bool *alive = calloc(h->node_count, sizeof(*alive));
	bool changed = true;

	ck_assert_ptr_nonnull(alive);
	for (node_id n = 0; n < h->node_count; n++) {
		uint32_t known = 0;
		for (uint32_t e = 0; e < h->edge_count; e++)
			known += h->edges[e].target == n &&
				 (h->edges[e].kind == HS_TRAVERSED || h->edges[e].kind == HS_ADDED);
		for (uint32_t i = 0; i < roots->count; i++)
			known += roots->items[i].node == n &&
				 hs_reader_root(h->g->reader, roots->items[i].record)->counted;
		alive[n] = !garbage[n] && (!countable(h->g, n) || (h->g->flags[n] & HS_FROZEN) ||
					   is_root(roots, n) || known != h->g->refcounts[n]);
	}
	while (changed) {
		changed = false;
		for (uint32_t e = 0; e < h->edge_count; e++)
			if (alive[h->edges[e].source] && h->edges[e].kind != HS_WEAK &&
			    !alive[h->edges[e].target] && !garbage[h->edges[e].target])
				changed = alive[h->edges[e].target] = true;
	}
	for (node_id n = 0; n < h->node_count; n++)
		garbage[n] = !alive[n];
	free(alive);
}

START_TEST(test_random_heaps)
{
	uint32_t with_garbage = 0, with_kept = 0;

	for (uint64_t seed = 0; seed < HEAPS(6000); seed++) {
		struct random_heap h;
		struct roots roots;
		struct unreachable unreachable;
		uint64_t tracked = 0, objects = 0, bytes = 0;

		random_heap_init(&h, seed, seed % 2 ? 12 : 30, 1);
		roots_init(&roots, h.g);
		unreachable_init(&unreachable, h.g, &roots);
		bool *garbage = naive_alive(&h);
		for (node_id n = 0; n < h.node_count; n++) {
			garbage[n] = candidate(h.g, n) && !garbage[n];
			ck_assert_int_eq(garbage[n], bitset_has(&unreachable.tracked, n));
			tracked += garbage[n];
		}
		naive_islands(&h, &roots, garbage);
		for (node_id n = 0; n < h.node_count; n++) {
			ck_assert_int_eq(garbage[n], bitset_has(&unreachable.objects, n));
			objects += garbage[n];
			bytes += garbage[n] ? graph_bytes(h.g, n) : 0;
		}
		ck_assert_uint_eq(bitset_count(&unreachable.tracked), tracked);
		ck_assert_uint_eq(unreachable.object_count, objects);
		ck_assert_uint_eq(unreachable.bytes, bytes);
		with_garbage += tracked > 0;
		with_kept += objects > tracked;
		free(garbage);
		unreachable_release(&unreachable);
		roots_release(&roots);
		random_heap_release(&h);
	}
	/* The heaps must be such that there is something to find. */
	ck_assert_uint_gt(with_garbage, HEAPS(600));
	ck_assert_uint_gt(with_kept, HEAPS(60));
}
END_TEST

/* A borrowed reference out of a live object keeps alive, and is not subtracted. */
START_TEST(test_borrowed_reference_keeps_alive)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "generator", HS_TYPE_GC);
	uint64_t generator = heap_object(b, type, 200), cycle = heap_object(b, type, 56);
	struct hs_reader *reader;
	struct roots roots;
	struct unreachable unreachable;

	heap_root(b, HS_ROOT_MODULE, generator, "app");
	heap_edge(b, generator, cycle, HS_UNCOUNTED, HS_LABEL_NONE, NULL);
	heap_edge(b, cycle, cycle, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	struct graph *g = load_built(b, &reader);
	roots_init(&roots, g);
	unreachable_init(&unreachable, g, &roots);
	ck_assert_uint_eq(unreachable.object_count, 0);
	unreachable_release(&unreachable);
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

/* A long list of which the head is garbage: no recursion. */
START_TEST(test_long_chain)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "list", HS_TYPE_GC);
	uint64_t head = heap_object(b, type, 56), last = head;
	struct hs_reader *reader;
	struct roots roots;
	struct unreachable unreachable;

	heap_edge(b, head, head, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	for (int i = 0; i < 300000; i++) {
		uint64_t next = heap_object(b, type, 56);
		heap_edge(b, last, next, HS_TRAVERSED, HS_LABEL_NONE, NULL);
		last = next;
	}
	struct graph *g = load_built(b, &reader);
	roots_init(&roots, g);
	unreachable_init(&unreachable, g, &roots);
	ck_assert_uint_eq(unreachable.found_count, 300001);
	ck_assert_uint_eq(unreachable.bytes, 300001 * 56);
	unreachable_release(&unreachable);
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("collector");
	TCase *tests = tcase_create("collector");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_borrowed_reference_keeps_alive);
	tcase_add_test(tests, test_long_chain);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
