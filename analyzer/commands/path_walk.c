/* Paths are followed over slots, not over edges: two names may lead to one object, and
 * only the slots know both.
 *
 * A step is one scan of the sources' rows; an attribute is two, for the object itself
 * and for the namespace that its ".__dict__" leads to. A repeated step goes on until it
 * leads to nothing new, so it ends on rings too; it costs one scan of all rows. */
#include "analyzer/commands/path_walk.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/graph/slot_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct walk_context {
	struct path_walk *walk;
	const struct path_step *step;
	struct node_set *found;
	struct node_set *namespaces; /* NULL while in namespaces, or where none are wanted */
	name_visitor *visit_name;
	void *name_context;
};

enum hs_status path_walk_init(struct path_walk *walk, const struct graph *g, struct hs_error *err)
{
	walk->g = g;
	text_map_init(&walk->texts);
	enum hs_status status = text_map_read(&walk->texts, g->reader, 1u << HS_TEXT_KEY, err);
	if (status != HS_OK)
		text_map_release(&walk->texts);
	return status;
}

void path_walk_release(struct path_walk *walk)
{
	text_map_release(&walk->texts);
}

static const char *key_text(const struct path_walk *walk, uint64_t key)
{
	uint32_t number = text_map_find(&walk->texts, key, HS_TEXT_KEY);
	return number == TEXT_MAP_NONE ? NULL : walk->texts.texts[number];
}

static bool equals(const char *text, size_t size, const struct path_step *step)
{
	return text != NULL && size == step->size && memcmp(text, step->text, size) == 0;
}

/* A key that was cut is only found as what it is printed as: its beginning and an
 * ellipsis, which means all keys that begin so. */
static bool is_key(const char *key, const struct path_step *step)
{
	const size_t mark = sizeof TEXT_ELLIPSIS - 1;
	size_t length = strlen(key), size = text_key_bytes(key, length);
	if (size == length)
		return equals(key, length, step);
	return step->size == size + mark && memcmp(step->text, key, size) == 0 &&
	       memcmp(step->text + size, TEXT_ELLIPSIS, mark) == 0;
}

/* Whether the slot is an item (of a dict) with the step's text as its key. */
static bool is_item(const struct path_walk *walk, const struct slot_visit *visit,
		    const struct path_step *step)
{
	if (visit->slot.label == HS_LABEL_ITEM)
		return equals(visit->slot.text.data, visit->slot.text.length, step);
	if (visit->slot.label != HS_LABEL_VALUE)
		return false;
	const char *key = key_text(walk, visit->key);
	return key != NULL && is_key(key, step);
}

/* Whether the slot is an item of a dict with this int as its key. */
static bool is_numbered(const struct path_walk *walk, const struct slot_visit *visit,
			uint64_t number)
{
	char text[sizeof TEXT_LITERAL + 24];
	const char *key = visit->slot.label == HS_LABEL_VALUE ? key_text(walk, visit->key) : NULL;
	if (key == NULL)
		return false;
	snprintf(text, sizeof text, TEXT_LITERAL "%" PRIu64, number);
	return strcmp(key, text) == 0;
}

static bool is_any(enum hs_label_kind label)
{
	return label == HS_LABEL_INDEX || label == HS_LABEL_ITEM || label == HS_LABEL_VALUE ||
	       label == HS_LABEL_NONE;
}

