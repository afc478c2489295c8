/* Strongly connected components, by Pearce's variant of Tarjan's algorithm.
 *
 * One word a node (`index`) is first the number of its visit, lowered to the least visit
 * that it reaches, and at last the number of its component, counted down from the top; the
 * visits still open are always the smaller numbers, so no "on the stack" mark is needed:
 *
 *   0          not visited
 *   1 .. v     visit number, or the least one reached
 *   top .. c   component, from UINT32_MAX downwards
 *
 * The recursion is a stack of (node, next edge); nodes that are no root of a component wait
 * on a second one. A visit number is given back when its component is closed, so numbers
 * never meet: visits <= members - closed, components <= members <= 2^29. */
#include "analyzer/algorithms/components.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

struct step {
	node_id node;
	uint32_t next_edge; /* within the node's edges */
	uint32_t visit;     /* its own number: while its index is that, it is a root */
};

struct tarjan {
	const struct graph *g;
	const struct bitset *part;
	unsigned kinds;
	uint32_t *index;
	struct step *steps;
	uint32_t depth;
	node_id *waiting;
	uint32_t waiting_count;
	uint32_t visits;    /* next visit number */
	uint32_t component; /* next component, downwards */
};

static void enter(struct tarjan *t, node_id n)
{
	t->index[n] = t->visits;
	t->steps[t->depth++] = (struct step){n, 0, t->visits};
	t->visits++;
}

/* Is some node of the part behind edge `edge`? */
static bool leads_on(const struct tarjan *t, uint32_t edge)
{
	return (t->kinds >> edge_kind(edge) & 1) && bitset_has(t->part, edge_target(edge));
}

/* Looks at the edges of the topmost step until one leads to a node not visited, which is
 * entered. Returns false when all have been looked at. */
static bool descend(struct tarjan *t)
{
	struct step *step = &t->steps[t->depth - 1];
	uint32_t count;
	const uint32_t *edges = graph_edges(t->g, step->node, &count);

	for (; step->next_edge < count; step->next_edge++) {
		uint32_t edge = edges[step->next_edge];
		node_id target = edge_target(edge);
		if (!leads_on(t, edge))
			continue;
		if (t->index[target] == 0) {
			/* Looked at again on return, when its index has been settled. */
			enter(t, target);
			return true;
		}
		if (t->index[target] < t->index[step->node])
			t->index[step->node] = t->index[target];
	}
	return false;
}

static void close_component(struct tarjan *t, const struct step *root)
{
	while (t->waiting_count > 0 && t->index[t->waiting[t->waiting_count - 1]] >= root->visit) {
		t->index[t->waiting[--t->waiting_count]] = t->component;
		t->visits--;
	}
	t->index[root->node] = t->component--;
	t->visits--;
}

static void visit_from(struct tarjan *t, node_id start)
{
	enter(t, start);
	while (t->depth > 0) {
		if (descend(t))
			continue;
		struct step done = t->steps[--t->depth];
		if (t->index[done.node] == done.visit)
			close_component(t, &done);
		else
			t->waiting[t->waiting_count++] = done.node;
	}
}

/* Counting sort of the members by component; ascending input keeps them ascending. */
static void group_members(struct components *out, const struct tarjan *t, size_t member_count)
{
	const struct bitset *part = t->part;

	out->count = UINT32_MAX - t->component;
	out->members = xmalloc(member_count, sizeof(*out->members));
	out->offsets = xcalloc((size_t)out->count + 2, sizeof(*out->offsets));
	uint32_t *cursors = out->offsets + 1;
	for (size_t n = bitset_next(part, 0); n < part->size; n = bitset_next(part, n + 1))
		cursors[(size_t)(UINT32_MAX - t->index[n]) + 1]++;
	for (size_t c = 1; c <= out->count; c++)
		cursors[c] += cursors[c - 1];
	for (size_t n = bitset_next(part, 0); n < part->size; n = bitset_next(part, n + 1))
		out->members[cursors[UINT32_MAX - t->index[n]]++] = (node_id)n;
}

void components_init(struct components *out, const struct graph *g, const struct bitset *part,
		     unsigned kinds)
{
	size_t member_count = bitset_count(part);
	struct tarjan t = {
		.g = g, .part = part, .kinds = kinds, .visits = 1, .component = UINT32_MAX};

	t.index = xcalloc(g->node_count, sizeof(*t.index));
	t.steps = xmalloc(member_count, sizeof(*t.steps));
	t.waiting = xmalloc(member_count, sizeof(*t.waiting));
	for (size_t n = bitset_next(part, 0); n < part->size; n = bitset_next(part, n + 1))
		if (t.index[n] == 0)
			visit_from(&t, (node_id)n);
	group_members(out, &t, member_count);
	free(t.index);
	free(t.steps);
	free(t.waiting);
}

void components_release(struct components *components)
{
	free(components->members);
	free(components->offsets);
	memset(components, 0, sizeof(*components));
}
