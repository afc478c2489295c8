/* Unreachable cycles, grouped by shape.
 *
 * Components of the unreachable objects under counted edges; those with a cycle are kept.
 * Every unreachable object has a counted reference from an unreachable one, so walking
 * backwards from any of them ends in a cycle: a breadth-first search from all cycles at
 * once along counted edges gives each object to one of them, and the sums add up.
 *
 * The shape of a cycle is a 64-bit sum over its nodes (hash of the type) and inner edges
 * (hash of type, kind, type), which does not depend on their order, with the numbers of
 * both. Types of one name are one type here. Groups are found by sorting cycles by shape.
 *
 * A cycle is uncollectable if a cycle with an object that has a finalizer of the old kind
 * reaches it (the collector moves all that such objects reach out of the way).
 *
 * A cycle is never found if the collector cannot see one of its inner references: then the
 * object that this one leads to looks held from outside, and from there the whole cycle looks
 * alive; so does all that it reaches. A cycle that other garbage holds by a hidden reference
 * is found once that garbage is gone.
 *
 * Linear but for the sorting of cycles; the example of a group is one search inside one
 * component. */
#include "analyzer/algorithms/cycle_groups.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/algorithms/components.h"
#include "analyzer/algorithms/legacy_finalizers.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/graph/type_names.h"

struct cycle {
	uint64_t shape;
	uint64_t objects, bytes; /* with what hangs off it */
	const node_id *members;
	uint32_t member_count;
	uint32_t edge_count;
	uint32_t group;
	bool finalizer;
	enum collect_verdict collect;
};

struct grouping {
	const struct graph *g;
	const struct unreachable *unreachable;
	const uint32_t *type_names; /* [type_count] first type of the same name */
	struct cycle *cycles;
	uint32_t cycle_count;
	uint32_t *owners; /* [node_count] cycle + 1, 0: none yet */
	node_id *queue;   /* every unreachable object, cycles' members first */
	uint32_t queued;
};

