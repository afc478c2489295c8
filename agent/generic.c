/* Objects whose references only tp_traverse knows. It reports pointers without a word
 * about where they stand, so each is looked for among the object's own words (fields,
 * inline attribute values, the __dict__ pointer); the words found, in that order, are
 * the type's template. Of the next object of the type it is only checked that its words
 * are what tp_traverse reported, NULLs left out; where not, the template is learnt
 * again, together with the old one where their orders agree. Cost: one comparison a
 * reference; a scan of the object's words while learning. */
#include "agent/walk.h"

#include <string.h>

#include "agent/names.h"
#include "agent/shared_keys.h"

#define PLACES_MAX 1024u

static int visit_push(PyObject *target, void *argument)
{
	struct walk *walk = argument;
	uint64_t id = reference_id(walk, target);

	if (id != 0)
		row_push(walk, id);
	return walk->status != HS_OK;
}

/* Words searched for one reference: places already taken are passed over. */
struct search {
	const struct plan *plan;
	const struct places *places;
	size_t extent; /* bytes of the object */
	size_t locals; /* of a frame or generator: where its locals begin; else 0 */
	uint64_t taken[PLACES_MAX / 64];
	uint64_t values_taken[4];
	bool type_taken, dict_taken;
};

static bool take(uint64_t *bits, size_t index)
{
	if (bits[index / 64] >> (index % 64) & 1)
		return false;
	bits[index / 64] |= (uint64_t)1 << (index % 64);
	return true;
}

static int32_t find_place(struct search *search, const PyObject *target)
{
	const struct places *places = search->places;
	size_t words = search->extent / sizeof(PyObject *);
	PyObject **object = (PyObject **)(void *)places->object;

	for (Py_ssize_t i = 0; i < places->value_count && i < 256; i++)
		if (places->values[i] == target && take(search->values_taken, (size_t)i))
			return PLACE_VALUES + (int32_t)i;
	if (places->dict_slot != NULL && *places->dict_slot == target && !search->dict_taken) {
		search->dict_taken = true;
		return PLACE_DICT;
	}
	for (size_t i = sizeof(PyObject) / sizeof(PyObject *); i < words && i < PLACES_MAX; i++) {
		PyObject *word = object[i];

		if (search->locals != 0)
			word = frame_field_is_unvisited(i * sizeof word, search->locals)
				       ? NULL
				       : stack_reference_object(word);
		if (word == target && (char *)&object[i] != (char *)places->dict_slot &&
		    take(search->taken, i))
			return (int32_t)(i * sizeof(PyObject *));
	}
	if (target == (PyObject *)(void *)search->plan->type && !search->type_taken) {
		search->type_taken = true;
		return PLACE_TYPE;
	}
	return PLACE_NONE;
}

/* ---- templates ---- */

/* What stands at the template's places, into walk->words; how many of the reported
 * references that explains, or -1 where it does not fit. */
static int match(struct walk *walk, const struct plan *plan, const struct places *places)
{
	PyObject **words = walk->words;
	uint32_t met = 0;

	for (uint32_t i = 0; i < plan->template_count; i++) {
		int32_t place = plan->template[i].place;

		if (place == PLACE_NONE) {
			words[i] = met < walk->raw_count ? walk->raw[met++] : NULL;
			continue;
		}
		words[i] = place_word(places, place);
		if (words[i] == NULL)
			continue;
		if (met == walk->raw_count || words[i] != walk->raw[met])
			return -1;
		words[i] = walk->raw[met++];
	}
	return met == walk->raw_count || plan->template_open ? (int)met : -1;
}

struct sequence {
	struct field fields[TEMPLATE_MAX];
	uint32_t count;
	bool open; /* references follow whose place is not known */
};

static void append(struct sequence *sequence, int32_t place, const char *name)
{
	if (sequence->count < TEMPLATE_MAX)
		sequence->fields[sequence->count++] = (struct field){place, HS_TRAVERSED, name};
	else
		sequence->open = true;
}

/* Values not set stand between those that are: their slots are kept, empty. One that is set
 * and not reported yet comes in its turn. */
