/* Labels read again from the file are the ones that were written. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/graph/labels.h"
#include "tests/analyzer/random_heap.h"

/* Objects of a few shapes, each edge to a target of its own; the truth is kept. */
struct truth {
	node_id source, target;
	enum hs_label_kind kind;
	uint64_t index;
	char text[32];
	node_id key;
	enum hs_reference_kind reference;
};

struct labelled_heap {
	struct heap_builder *b;
	struct random random;
	uint64_t ids[4000];
	uint32_t count, leaf_type;
	struct truth truths[4000];
	uint32_t truth_count;
};

static node_id add_object(struct labelled_heap *h, uint32_t type)
{
	h->ids[h->count] = heap_object(h->b, type, 40);
	return h->count++;
}

static struct truth *expect(struct labelled_heap *h, node_id source, enum hs_label_kind kind,
			    enum hs_reference_kind reference)
{
	struct truth *truth = &h->truths[h->truth_count++];

	*truth = (struct truth){.source = source,
				.target = add_object(h, h->leaf_type),
				.kind = kind,
				.key = NODE_NONE,
				.reference = reference};
	return truth;
}

static void add_attributes(struct labelled_heap *h, node_id source, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		static const enum hs_label_kind kinds[] = {HS_LABEL_ATTR, HS_LABEL_LOCAL,
							   HS_LABEL_FIELD};
		enum hs_label_kind kind = kinds[random_below(&h->random, 3)];
		struct truth *truth = expect(h, source, kind, HS_ADDED);
		snprintf(truth->text, sizeof(truth->text), "name%u", random_below(&h->random, 20));
		heap_edge(h->b, h->ids[source], h->ids[truth->target], HS_ADDED, kind, truth->text);
	}
}

static void add_indexes(struct labelled_heap *h, node_id source, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (random_chance(&h->random, 20)) {
			/* An empty slot, or one that leads out of the file. */
			uint64_t nowhere = random_chance(&h->random, 50) ? 0 : 0x123450;
			heap_edge(h->b, h->ids[source], nowhere, HS_TRAVERSED, HS_LABEL_INDEX,
				  NULL);
			continue;
		}
		struct truth *truth = expect(h, source, HS_LABEL_INDEX, HS_TRAVERSED);
		truth->index = i;
		heap_edge(h->b, h->ids[source], h->ids[truth->target], HS_TRAVERSED, HS_LABEL_INDEX,
			  NULL);
	}
}

/* Keys in the file, keys that are only named, keys without a text. */
static void add_items(struct labelled_heap *h, node_id source, uint32_t count, bool keys_in_file)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t key = UINT64_C(0x660000000) + random_below(&h->random, 100) * 16;
		struct truth *key_truth = NULL;
		if (keys_in_file) {
			key_truth = expect(h, source, HS_LABEL_KEY, HS_TRAVERSED);
			key = h->ids[key_truth->target];
		}
		struct truth *truth = expect(h, source, HS_LABEL_VALUE, HS_TRAVERSED);
		truth->key = key_truth ? key_truth->target : NODE_NONE;
		if (key_truth ? random_chance(&h->random, 70) : key % 32 == 0) {
			snprintf(truth->text, sizeof(truth->text), "key%llx",
				 (unsigned long long)key);
			heap_text(h->b, key, HS_TEXT_KEY, truth->text);
		}
		heap_item(h->b, h->ids[source], key, h->ids[truth->target],
			  keys_in_file ? HS_TRAVERSED : HS_NAMING);
	}
}

static void add_offset(struct labelled_heap *h, node_id source)
{
	struct truth *truth = expect(h, source, HS_LABEL_OFFSET, HS_UNCOUNTED);

	truth->index = 8 * random_below(&h->random, 100);
	heap_edge_at_offset(h->b, h->ids[source], h->ids[truth->target], HS_UNCOUNTED,
			    (uint32_t)truth->index);
}

