/* Unreachable cycles by shape: sums, examples and verdicts. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/cycle_groups.h"
#include "tests/analyzer/random_heap.h"

#define MOST 24

struct analysis {
	struct hs_reader *reader;
	struct graph *g;
	struct roots roots;
	struct unreachable unreachable;
	struct cycle_groups groups;
};

static void analyse(struct analysis *a, const struct heap_builder *b)
{
	a->g = load_built(b, &a->reader);
	roots_init(&a->roots, a->g);
	unreachable_init(&a->unreachable, a->g, &a->roots);
	cycle_groups_init(&a->groups, a->g, &a->unreachable);
}

static void release(struct analysis *a)
{
	cycle_groups_release(&a->groups);
	unreachable_release(&a->unreachable);
	roots_release(&a->roots);
	graph_free(a->g);
	hs_reader_free(a->reader);
}

static bool has_counted_edge(const struct graph *g, node_id source, node_id target)
{
	uint32_t count;
	const uint32_t *edges = graph_edges(g, source, &count);

	for (uint32_t i = 0; i < count; i++)
		if (edge_kind(edges[i]) <= HS_ADDED && edge_target(edges[i]) == target)
			return true;
	return false;
}

/* Length of the shortest cycle through n among the unreachable nodes. */
static uint32_t shortest_cycle(const struct analysis *a, node_id n)
{
	const struct graph *g = a->g;
	uint32_t distances[MOST];
	bool changed = true;

	memset(distances, 0xff, sizeof(distances));
	for (node_id m = 0; m < g->node_count; m++)
		if (bitset_has(&a->unreachable.objects, m) && has_counted_edge(g, n, m))
			distances[m] = 1;
	while (changed) {
		changed = false;
		for (node_id s = 0; s < g->node_count; s++)
			for (node_id t = 0; t < g->node_count; t++)
				if (distances[s] != UINT32_MAX && distances[t] > distances[s] + 1 &&
				    bitset_has(&a->unreachable.objects, t) &&
				    has_counted_edge(g, s, t)) {
					distances[t] = distances[s] + 1;
					changed = true;
				}
	}
	return distances[n];
}

static void check_group(const struct analysis *a, const struct cycle_group *group)
{
	uint64_t objects = 0;

	ck_assert_uint_ge(group->example_count, 1);
	ck_assert_uint_le(group->example_count, group->cycle_objects);
	ck_assert_uint_eq(shortest_cycle(a, group->example[0]), group->example_count);
	for (uint32_t i = 0; i < group->example_count; i++) {
		node_id next = group->example[(i + 1) % group->example_count];
		ck_assert(bitset_has(&a->unreachable.objects, group->example[i]));
		ck_assert(has_counted_edge(a->g, group->example[i], next));
	}
	for (uint32_t i = 0; i < group->type_count; i++) {
		ck_assert(i == 0 || group->types[i - 1].count >= group->types[i].count);
		objects += group->types[i].count;
	}
	ck_assert_uint_eq(objects, group->objects);
	ck_assert_uint_ge(group->objects, group->count * group->cycle_objects);
}

START_TEST(test_random_heaps)
{
	uint32_t found = 0;

	for (uint64_t seed = 0; seed < HEAPS(4000); seed++) {
		struct random_heap h;
		struct analysis a;
		uint64_t objects = 0, bytes = 0;

		random_heap_init(&h, seed, MOST, 1);
		analyse(&a, h.builder);
		for (uint32_t i = 0; i < a.groups.count; i++) {
			check_group(&a, &a.groups.groups[i]);
			objects += a.groups.groups[i].objects;
			bytes += a.groups.groups[i].bytes;
		}
		ck_assert_uint_eq(objects, a.unreachable.object_count);
		ck_assert_uint_eq(bytes, a.unreachable.bytes);
		found += a.groups.count;
		release(&a);
		random_heap_release(&h);
	}
	ck_assert_uint_gt(found, HEAPS(500));
}
END_TEST

