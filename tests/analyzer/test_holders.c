/* Holder paths, held against paths written out for every object one by one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/holders.h"
#include "tests/analyzer/random_heap.h"

#define MOST 60
#define SLOTS_MOST 400
#define STEPS_MOST 64
#define ROWS_MOST 4000

enum shape { MODULE, NODE, ROW, DICT, LIST, SET, SHAPES };

struct model_slot {
	node_id source, target;
	enum hs_label_kind label;
	const char *text; /* ATTR; VALUE: of the key, NULL if it has none */
};

struct model {
	struct heap_builder *b;
	uint32_t node_count, slot_count;
	uint64_t ids[MOST];
	enum shape shapes[MOST];
	struct model_slot slots[SLOTS_MOST];
};

static const char *const type_names[SHAPES] = {"module", "app.Node", "app.Row",
					       "dict",   "list",     "set"};
static const char *const attributes[] = {"left", "right", "next", "cache", "_x"};
static const char *const keys[] = {"CACHE", "left", "not a name", NULL};

/* A row of the naive tree: its path written out with types, and sums of two snapshots. */
struct row {
	char key[STEPS_MOST * 24];
	struct holder_sum own[2], total[2];
};

struct table {
	struct row rows[ROWS_MOST];
	uint32_t count;
};

static void add_slot(struct model *m, node_id source, node_id target, enum hs_label_kind label,
		     const char *text)
{
	m->slots[m->slot_count++] = (struct model_slot){source, target, label, text};
	if (label != HS_LABEL_VALUE)
		heap_edge(m->b, m->ids[source], m->ids[target], HS_TRAVERSED, label, text);
}

static void add_item(struct model *m, struct random *random, node_id dict, node_id value)
{
	uint32_t key = random_below(random, 4);
	uint64_t key_id = 0x9990000 + key * 16;

	add_slot(m, dict, value, HS_LABEL_VALUE, keys[key]);
	heap_item(m->b, m->ids[dict], key_id, m->ids[value], HS_NAMING);
}

static void add_slots(struct model *m, struct random *random, node_id n)
{
	uint32_t count = random_below(random, 4);

	for (uint32_t i = 0; i < count; i++) {
		node_id target = random_below(random, m->node_count);
		switch (m->shapes[n]) {
		case DICT:
			add_item(m, random, n, target);
			break;
		case LIST:
			add_slot(m, n, target, HS_LABEL_INDEX, NULL);
			break;
		case SET:
			add_slot(m, n, target, HS_LABEL_MEMBER, NULL);
			break;
		default:
			add_slot(m, n, target, HS_LABEL_ATTR,
				 i == 0 && m->shapes[target] == DICT && random_chance(random, 90)
					 ? "__dict__"
					 : attributes[random_below(random, 5)]);
		}
	}
}

static void build(struct model *m, uint64_t seed)
{
	struct random random = {seed};
	uint32_t types[SHAPES];

	memset(m, 0, sizeof(*m));
	m->b = heap_builder_new();
	heap_builder_row_limit(m->b, 1 + random_below(&random, 6));
	for (uint32_t i = 0; i < SHAPES; i++)
		types[i] = heap_type(m->b, type_names[i], HS_TYPE_GC);
	for (uint32_t i = 0; i < 3; i++)
		heap_text(m->b, 0x9990000 + i * 16, HS_TEXT_KEY, keys[i]);
	m->node_count = 2 + random_below(&random, MOST - 2);
	for (node_id n = 0; n < m->node_count; n++) {
		m->shapes[n] = n < 2 ? MODULE : (enum shape)random_below(&random, SHAPES);
		m->ids[n] = heap_object(m->b, types[m->shapes[n]], random_below(&random, 100));
	}
	for (node_id n = 0; n < m->node_count; n++)
		add_slots(m, &random, n);
	heap_root(m->b, HS_ROOT_MODULE, m->ids[0], "app");
	heap_root(m->b, HS_ROOT_MODULE, m->ids[1], "lib");
}

static unsigned readability(const struct model_slot *slot)
{
	return slot->label == HS_LABEL_ATTR ? 0 : slot->label == HS_LABEL_VALUE ? 1 : 2;
}

