/* Random heaps for tests: a model as plain arrays, and the graph loaded from the file that
 * was written of it. Node i of the graph is node i of the model. */
#ifndef HEAPSNAP_TESTS_RANDOM_HEAP_H
#define HEAPSNAP_TESTS_RANDOM_HEAP_H

#include "analyzer/graph/graph.h"
#include "tests/analyzer/heap_builder.h"

/* How many heaps a test takes: a tenth where each costs ten times as much. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HEAPS(count) ((count) / 10)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HEAPS(count) ((count) / 10)
#endif
#endif
#ifndef HEAPS
#define HEAPS(count) (count)
#endif

/* Numbers that are the same everywhere. */
struct random {
	uint64_t state;
};
uint32_t random_below(struct random *, uint32_t limit); /* 0 .. limit - 1 */
bool random_chance(struct random *, uint32_t percent);

struct model_edge {
	node_id source, target;
	enum hs_reference_kind kind;
};

struct random_heap {
	uint32_t node_count;
	struct model_edge
		*edges; /* in the order of the slots, type references behind each node's */
	uint32_t edge_count;
	uint32_t dangling;
	uint64_t *ids;
	uint32_t *types; /* numbers */
	struct heap_builder *builder;
	struct hs_reader *reader;
	struct graph *g;
};

/* Up to max_nodes nodes with about `density` edges each. Some nodes are untracked, frozen
 * or immortal; most reference counts are what the edges say, some higher. */
void random_heap_init(struct random_heap *out, uint64_t seed, uint32_t max_nodes, uint32_t density);
void random_heap_release(struct random_heap *);

/* Writes the builder's heap to a temporary file and loads it; aborts where that fails. */
struct graph *load_built(const struct heap_builder *, struct hs_reader **reader);

#endif