static bool slot_matches(const struct path_walk *walk, const struct slot_visit *visit,
			 const struct path_step *step)
{
	const struct hs_slot *slot = &visit->slot;
	switch (step->kind) {
	case STEP_ATTR:
		return slot->label == HS_LABEL_ATTR &&
		       equals(slot->text.data, slot->text.length, step);
	case STEP_ITEM:
		return is_item(walk, visit, step);
	case STEP_INDEX:
		return (slot->label == HS_LABEL_INDEX && slot->number == step->number) ||
		       is_numbered(walk, visit, step->number);
	case STEP_ANY:
		return is_any(slot->label);
	case STEP_MEMBER:
		return slot->label == HS_LABEL_MEMBER;
	case STEP_KEY:
		return slot->label == HS_LABEL_KEY;
	case STEP_LOCAL:
		return slot->label == HS_LABEL_LOCAL &&
		       equals(slot->text.data, slot->text.length, step);
	case STEP_FIELD:
		return slot->label == HS_LABEL_FIELD &&
		       equals(slot->text.data, slot->text.length, step);
	case STEP_OFFSET:
		return slot->label == HS_LABEL_OFFSET && slot->number == step->number;
	}
	return false;
}

static bool is_namespace_slot(const struct slot_visit *visit)
{
	static const char name[] = "__dict__";
	return visit->slot.label == HS_LABEL_ATTR && visit->slot.text.length == sizeof name - 1 &&
	       memcmp(visit->slot.text.data, name, sizeof name - 1) == 0;
}

static void visit_object(void *context, const struct slot_visit *visit)
{
	struct walk_context *c = context;
	if (visit->slot.kind == HS_WEAK)
		return;
	if (slot_matches(c->walk, visit, c->step))
		node_set_add(c->found, visit->target);
	if (c->namespaces != NULL && is_namespace_slot(visit))
		node_set_add(c->namespaces, visit->target);
}

static void visit_namespace(void *context, const struct slot_visit *visit)
{
	struct walk_context *c = context;
	if (is_item(c->walk, visit, c->step))
		node_set_add(c->found, visit->target);
}

/* One step from all of `from` into `to`. */
static enum hs_status step_once(struct path_walk *walk, const struct path_step *step,
				const struct node_set *from, struct node_set *to,
				struct hs_error *err)
{
	struct walk_context c = {.walk = walk, .step = step, .found = to};
	if (step->kind != STEP_ATTR)
		return slot_scan(walk->g, &from->members, visit_object, &c, err);
	struct node_set namespaces;
	node_set_init(&namespaces, walk->g);
	c.namespaces = &namespaces;
	enum hs_status status = slot_scan(walk->g, &from->members, visit_object, &c, err);
	if (status == HS_OK && namespaces.count > 0)
		status = slot_scan(walk->g, &namespaces.members, visit_namespace, &c, err);
	node_set_release(&namespaces);
	return status;
}

/* A slot that matches, or that leads from an object to its namespace. */
struct walk_pair {
	node_id source, target;
	bool from_namespace; /* an item of the namespace `source` */
	bool to_namespace;
};

struct pair_list {
	struct path_walk *walk;
	const struct path_step *step;
	struct walk_pair *pairs;
	size_t count, capacity;
};

static void collect_pair(void *context, const struct slot_visit *visit)
{
	struct pair_list *list = context;
	bool wants_attribute = list->step->kind == STEP_ATTR;
	bool matches = slot_matches(list->walk, visit, list->step);
	struct walk_pair pair = {.source = visit->source, .target = visit->target};
	if (visit->slot.kind == HS_WEAK)
		return;
	pair.to_namespace = wants_attribute && !matches && is_namespace_slot(visit);
	pair.from_namespace = wants_attribute && is_item(list->walk, visit, list->step);
	if (!matches && !pair.to_namespace && !pair.from_namespace)
		return;
	list->pairs = xgrow(list->pairs, &list->capacity, list->count + 1, sizeof *list->pairs);
	list->pairs[list->count++] = pair;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct walk_pair *left = a, *right = b;
	if (left->source != right->source)
		return left->source < right->source ? -1 : 1;
	return (left->target > right->target) - (left->target < right->target);
}