static const struct model_slot *best_slot(const struct model *m, node_id source, node_id target)
{
	const struct model_slot *best = NULL;

	for (uint32_t i = 0; i < m->slot_count; i++) {
		const struct model_slot *slot = &m->slots[i];
		if (slot->source == source && slot->target == target &&
		    (!best || readability(slot) < readability(best)))
			best = slot;
	}
	return best;
}

static bool reached_as_namespace(const struct model *m, const struct reachability *reach, node_id n)
{
	if (reach->parents[n] == NODE_NONE)
		return false;
	const struct model_slot *slot = best_slot(m, reach->parents[n], n);
	return slot->label == HS_LABEL_ATTR && strcmp(slot->text, "__dict__") == 0;
}

static void step_of(const struct model *m, const struct reachability *reach, node_id n, char *out,
		    size_t size)
{
	const struct model_slot *slot = best_slot(m, reach->parents[n], n);

	if (slot->label == HS_LABEL_ATTR)
		snprintf(out, size, ".%s", slot->text);
	else if (slot->label == HS_LABEL_VALUE && slot->text && !strchr(slot->text, ' ') &&
		 reached_as_namespace(m, reach, slot->source))
		snprintf(out, size, ".%s", slot->text);
	else
		snprintf(out, size, slot->label == HS_LABEL_MEMBER ? "{*}" : "[*]");
}

struct steps {
	char steps[STEPS_MOST][24];
	uint32_t count;
};

static void push_step(struct steps *path, const char *step, const char *type)
{
	snprintf(path->steps[path->count], sizeof(path->steps[0]), "%s:%s;", step, type);
	for (uint32_t i = 1; i < path->count; i++) {
		if (strcmp(path->steps[i], path->steps[path->count]) == 0) {
			path->count = i + 1;
			return;
		}
	}
	path->count++;
}

/* The steps of n's row; with `for_children` what its children hang on. */
static void write_path(const struct model *m, const struct reachability *reach, node_id n,
		       bool for_children, struct steps *path)
{
	char step[24];

	if (reach->parents[n] == NODE_NONE) {
		const char *name = n == 0 ? "app" : n == 1 ? "lib" : "(external)";
		path->count = 0;
		push_step(path, name, type_names[m->shapes[n]]);
		return;
	}
	write_path(m, reach, reach->parents[n], true, path);
	if (for_children && reached_as_namespace(m, reach, n))
		return;
	step_of(m, reach, n, step, sizeof(step));
	push_step(path, step, type_names[m->shapes[n]]);
}

static struct row *row_for(struct table *table, const struct steps *path, uint32_t length)
{
	struct row *row = &table->rows[table->count];

	ck_assert_uint_lt(table->count, ROWS_MOST);
	row->key[0] = '\0';
	for (uint32_t i = 0; i < length; i++)
		strcat(row->key, path->steps[i]);
	for (uint32_t i = 0; i < table->count; i++)
		if (strcmp(table->rows[i].key, row->key) == 0)
			return &table->rows[i];
	table->count++;
	return row;
}

static void count_naively(struct table *table, const struct model *m,
			  const struct reachability *reach, const struct graph *g, int snapshot)
{
	for (node_id n = 0; n < m->node_count; n++) {
		struct steps path;
		write_path(m, reach, n, false, &path);
		for (uint32_t length = 1; length <= path.count; length++) {
			struct row *row = row_for(table, &path, length);
			row->total[snapshot].count++;
			row->total[snapshot].bytes += graph_bytes(g, n);
			row->own[snapshot].count += length == path.count;
			row->own[snapshot].bytes += length == path.count ? graph_bytes(g, n) : 0;
		}
	}
}

static void key_of(const struct holders *h, uint32_t path, char *out)
{
	struct holder holder = holders_get(h, path);

	out[0] = '\0';
	if (holder.parent != UINT32_MAX)
		key_of(h, holder.parent, out);
	sprintf(out + strlen(out), "%s:%s;", holder.step, holder.type);
}

static void check_sum(struct holder_sum actual, struct holder_sum expected)
{
	ck_assert_uint_eq(actual.count, expected.count);
	ck_assert_uint_eq(actual.bytes, expected.bytes);
}

