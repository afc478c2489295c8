/* Loading: the graph has the nodes and edges that were written, in their order; a damaged
 * file is an error, or with allow_partial a part of the graph. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/analyzer/random_heap.h"

static void check_against_model(const struct random_heap *h)
{
	const struct graph *g = h->g;
	uint32_t at = 0;

	ck_assert_uint_eq(g->node_count, h->node_count);
	ck_assert_uint_eq(g->edge_count, h->edge_count);
	ck_assert_uint_eq(g->dangling_edges, h->dangling);
	for (node_id n = 0; n < g->node_count; n++) {
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		ck_assert_uint_eq(g->ids[n], h->ids[n]);
		ck_assert_uint_eq(graph_find(g, h->ids[n]), n);
		ck_assert_uint_eq(graph_find(g, h->ids[n] + 4), NODE_NONE);
		for (uint32_t i = 0; i < count; i++, at++) {
			ck_assert_uint_lt(at, h->edge_count);
			ck_assert_uint_eq(h->edges[at].source, n);
			ck_assert_uint_eq(edge_target(edges[i]), h->edges[at].target);
			ck_assert_uint_eq(edge_kind(edges[i]), h->edges[at].kind);
		}
	}
	ck_assert_uint_eq(graph_find(g, 0), NODE_NONE);
	ck_assert_uint_eq(graph_find(g, UINT64_MAX), NODE_NONE);
}

static void check_reverse(const struct graph *g)
{
	struct reverse_edges reverse;
	uint32_t total = 0;

	reverse_edges_init(&reverse, g);
	for (node_id n = 0; n < g->node_count; n++) {
		for (uint32_t i = reverse.offsets[n]; i < reverse.offsets[n + 1]; i++, total++) {
			node_id referrer = edge_target(reverse.referrers[i]);
			uint32_t wanted = (reverse.referrers[i] & ~EDGE_TARGET_MASK) | n;
			uint32_t count, forward = 0, backward = 0;
			const uint32_t *edges = graph_edges(g, referrer, &count);
			for (uint32_t e = 0; e < count; e++)
				forward += edges[e] == wanted;
			for (uint32_t e = reverse.offsets[n]; e < reverse.offsets[n + 1]; e++)
				backward += reverse.referrers[e] == reverse.referrers[i];
			ck_assert_uint_eq(forward, backward);
		}
	}
	ck_assert_uint_eq(total, g->edge_count);
	reverse_edges_release(&reverse);
}

START_TEST(test_random_heaps)
{
	for (uint64_t seed = 0; seed < HEAPS(1000); seed++) {
		struct random_heap h;
		random_heap_init(&h, seed, 40, 3);
		/* The order of a row's edges and the type reference is fixed only for objects of
		 * one row: compare where rows are not split, sums where they are. */
		if (seed % 2 == 0) {
			heap_builder_row_limit(h.builder, 4096);
			graph_free(h.g);
			hs_reader_free(h.reader);
			h.g = load_built(h.builder, &h.reader);
			check_against_model(&h);
		}
		ck_assert_uint_eq(h.g->edge_count, h.edge_count);
		ck_assert_uint_eq(h.g->dangling_edges, h.dangling);
		check_reverse(h.g);
		random_heap_release(&h);
	}
}
END_TEST

START_TEST(test_split_rows_give_the_same_edges)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t list = heap_type(b, "list", HS_TYPE_GC);
	uint64_t owner = heap_object(b, list, 56);
	uint64_t items[1000];
	struct hs_reader *reader;

	for (int i = 0; i < 1000; i++)
		items[i] = heap_object(b, list, 56);
	for (int i = 0; i < 1000; i++)
		heap_edge(b, owner, items[999 - i], HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	for (uint32_t limit = 1; limit < 2000; limit = limit * 3 + 1) {
		uint32_t count;
		heap_builder_row_limit(b, limit);
		struct graph *g = load_built(b, &reader);
		const uint32_t *edges = graph_edges(g, 0, &count);
		ck_assert_uint_eq(g->node_count, 1001);
		ck_assert_uint_eq(count, 1000);
		for (uint32_t i = 0; i < 1000; i++)
			ck_assert_uint_eq(edge_target(edges[i]), 1000 - i);
		graph_free(g);
		hs_reader_free(reader);
	}
	heap_builder_free(b);
}
END_TEST

