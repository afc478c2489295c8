/* Breadth-first search from all roots at once, stage by stage.
 *
 * `order` is the queue and stays: it lists the nodes by stage and, within a stage, by
 * depth. A node takes the first parent that reaches it; a later parent of the same depth
 * takes its place only where its rank is lower (`ranks` holds the rank of the parent taken,
 * a byte a node). What earlier stages reached gets rank 0 at the end of the stage, so that
 * no later stage can take it over. Ranks come from the parent's type and the edge's kind:
 * a table by type number, so that no label need be read.
 *
 * Cost: each edge of a reached node is looked at once; the random reads are depths[target].
 */
#include "analyzer/algorithms/reachability.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/explained.h"
#include "analyzer/base/xalloc.h"

#define RANK_OWNER 0
#define RANK_CONTAINER 1
#define RANK_OTHER 2
#define RANK_PLUMBING 3
#define RANK_EXECUTION 4
#define RANK_UNLABELLED 8 /* added for edges that the reader of a chain would not write */

struct search {
	struct reachability *out;
	const struct graph *g;
	const struct bitset *closed;
	uint8_t *type_ranks;
	uint8_t *ranks;
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

	if (out->depths[n] != DEPTH_NONE || (s->closed && bitset_has(s->closed, n)))
		return;
	out->depths[n] = 0;
	out->order[out->reached_count++] = n;
}

static void meet(struct search *s, node_id parent, uint32_t depth, uint8_t rank, node_id target)
{
	struct reachability *out = s->out;

	if (out->depths[target] == DEPTH_NONE) {
		if (s->closed && bitset_has(s->closed, target))
			return;
		out->order[out->reached_count++] = target;
	} else if (out->depths[target] != depth || rank >= s->ranks[target]) {
		return;
	}
	out->depths[target] = depth;
	out->parents[target] = parent;
	s->ranks[target] = rank;
}

static void search_to_end(struct search *s)
{
	const struct graph *g = s->g;
	const struct reachability *out = s->out;

	while (s->visited < out->reached_count) {
		node_id n = out->order[s->visited++];
		uint8_t rank = rank_of_parent(s, n);
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			if (!edge_holds(edges[i]))
				continue;
			bool implied = edge_kind(edges[i]) == HS_IMPLIED;
			meet(s, n, out->depths[n] + 1,
			     (uint8_t)(implied ? rank + RANK_UNLABELLED : rank),
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
		s->ranks[out->order[i]] = 0;
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

void reachability_init(struct reachability *out, const struct graph *g, const struct roots *roots,
		       const struct bitset *unreachable)
{
	struct search s = {.out = out, .g = g, .closed = unreachable};

	memset(out, 0, sizeof(*out));
	out->parents = xmalloc(g->node_count, sizeof(*out->parents));
	out->depths = xmalloc(g->node_count, sizeof(*out->depths));
	out->order = xmalloc(g->node_count, sizeof(*out->order));
	memset(out->parents, 0xff, (size_t)g->node_count * sizeof(*out->parents));
	memset(out->depths, 0xff, (size_t)g->node_count * sizeof(*out->depths));
	s.ranks = xcalloc(g->node_count, 1);
	s.type_ranks = rank_types(g);

	search_known(&s, roots);
	search_external(&s, roots);
	free(s.ranks);
	free(s.type_ranks);
}

void reachability_release(struct reachability *reach)
{
	free(reach->parents);
	free(reach->depths);
	free(reach->order);
	memset(reach, 0, sizeof(*reach));
}