static void check_tables(const struct holders *h, const struct table *table)
{
	ck_assert_uint_eq(holders_count(h), table->count);
	for (uint32_t path = 0; path < holders_count(h); path++) {
		char key[STEPS_MOST * 24];
		uint32_t i = 0;
		key_of(h, path, key);
		while (i < table->count && strcmp(table->rows[i].key, key) != 0)
			i++;
		ck_assert_msg(i < table->count, "no path %s", key);
		for (uint32_t s = 0; s < 2; s++) {
			check_sum(holders_own(h, path, s), table->rows[i].own[s]);
			check_sum(holders_total(h, path, s), table->rows[i].total[s]);
		}
	}
}

static void add_snapshot(struct holders *h, uint32_t snapshot, const struct model *m,
			 struct table *table)
{
	struct hs_reader *reader;
	struct graph *g = load_built(m->b, &reader);
	struct roots roots;
	struct reachability reach;
	struct edge_classes classes;
	struct hs_error err;

	roots_init(&roots, g);
	reachability_init(&reach, g, &roots, NULL);
	ck_assert_int_eq(edge_classes_init(&classes, g, reach.parents, &err), HS_OK);
	holders_add(h, snapshot, g, &roots, &reach, &classes);
	if (table)
		count_naively(table, m, &reach, g, (int)snapshot);
	edge_classes_release(&classes);
	reachability_release(&reach);
	roots_release(&roots);
	graph_free(g);
	hs_reader_free(reader);
}

START_TEST(test_random_heaps)
{
	struct table *table = malloc(sizeof(*table));
	struct model m;
	uint64_t folded = 0;

	ck_assert_ptr_nonnull(table);
	for (uint64_t seed = 0; seed < HEAPS(1500); seed++) {
		struct holders *h = holders_new(2);
		memset(table, 0, sizeof(*table));
		for (uint32_t s = 0; s < 2; s++) {
			build(&m, seed * 2 + s);
			add_snapshot(h, s, &m, table);
			heap_builder_free(m.b);
		}
		holders_sum_up(h);
		check_tables(h, table);
		for (uint32_t path = 0; path < holders_count(h); path++)
			folded += holders_get(h, path).folded;
		holders_free(h);
	}
	ck_assert_uint_gt(folded, HEAPS(200));
	free(table);
}
END_TEST

/* app.head(.next)* for a list, app.tree(.left)*(.right)* for a tree, however deep. */
START_TEST(test_paths_fold)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t module = heap_type(b, "module", HS_TYPE_GC), node = heap_type(b, "app.Node", 0);
	uint64_t app = heap_object(b, module, 72), last = heap_object(b, node, 48), tree[2048];
	struct holders *h = holders_new(1);
	struct model m = {.b = b};
	const char *const expected[] = {"app",
					"app.head",
					"app.tree",
					"app.head(.next)*",
					"app.tree(.left)*",
					"app.tree(.right)*"};

	heap_root(b, HS_ROOT_MODULE, app, "app");
	heap_edge(b, app, last, HS_TRAVERSED, HS_LABEL_ATTR, "head");
	for (int i = 0; i < 5000; i++) {
		uint64_t next = heap_object(b, node, 48);
		heap_edge(b, last, next, HS_TRAVERSED, HS_LABEL_ATTR, "next");
		last = next;
	}
	for (int i = 0; i < 2048; i++)
		tree[i] = heap_object(b, node, 48);
	heap_edge(b, app, tree[1], HS_TRAVERSED, HS_LABEL_ATTR, "tree");
	for (int i = 1; i < 1024; i++) {
		heap_edge(b, tree[i], tree[2 * i], HS_TRAVERSED, HS_LABEL_ATTR, "left");
		heap_edge(b, tree[i], tree[2 * i + 1], HS_TRAVERSED, HS_LABEL_ATTR, "right");
	}
	heap_root(b, HS_ROOT_MODULE, tree[0], "spare");
	add_snapshot(h, 0, &m, NULL);
	holders_sum_up(h);
	ck_assert_uint_le(holders_count(h), 10);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		bool found = false;
		for (uint32_t path = 0; path < holders_count(h); path++) {
			char *text = holders_path_text(h, path);
			found |= strcmp(text, expected[i]) == 0;
			if (strcmp(text, "app") == 0)
				ck_assert_uint_eq(holders_total(h, path, 0).count, 1 + 5001 + 2047);
			if (strcmp(text, "app.head(.next)*") == 0)
				ck_assert_uint_eq(holders_own(h, path, 0).count, 5000);
			free(text);
		}
		ck_assert_msg(found, "no path %s", expected[i]);
	}
	holders_free(h);
	heap_builder_free(b);
}
END_TEST

