/* Shortest ways: depths held against relaxation until nothing changes, parents against
 * the rule for readable ones, chains against the edges. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/chains.h"
#include "analyzer/algorithms/collector.h"
#include "analyzer/algorithms/explained.h"
#include "tests/analyzer/random_heap.h"

#define MOST 30

struct naive {
	uint32_t depths[MOST];
	unsigned stages[MOST];
};

static bool holds(const struct model_edge *edge)
{
	return edge->kind == HS_TRAVERSED || edge->kind == HS_ADDED || edge->kind == HS_IMPLIED;
}

/* Spreads the depths of one stage over what no earlier stage has. */
static void relax(const struct random_heap *h, struct naive *naive, unsigned stage,
		  const struct bitset *closed)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t e = 0; e < h->edge_count; e++) {
			node_id source = h->edges[e].source, target = h->edges[e].target;
			if (!holds(&h->edges[e]) || naive->stages[source] != stage ||
			    naive->stages[target] < stage || bitset_has(closed, target))
				continue;
			if (naive->depths[target] > naive->depths[source] + 1) {
				naive->depths[target] = naive->depths[source] + 1;
				naive->stages[target] = stage;
				changed = true;
			}
		}
	}
}

static void seed_stage(struct naive *naive, unsigned stage, node_id n, const struct bitset *closed)
{
	if (naive->stages[n] == UINT32_MAX && !bitset_has(closed, n)) {
		naive->stages[n] = stage;
		naive->depths[n] = 0;
	}
}

static void search_naively(const struct random_heap *h, const struct bitset *closed,
			   const uint32_t *explained, struct naive *naive)
{
	uint64_t root_count = hs_reader_root_count(h->reader);

	memset(naive, 0xff, sizeof(*naive));
	for (unsigned kind = 0; kind < ROOT_KINDS; kind++) {
		for (uint64_t i = 0; i < root_count; i++)
			if (hs_reader_root(h->reader, i)->kind == kind)
				seed_stage(naive, kind,
					   graph_find(h->g, hs_reader_root(h->reader, i)->object),
					   closed);
		relax(h, naive, kind, closed);
	}
	for (node_id n = 0; n < h->node_count; n++)
		if (explained_is_external(h->g, explained, n))
			seed_stage(naive, ROOT_EXTERNAL, n, closed);
	relax(h, naive, ROOT_EXTERNAL, closed);
	for (node_id n = 0; n < h->node_count; n++) {
		seed_stage(naive, ROOT_EXTERNAL + 1 + n, n, closed);
		relax(h, naive, ROOT_EXTERNAL + 1 + n, closed);
	}
}

static bool has_holding_edge(const struct random_heap *h, node_id source, node_id target)
{
	for (uint32_t e = 0; e < h->edge_count; e++)
		if (h->edges[e].source == source && h->edges[e].target == target &&
		    holds(&h->edges[e]))
			return true;
	return false;
}

static void check_chain(const struct random_heap *h, const struct reachability *reach,
			const struct roots *roots, node_id n)
{
	struct chain chain;

	chain_init(&chain, reach, roots, n);
	ck_assert_uint_eq(chain.nodes[chain.length - 1], n);
	if (reach->depths[n] == DEPTH_NONE) {
		ck_assert_int_eq(chain.kind, CHAIN_NONE);
		ck_assert_uint_eq(chain.length, 1);
	} else {
		ck_assert_uint_eq(chain.length, reach->depths[n] + 1);
		for (uint32_t i = 1; i < chain.length; i++)
			ck_assert(has_holding_edge(h, chain.nodes[i - 1], chain.nodes[i]));
		ck_assert_int_eq(chain.kind == CHAIN_KNOWN, chain.root != NULL);
		if (chain.root)
			ck_assert_uint_eq(chain.root->node, chain.nodes[0]);
	}
	chain_release(&chain);
}

static unsigned stage_of(const struct reachability *reach, const uint32_t *position, node_id n)
{
	unsigned kind = 0;

	while (position[n] >= reach->ends[kind])
		kind++;
	return kind;
}

static void check_search(const struct random_heap *h)
{
	struct roots roots;
	struct unreachable unreachable;
	struct reachability reach;
	struct naive naive;
	uint32_t position[MOST];

	roots_init(&roots, h->g);
	unreachable_init(&unreachable, h->g, &roots);
	uint32_t *explained = explained_references(h->g, &roots);
	for (node_id n = 0; n < h->node_count; n++) {
		uint32_t known = 0;
		for (uint32_t e = 0; e < h->edge_count; e++)
			known += h->edges[e].target == n && h->edges[e].kind <= HS_ADDED;
		for (uint64_t i = 0; i < hs_reader_root_count(h->reader); i++)
			known += hs_reader_root(h->reader, i)->object == h->ids[n] &&
				 hs_reader_root(h->reader, i)->counted;
		ck_assert_uint_eq(explained[n], known);
	}
	search_naively(h, &unreachable.objects, explained, &naive);
	reachability_init(&reach, h->g, &roots, &unreachable.objects);
	for (uint32_t i = 0; i < reach.reached_count; i++) {
		node_id n = reach.order[i];
		position[n] = i;
		ck_assert_uint_ne(reach.depths[n], DEPTH_NONE);
		if (reach.parents[n] != NODE_NONE)
			ck_assert_uint_lt(position[reach.parents[n]], i);
	}
	for (node_id n = 0; n < h->node_count; n++) {
		ck_assert_uint_eq(reach.depths[n], naive.depths[n]);
		check_chain(h, &reach, &roots, n);
		if (reach.depths[n] == DEPTH_NONE) {
			ck_assert(bitset_has(&unreachable.objects, n));
			continue;
		}
		unsigned stage = naive.stages[n] < ROOT_EXTERNAL ? naive.stages[n] : ROOT_EXTERNAL;
		ck_assert_uint_eq(stage_of(&reach, position, n), stage);
		if (reach.depths[n] == 0) {
			ck_assert_uint_eq(reach.parents[n], NODE_NONE);
			ck_assert_int_eq(roots_find(&roots, n) != NULL, stage < ROOT_EXTERNAL);
		} else {
			ck_assert_uint_eq(reach.depths[reach.parents[n]] + 1, reach.depths[n]);
			ck_assert_uint_eq(naive.stages[reach.parents[n]], naive.stages[n]);
		}
	}
	free(explained);
	reachability_release(&reach);
	unreachable_release(&unreachable);
	roots_release(&roots);
}

