/* Containers of the interpreter, walked by their own memory: items in their order, and
 * keys, which tp_traverse passes over where all of them are str. A Python subclass has
 * a prefix (its attributes) before the items; what is predicted for it is compared with
 * what tp_traverse really reports first, and where they differ the object is streamed:
 * tp_traverse's references in its order, without labels. */
#include "agent/walk.h"

#include "agent/names.h"

#define PREFETCH_DISTANCE 12

static const struct hs_slot index_tail[1] = {{HS_TRAVERSED, HS_LABEL_INDEX, {0}, 0}};
static const struct hs_slot uncounted_tail[1] = {{HS_UNCOUNTED, HS_LABEL_INDEX, {0}, 0}};
static const struct hs_slot member_tail[1] = {{HS_TRAVERSED, HS_LABEL_MEMBER, {0}, 0}};

struct stream {
	struct walk *walk;
	PyObject *expected[PREFIX_MAX];
	uint32_t expected_count, met;
	bool differs, only_prefix;
};

static int visit_stream(PyObject *target, void *argument)
{
	struct stream *stream = argument;
	struct walk *walk = stream->walk;
	uint64_t id;

	if (stream->met < stream->expected_count) {
		stream->differs = target != stream->expected[stream->met++];
		if (stream->differs)
			return 1;
		return stream->only_prefix && stream->met == stream->expected_count;
	}
	id = reference_id(walk, target);
	if (id == 0 && walk->labels == HS_LABELS_NONE)
		return 0;
	return row_push(walk, id) != 0 || walk->status != HS_OK;
}

/* Values and __dict__ are not both reported (see places_settle_values). */
static PyObject *prefix_word(const struct places *places, int32_t place)
{
	return place == PLACE_DICT && places->values != NULL ? NULL : place_word(places, place);
}

static void expect_prefix(struct stream *stream, const struct plan *plan,
			  const struct places *places)
{
	stream->expected_count = 0;
	stream->met = 0;
	stream->differs = plan->prefix_count > PREFIX_MAX;
	for (uint32_t i = 0; i < plan->prefix_count && !stream->differs; i++) {
		PyObject *word = prefix_word(places, plan->prefix[i].place);

		if (word != NULL)
			stream->expected[stream->expected_count++] = word;
	}
}

static void push_prefix(struct walk *walk, const struct plan *plan, const struct places *places)
{
	bool dict_visited = places->values == NULL && places->dict_slot != NULL;

	push_extras(walk, plan, places, places->dict_slot, dict_visited ? 1 : 0);
	for (uint32_t i = 0; i < plan->prefix_count; i++)
		row_push(walk, reference_id(walk, prefix_word(places, plan->prefix[i].place)));
}

static void begin_map(struct walk *walk, const struct plan *plan)
{
	slot_map_begin(walk);
	add_fields(walk, plan, plan->extras, plan->extra_count);
	add_fields(walk, plan, plan->prefix, plan->prefix_count);
}

/* Interns with a tail of the given labels, or none at all for labels=False. */
static uint32_t intern_tail(struct walk *walk, const struct plan *plan, const struct hs_slot *tail,
			    uint32_t count)
{
	struct hs_slot plain[3];

	if (walk->labels == HS_LABELS_NONE) {
		for (uint32_t i = 0; i < count; i++)
			plain[i] = (struct hs_slot){tail[i].kind, HS_LABEL_NONE, {0}, 0};
		tail = plain;
		if (count == 1 && tail[0].kind == HS_TRAVERSED)
			count = 0;
	}
	return slot_map_intern(walk, tail, count, plan->type_reference);
}

/* References as tp_traverse reports them, unlabelled. */
static void emit_stream(struct walk *walk, struct plan *plan, PyObject *object)
{
	struct stream stream = {.walk = walk};

	slot_map_begin(walk);
	walk->row.object.slot_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	plan->traverse(object, visit_stream, &stream);
}

static void push_items(struct walk *walk, PyObject *const *items, Py_ssize_t count)
{
	bool keep_empty = walk->labels != HS_LABELS_NONE;

	for (Py_ssize_t i = 0; i < count; i++) {
		uint64_t id;

		if (i + PREFETCH_DISTANCE < count)
			reference_prefetch(items[i + PREFETCH_DISTANCE]);
		id = reference_id(walk, items[i]);

		if ((id != 0 || keep_empty) && row_push(walk, id) != 0)
			return;
	}
}

