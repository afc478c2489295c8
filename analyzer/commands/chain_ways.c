/* Merging chains by what they read as.
 *
 * The chains form a tree, so each object gets one number: that of the way node (its
 * parent's number, the label with indexes and keys alike, the type), found through a
 * hash. A node remembers the label it was made with; when another object comes with
 * a different index or key it becomes [*]. So "[1]" of ten thousand tuples stays [1]. A
 * step that is as the one before, to the same type, folds: a linked list has two ways, to
 * its head and to all others. A chain is walked only to the first object that has its
 * number, so the cost is linear in the number of different objects on all chains. */
#include "analyzer/commands/chain_ways.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/graph/type_names.h"

#include <stdlib.h>
#include <string.h>

struct merging {
	struct chain_ways *ways;
	const struct graph *g;
	const struct labelled_chains *chains;
	const uint32_t *type_names; /* [type_count] types of one name are one */
	uint32_t *number_of;        /* [node_count] number + 1 */
	uint32_t *slots;            /* hash: number + 1 */
	size_t mask;
	node_id *stack;
	size_t stack_capacity;
	uint32_t *way_of; /* [node_capacity] way + 1 of a way node */
	size_t way_of_capacity;
};

static bool is_element(enum hs_label_kind kind)
{
	return kind == HS_LABEL_INDEX || kind == HS_LABEL_NONE;
}

/* Items of a namespace are attributes and keep their names apart. */
static bool same_class(const struct way_node *parent, const struct way_node *a,
		       const struct way_node *b)
{
	bool items = (a->step.kind == HS_LABEL_ITEM || a->step.kind == HS_LABEL_VALUE) &&
		     (b->step.kind == HS_LABEL_ITEM || b->step.kind == HS_LABEL_VALUE);
	bool in_namespace = parent != NULL && parent->step.kind == HS_LABEL_ATTR &&
			    parent->step.text != NULL && strcmp(parent->step.text, "__dict__") == 0;
	if ((items && !in_namespace) || (is_element(a->step.kind) && is_element(b->step.kind)))
		return true;
	if (a->step.kind != b->step.kind || a->step.number != b->step.number)
		return false;
	if (a->step.text == NULL || b->step.text == NULL)
		return a->step.text == b->step.text;
	return strcmp(a->step.text, b->step.text) == 0;
}

/* Known roots have names; the others are alike. */
static bool same_root(const struct way_node *a, const struct way_node *b)
{
	return a->kind == b->kind && (a->kind != CHAIN_KNOWN || a->object == b->object);
}

static bool same_label(const struct chain_step *a, const struct chain_step *b)
{
	if (a->kind != b->kind || a->number != b->number)
		return false;
	if (a->text == NULL || b->text == NULL)
		return a->text == b->text && a->kind != HS_LABEL_VALUE;
	return strcmp(a->text, b->text) == 0;
}

static size_t hash_node(const struct way_node *n, bool in_namespace)
{
	uint64_t h = (uint64_t)n->parent * 0x9e3779b97f4a7c15u + n->type;
	bool named = n->step.kind == HS_LABEL_ATTR || n->step.kind == HS_LABEL_LOCAL ||
		     n->step.kind == HS_LABEL_FIELD || in_namespace;
	for (const char *c = named ? n->step.text : NULL; c != NULL && *c != '\0'; c++)
		h = (h ^ (unsigned char)*c) * 0x100000001b3u;
	if (n->parent == WAY_NO_PARENT && n->kind == CHAIN_KNOWN)
		h += n->object * 0x9e3779b97f4a7c15u;
	return (size_t)(h ^ h >> 29);
}

static const struct way_node *parent_of(const struct chain_ways *w, const struct way_node *n)
{
	return n->parent == WAY_NO_PARENT ? NULL : &w->nodes[n->parent];
}

static bool under_namespace(const struct chain_ways *w, const struct way_node *n)
{
	const struct way_node *parent = parent_of(w, n);
	return parent != NULL && parent->step.kind == HS_LABEL_ATTR && parent->step.text != NULL &&
	       strcmp(parent->step.text, "__dict__") == 0;
}

static void grow_hash(struct merging *m)
{
	size_t size = (m->mask + 1) * 2;
	free(m->slots);
	m->slots = xcalloc(size, sizeof *m->slots);
	m->mask = size - 1;
	for (size_t i = 0; i < m->ways->node_count; i++) {
		const struct way_node *n = &m->ways->nodes[i];
		size_t at = hash_node(n, under_namespace(m->ways, n)) & m->mask;
		while (m->slots[at] != 0)
			at = (at + 1) & m->mask;
		m->slots[at] = (uint32_t)i + 1;
	}
}

static void merge_into(struct way_node *kept, const struct way_node *other)
{
	if (!same_label(&kept->step, &other->step))
		kept->step.varies = true;
	if (kept->name == NULL || other->name == NULL || strcmp(kept->name, other->name) != 0)
		kept->name = NULL;
}

/* The number of the node that reads as `wanted`, made if there is none. */
static uint32_t intern(struct merging *m, const struct way_node *wanted)
{
	struct chain_ways *w = m->ways;
	if (w->node_count * 2 > m->mask)
		grow_hash(m);
	size_t at = hash_node(wanted, under_namespace(w, wanted)) & m->mask;
	for (; m->slots[at] != 0; at = (at + 1) & m->mask) {
		struct way_node *found = &w->nodes[m->slots[at] - 1];
		if (found->parent != wanted->parent || found->type != wanted->type)
			continue;
		if (wanted->parent == WAY_NO_PARENT
			    ? same_root(found, wanted)
			    : same_class(parent_of(w, wanted), found, wanted)) {
			merge_into(found, wanted);
			return m->slots[at] - 1;
		}
	}
	w->nodes = xgrow(w->nodes, &w->node_capacity, w->node_count + 1, sizeof *w->nodes);
	w->nodes[w->node_count] = *wanted;
	m->slots[at] = (uint32_t)++w->node_count;
	return m->slots[at] - 1;
}

