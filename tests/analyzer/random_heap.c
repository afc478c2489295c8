/* Random heaps: small, dense in everything that is rare in real ones. */
#include "tests/analyzer/random_heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TYPES 5

uint32_t random_below(struct random *random, uint32_t limit)
{
	random->state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = random->state;
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % limit);
}

bool random_chance(struct random *random, uint32_t percent)
{
	return random_below(random, 100) < percent;
}

struct graph *load_built(const struct heap_builder *builder, struct hs_reader **reader)
{
	char *path = heap_builder_write_temporary(builder);
	struct hs_error err;
	struct graph *g;

	if (hs_reader_open(reader, path, &err) != HS_OK ||
	    graph_load(&g, *reader, false, &err) != HS_OK) {
		fprintf(stderr, "%s: %s\n", path, err.message);
		abort();
	}
	unlink(path);
	free(path);
	return g;
}

static void add_edge(struct random_heap *h, node_id source, node_id target,
		     enum hs_reference_kind kind)
{
	h->edges = realloc(h->edges, ((size_t)h->edge_count + 1) * sizeof(*h->edges));
	if (!h->edges)
		abort();
	h->edges[h->edge_count++] = (struct model_edge){source, target, kind};
}

static enum hs_reference_kind random_kind(struct random *random)
{
	static const enum hs_reference_kind rare[] = {HS_ADDED, HS_UNCOUNTED, HS_IMPLIED, HS_WEAK};

	return random_chance(random, 75) ? HS_TRAVERSED : rare[random_below(random, 4)];
}

/* The first two nodes are the objects of two of the types, so that type references lead to
 * nodes; the other types' objects are not in the file. */
static void add_nodes(struct random_heap *h, struct random *random)
{
	static const char *const names[TYPES] = {"type", "app.Node", "dict", "app.Row", "list"};
	static const uint32_t flags[TYPES] = {
		HS_TYPE_GC | HS_TYPE_IS_TYPE,
		HS_TYPE_HEAP | HS_TYPE_GC | HS_TYPE_INSTANCE_DICT,
		HS_TYPE_GC,
		HS_TYPE_HEAP | HS_TYPE_GC | HS_TYPE_TP_DEL | HS_TYPE_FINALIZER,
		HS_TYPE_GC,
	};

	for (uint32_t i = 0; i < TYPES; i++)
		heap_type(h->builder, names[i], flags[i]);
	for (uint32_t i = 0; i < h->node_count; i++) {
		uint32_t size = 16 + random_below(random, 100);
		h->types[i] = i < 2 ? 0 : random_below(random, TYPES);
		if (i < 2)
			h->ids[i] = heap_type_object(h->builder, i, 0, size);
		else if (random_chance(random, 50))
			h->ids[i] = heap_object(h->builder, h->types[i], size);
		else
			h->ids[i] = heap_object_at(h->builder,
						   UINT64_C(0x100000) + (h->node_count - i) * 8,
						   h->types[i], size);
		uint32_t object_flags = HS_SIZE_EXACT;
		if (random_chance(random, 80))
			object_flags |= HS_TRACKED;
		if (random_chance(random, 4))
			object_flags |= HS_FROZEN;
		if (random_chance(random, 4))
			object_flags |= HS_IMMORTAL;
		if (random_chance(random, 10))
			object_flags |= HS_FINALIZER;
		heap_object_flags(h->builder, h->ids[i], object_flags);
	}
}

static void add_type_reference(struct random_heap *h, struct random *random, node_id n)
{
	uint32_t type = h->types[n];
	enum hs_type_reference how = (enum hs_type_reference)random_below(random, 3);

	heap_object_type_reference(h->builder, h->ids[n], how);
	if (how == HS_TYPE_REFERENCE_IN_ROW)
		return;
	if (type < 2 && type < h->node_count)
		add_edge(h, n, type, how == HS_TYPE_REFERENCE_ADDED ? HS_ADDED : HS_IMPLIED);
	else
		h->dangling++;
}

static void add_edges(struct random_heap *h, struct random *random, node_id n, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		enum hs_reference_kind kind = random_kind(random);
		node_id target = random_below(random, h->node_count);
		uint32_t what = random_below(random, 100);
		if (what < 3) {
			heap_edge(h->builder, h->ids[n], 0, kind, HS_LABEL_NONE, NULL);
		} else if (what < 6) {
			heap_edge(h->builder, h->ids[n], h->ids[target], HS_NAMING, HS_LABEL_KEY,
				  NULL);
		} else if (what < 8) {
			heap_edge(h->builder, h->ids[n], 0x4440000 + target * 8, kind,
				  HS_LABEL_NONE, NULL);
			h->dangling++;
		} else {
			heap_edge(h->builder, h->ids[n], h->ids[target], kind, HS_LABEL_NONE, NULL);
			add_edge(h, n, target, kind);
		}
	}
}

/* Reference counts: none for most (so what the builder counts stands), else up to two more
 * than the edges, or one less, as no true snapshot has it. */
static void add_counts(struct random_heap *h, struct random *random)
{
	for (node_id n = 0; n < h->node_count; n++) {
		uint32_t known = 0;
		if (!random_chance(random, 15))
			continue;
		for (uint32_t e = 0; e < h->edge_count; e++)
			if (h->edges[e].target == n &&
			    (h->edges[e].kind == HS_TRAVERSED || h->edges[e].kind == HS_ADDED))
				known++;
		uint32_t count = known + random_below(random, 4);
		heap_object_refcount(h->builder, h->ids[n], count > 0 ? count - 1 : 0);
	}
}

void random_heap_init(struct random_heap *out, uint64_t seed, uint32_t max_nodes, uint32_t density)
{
	struct random random = {seed};

	memset(out, 0, sizeof(*out));
	out->builder = heap_builder_new();
	out->node_count = 1 + random_below(&random, max_nodes);
	out->ids = calloc(out->node_count, sizeof(*out->ids));
	out->types = calloc(out->node_count, sizeof(*out->types));
	if (!out->ids || !out->types)
		abort();
	heap_builder_row_limit(out->builder, 1 + random_below(&random, 5));
	add_nodes(out, &random);
	for (node_id n = 0; n < out->node_count; n++) {
		add_edges(out, &random, n, random_below(&random, 2 * density + 1));
		add_type_reference(out, &random, n);
	}
	add_counts(out, &random);
	for (unsigned kind = 0; kind <= HS_ROOT_GARBAGE; kind++) {
		if (!random_chance(&random, 40))
			continue;
		heap_root(out->builder, (enum hs_root_kind)kind,
			  out->ids[random_below(&random, out->node_count)], "root");
		if (random_chance(&random, 30))
			heap_root_uncounted(out->builder);
	}
	out->g = load_built(out->builder, &out->reader);
}

void random_heap_release(struct random_heap *h)
{
	graph_free(h->g);
	hs_reader_free(h->reader);
	heap_builder_free(h->builder);
	free(h->ids);
	free(h->types);
	free(h->edges);
}