START_TEST(test_random_heaps)
{
	for (uint64_t seed = 0; seed < HEAPS(3000); seed++) {
		struct random_heap h;
		random_heap_init(&h, seed, MOST, 1 + seed % 2);
		check_search(&h);
		random_heap_release(&h);
	}
}
END_TEST

/* Three parents at the same depth: a tuple, met first, a list, and an instance. */
START_TEST(test_most_readable_parent)
{
	static const char *const names[] = {"tuple", "list", "app.Session"};
	struct heap_builder *b = heap_builder_new();
	uint32_t module = heap_type(b, "module", HS_TYPE_GC);
	uint64_t app = heap_object(b, module, 72), target = heap_object(b, module, 72);
	struct hs_reader *reader;
	struct roots roots;
	struct reachability reach;

	heap_root(b, HS_ROOT_MODULE, app, "app");
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t type = heap_type(b, names[i], i == 2 ? HS_TYPE_INSTANCE_DICT : 0);
		uint64_t holder = heap_object(b, type, 56);
		heap_edge(b, app, holder, HS_TRAVERSED, HS_LABEL_NONE, NULL);
		heap_edge(b, holder, target, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	}
	struct graph *g = load_built(b, &reader);
	roots_init(&roots, g);
	reachability_init(&reach, g, &roots, NULL);
	ck_assert_uint_eq(reach.depths[1], 2);
	ck_assert_uint_eq(reach.parents[1], 4);
	reachability_release(&reach);
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

/* Two frozen cycles that nothing known holds, each searched for itself: the second, though
 * more readable, does not take over what the first one reached. */
START_TEST(test_settled_nodes_stay)
{
	struct heap_builder *b = heap_builder_new();
	uint64_t first = heap_object(b, heap_type(b, "tuple", 0), 56);
	uint64_t second = heap_object(b, heap_type(b, "app.Node", HS_TYPE_HEAP), 56);
	uint64_t shared = heap_object(b, 1, 56);
	struct hs_reader *reader;
	struct roots roots;
	struct reachability reach;

	heap_object_flags(b, first, HS_TRACKED | HS_FROZEN);
	heap_object_flags(b, second, HS_TRACKED | HS_FROZEN);
	heap_edge(b, first, first, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	heap_edge(b, first, shared, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	heap_edge(b, second, second, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	heap_edge(b, second, shared, HS_TRAVERSED, HS_LABEL_NONE, NULL);
	struct graph *g = load_built(b, &reader);
	roots_init(&roots, g);
	reachability_init(&reach, g, &roots, NULL);
	ck_assert_uint_eq(reach.reached_count, 3);
	ck_assert_uint_eq(reach.order[2], 1);
	ck_assert_uint_eq(reach.parents[2], 0);
	reachability_release(&reach);
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

/* Modules in the order in which a reader knows them. */
START_TEST(test_order_of_roots)
{
	static const char *const names[] = {"_abc", "zlib", "app._x", "__main__", "app"};
	static const node_id expected[] = {3, 1, 4, 0, 2, 5};
	struct heap_builder *b = heap_builder_new();
	uint32_t module = heap_type(b, "module", HS_TYPE_GC);
	struct hs_reader *reader;
	struct roots roots;

	for (int i = 0; i < 5; i++)
		heap_root(b, HS_ROOT_MODULE, heap_object(b, module, 72), names[i]);
	heap_root(b, HS_ROOT_FRAME, heap_object(b, module, 72), "frame");
	heap_root(b, HS_ROOT_MODULE, 0x100, "lost");
	struct graph *g = load_built(b, &reader);
	roots_init(&roots, g);
	ck_assert_uint_eq(roots.count, 6);
	ck_assert_uint_eq(roots.ends[HS_ROOT_MODULE], 5);
	ck_assert_uint_eq(roots.ends[HS_ROOT_GARBAGE], 6);
	for (int i = 0; i < 6; i++) {
		ck_assert_uint_eq(roots.items[i].node, expected[i]);
		ck_assert_ptr_eq(roots_find(&roots, expected[i]), &roots.items[i]);
	}
	ck_assert_ptr_null(roots_find(&roots, 6));
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reachability");
	TCase *tests = tcase_create("reachability");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_most_readable_parent);
	tcase_add_test(tests, test_settled_nodes_stay);
	tcase_add_test(tests, test_order_of_roots);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
