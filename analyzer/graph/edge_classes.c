/* The normalised labels of the edges of a search tree.
 *
 * One walk over all rows. A slot counts if the search went along it (the parent of its
 * target is the row's node); of several to one target the most readable is taken. The
 * class of a slot depends on its slot map alone, so it is made once for each slot of each
 * map and remembered. The exception are items of namespaces: their class is that of their
 * key, known by id, and gets its text at the end from the text frames.
 *
 * Whether a namespace was reached through its owner's ".__dict__" may become known after
 * its items were met. So they are given the name first, and afterwards those whose dict was
 * reached otherwise fall back to "[*]".
 *
 * Cost: decoding all object frames once more; 4 bytes a node kept, 1 while it runs. */
#include "analyzer/graph/edge_classes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/base/interner.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/graph/row_walk.h"
#include "analyzer/graph/slot_readability.h"
#include "analyzer/graph/text_map.h"

#define READABILITY_NONE 255
#define BY_KEY 0x80000000u /* below it: the number of a text in `keys` */
#define UNSET UINT32_MAX
#define CLASS_TEXT_MAX 160 /* longer names are cut: they are no identifiers that anybody reads */

struct classing {
	const struct graph *g;
	const node_id *parents;
	uint32_t *classes;
	uint8_t *readabilities;
	struct interner texts;
	struct text_map keys;
	uint32_t *slot_classes; /* as slot_kinds.kinds: by slot of head and tail of each map */
	struct row_walk walk;
};

static void add_fixed(struct interner *texts)
{
	static const char *const fixed[EDGE_CLASS_FIXED] = {
		"", "[*]", "{*}", " key", ".__dict__", ".__class__",
	};

	for (unsigned i = 0; i < EDGE_CLASS_FIXED; i++)
		interner_add(texts, fixed[i], strlen(fixed[i]));
}

static bool is_identifier(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool letter =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return length > 0;
}

/* The class of a prefix and a name: "[*]" where the name is none that a program spells. */
static uint32_t add_named(struct interner *texts, const char *prefix, const char *name,
			  size_t length)
{
	char text[CLASS_TEXT_MAX];
	size_t prefix_length = strlen(prefix);

	if (!is_identifier(name, length))
		return EDGE_CLASS_ANY;
	if (length > sizeof(text) - prefix_length)
		length = sizeof(text) - prefix_length;
	memcpy(text, prefix, prefix_length);
	memcpy(text + prefix_length, name, length);
	return interner_add(texts, text, prefix_length + length);
}

/* A key of a namespace, NULL: not in the file. */
static uint32_t add_key(struct interner *texts, const char *key)
{
	if (key == NULL || text_key_is_literal(key, strlen(key)))
		return EDGE_CLASS_ANY;
	size_t length = strlen(key), whole = text_key_bytes(key, length);
	if (whole == length)
		return add_named(texts, ".", key, length);
	char *cut = xmalloc(whole + sizeof(TEXT_ELLIPSIS), 1);
	memcpy(cut, key, whole);
	memcpy(cut + whole, TEXT_ELLIPSIS, sizeof(TEXT_ELLIPSIS));
	uint32_t number = add_named(texts, ".", cut, whole + sizeof(TEXT_ELLIPSIS) - 1);
	free(cut);
	return number;
}

static uint32_t class_of_slot(struct classing *c, const struct hs_slot *slot, bool in_namespace)
{
	char offset[32];

	switch (slot->label) {
	case HS_LABEL_ATTR:
		return add_named(&c->texts, ".", slot->text.data, slot->text.length);
	case HS_LABEL_ITEM:
		if (!in_namespace)
			return EDGE_CLASS_ANY;
		return add_named(&c->texts, ".", slot->text.data, slot->text.length);
	case HS_LABEL_LOCAL:
		return add_named(&c->texts, " local ", slot->text.data, slot->text.length);
	case HS_LABEL_FIELD:
		return add_named(&c->texts, " +", slot->text.data, slot->text.length);
	case HS_LABEL_KEY:
		return EDGE_CLASS_KEY;
	case HS_LABEL_MEMBER:
		return EDGE_CLASS_MEMBER;
	case HS_LABEL_OFFSET:
		snprintf(offset, sizeof(offset), " +0x%x", slot->number);
		return interner_add(&c->texts, offset, strlen(offset));
	default:
		return EDGE_CLASS_ANY;
	}
}