static void push_set(struct walk *walk, PyObject *object)
{
	const PySetObject *set = (const PySetObject *)object;
	bool keep_empty = walk->labels != HS_LABELS_NONE;

	for (Py_ssize_t i = 0; i <= set->mask; i++) {
		PyObject *key = set->table[i].key;
		uint64_t id;

		if (!set_entry_is_member(&set->table[i]))
			continue;
		id = reference_id(walk, key);
		if ((id != 0 || keep_empty) && row_push(walk, id) != 0)
			return;
	}
}

/* ---- dicts ---- */

static uint32_t split_map(struct walk *walk, const struct plan *plan,
			  const struct dict_entries *entries)
{
	struct key_map *cached = &walk->key_maps[((uintptr_t)entries->keys >> 4) % KEY_MAPS];
	char buffer[NAME_LABEL_BYTES];
	struct hs_text text;

	if (cached->keys == entries->keys && cached->count == entries->count &&
	    cached->plan == plan)
		return cached->map;
	begin_map(walk, plan);
	for (Py_ssize_t i = 0; i < entries->count; i++) {
		PyObject *key = dict_entry_key(entries, i);

		if (key_may_be_named(walk, key) && name_label(key, buffer, &text) >= 0)
			slot_map_add(walk, HS_TRAVERSED, HS_LABEL_ITEM, text, 0);
		else
			slot_map_add(walk, HS_TRAVERSED, HS_LABEL_NONE, (struct hs_text){0}, 0);
	}
	*cached = (struct key_map){entries->keys, entries->count, plan,
				   slot_map_intern(walk, NULL, 0, plan->type_reference)};
	return cached->map;
}

/* The kind of a str key's slot: a reference where strs are in the file. */
static enum hs_reference_kind string_key_kind(const struct walk *walk)
{
	if (!walk->untracked)
		return HS_NAMING;
	return DICT_VISITS_STRING_KEYS ? HS_TRAVERSED : HS_ADDED;
}

static uint32_t items_map(struct walk *walk, struct plan *plan, enum dict_kind kind)
{
	uint32_t *map = kind == DICT_GENERAL ? &plan->general_map : &plan->plain_map;
	struct hs_slot tail[3] = {
		/* OrderedDict: the key as its node owns it */
		{HS_TRAVERSED, HS_LABEL_KEY, {0}, 0},
		{kind == DICT_GENERAL ? HS_TRAVERSED : string_key_kind(walk), HS_LABEL_KEY, {0}, 0},
		{HS_TRAVERSED, HS_LABEL_VALUE, {0}, 0},
	};
	uint32_t first = plan->shape == SHAPE_ORDERED_DICT ? 0 : 1;

	if (*map != MAP_NONE)
		return *map;
	begin_map(walk, plan);
	if (!walk->untracked && walk->labels == HS_LABELS_NONE && kind != DICT_GENERAL)
		*map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	else
		*map = intern_tail(walk, plan, tail + first, 3 - first);
	return *map;
}

static uint64_t key_id(struct walk *walk, PyObject *key, enum dict_kind kind)
{
	bool named = key_text(walk, key);

	if (kind == DICT_GENERAL || walk->untracked)
		return reference_id(walk, key);
	return named ? (uint64_t)(uintptr_t)key : 0;
}

static void push_dict(struct walk *walk, const struct plan *plan,
		      const struct dict_entries *entries)
{
	bool values_only =
		!walk->untracked && walk->labels == HS_LABELS_NONE && entries->kind != DICT_GENERAL;

	for (Py_ssize_t i = 0; i < entries->count && walk->status == HS_OK; i++) {
		PyObject *value = dict_entry_value(entries, i);

		if (entries->kind == DICT_SPLIT) {
			row_push(walk, reference_id(walk, value));
			continue;
		}
		if (value == NULL)
			continue;
		if (values_only) {
			uint64_t id = reference_id(walk, value);

			if (id != 0)
				row_push(walk, id);
			continue;
		}
		if (plan->shape == SHAPE_ORDERED_DICT)
			row_push(walk, reference_id(walk, dict_entry_key(entries, i)));
		row_push(walk, key_id(walk, dict_entry_key(entries, i), entries->kind));
		row_push(walk, reference_id(walk, value));
	}
}