static uint64_t mix(uint64_t value)
{
	value ^= value >> 30;
	value *= UINT64_C(0xbf58476d1ce4e5b9);
	value ^= value >> 27;
	value *= UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static bool is_counted(uint32_t edge)
{
	return edge_kind(edge) == HS_TRAVERSED || edge_kind(edge) == HS_ADDED;
}

static bool is_cycle(const struct graph *g, const node_id *members, uint32_t count)
{
	uint32_t edge_count;
	const uint32_t *edges = graph_edges(g, members[0], &edge_count);

	if (count > 1)
		return true;
	for (uint32_t i = 0; i < edge_count; i++)
		if (is_counted(edges[i]) && edge_target(edges[i]) == members[0])
			return true;
	return false;
}

static void collect_cycles(struct grouping *w, const struct components *components)
{
	w->cycles = xcalloc(components->count, sizeof(*w->cycles));
	for (uint32_t c = 0; c < components->count; c++) {
		const node_id *members = components->members + components->offsets[c];
		uint32_t count = components->offsets[c + 1] - components->offsets[c];
		if (!is_cycle(w->g, members, count))
			continue;
		struct cycle *cycle = &w->cycles[w->cycle_count++];
		cycle->members = members;
		cycle->member_count = count;
		for (uint32_t i = 0; i < count; i++) {
			w->owners[members[i]] = w->cycle_count;
			w->queue[w->queued++] = members[i];
		}
	}
}

static void measure_shape(const struct grouping *w, struct cycle *cycle, uint32_t owner)
{
	const struct graph *g = w->g;

	for (uint32_t m = 0; m < cycle->member_count; m++) {
		node_id n = cycle->members[m];
		uint64_t type = w->type_names[g->types[n]];
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		cycle->shape += mix(type + 1);
		for (uint32_t i = 0; i < count; i++) {
			node_id target = edge_target(edges[i]);
			enum hs_reference_kind kind = edge_kind(edges[i]);
			if (w->owners[target] != owner || kind == HS_WEAK)
				continue;
			cycle->edge_count++;
			uint64_t other = w->type_names[g->types[target]];
			cycle->shape += mix((type << 32 | other) + mix(1 + kind));
		}
		if (has_legacy_finalizer(g, n))
			cycle->collect = COLLECT_UNCOLLECTABLE;
	}
}

/* Gives every unreachable object to the cycle that reaches it first, and sums up. */
static void share_out(struct grouping *w)
{
	const struct graph *g = w->g;

	for (uint32_t at = 0; at < w->queued; at++) {
		node_id n = w->queue[at];
		struct cycle *cycle = &w->cycles[w->owners[n] - 1];
		uint32_t count;
		const uint32_t *edges = graph_edges(g, n, &count);
		cycle->objects++;
		cycle->bytes += graph_bytes(g, n);
		if ((g->flags[n] & (HS_FINALIZER | HS_FINALIZED)) == HS_FINALIZER)
			cycle->finalizer = true;
		for (uint32_t i = 0; i < count; i++) {
			node_id target = edge_target(edges[i]);
			if (is_counted(edges[i]) && w->owners[target] == 0 &&
			    bitset_has(&w->unreachable->objects, target)) {
				w->owners[target] = w->owners[n];
				w->queue[w->queued++] = target;
			}
		}
	}
}

/* What keeps its target from being collected, or freed, as long as the source stays. */
static bool keeps(const struct graph *g, node_id source, uint32_t edge)
{
	return is_counted(edge) ||
	       (edge_kind(edge) == HS_UNCOUNTED && (g->flags[source] & HS_TRACKED));
}

/* Gives the verdict of some cycles to all that they reach. */
static void spread(struct grouping *w, enum collect_verdict verdict)
{
	const struct graph *g = w->g;
	struct bitset met;
	node_id *stack = xmalloc(w->unreachable->object_count, sizeof(*stack));
	uint32_t stacked = 0;

	bitset_init(&met, g->node_count);
	for (uint32_t c = 0; c < w->cycle_count; c++) {
		const struct cycle *cycle = &w->cycles[c];
		if (cycle->collect != verdict)
			continue;
		for (uint32_t m = 0; m < cycle->member_count; m++) {
			bitset_add(&met, cycle->members[m]);
			stack[stacked++] = cycle->members[m];
		}
	}
	while (stacked > 0) {
		uint32_t count;
		node_id n = stack[--stacked];
		const uint32_t *edges = graph_edges(g, n, &count);
		for (uint32_t i = 0; i < count; i++) {
			node_id target = edge_target(edges[i]);
			if (!keeps(g, n, edges[i]) ||
			    !bitset_has(&w->unreachable->objects, target) ||
			    bitset_has(&met, target))
				continue;
			bitset_add(&met, target);
			stack[stacked++] = target;
		}
	}
	for (uint32_t c = 0; c < w->cycle_count; c++)
		if (bitset_has(&met, w->cycles[c].members[0]))
			w->cycles[c].collect = verdict;
	bitset_release(&met);
	free(stack);
}

/* One of the references within the cycle is hidden from the collector: an ADDED one, or one
 * of an object that it does not look at. */
static bool hides_a_reference(const struct grouping *w, const struct cycle *cycle)
{
	const struct graph *g = w->g;
	uint32_t owner = w->owners[cycle->members[0]];

	for (uint32_t m = 0; m < cycle->member_count; m++) {
		uint32_t count;
		const uint32_t *edges = graph_edges(g, cycle->members[m], &count);
		if (!(g->flags[cycle->members[m]] & HS_TRACKED))
			return true;
		for (uint32_t i = 0; i < count; i++)
			if (edge_kind(edges[i]) == HS_ADDED &&
			    w->owners[edge_target(edges[i])] == owner)
				return true;
	}
	return false;
}

static void judge(struct grouping *w)
{
	spread(w, COLLECT_UNCOLLECTABLE);
	for (uint32_t c = 0; c < w->cycle_count; c++)
		if (hides_a_reference(w, &w->cycles[c]))
			w->cycles[c].collect = COLLECT_NEVER;
	spread(w, COLLECT_NEVER);
}

static int compare_cycles(const void *a, const void *b)
{
	const struct cycle *left = *(const struct cycle *const *)a;
	const struct cycle *right = *(const struct cycle *const *)b;

	if (left->shape != right->shape)
		return left->shape < right->shape ? -1 : 1;
	if (left->member_count != right->member_count)
		return left->member_count < right->member_count ? -1 : 1;
	if (left->edge_count != right->edge_count)
		return left->edge_count < right->edge_count ? -1 : 1;
	if (left->collect != right->collect)
		return left->collect < right->collect ? -1 : 1;
	return left->members[0] < right->members[0] ? -1 : left->members[0] > right->members[0];
}

static bool same_group(const struct cycle *a, const struct cycle *b)
{
	return a->shape == b->shape && a->member_count == b->member_count &&
	       a->edge_count == b->edge_count && a->collect == b->collect;
}

/* Where an example begins: at an instance of a program's own class, if there is one. */
static node_id choose_start(const struct graph *g, const struct cycle *cycle)
{
	for (uint32_t m = 0; m < cycle->member_count; m++) {
		uint32_t flags = graph_type(g, cycle->members[m])->flags;
		if ((flags & HS_TYPE_HEAP) && !(flags & HS_TYPE_IS_TYPE))
			return cycle->members[m];
	}
	return cycle->members[0];
}

static void write_example(struct cycle_group *group, const node_id *parents, node_id start,
			  node_id last)
{
	uint32_t length = 1;

	for (node_id n = last; n != start; n = parents[n])
		length++;
	group->example = xmalloc(length, sizeof(*group->example));
	group->example_count = length;
	for (uint32_t i = length; i > 1; i--) {
		group->example[i - 1] = last;
		last = parents[last];
	}
	group->example[0] = start;
}

/* The shortest cycle through `start` within its component: breadth-first until an edge
 * leads back, as one does. `owners` holds nothing but the cycles' members yet; `parents`
 * has room for all nodes and is NODE_NONE at this cycle's. */
static void find_example(const struct grouping *w, struct cycle_group *group,
			 const struct cycle *cycle, node_id *parents)
{
	const struct graph *g = w->g;
	node_id start = choose_start(g, cycle), last = NODE_NONE;
	node_id *queue = xmalloc(cycle->member_count, sizeof(*queue));
	uint32_t queued = 1;

	queue[0] = start;
	for (uint32_t at = 0; at < queued && last == NODE_NONE; at++) {
		uint32_t count;
		const uint32_t *edges = graph_edges(g, queue[at], &count);
		for (uint32_t i = 0; i < count && last == NODE_NONE; i++) {
			node_id target = edge_target(edges[i]);
			if (!is_counted(edges[i]) || w->owners[target] != w->owners[start])
				continue;
			if (target == start) {
				last = queue[at];
			} else if (parents[target] == NODE_NONE) {
				parents[target] = queue[at];
				queue[queued++] = target;
			}
		}
	}
	write_example(group, parents, start, last);
	free(queue);
}

/* Sorts the cycles by shape; each run of equal ones is a group. */
static void make_groups(struct grouping *w, struct cycle_groups *out)
{
	struct cycle **sorted = xmalloc(w->cycle_count, sizeof(*sorted));
	node_id *parents = xmalloc(w->g->node_count, sizeof(*parents));
	size_t capacity = 0;

	memset(parents, 0xff, (size_t)w->g->node_count * sizeof(*parents));
	for (uint32_t c = 0; c < w->cycle_count; c++)
		sorted[c] = &w->cycles[c];
	if (w->cycle_count > 1)
		qsort(sorted, w->cycle_count, sizeof(struct cycle *), compare_cycles);
	for (uint32_t c = 0; c < w->cycle_count; c++) {
		if (c == 0 || !same_group(sorted[c - 1], sorted[c])) {
			out->groups = xgrow(out->groups, &capacity, (size_t)out->count + 1,
					    sizeof(*out->groups));
			struct cycle_group *group = &out->groups[out->count++];
			memset(group, 0, sizeof(*group));
			group->cycle_objects = sorted[c]->member_count;
			group->collect = sorted[c]->collect;
			find_example(w, group, sorted[c], parents);
		}
		sorted[c]->group = out->count - 1;
	}
	free(parents);
	free(sorted);
}

static int compare_type_counts(const void *a, const void *b)
{
	const struct type_count *left = a, *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return left->type < right->type ? -1 : left->type > right->type;
}

/* The types of the objects in nodes[0 .. count); `tally` is all 0 before and after. */
static void count_types(const struct grouping *w, struct cycle_group *group, const node_id *nodes,
			uint64_t count, uint64_t *tally)
{
	size_t capacity = 0;

	for (uint64_t i = 0; i < count; i++) {
		uint32_t type = w->type_names[w->g->types[nodes[i]]];
		if (tally[type]++ != 0)
			continue;
		group->types = xgrow(group->types, &capacity, (size_t)group->type_count + 1,
				     sizeof(*group->types));
		group->types[group->type_count++].type = type;
	}
	for (uint32_t i = 0; i < group->type_count; i++) {
		group->types[i].count = tally[group->types[i].type];
		tally[group->types[i].type] = 0;
	}
	qsort(group->types, group->type_count, sizeof(*group->types), compare_type_counts);
}

static void sum_up(const struct grouping *w, struct cycle_groups *out)
{
	uint64_t *tally = xcalloc(w->g->type_count, sizeof(*tally));
	node_id *by_group = xmalloc(w->queued, sizeof(*by_group));
	uint64_t *cursors = xcalloc((size_t)out->count + 1, sizeof(*cursors));

	for (uint32_t c = 0; c < w->cycle_count; c++) {
		struct cycle_group *group = &out->groups[w->cycles[c].group];
		group->count++;
		group->objects += w->cycles[c].objects;
		group->bytes += w->cycles[c].bytes;
		group->finalizer |= w->cycles[c].finalizer;
	}
	for (uint32_t i = 0; i < out->count; i++)
		cursors[i + 1] = cursors[i] + out->groups[i].objects;
	for (uint32_t i = 0; i < w->queued; i++) {
		uint32_t group = w->cycles[w->owners[w->queue[i]] - 1].group;
		by_group[cursors[group]++] = w->queue[i];
	}
	for (uint32_t i = 0; i < out->count; i++) {
		struct cycle_group *group = &out->groups[i];
		count_types(w, group, by_group + cursors[i] - group->objects, group->objects,
			    tally);
	}
	free(cursors);
	free(by_group);
	free(tally);
}

static int compare_groups(const void *a, const void *b)
{
	const struct cycle_group *left = a, *right = b;

	if (left->bytes != right->bytes)
		return left->bytes > right->bytes ? -1 : 1;
	if (left->objects != right->objects)
		return left->objects > right->objects ? -1 : 1;
	return left->example[0] < right->example[0] ? -1 : left->example[0] > right->example[0];
}

void cycle_groups_init(struct cycle_groups *out, const struct graph *g,
		       const struct unreachable *unreachable)
{
	struct grouping w = {.g = g, .unreachable = unreachable};
	uint32_t *type_names;
	struct components components;

	memset(out, 0, sizeof(*out));
	if (unreachable->object_count == 0)
		return;
	w.type_names = type_names = type_names_new(g);
	components_init(&components, g, &unreachable->objects,
			EDGE_KIND_BIT(HS_TRAVERSED) | EDGE_KIND_BIT(HS_ADDED));
	w.owners = xcalloc(g->node_count, sizeof(*w.owners));
	w.queue = xmalloc(unreachable->object_count, sizeof(*w.queue));
	collect_cycles(&w, &components);
	for (uint32_t c = 0; c < w.cycle_count; c++)
		measure_shape(&w, &w.cycles[c], c + 1);
	judge(&w);
	make_groups(&w, out);
	share_out(&w);
	sum_up(&w, out);
	if (out->count > 1)
		qsort(out->groups, out->count, sizeof(*out->groups), compare_groups);
	components_release(&components);
	free(type_names);
	free(w.cycles);
	free(w.owners);
	free(w.queue);
}

void cycle_groups_release(struct cycle_groups *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		free(all->groups[i].types);
		free(all->groups[i].example);
	}
	free(all->groups);
	memset(all, 0, sizeof(*all));
}