static void check_labels(const struct labelled_heap *h, const struct graph *g)
{
	struct edge_label *edges = calloc(h->truth_count, sizeof(*edges));
	struct labels *labels = labels_new(g);
	struct hs_error err;
	uint32_t count = h->truth_count;

	ck_assert_ptr_nonnull(edges);
	for (uint32_t i = 0; i < count; i++) {
		/* Backwards, so that what is asked for is not in the order of the file. */
		edges[i].source = h->truths[count - 1 - i].source;
		edges[i].target = h->truths[count - 1 - i].target;
	}
	ck_assert_int_eq(labels_read(labels, edges, count, &err), HS_OK);
	for (uint32_t i = 0; i < count; i++) {
		const struct truth *truth = &h->truths[count - 1 - i];
		ck_assert_int_eq(edges[i].kind, truth->kind);
		ck_assert_int_eq(edges[i].reference, truth->reference);
		if (truth->kind == HS_LABEL_INDEX || truth->kind == HS_LABEL_OFFSET)
			ck_assert_uint_eq(edges[i].index, truth->index);
		ck_assert_uint_eq(edges[i].key, truth->key);
		if (truth->text[0])
			ck_assert_str_eq(edges[i].text, truth->text);
		else
			ck_assert_ptr_null(edges[i].text);
	}
	labels_free(labels);
	free(edges);
}

START_TEST(test_labels_of_random_heaps)
{
	for (uint64_t seed = 0; seed < HEAPS(300); seed++) {
		struct labelled_heap *h = calloc(1, sizeof(*h));
		struct hs_reader *reader;

		ck_assert_ptr_nonnull(h);
		h->random.state = seed;
		h->b = heap_builder_new();
		h->leaf_type = heap_type(h->b, "app.Leaf", 0);
		heap_builder_row_limit(h->b, 1 + random_below(&h->random, 6));
		for (int i = 0; i < 20; i++) {
			node_id source = add_object(h, h->leaf_type);
			uint32_t count = random_below(&h->random, 12);
			switch (random_below(&h->random, 5)) {
			case 0:
				add_indexes(h, source, count);
				break;
			case 1:
				add_items(h, source, count, true);
				break;
			case 2:
				add_items(h, source, count, false);
				break;
			case 3:
				add_offset(h, source);
				add_attributes(h, source, count);
				break;
			default:
				add_attributes(h, source, count);
				add_indexes(h, source, count);
			}
		}
		struct graph *g = load_built(h->b, &reader);
		check_labels(h, g);
		graph_free(g);
		hs_reader_free(reader);
		heap_builder_free(h->b);
		free(h);
	}
}
END_TEST

/* Two ways to one object: the name counts. The type's reference is no slot. */
START_TEST(test_most_readable_slot)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "app.Leaf", 0);
	uint64_t source = heap_object(b, type, 16), target = heap_object(b, type, 16);
	struct edge_label edges[] = {{.source = 0, .target = 1},
				     {.source = 0, .target = 2},
				     {.source = 0, .target = 1},
				     {.source = 1, .target = 0}};
	struct hs_reader *reader;
	struct hs_error err;

	heap_type_object(b, type, type, 400);
	heap_object_type_reference(b, source, HS_TYPE_REFERENCE_IMPLIED);
	heap_edge_at_offset(b, source, target, HS_TRAVERSED, 16);
	heap_edge(b, source, target, HS_TRAVERSED, HS_LABEL_ATTR, "first");
	heap_edge(b, source, target, HS_TRAVERSED, HS_LABEL_ATTR, "second");
	struct graph *g = load_built(b, &reader);
	struct labels *labels = labels_new(g);
	ck_assert_int_eq(labels_read(labels, edges, 4, &err), HS_OK);
	ck_assert_str_eq(edges[0].text, "first");
	ck_assert_str_eq(edges[2].text, "first");
	ck_assert_int_eq(edges[1].kind, HS_LABEL_ATTR);
	ck_assert_str_eq(edges[1].text, "__class__");
	ck_assert_int_eq(edges[1].reference, HS_IMPLIED);
	ck_assert_int_eq(edges[3].kind, HS_LABEL_NONE); /* no such edge */
	labels_free(labels);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

START_TEST(test_node_texts)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "function", 0);
	uint64_t named = heap_object(b, type, 16), plain = heap_object(b, type, 16);
	struct hs_reader *reader;

	heap_text(b, named, HS_TEXT_NAME, "handle");
	heap_text(b, named, HS_TEXT_SOURCE, "app.py:12");
	heap_text(b, plain, HS_TEXT_KEY, "key");
	struct graph *g = load_built(b, &reader);
	struct labels *labels = labels_new(g);
	ck_assert_str_eq(labels_node_text(labels, 0, HS_TEXT_NAME), "handle");
	ck_assert_str_eq(labels_node_text(labels, 0, HS_TEXT_SOURCE), "app.py:12");
	ck_assert_ptr_null(labels_node_text(labels, 1, HS_TEXT_NAME));
	labels_free(labels);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("labels");
	TCase *tests = tcase_create("labels");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_labels_of_random_heaps);
	tcase_add_test(tests, test_most_readable_slot);
	tcase_add_test(tests, test_node_texts);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