static void append_values_before(struct sequence *sequence, const struct places *places,
				 Py_ssize_t *next, Py_ssize_t limit)
{
	for (; *next < limit && *next < places->value_count; (*next)++)
		if (places->values[*next] == NULL)
			append(sequence, PLACE_VALUES + (int32_t)*next, NULL);
}

static size_t object_extent(const struct plan *plan, PyObject *object, PyCodeObject **code,
			    size_t *locals)
{
	size_t extent = plan->extent;
	bool owns = true;

	*code = NULL;
	*locals = 0;
	if (plan->shape != SHAPE_FRAME)
		return extent;
	if (PyFrame_Check(object)) {
		*code = frame_code(object, &owns);
		*locals = frame_locals_offset(object);
	} else {
		*code = generator_frame_code(object);
		*locals = extent;
	}
	if (*code == NULL || !owns) {
		*code = NULL;
		return extent;
	}
	return *locals +
	       frame_used_slots(object, *code, (const char *)object + *locals) * sizeof(PyObject *);
}

static void find_sequence(struct walk *walk, const struct plan *plan, const struct places *places,
			  size_t extent, size_t locals, struct sequence *sequence)
{
	struct search search = {.plan = plan, .places = places, .extent = extent, .locals = locals};
	Py_ssize_t next_value = 0;

	sequence->count = 0;
	sequence->open = false;
	for (uint32_t i = 0; i < walk->raw_count && sequence->count < TEMPLATE_MAX; i++) {
		int32_t place = find_place(&search, walk->raw[i]);

		if (place >= PLACE_VALUES && place < PLACE_NONE &&
		    place - PLACE_VALUES >= next_value) {
			append_values_before(sequence, places, &next_value, place - PLACE_VALUES);
			next_value = place - PLACE_VALUES + 1;
		} else if (next_value > 0) {
			append_values_before(sequence, places, &next_value, PY_SSIZE_T_MAX);
		}
		append(sequence, place, field_name(plan, place));
	}
	if (next_value > 0)
		append_values_before(sequence, places, &next_value, PY_SSIZE_T_MAX);
	while (sequence->count > 0 && sequence->fields[sequence->count - 1].place == PLACE_NONE) {
		sequence->count--;
		sequence->open = true;
	}
}

/* The old template and the new sequence in one, where they agree on the order. */
static bool merge(const struct plan *plan, const struct sequence *sequence, struct sequence *out)
{
	uint32_t cursor = 0;

	out->count = 0;
	out->open = sequence->open || plan->template_open;
	for (uint32_t i = 0; i < sequence->count; i++) {
		int32_t place = sequence->fields[i].place;
		uint32_t found = 0;

		while (found < plan->template_count && plan->template[found].place != place)
			found++;
		if (place == PLACE_NONE || (found < cursor && found < plan->template_count))
			return false;
		if (found < plan->template_count) {
			for (; cursor < found; cursor++)
				append(out, plan->template[cursor].place,
				       plan->template[cursor].name);
			cursor++;
		}
		append(out, place, sequence->fields[i].name);
	}
	for (; cursor < plan->template_count; cursor++)
		append(out, plan->template[cursor].place, plan->template[cursor].name);
	for (uint32_t i = 0; i < out->count; i++)
		if (out->fields[i].place == PLACE_NONE)
			return false;
	return out->count < TEMPLATE_MAX;
}

static uint32_t sequence_map(struct walk *walk, const struct plan *plan,
			     const struct sequence *sequence)
{
	slot_map_begin(walk);
	add_fields(walk, plan, plan->extras, plan->extra_count);
	add_fields(walk, plan, sequence->fields, sequence->count);
	return slot_map_intern(walk, NULL, 0, plan->type_reference);
}

static bool keep_template(struct walk *walk, struct plan *plan, const struct sequence *sequence)
{
	if (sequence->count > plan->template_room) {
		struct field *room = arena_take(&walk->arena, sequence->count * 2 * sizeof *room);

		if (room == NULL)
			return false;
		plan->template = room;
		plan->template_room = sequence->count * 2;
	}
	if (sequence->count > 0)
		memcpy(plan->template, sequence->fields, sequence->count * sizeof *plan->template);
	plan->template_count = sequence->count;
	plan->template_open = sequence->open;
	plan->template_map = sequence_map(walk, plan, sequence);
	plan->shared_keys_map = MAP_NONE;
	return true;
}