/* A ticket, its bound method, its dict: a cycle of three with a str hanging off it. */
static void add_ticket(struct heap_builder *b, const uint32_t *types, bool longer)
{
	uint64_t ticket = heap_object(b, types[0], 48), dict = heap_object(b, types[1], 104);
	uint64_t method = heap_object(b, types[2], 64), name = heap_object(b, types[3], 54);

	heap_object_flags(b, name, HS_SIZE_EXACT);
	heap_edge(b, ticket, dict, HS_TRAVERSED, HS_LABEL_ATTR, "__dict__");
	heap_edge(b, dict, method, HS_TRAVERSED, HS_LABEL_ITEM, "on_done");
	heap_edge(b, dict, name, HS_TRAVERSED, HS_LABEL_ITEM, "name");
	if (longer) {
		uint64_t list = heap_object(b, types[4], 88);
		heap_edge(b, method, list, HS_TRAVERSED, HS_LABEL_ATTR, "__self__");
		heap_edge(b, list, ticket, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	} else {
		heap_edge(b, method, ticket, HS_TRAVERSED, HS_LABEL_ATTR, "__self__");
	}
}

START_TEST(test_groups_by_shape)
{
	static const char *const names[] = {"app.Ticket", "dict", "method", "str", "list"};
	struct heap_builder *b = heap_builder_new();
	uint32_t types[5];
	struct analysis a;

	for (int i = 0; i < 5; i++)
		types[i] = heap_type(b, names[i], i == 0 ? HS_TYPE_HEAP | HS_TYPE_GC : HS_TYPE_GC);
	for (int i = 0; i < 7; i++)
		add_ticket(b, types, i >= 5);
	analyse(&a, b);
	ck_assert_uint_eq(a.unreachable.found_count, 5 * 3 + 2 * 4);
	ck_assert_uint_eq(a.unreachable.object_count, 5 * 4 + 2 * 5);
	ck_assert_uint_eq(a.groups.count, 2);
	const struct cycle_group *group = &a.groups.groups[0];
	ck_assert_uint_eq(group->count, 5);
	ck_assert_uint_eq(group->objects, 20);
	ck_assert_uint_eq(group->bytes, 5 * (48 + 104 + 64 + 54));
	ck_assert_uint_eq(group->cycle_objects, 3);
	ck_assert_uint_eq(group->type_count, 4);
	ck_assert_uint_eq(group->types[0].count, 5);
	ck_assert_uint_eq(group->example_count, 3);
	ck_assert_uint_eq(group->example[0], 0);
	ck_assert_uint_eq(group->example[1], 1);
	ck_assert_uint_eq(group->example[2], 2);
	ck_assert_int_eq(group->collect, COLLECT_YES);
	ck_assert(!group->finalizer);
	ck_assert_uint_eq(a.groups.groups[1].count, 2);
	ck_assert_uint_eq(a.groups.groups[1].cycle_objects, 4);
	release(&a);
	heap_builder_free(b);
}
END_TEST

/* A class made at each call is one class to its reader. */
START_TEST(test_types_of_one_name_are_one)
{
	struct heap_builder *b = heap_builder_new();
	struct analysis a;

	for (int i = 0; i < 5; i++) {
		uint32_t row = heap_type(b, "app.Row", HS_TYPE_HEAP | HS_TYPE_GC);
		uint64_t first = heap_object(b, row, 48), second = heap_object(b, row, 48);
		heap_edge(b, first, second, HS_TRAVERSED, HS_LABEL_ATTR, "other");
		heap_edge(b, second, first, HS_TRAVERSED, HS_LABEL_ATTR, "other");
	}
	analyse(&a, b);
	ck_assert_uint_eq(a.groups.count, 1);
	ck_assert_uint_eq(a.groups.groups[0].count, 5);
	ck_assert_uint_eq(a.groups.groups[0].type_count, 1);
	ck_assert_uint_eq(a.groups.groups[0].types[0].count, 10);
	release(&a);
	heap_builder_free(b);
}
END_TEST

/* A cycle with tp_del, and one that it refers to, stay; one that refers to it goes. */
START_TEST(test_uncollectable)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t plain = heap_type(b, "list", HS_TYPE_GC);
	uint32_t stubborn =
		heap_type(b, "app.Stubborn", HS_TYPE_HEAP | HS_TYPE_GC | HS_TYPE_TP_DEL);
	uint64_t before = heap_object(b, plain, 10), middle = heap_object(b, stubborn, 20);
	uint64_t after = heap_object(b, plain, 30);
	struct analysis a;

	heap_object_flags(b, middle, HS_TRACKED | HS_FINALIZER);
	heap_edge(b, before, before, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_edge(b, before, middle, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_edge(b, middle, middle, HS_TRAVERSED, HS_LABEL_ATTR, "me");
	heap_edge(b, middle, after, HS_TRAVERSED, HS_LABEL_ATTR, "other");
	heap_edge(b, after, after, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	analyse(&a, b);
	ck_assert_uint_eq(a.groups.count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		const struct cycle_group *group = &a.groups.groups[i];
		ck_assert_int_eq(group->collect,
				 group->bytes == 10 ? COLLECT_YES : COLLECT_UNCOLLECTABLE);
		ck_assert_int_eq(group->finalizer, group->bytes == 20);
	}
	release(&a);
	heap_builder_free(b);
}
END_TEST

static bool collected(const struct graph *g, const bool *gone, const struct model_edge *edge)
{
	return edge->kind == HS_TRAVERSED && !gone[edge->source] &&
	       (g->flags[edge->source] & HS_TRACKED);
}

/* One collection of what is left of the garbage, by definition: what it finds is gone, and
 * then whatever has no reference left. Finalizers of the old kind are called. */
static bool collect_once(const struct random_heap *h, bool *gone)
{
	const struct graph *g = h->g;
	bool *alive = calloc(h->node_count, sizeof(*alive)), any = false, changed = true;

	ck_assert_ptr_nonnull(alive);
	for (node_id n = 0; n < h->node_count; n++) {
		int64_t hidden = 0;
		for (uint32_t e = 0; e < h->edge_count; e++)
			if (h->edges[e].target == n && h->edges[e].kind <= HS_ADDED &&
			    !gone[h->edges[e].source] && !collected(g, gone, &h->edges[e]))
				hidden++;
		alive[n] = !gone[n] && ((g->flags[n] & HS_TRACKED) == 0 || hidden > 0);
	}
	while (changed) {
		changed = false;
		for (uint32_t e = 0; e < h->edge_count; e++) {
			const struct model_edge *edge = &h->edges[e];
			bool followed = edge->kind == HS_TRAVERSED || edge->kind == HS_UNCOUNTED;
			if (followed && alive[edge->source] &&
			    (g->flags[edge->source] & HS_TRACKED) && !gone[edge->target] &&
			    !alive[edge->target])
				changed = alive[edge->target] = true;
		}
	}
	for (node_id n = 0; n < h->node_count; n++)
		if (!gone[n] && !alive[n])
			any = gone[n] = true;
	for (changed = true; changed;) {
		changed = false;
		for (node_id n = 0; n < h->node_count; n++) {
			bool held = gone[n];
			for (uint32_t e = 0; e < h->edge_count && !held; e++)
				held = h->edges[e].target == n && h->edges[e].kind <= HS_ADDED &&
				       !gone[h->edges[e].source];
			if (!held)
				changed = any = gone[n] = true;
		}
	}
	free(alive);
	return any;
}

/* Never is what is left when collections find nothing more. */
START_TEST(test_never_is_what_no_collection_finds)
{
	uint32_t never = 0, later = 0;

	for (uint64_t seed = 0; seed < HEAPS(6000); seed++) {
		struct random_heap h;
		struct analysis a;

		random_heap_init(&h, seed, 12, 1);
		analyse(&a, h.builder);
		bool *gone = calloc(h.node_count, sizeof(*gone));
		ck_assert_ptr_nonnull(gone);
		for (node_id n = 0; n < h.node_count; n++)
			gone[n] = !bitset_has(&a.unreachable.objects, n);
		while (collect_once(&h, gone)) {
		}
		for (uint32_t i = 0; i < a.groups.count; i++) {
			const struct cycle_group *group = &a.groups.groups[i];
			ck_assert_int_eq(group->collect != COLLECT_NEVER, gone[group->example[0]]);
			never += group->collect == COLLECT_NEVER;
			later += group->collect == COLLECT_YES &&
				 !bitset_has(&a.unreachable.tracked, group->example[0]);
		}
		free(gone);
		release(&a);
		random_heap_release(&h);
	}
	ck_assert_uint_gt(never, HEAPS(300));
	/* Rare: too few heaps may have none. */
	ck_assert(later > 0 || HEAPS(6000) < 6000);
}
END_TEST

/* A finalizer that hangs off a cycle is freed by its count before a collection names it,
 * and so is what it holds; a cycle that it holds is named. */
START_TEST(test_freed_before_it_is_named)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t list = heap_type(b, "list", HS_TYPE_GC);
	uint32_t stubborn =
		heap_type(b, "app.Stubborn", HS_TYPE_HEAP | HS_TYPE_GC | HS_TYPE_TP_DEL);
	uint64_t cycle = heap_object(b, list, 10), final = heap_object(b, stubborn, 20);
	uint64_t held = heap_object(b, list, 30), other = heap_object(b, list, 40);
	struct analysis a;

	heap_object_flags(b, final, HS_TRACKED | HS_FINALIZER);
	heap_edge(b, cycle, cycle, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_edge(b, cycle, final, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_edge(b, final, held, HS_TRAVERSED, HS_LABEL_ATTR, "held");
	heap_edge(b, held, other, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_edge(b, other, other, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	analyse(&a, b);
	ck_assert_uint_eq(a.unreachable.object_count, 4);
	ck_assert_uint_eq(a.unreachable.found_count, 2);
	ck_assert(bitset_has(&a.unreachable.found, graph_find(a.g, cycle)));
	ck_assert(bitset_has(&a.unreachable.found, graph_find(a.g, other)));
	for (uint32_t i = 0; i < a.groups.count; i++)
		ck_assert_int_eq(a.groups.groups[i].collect, COLLECT_YES);
	release(&a);
	heap_builder_free(b);
}
END_TEST

START_TEST(test_no_garbage)
{
	struct heap_builder *b = heap_builder_new();
	struct analysis a;

	heap_root(b, HS_ROOT_MODULE, heap_object(b, heap_type(b, "module", 0), 72), "app");
	analyse(&a, b);
	ck_assert_uint_eq(a.groups.count, 0);
	release(&a);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cycle_groups");
	TCase *tests = tcase_create("cycle_groups");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_groups_by_shape);
	tcase_add_test(tests, test_types_of_one_name_are_one);
	tcase_add_test(tests, test_uncollectable);
	tcase_add_test(tests, test_never_is_what_no_collection_finds);
	tcase_add_test(tests, test_freed_before_it_is_named);
	tcase_add_test(tests, test_no_garbage);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