/* What is read of two snapshots: only what changed, most bytes first. */
START_TEST(test_compare)
{
	struct holders *h = holders_new(2);
	struct holder_growth *rows;

	for (uint32_t s = 0; s < 2; s++) {
		struct model m = {.b = heap_builder_new()};
		uint32_t module = heap_type(m.b, "module", HS_TYPE_GC);
		uint32_t list = heap_type(m.b, "list", HS_TYPE_GC);
		uint32_t row = heap_type(m.b, "app.Row", HS_TYPE_GC);
		uint64_t app = heap_object(m.b, module, 72), rows_list = heap_object(m.b, list, 56);
		uint64_t names = heap_object(m.b, heap_type(m.b, "dict", HS_TYPE_GC), 232);
		heap_root(m.b, HS_ROOT_MODULE, app, "app");
		heap_text(m.b, 0x9990000, HS_TEXT_KEY, "ROWS");
		heap_edge(m.b, app, names, HS_TRAVERSED, HS_LABEL_ATTR, "__dict__");
		heap_item(m.b, names, 0x9990000, rows_list, HS_NAMING);
		for (uint32_t i = 0; i < 10 + s * 5; i++)
			heap_edge(m.b, rows_list, heap_object(m.b, row, 48), HS_TRAVERSED,
				  HS_LABEL_INDEX, NULL);
		add_snapshot(h, s, &m, NULL);
		heap_builder_free(m.b);
	}
	holders_sum_up(h);
	ck_assert_uint_eq(holders_compare(h, 0, 1, false, &rows), 1);
	char *text = holders_path_text(h, rows[0].path);
	ck_assert_str_eq(text, "app.ROWS[*]");
	free(text);
	ck_assert_int_eq(rows[0].count_delta, 5);
	ck_assert_int_eq(rows[0].bytes_delta, 240);
	free(rows);
	ck_assert_uint_eq(holders_compare(h, 1, 0, true, &rows), 4);
	ck_assert_int_eq(rows[3].total_bytes_delta, -240);
	ck_assert_int_eq(rows[0].total_bytes_delta, 0);
	free(rows);
	holders_free(h);
}
END_TEST

/* A path for every attribute of a namespace: many, and still linear. */
START_TEST(test_many_paths)
{
	enum { COUNT = 200000 };
	struct heap_builder *b = heap_builder_new();
	uint32_t module = heap_type(b, "module", HS_TYPE_GC),
		 list = heap_type(b, "list", HS_TYPE_GC);
	uint64_t app = heap_object(b, module, 72);
	uint64_t names = heap_object(b, heap_type(b, "dict", HS_TYPE_GC), 232);
	struct holders *h = holders_new(1);
	struct model m = {.b = b};

	heap_root(b, HS_ROOT_MODULE, app, "app");
	heap_edge(b, app, names, HS_TRAVERSED, HS_LABEL_ATTR, "__dict__");
	for (uint32_t i = 0; i < COUNT; i++) {
		char name[32];
		snprintf(name, sizeof(name), "name%u", i);
		heap_text(b, 0x9990000 + i * 16, HS_TEXT_KEY, name);
		heap_item(b, names, 0x9990000 + i * 16, heap_object(b, list, 56), HS_NAMING);
	}
	add_snapshot(h, 0, &m, NULL);
	holders_sum_up(h);
	ck_assert_uint_eq(holders_count(h), COUNT + 2);
	holders_free(h);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("holders");
	TCase *tests = tcase_create("holders");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_paths_fold);
	tcase_add_test(tests, test_compare);
	tcase_add_test(tests, test_many_paths);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