START_TEST(test_sizes_and_counts_beyond_32_bits)
{
	static const uint64_t sizes[] = {0, 1, UINT32_MAX - 1, UINT32_MAX, UINT64_C(1) << 33, 77};
	struct heap_builder *b = heap_builder_new();
	uint32_t type = heap_type(b, "bytes", 0);
	struct hs_reader *reader;

	for (int i = 0; i < 6; i++) {
		uint64_t id = heap_object(b, type, sizes[i]);
		heap_object_extra(b, id, i == 5 ? UINT64_C(1) << 40 : 0);
		heap_object_refcount(b, id, sizes[i]);
	}
	struct graph *g = load_built(b, &reader);
	for (node_id n = 0; n < 6; n++) {
		ck_assert_uint_eq(graph_bytes(g, n), n == 5 ? (UINT64_C(1) << 40) + 77 : sizes[n]);
		ck_assert_uint_eq(g->refcounts[n], sizes[n] < UINT32_MAX ? sizes[n] : UINT32_MAX);
	}
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

START_TEST(test_empty_heap)
{
	struct heap_builder *b = heap_builder_new();
	struct hs_reader *reader;
	struct graph *g = load_built(b, &reader);
	struct reverse_edges reverse;

	ck_assert_uint_eq(g->node_count, 0);
	ck_assert_uint_eq(g->edge_count, 0);
	ck_assert_uint_eq(graph_find(g, 64), NODE_NONE);
	reverse_edges_init(&reverse, g);
	reverse_edges_release(&reverse);
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

static void mark_namespace(struct heap_builder *b)
{
	uint32_t module = heap_type(b, "module", HS_TYPE_GC),
		 dict = heap_type(b, "dict", HS_TYPE_GC);
	uint64_t owner = heap_object(b, module, 72), names = heap_object(b, dict, 232);
	uint64_t other = heap_object(b, dict, 232);

	heap_edge(b, owner, other, HS_TRAVERSED, HS_LABEL_ATTR, "__doc__");
	heap_edge(b, owner, names, HS_TRAVERSED, HS_LABEL_ATTR, "__dict__");
}

START_TEST(test_namespaces)
{
	struct heap_builder *b = heap_builder_new();
	struct hs_reader *reader;

	mark_namespace(b);
	struct graph *g = load_built(b, &reader);
	ck_assert(!bitset_has(&g->namespaces, 0));
	ck_assert(bitset_has(&g->namespaces, 1));
	ck_assert(!bitset_has(&g->namespaces, 2));
	graph_free(g);
	hs_reader_free(reader);
	heap_builder_free(b);
}
END_TEST

static uint8_t *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	ck_assert(file && fstat(fileno(file), &status) == 0);
	*length = (size_t)status.st_size;
	uint8_t *bytes = malloc(*length);
	ck_assert(bytes && fread(bytes, 1, *length, file) == *length);
	fclose(file);
	return bytes;
}

static void write_file(const char *path, const uint8_t *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");

	ck_assert(file && fwrite(bytes, 1, length, file) == length);
	fclose(file);
}

/* Loads what can be loaded of a damaged file; whatever that is must be sound. */
static void try_to_load(const char *path, bool allow_partial, uint32_t most_nodes)
{
	struct hs_error err;
	struct hs_reader *reader;
	struct graph *g = NULL;

	if (hs_reader_open(&reader, path, &err) != HS_OK)
		return;
	enum hs_status status = graph_load(&g, reader, allow_partial, &err);
	if (status == HS_OK) {
		ck_assert_uint_le(g->node_count, most_nodes);
		ck_assert_uint_eq(g->edge_offsets[g->node_count], g->edge_count);
		for (uint32_t e = 0; e < g->edge_count; e++)
			ck_assert_uint_lt(edge_target(g->edges[e]), g->node_count);
		graph_free(g);
	} else {
		ck_assert_ptr_null(g);
		ck_assert_str_ne(err.message, "");
	}
	hs_reader_free(reader);
}

START_TEST(test_damaged_files)
{
	struct random_heap h;
	size_t length;

	random_heap_init(&h, 7, 60, 3);
	char *path = heap_builder_write_temporary(h.builder);
	uint8_t *bytes = read_file(path, &length);
	for (size_t i = 0; i < length; i++) {
		bytes[i] ^= (uint8_t)(1u << i % 8);
		write_file(path, bytes, length);
		try_to_load(path, i % 2, h.node_count);
		bytes[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t cut = 0; cut < length; cut++) {
		write_file(path, bytes, cut);
		try_to_load(path, cut % 2, h.node_count);
	}
	unlink(path);
	free(path);
	free(bytes);
	random_heap_release(&h);
}
END_TEST

/* A heap of several frames, one of them destroyed: strict loading fails, partial loading
 * has the others. */
START_TEST(test_lost_frame)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t list = heap_type(b, "list", HS_TYPE_GC);
	struct random random = {5};
	struct hs_error err;
	struct hs_reader *reader;
	struct graph *g = NULL;
	uint64_t last = 0;
	uint32_t objects = 0, frames = 0;
	size_t length;

	/* Sizes and counts that cannot be foretold fill frames quickly. */
	for (uint32_t i = 0; i < 150000; i++) {
		uint64_t id = heap_object(b, list, random_below(&random, 1u << 30));
		heap_object_refcount(b, id, 1 + random_below(&random, 1u << 30));
		heap_object_extra(b, id, random_below(&random, 1u << 30));
		if (last)
			heap_edge(b, id, last, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
		last = id;
	}
	char *path = heap_builder_write_temporary(b);
	uint8_t *bytes = read_file(path, &length);
	ck_assert_int_eq(hs_reader_open(&reader, path, &err), HS_OK);
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		const struct hs_frame_info *info = hs_reader_frame_info(reader, i);
		if (info->kind != HS_FRAME_OBJECTS || ++frames != 2)
			continue;
		objects = (uint32_t)info->objects;
		bytes[info->offset + info->file_bytes / 2] ^= 0x55;
	}
	ck_assert_uint_ge(frames, 3);
	hs_reader_free(reader);
	write_file(path, bytes, length);

	ck_assert_int_eq(hs_reader_open(&reader, path, &err), HS_OK);
	ck_assert_int_eq(graph_load(&g, reader, false, &err), HS_EFORMAT);
	ck_assert_ptr_null(g);
	ck_assert_int_eq(graph_load(&g, reader, true, &err), HS_OK);
	ck_assert_uint_eq(g->node_count, 150000 - objects);
	ck_assert_uint_eq(g->dangling_edges, 1);
	ck_assert_uint_eq(g->edge_count, g->node_count - 2);
	graph_free(g);
	hs_reader_free(reader);
	unlink(path);
	free(path);
	free(bytes);
	heap_builder_free(b);
}
END_TEST

/* One object over many frames, one of which is destroyed: the slots before it count, those
 * behind it belong to nobody. */
START_TEST(test_lost_rows)
{
	struct heap_builder *b = heap_builder_new();
	uint32_t list = heap_type(b, "list", HS_TYPE_GC);
	uint64_t owner = heap_object(b, list, 56), before = 0;
	struct random random = {6};
	struct hs_error err;
	struct hs_reader *reader;
	struct graph *g = NULL;
	uint32_t frames = 0;
	size_t length;

	for (uint32_t i = 0; i < 800000; i++)
		heap_edge(b, owner, 0x8000000000 + (uint64_t)random_below(&random, 1u << 30) * 8,
			  HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	char *path = heap_builder_write_temporary(b);
	uint8_t *bytes = read_file(path, &length);
	ck_assert_int_eq(hs_reader_open(&reader, path, &err), HS_OK);
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		const struct hs_frame_info *info = hs_reader_frame_info(reader, i);
		if (info->kind != HS_FRAME_OBJECTS)
			continue;
		if (++frames == 2)
			bytes[info->offset + info->file_bytes / 2] ^= 0x55;
		if (frames < 2)
			before += info->references;
	}
	ck_assert_uint_ge(frames, 3);
	hs_reader_free(reader);
	write_file(path, bytes, length);

	ck_assert_int_eq(hs_reader_open(&reader, path, &err), HS_OK);
	ck_assert_int_eq(graph_load(&g, reader, false, &err), HS_EFORMAT);
	ck_assert_int_eq(graph_load(&g, reader, true, &err), HS_OK);
	ck_assert_uint_eq(g->node_count, 1);
	ck_assert_uint_eq(g->dangling_edges, before);
	graph_free(g);
	hs_reader_free(reader);
	unlink(path);
	free(path);
	free(bytes);
	heap_builder_free(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("graph_load");
	TCase *tests = tcase_create("graph_load");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, test_random_heaps);
	tcase_add_test(tests, test_split_rows_give_the_same_edges);
	tcase_add_test(tests, test_sizes_and_counts_beyond_32_bits);
	tcase_add_test(tests, test_empty_heap);
	tcase_add_test(tests, test_namespaces);
	tcase_add_test(tests, test_damaged_files);
	tcase_add_test(tests, test_lost_frame);
	tcase_add_test(tests, test_lost_rows);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