static uint32_t number_root(struct merging *m, node_id object)
{
	struct chain chain;
	chain_init(&chain, &m->chains->search->reach, &m->chains->snapshot->roots, object);
	/* half a file does not tell what is held from outside from what is held by the rest */
	bool complete = hs_reader_complete(m->g->reader);
	struct way_node node = {
		.parent = WAY_NO_PARENT,
		.kind = chain.kind == CHAIN_EXTERNAL && !complete ? CHAIN_NONE : chain.kind,
		.root = chain.root,
		.type = m->type_names[m->g->types[object]],
		.name = labels_node_text(m->chains->labels, object, HS_TEXT_NAME),
		.object = object,
	};
	chain_release(&chain);
	return intern(m, &node);
}

/* The node of the same step to the same type that stands directly before `node`, its
 * namespace aside; WAY_NO_PARENT if there is none. */
static uint32_t find_repeated(const struct chain_ways *w, const struct way_node *node)
{
	bool in_namespace = under_namespace(w, node);
	uint32_t number = in_namespace ? w->nodes[node->parent].parent : node->parent;
	const struct way_node *before = &w->nodes[number];
	if (before->parent == WAY_NO_PARENT || before->type != node->type ||
	    under_namespace(w, before) != in_namespace ||
	    !same_class(parent_of(w, before), before, node))
		return WAY_NO_PARENT;
	return number;
}

/* The number of an object whose parent has this one. */
static uint32_t number_child(struct merging *m, node_id object, uint32_t parent)
{
	struct chain_ways *w = m->ways;
	struct way_node node = {
		.parent = parent,
		.step = chain_step_of(m->g, labelled_chains_edge(m->chains, object)),
		.type = m->type_names[m->g->types[object]],
		.name = labels_node_text(m->chains->labels, object, HS_TEXT_NAME),
		.object = object,
	};
	uint32_t repeated = find_repeated(w, &node);
	if (repeated == WAY_NO_PARENT)
		return intern(m, &node);
	w->nodes[repeated].repeats = true;
	merge_into(&w->nodes[repeated], &node);
	return repeated;
}

static uint32_t number_target(struct merging *m, node_id target)
{
	const node_id *parents = m->chains->search->reach.parents;
	size_t depth = 0;
	node_id at = target;
	while (m->number_of[at] == 0) {
		m->stack = xgrow(m->stack, &m->stack_capacity, depth + 1, sizeof *m->stack);
		m->stack[depth++] = at;
		if (parents[at] == NODE_NONE)
			break;
		at = parents[at];
	}
	while (depth > 0) {
		at = m->stack[--depth];
		uint32_t number = parents[at] == NODE_NONE
					  ? number_root(m, at)
					  : number_child(m, at, m->number_of[parents[at]] - 1);
		m->number_of[at] = number + 1;
	}
	return m->number_of[target] - 1;
}

static void count_target(struct merging *m, node_id target, uint32_t last)
{
	struct chain_ways *w = m->ways;
	size_t before = m->way_of_capacity;
	if (last >= before) {
		m->way_of = xgrow(m->way_of, &m->way_of_capacity, last + 1, sizeof *m->way_of);
		memset(m->way_of + before, 0, (m->way_of_capacity - before) * sizeof *m->way_of);
	}
	if (m->way_of[last] == 0) {
		w->ways = xgrow(w->ways, &w->capacity, w->count + 1, sizeof *w->ways);
		w->ways[w->count] = (struct chain_way){.last = last};
		m->way_of[last] = (uint32_t)++w->count;
	}
	struct chain_way *way = &w->ways[m->way_of[last] - 1];
	way->count++;
	way->bytes += graph_bytes(m->g, target);
}

static int compare_ways(const void *a, const void *b)
{
	const struct chain_way *left = a, *right = b;
	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	if (left->bytes != right->bytes)
		return left->bytes < right->bytes ? 1 : -1;
	return (left->last > right->last) - (left->last < right->last);
}

void chain_ways_init(struct chain_ways *out, const struct labelled_chains *chains,
		     const node_id *targets, size_t count)
{
	const struct graph *g = chains->snapshot->graph;
	uint32_t *type_names = type_names_new(g);
	struct merging m = {
		.ways = out, .g = g, .chains = chains, .type_names = type_names, .mask = 255};
	*out = (struct chain_ways){.count = 0};
	m.number_of = xcalloc(g->node_count, sizeof *m.number_of);
	m.slots = xcalloc(m.mask + 1, sizeof *m.slots);
	for (size_t i = 0; i < count; i++)
		count_target(&m, targets[i], number_target(&m, targets[i]));
	qsort(out->ways, out->count, sizeof *out->ways, compare_ways);
	free(type_names);
	free(m.number_of);
	free(m.slots);
	free(m.stack);
	free(m.way_of);
}

void chain_ways_release(struct chain_ways *ways)
{
	free(ways->nodes);
	free(ways->ways);
}

size_t chain_way_nodes(const struct chain_ways *ways, const struct chain_way *way, uint32_t **out)
{
	size_t length = 0;
	for (uint32_t n = way->last; n != WAY_NO_PARENT; n = ways->nodes[n].parent)
		length++;
	uint32_t *numbers = xmalloc(length, sizeof *numbers);
	size_t at = length;
	for (uint32_t n = way->last; n != WAY_NO_PARENT; n = ways->nodes[n].parent)
		numbers[--at] = n;
	*out = numbers;
	return length;
}