/* After the first object of a C heap type: does its tp_traverse report the type? */
static void probe_type(struct plan *plan, const struct sequence *sequence)
{
	for (uint32_t i = 0; i < sequence->count; i++)
		if (sequence->fields[i].place == PLACE_TYPE)
			plan->type_reference = HS_TYPE_REFERENCE_IN_ROW;
	plan->type_probed = true;
}

/* ---- rows ---- */

/* No room for the kinds of a frame's references: none is taken off a refcount, so that
 * nothing alive is taken for garbage. */
static const struct hs_slot uncounted_tail[1] = {{HS_UNCOUNTED, HS_LABEL_NONE, {0}, 0}};

/* Too many references for a template, or no room for labels: in the order reported. */
static void emit_unlabelled(struct walk *walk, struct plan *plan, PyObject *object,
			    const struct places *places)
{
	if (plan->shape == SHAPE_FRAME && FRAMES_MAY_BORROW) {
		slot_map_begin(walk);
		walk->row.object.slot_map =
			slot_map_intern(walk, uncounted_tail, 1, plan->type_reference);
		plan->traverse(object, visit_push, walk);
		return;
	}
	if (plan->plain_map == MAP_NONE) {
		slot_map_begin(walk);
		add_fields(walk, plan, plan->extras, plan->extra_count);
		plan->plain_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	}
	if (plan->plain_map != MAP_NONE) {
		walk->row.object.slot_map = plan->plain_map;
		push_extras(walk, plan, places, walk->raw, walk->raw_count);
	} else {
		slot_map_begin(walk);
		walk->row.object.slot_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	}
	plan->traverse(object, visit_push, walk);
}

static void push_words(struct walk *walk, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		row_push(walk, reference_id(walk, walk->words[i]));
}

static void push_rest(struct walk *walk, uint32_t from)
{
	for (uint32_t i = from; i < walk->raw_count; i++) {
		uint64_t id = reference_id(walk, walk->raw[i]);

		if (id != 0)
			row_push(walk, id);
	}
}

/* Whether the reference at `place` of a frame or generator owns no count. What is
 * immortal owns none anywhere, and is as good as owned. */
static bool is_borrowed(const struct plan *plan, const struct places *places, int32_t place)
{
	PyObject *word;

	if (plan->shape != SHAPE_FRAME || place >= PLACE_VALUES)
		return false;
	word = place_word(places, place);
	return stack_reference_is_borrowed(word) &&
	       !object_is_immortal(stack_reference_object(word));
}

/* What the thing is called for which a generator or coroutine waits. */
static const char *awaited_name(const struct plan *plan)
{
	if (plan->type == &PyCoro_Type)
		return "cr_await";
	return plan->type == &PyAsyncGen_Type ? "ag_await" : "gi_yieldfrom";
}

/* Labels found for this object alone. */
static void emit_single(struct walk *walk, struct plan *plan, PyObject *object,
			const struct places *places, struct sequence *sequence,
			const PyCodeObject *code, size_t locals)
{
	char buffer[NAME_LABEL_BYTES];
	struct hs_text text;
	int32_t awaited =
		code == NULL || PyFrame_Check(object) ? 0 : generator_awaited_place(object, code);
	uint32_t met = 0;
	uint32_t map;

	slot_map_begin(walk);
	add_fields(walk, plan, plan->extras, plan->extra_count);
	for (uint32_t i = 0; i < sequence->count; i++) {
		const struct field *field = &sequence->fields[i];
		enum hs_reference_kind kind =
			is_borrowed(plan, places, field->place) ? HS_UNCOUNTED : HS_TRAVERSED;
		bool in_frame = code != NULL && field->place < PLACE_VALUES &&
				field->place >= (int32_t)locals;
		PyObject *name = NULL;

		if (in_frame)
			name = code_local_name(code, ((size_t)field->place - locals) /
							     sizeof(PyObject *));
		if (name != NULL && name_label(name, buffer, &text) > 0)
			slot_map_add(walk, kind, HS_LABEL_LOCAL, text, 0);
		else if (in_frame)
			add_named(walk, kind,
				  field->place == awaited ? awaited_name(plan) : "+stack");
		else
			add_fields(walk, plan, &(struct field){field->place, kind, field->name}, 1);
	}
	map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	if (map == MAP_NONE) {
		emit_unlabelled(walk, plan, object, places);
		return;
	}
	walk->row.object.slot_map = map;
	push_extras(walk, plan, places, walk->raw, walk->raw_count);
	for (uint32_t i = 0; i < sequence->count; i++) {
		int32_t place = sequence->fields[i].place;
		bool empty = place != PLACE_NONE && place_word(places, place) == NULL;

		empty = empty || met == walk->raw_count;
		row_push(walk, empty ? 0 : reference_id(walk, walk->raw[met++]));
	}
	push_rest(walk, met);
}