/* The class of slot `i` of the walk's row. */
static uint32_t class_at(struct classing *c, const struct hs_slot *slot, uint32_t i)
{
	const struct hs_row *row = &c->walk.row;
	const struct slot_pattern *pattern = &c->walk.kinds.patterns[row->object.slot_map];
	uint64_t position = row->start + i;
	bool in_namespace = bitset_has(&c->g->namespaces, c->walk.node);

	if (slot->label == HS_LABEL_VALUE) {
		uint64_t key = i > 0 ? row->slots[i - 1] : c->walk.slot_before;
		if (!in_namespace || key == 0)
			return EDGE_CLASS_ANY;
		return BY_KEY | text_map_want(&c->keys, key, HS_TEXT_KEY);
	}
	if (slot->label == HS_LABEL_ITEM || slot->label == HS_LABEL_NONE)
		return class_of_slot(c, slot, in_namespace);
	if (position >= pattern->head_count)
		position = pattern->head_count +
			   (pattern->tail_count
				    ? (position - pattern->head_count) % pattern->tail_count
				    : 0);
	uint32_t *known = &c->slot_classes[pattern->first + position];
	if (*known == UNSET)
		*known = class_of_slot(c, slot, in_namespace);
	return *known;
}

static void read_row(struct classing *c)
{
	const struct hs_row *row = &c->walk.row;
	const struct hs_slot_map *map = hs_reader_slot_map(c->g->reader, row->object.slot_map);

	for (uint32_t i = 0; i < row->count; i++) {
		node_id target = c->walk.targets[i];
		if (target == NODE_NONE || c->parents[target] != c->walk.node)
			continue;
		struct hs_slot slot;
		hs_slot_at(map, row->start + i, &slot);
		uint8_t readability = slot_readability(slot.label);
		if (readability >= c->readabilities[target])
			continue;
		c->readabilities[target] = readability;
		c->classes[target] = class_at(c, &slot, i);
	}
}

static enum hs_status read_rows(struct classing *c, struct hs_error *err)
{
	uint32_t frame_count = hs_reader_frame_count(c->g->reader);

	for (uint32_t i = 0; i < frame_count; i++) {
		if (hs_reader_frame_info(c->g->reader, i)->kind != HS_FRAME_OBJECTS)
			continue;
		int status = row_walk_start(&c->walk, i, err);
		while (status == HS_OK && (status = row_walk_next(&c->walk, err)) == 1) {
			read_row(c);
			status = HS_OK;
		}
		if (status < 0)
			return (enum hs_status)status;
	}
	return HS_OK;
}

/* Classes by key become classes by text; edges without a slot are those to types. */
static void settle(struct classing *c)
{
	const struct graph *g = c->g;
	uint32_t *key_classes = xmalloc(c->keys.count, sizeof(*key_classes));

	for (uint32_t i = 0; i < c->keys.count; i++) {
		key_classes[i] = add_key(&c->texts, c->keys.texts[i]);
	}
	for (node_id n = 0; n < g->node_count; n++) {
		if (c->parents[n] == NODE_NONE)
			c->classes[n] = EDGE_CLASS_NONE;
		else if (c->readabilities[n] == READABILITY_NONE)
			c->classes[n] = EDGE_CLASS_TYPE;
		else if (c->classes[n] & BY_KEY)
			c->classes[n] = key_classes[c->classes[n] & ~BY_KEY];
	}
	free(key_classes);
	for (node_id n = 0; n < g->node_count; n++) {
		node_id parent = c->parents[n];
		if (parent != NODE_NONE && c->classes[n] >= EDGE_CLASS_FIXED &&
		    bitset_has(&g->namespaces, parent) && c->classes[parent] != EDGE_CLASS_DICT)
			c->classes[n] = EDGE_CLASS_ANY;
	}
}

static uint32_t *unset_slot_classes(const struct graph *g)
{
	size_t total = 1;

	for (uint32_t i = 0; i < hs_reader_slot_map_count(g->reader); i++) {
		const struct hs_slot_map *map = hs_reader_slot_map(g->reader, i);
		total += (size_t)map->head_count + map->tail_count;
	}
	uint32_t *classes = xmalloc(total, sizeof(*classes));
	memset(classes, 0xff, total * sizeof(*classes));
	return classes;
}

enum hs_status edge_classes_init(struct edge_classes *out, const struct graph *g,
				 const node_id *parents, struct hs_error *err)
{
	struct classing c = {.g = g, .parents = parents};
	enum hs_status status = row_walk_init(&c.walk, g, err);

	if (status != HS_OK)
		return status;
	c.classes = xcalloc(g->node_count, sizeof(*c.classes));
	c.readabilities = xmalloc(g->node_count, 1);
	memset(c.readabilities, READABILITY_NONE, g->node_count);
	c.slot_classes = unset_slot_classes(g);
	interner_init(&c.texts);
	text_map_init(&c.keys);
	add_fixed(&c.texts);

	status = read_rows(&c, err);
	if (status == HS_OK && c.keys.count > 0)
		status = text_map_read(&c.keys, g->reader, 0, err);
	if (status == HS_OK)
		settle(&c);
	text_map_release(&c.keys);
	row_walk_release(&c.walk);
	free(c.slot_classes);
	free(c.readabilities);
	if (status != HS_OK) {
		free(c.classes);
		interner_release(&c.texts);
		return status;
	}
	out->classes = c.classes;
	out->texts = c.texts;
	return HS_OK;
}

void edge_classes_release(struct edge_classes *classes)
{
	free(classes->classes);
	interner_release(&classes->texts);
}
