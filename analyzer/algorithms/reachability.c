/* Breadth-first search from all roots at once, stage by stage.
 *
 * `order` is the queue and stays: it lists the nodes by stage and, within a stage, by
 * depth. A node takes the first parent that reaches it; a later parent of the same depth
 * takes its place only where its rank is lower. Ranks come from the parent's type (a table
 * by number) and the edge's kind, so that no label need be read.
 *
 * While the search runs, a word of `depths` holds all that an edge must know of its target,
 * so that it costs one cache miss (and one more for the parent, if it is taken):
 *
 *   depth << 3 | rank of the parent taken      UNMET, or CLOSED: never to be entered
 *
 * At the end of a stage all ranks of what it reached become 0: no later stage can take a
 * node over. At the end of all the words become depths. Each edge of a reached node is
 * looked at once. */
#include "analyzer/algorithms/reachability.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/explained.h"
#include "analyzer/base/prefetch.h"
#include "analyzer/base/xalloc.h"

#define RANK_OWNER 0
#define RANK_CONTAINER 1
#define RANK_OTHER 2
#define RANK_PLUMBING 3
#define RANK_EXECUTION 4
#define RANK_IMPLIED 5 /* whatever the parent: no edge that a reader of chains would follow */
#define RANK_BITS 3
#define RANK_MASK ((1u << RANK_BITS) - 1)

/* Their depth would be 2^29 - 1, which is more than there are nodes. */
#define UNMET UINT32_MAX
#define CLOSED (UINT32_MAX - 1)

#define AHEAD 8
#define TARGETS_AHEAD 8

struct search {
	struct reachability *out;
	const struct graph *g;
	uint8_t *type_ranks;
	uint32_t visited; /* order[0 .. visited) have had their edges looked at */
};

static const struct {
	const char *name;
	uint8_t rank;
} named_ranks[] = {
	{"module", RANK_OWNER},
	{"dict", RANK_CONTAINER},
	{"list", RANK_CONTAINER},
	{"set", RANK_CONTAINER},
	{"frozenset", RANK_CONTAINER},
	{"collections.deque", RANK_CONTAINER},
	{"tuple", RANK_PLUMBING},
	{"function", RANK_PLUMBING},
	{"cell", RANK_PLUMBING},
	{"method", RANK_PLUMBING},
	{"frame", RANK_EXECUTION},
	{"traceback", RANK_EXECUTION},
	{"code", RANK_EXECUTION},
	{"generator", RANK_EXECUTION},
	{"coroutine", RANK_EXECUTION},
	{"weakref", RANK_EXECUTION},
	{"weakref.ReferenceType", RANK_EXECUTION},
};

static uint8_t rank_of_type(const struct hs_type *type)
{
	for (size_t i = 0; i < sizeof(named_ranks) / sizeof(*named_ranks); i++)
		if (strlen(named_ranks[i].name) == type->name.length &&
		    memcmp(named_ranks[i].name, type->name.data, type->name.length) == 0)
			return named_ranks[i].rank;
	if (type->flags & (HS_TYPE_INSTANCE_DICT | HS_TYPE_IS_TYPE | HS_TYPE_HEAP))
		return RANK_OWNER;
	return RANK_OTHER;
}

static uint8_t *rank_types(const struct graph *g)
{
	uint8_t *ranks = xmalloc(g->type_count, 1);

	for (uint32_t i = 0; i < g->type_count; i++)
		ranks[i] = rank_of_type(hs_reader_type(g->reader, i));
	return ranks;
}

static uint8_t rank_of_parent(const struct search *s, node_id parent)
{
	return bitset_has(&s->g->namespaces, parent) ? RANK_OWNER
						     : s->type_ranks[s->g->types[parent]];
}

static void add_root(struct search *s, node_id n)
{
	struct reachability *out = s->out;

	if (out->depths[n] != UNMET)
		return;
	out->depths[n] = 0;
	out->order[out->reached_count++] = n;
}

/* An edge from `parent`; `word` is what the target gets if it takes it. */
static void meet(struct reachability *out, node_id parent, uint32_t word, node_id target)
{
	uint32_t known = out->depths[target];

	if (known <= word || (known >> RANK_BITS != word >> RANK_BITS && known != UNMET))
		return;
	if (known == UNMET)
		out->order[out->reached_count++] = target;
	out->depths[target] = word;
	out->parents[target] = parent;
}