static void learn_and_emit(struct walk *walk, struct plan *plan, PyObject *object,
			   const struct places *places)
{
	struct sequence found, merged;
	PyCodeObject *code;
	size_t locals;
	size_t extent = object_extent(plan, object, &code, &locals);
	int met = -1;

	find_sequence(walk, plan, places, extent, locals, &found);
	if (!plan->type_probed)
		probe_type(plan, &found);
	if (walk->labels == HS_LABELS_NONE && plan->shape != SHAPE_FRAME) {
		emit_unlabelled(walk, plan, object, places);
		return;
	}
	if (plan->shape != SHAPE_FRAME && plan->template_learnt < TEMPLATE_LEARNT_MAX) {
		bool fits = plan->template_learnt++ > 0 && merge(plan, &found, &merged);

		if (fits && keep_template(walk, plan, &merged))
			met = match(walk, plan, places);
		if (met < 0 && keep_template(walk, plan, &found))
			met = match(walk, plan, places);
	}
	if (met < 0 || plan->template_map == MAP_NONE) {
		emit_single(walk, plan, object, places, &found, code, locals);
		return;
	}
	walk->row.object.slot_map = plan->template_map;
	push_extras(walk, plan, places, walk->raw, walk->raw_count);
	push_words(walk, plan->template_count);
	push_rest(walk, (uint32_t)met);
	if (plan->is_metatype && (uint32_t)met == walk->raw_count)
		push_shared_keys(walk, plan, object, true);
}

void emit_generic(struct walk *walk, const struct batch_entry *entry, uint32_t flags)
{
	struct plan *plan = entry->plan;
	PyObject *object = entry->object;
	struct places places;
	int met = -1;

	row_begin(walk, object, plan, flags);
	places_of(plan, object, &places);
	walk->raw = entry->raw;
	walk->raw_count = entry->raw_count;
	if (entry->too_many) {
		emit_unlabelled(walk, plan, object, &places);
		row_end(walk);
		return;
	}
	places_settle_values(&places, walk->raw, walk->raw_count);
	if (walk->labels == HS_LABELS_NONE && plan->shape != SHAPE_FRAME && plan->type_probed &&
	    plan->plain_map != MAP_NONE) {
		walk->row.object.slot_map = plan->plain_map;
		if (plan->extra_count > 0)
			push_extras(walk, plan, &places, walk->raw, walk->raw_count);
		push_rest(walk, 0);
		if (plan->is_metatype)
			push_shared_keys(walk, plan, object, false);
		row_end(walk);
		if (plan->text_name)
			object_name_text(walk, object);
		return;
	}
	if (plan->template_learnt > 0 && plan->template_map != MAP_NONE)
		met = match(walk, plan, &places);
	if (met < 0) {
		learn_and_emit(walk, plan, object, &places);
	} else {
		walk->row.object.slot_map = plan->template_map;
		push_extras(walk, plan, &places, walk->raw, walk->raw_count);
		push_words(walk, plan->template_count);
		push_rest(walk, (uint32_t)met);
		if (plan->is_metatype && (uint32_t)met == walk->raw_count)
			push_shared_keys(walk, plan, object, true);
	}
	row_end(walk);
	if (plan->text_name)
		object_name_text(walk, object);
}