/* The first pair of a source, or list->count. */
static size_t find_pairs(const struct pair_list *list, node_id source)
{
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list->pairs[middle].source < source)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void follow_pairs(const struct pair_list *list, node_id source, bool as_namespace,
			 struct node_set *found, struct node_set *namespaces)
{
	for (size_t i = find_pairs(list, source);
	     i < list->count && list->pairs[i].source == source; i++)
		if (list->pairs[i].from_namespace == as_namespace)
			node_set_add(list->pairs[i].to_namespace ? namespaces : found,
				     list->pairs[i].target);
}

/* The closure: all slots that match are collected in one scan of the heap and then
 * followed, since a scan for each step of a list of a million would never end. */
static enum hs_status step_repeatedly(struct path_walk *walk, const struct path_step *step,
				      const struct node_set *from, struct node_set *found,
				      struct hs_error *err)
{
	struct node_set namespaces;
	struct pair_list list = {.walk = walk, .step = step};
	enum hs_status status = slot_scan(walk->g, NULL, collect_pair, &list, err);
	if (list.count > 0)
		qsort(list.pairs, list.count, sizeof *list.pairs, compare_pairs);
	node_set_init(&namespaces, walk->g);
	for (size_t i = 0; i < from->count; i++)
		follow_pairs(&list, from->nodes[i], false, found, &namespaces);
	for (size_t f = 0, n = 0; f < found->count || n < namespaces.count;) {
		if (n < namespaces.count)
			follow_pairs(&list, namespaces.nodes[n++], true, found, &namespaces);
		else
			follow_pairs(&list, found->nodes[f++], false, found, &namespaces);
	}
	node_set_release(&namespaces);
	free(list.pairs);
	return status;
}

enum hs_status path_walk_step(struct path_walk *walk, const struct path_step *step,
			      struct node_set *nodes, struct hs_error *err)
{
	struct node_set found;
	node_set_init(&found, walk->g);
	enum hs_status status = step->repeats ? step_repeatedly(walk, step, nodes, &found, err)
					      : step_once(walk, step, nodes, &found, err);
	node_set_release(nodes);
	*nodes = found;
	return status;
}

static void visit_anywhere(void *context, const struct slot_visit *visit)
{
	struct walk_context *c = context;
	if (visit->slot.kind == HS_WEAK)
		return;
	if (slot_matches(c->walk, visit, c->step) ||
	    (c->step->kind == STEP_ATTR && is_item(c->walk, visit, c->step)))
		node_set_add(c->found, visit->target);
}

enum hs_status path_walk_find(struct path_walk *walk, const struct path_step *step,
			      struct node_set *found, struct hs_error *err)
{
	struct walk_context c = {.walk = walk, .step = step, .found = found};
	return slot_scan(walk->g, NULL, visit_anywhere, &c, err);
}

static void visit_name(void *context, const struct slot_visit *visit)
{
	struct walk_context *c = context;
	const struct hs_slot *slot = &visit->slot;
	if (c->namespaces != NULL && is_namespace_slot(visit)) {
		node_set_add(c->namespaces, visit->target);
	} else if (slot->text.length > 0) {
		c->visit_name(c->name_context, slot->text.data, slot->text.length);
	} else if (slot->label == HS_LABEL_VALUE) {
		const char *key = key_text(c->walk, visit->key);
		if (key != NULL && !text_key_is_literal(key, strlen(key)))
			c->visit_name(c->name_context, key, strlen(key));
	}
}

enum hs_status path_walk_names(struct path_walk *walk, const struct node_set *nodes,
			       name_visitor *visit, void *context, struct hs_error *err)
{
	struct node_set namespaces;
	struct walk_context c = {.walk = walk, .visit_name = visit, .name_context = context};
	node_set_init(&namespaces, walk->g);
	c.namespaces = &namespaces;
	enum hs_status status = slot_scan(walk->g, &nodes->members, visit_name, &c, err);
	c.namespaces = NULL;
	if (status == HS_OK && namespaces.count > 0)
		status = slot_scan(walk->g, &namespaces.members, visit_name, &c, err);
	node_set_release(&namespaces);
	return status;
}