/* Asks in steps for what the nodes next in the queue will need: their place in the edges,
 * then the edges, then the depths of a few targets. */
static void look_ahead(const struct search *s)
{
	const struct graph *g = s->g;
	const struct reachability *out = s->out;
	uint32_t at = s->visited;

	if (at + 3 * AHEAD >= out->reached_count)
		return;
	PREFETCH(&g->edge_offsets[out->order[at + 3 * AHEAD]]);
	PREFETCH(&g->types[out->order[at + 2 * AHEAD]]);
	PREFETCH(&g->edges[g->edge_offsets[out->order[at + 2 * AHEAD]]]);
	node_id soon = out->order[at + AHEAD];
	uint32_t end = g->edge_offsets[soon + 1];
	uint32_t from = g->edge_offsets[soon];
	if (end - from > TARGETS_AHEAD)
		end = from + TARGETS_AHEAD;
	for (uint32_t e = from; e < end; e++) {
		PREFETCH(&out->depths[edge_target(g->edges[e])]);
		PREFETCH(&out->parents[edge_target(g->edges[e])]);
	}
}

static void search_to_end(struct search *s)
{
	const struct graph *g = s->g;
	struct reachability *out = s->out;

	while (s->visited < out->reached_count) {
		look_ahead(s);
		node_id n = out->order[s->visited++];
		uint32_t below = ((out->depths[n] >> RANK_BITS) + 1) << RANK_BITS;
		uint32_t word = below | rank_of_parent(s, n);
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			bool implied = edge_kind(edges[i]) == HS_IMPLIED;
			if (edge_holds(edges[i]))
				meet(out, n, implied ? below | RANK_IMPLIED : word,
				     edge_target(edges[i]));
		}
	}
}

/* Searches from the roots added since the last stage; what is reached is settled then. */
static void run_stage(struct search *s, unsigned kind)
{
	struct reachability *out = s->out;
	uint32_t start = s->visited;

	search_to_end(s);
	for (uint32_t i = start; i < out->reached_count; i++)
		out->depths[out->order[i]] &= ~RANK_MASK;
	out->ends[kind] = out->reached_count;
}

static void search_known(struct search *s, const struct roots *roots)
{
	uint32_t next = 0;

	for (unsigned kind = 0; kind < ROOT_KINDS; kind++) {
		for (; next < roots->ends[kind]; next++)
			add_root(s, roots->items[next].node);
		run_stage(s, kind);
	}
}

static void search_external(struct search *s, const struct roots *roots)
{
	const struct graph *g = s->g;
	uint32_t *explained = explained_references(g, roots);

	for (node_id n = 0; n < g->node_count; n++)
		if (explained_is_external(g, explained, n))
			add_root(s, n);
	free(explained);
	run_stage(s, ROOT_EXTERNAL);
	for (node_id n = 0; n < g->node_count; n++) {
		add_root(s, n);
		run_stage(s, ROOT_EXTERNAL);
	}
}

static void start_words(struct reachability *out, uint32_t node_count, const struct bitset *closed)
{
	memset(out->parents, 0xff, (size_t)node_count * sizeof(*out->parents));
	for (node_id n = 0; n < node_count; n++)
		out->depths[n] = closed && bitset_has(closed, n) ? CLOSED : UNMET;
}

static void end_words(struct reachability *out, uint32_t node_count)
{
	for (node_id n = 0; n < node_count; n++)
		out->depths[n] =
			out->depths[n] >= CLOSED ? DEPTH_NONE : out->depths[n] >> RANK_BITS;
}

void reachability_init(struct reachability *out, const struct graph *g, const struct roots *roots,
		       const struct bitset *unreachable)
{
	struct search s = {.out = out, .g = g, .type_ranks = rank_types(g)};

	memset(out, 0, sizeof(*out));
	out->parents = xmalloc(g->node_count, sizeof(*out->parents));
	out->depths = xmalloc(g->node_count, sizeof(*out->depths));
	out->order = xmalloc(g->node_count, sizeof(*out->order));
	start_words(out, g->node_count, unreachable);
	search_known(&s, roots);
	search_external(&s, roots);
	end_words(out, g->node_count);
	free(s.type_ranks);
}

void reachability_release(struct reachability *reach)
{
	free(reach->parents);
	free(reach->depths);
	free(reach->order);
	memset(reach, 0, sizeof(*reach));
}