/* See interned.c: no key is named, and no reference counted. */
static void emit_interned(struct walk *walk, const struct plan *plan, PyObject *object)
{
	static const struct hs_slot tail[1] = {{HS_UNCOUNTED, HS_LABEL_NONE, {0}, 0}};
	struct dict_entries entries;

	slot_map_begin(walk);
	walk->row.object.slot_map = slot_map_intern(walk, tail, 1, plan->type_reference);
	dict_entries_of(object, &entries);
	for (Py_ssize_t i = 0; i < entries.count && walk->status == HS_OK; i++) {
		uint64_t id = reference_id(walk, dict_entry_value(&entries, i));

		if (id != 0)
			row_push(walk, id);
	}
}

/* A tuple that the compiler laid out never took a reference to None, True or False. */
static bool all_static(PyObject *tuple)
{
	for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++)
		if (!object_is_static(PyTuple_GET_ITEM(tuple, i)))
			return false;
	return true;
}

static void emit_dict(struct walk *walk, struct plan *plan, PyObject *object,
		      const struct places *places)
{
	struct dict_entries entries;

	if (object == walk->known->interned) {
		emit_interned(walk, plan, object);
		return;
	}
	dict_entries_of(object, &entries);
	if (entries.embedded) {
		/* Whose values are these? tp_traverse knows. */
		struct stream stream = {.walk = walk, .expected_count = 1, .only_prefix = true};

		plan->traverse(object, visit_stream, &stream);
		if (stream.met == 0)
			entries.count = 0;
	}
	walk->row.object.slot_map = entries.kind == DICT_SPLIT
					    ? split_map(walk, plan, &entries)
					    : items_map(walk, plan, entries.kind);
	if (walk->row.object.slot_map == MAP_NONE) {
		emit_stream(walk, plan, object);
		return;
	}
	push_prefix(walk, plan, places);
	push_dict(walk, plan, &entries);
}

/* ---- all of them ---- */

/* Whether tp_traverse begins with the references predicted. */
static bool prefix_fits(struct stream *stream, const struct plan *plan, PyObject *object,
			const struct places *places)
{
	stream->only_prefix = true;
	expect_prefix(stream, plan, places);
	if (stream->expected_count > 0 && !stream->differs)
		plan->traverse(object, visit_stream, stream);
	return !stream->differs && stream->met == stream->expected_count;
}

static const struct hs_slot *tail_of(const struct plan *plan)
{
	return plan->shape == SHAPE_SET ? member_tail : index_tail;
}

void emit_container(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags)
{
	struct places places;
	struct stream stream;

	row_begin(walk, object, plan, flags);
	places_of(plan, object, &places);
	stream.walk = walk;
	if (!prefix_fits(&stream, plan, object, &places)) {
		bool had_values = places.values != NULL;

		places_drop_values(&places);
		if (!had_values || !prefix_fits(&stream, plan, object, &places)) {
			emit_stream(walk, plan, object);
			row_end(walk);
			return;
		}
	}
	if (plan->shape == SHAPE_DICT || plan->shape == SHAPE_ORDERED_DICT) {
		emit_dict(walk, plan, object, &places);
		row_end(walk);
		return;
	}
	if (plan->plain_map == MAP_NONE) {
		begin_map(walk, plan);
		plan->plain_map = intern_tail(walk, plan, tail_of(plan), 1);
	}
	walk->row.object.slot_map = plan->plain_map;
	if (plan->shape == SHAPE_TUPLE && object_is_static(object) && !all_static(object)) {
		begin_map(walk, plan);
		walk->row.object.slot_map = intern_tail(walk, plan, uncounted_tail, 1);
	}
	push_prefix(walk, plan, &places);
	if (plan->shape == SHAPE_LIST) {
		push_items(walk, ((PyListObject *)(void *)object)->ob_item,
			   ((PyVarObject *)object)->ob_size);
	} else if (plan->shape == SHAPE_TUPLE) {
		push_items(walk, ((PyTupleObject *)(void *)object)->ob_item,
			   ((PyVarObject *)object)->ob_size);
	} else if (plan->shape == SHAPE_SET) {
		push_set(walk, object);
	} else {
		stream.met = 0;
		stream.only_prefix = false;
		plan->traverse(object, visit_stream, &stream);
	}
	row_end(walk);
}
