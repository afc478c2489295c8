/* Objects that report, beside their own fields, what stands in blocks behind them, as many
 * as there are: the results of a functools.lru_cache, an Element's children, what a module
 * in C keeps in its state. tp_traverse is asked twice: first, which of the fields known it
 * reports at all; then, for the rest. A reference is a field's if it is the first to what
 * stands there, so that each reported reference is written once, whatever they lead to.
 * Cost: a comparison a field and reference; memory: none. */
#include "agent/walk.h"

#include <string.h>

#include "agent/library_fields.h"

#define FIELDS_MAX 16u
#define POINTER_BITS (~(uintptr_t)7) /* an Element keeps a flag in some of its pointers */

struct spread {
	struct walk *walk;
	const PyObject *words[FIELDS_MAX];
	uint32_t count;
	uint32_t met; /* bits: the fields whose reference has been reported */
	bool keep_empty;
};

/* Notes the field that a reference is of; false: of none. */
static bool is_field(struct spread *spread, const PyObject *target)
{
	for (uint32_t i = 0; i < spread->count; i++)
		if (spread->words[i] == target && !(spread->met >> i & 1)) {
			spread->met |= 1u << i;
			return true;
		}
	return false;
}

static int visit_fields(PyObject *target, void *argument)
{
	struct spread *spread = argument;

	is_field(spread, target);
	return spread->met == (1u << spread->count) - 1;
}

static int visit_rest(PyObject *target, void *argument)
{
	struct spread *spread = argument;
	uint64_t id;

	if (is_field(spread, target))
		return 0;
	id = reference_id(spread->walk, target);
	if (id != 0 || spread->keep_empty)
		row_push(spread->walk, id);
	return spread->walk->status != HS_OK;
}

static void find_words(struct spread *spread, const struct plan *plan, PyObject *object)
{
	struct places places;

	places_of(plan, object, &places);
	spread->count = plan->prefix_count < FIELDS_MAX ? plan->prefix_count : FIELDS_MAX;
	for (uint32_t i = 0; i < spread->count; i++) {
		PyObject *word = place_word(&places, plan->prefix[i].place);

		spread->words[i] = (const PyObject *)((uintptr_t)word & POINTER_BITS);
	}
}

/* After the first object of a heap type: is its type among what it reports? */
static void probe_type(struct plan *plan, const struct spread *spread)
{
	for (uint32_t i = 0; i < spread->count; i++)
		if (plan->prefix[i].place == PLACE_TYPE && spread->met >> i & 1)
			plan->type_reference = HS_TYPE_REFERENCE_IN_ROW;
	plan->type_probed = true;
}

static bool rest_is_indexed(const struct walk *walk, const struct plan *plan)
{
	return walk->labels != HS_LABELS_NONE && strcmp(plan->layout->rest, REST_INDEX) == 0;
}

static uint32_t spread_map(struct walk *walk, const struct plan *plan, uint32_t count)
{
	const char *rest = plan->layout->rest;
	struct hs_slot tail = {HS_TRAVERSED, HS_LABEL_NONE, {0}, 0};

	slot_map_begin(walk);
	add_fields(walk, plan, plan->prefix, count);
	if (rest_is_indexed(walk, plan)) {
		tail.label = HS_LABEL_INDEX;
	} else if (walk->labels != HS_LABELS_NONE) {
		tail.label = HS_LABEL_FIELD;
		tail.text = (struct hs_text){rest + 1, (uint32_t)strlen(rest + 1), false};
	}
	return slot_map_intern(walk, &tail, 1, plan->type_reference);
}

void emit_spread(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags)
{
	struct spread spread = {.walk = walk};
	uint32_t reported;

	row_begin(walk, object, plan, flags);
	find_words(&spread, plan, object);
	plan->traverse(object, visit_fields, &spread);
	reported = spread.met;
	if (!plan->type_probed)
		probe_type(plan, &spread);
	if (plan->plain_map == MAP_NONE)
		plan->plain_map = spread_map(walk, plan, spread.count);
	walk->row.object.slot_map = plan->plain_map;
	if (plan->plain_map == MAP_NONE) { /* no room for labels: all in the order reported */
		slot_map_begin(walk);
		walk->row.object.slot_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
		spread.count = 0;
	}
	for (uint32_t i = 0; i < spread.count; i++)
		row_push(walk, reported >> i & 1
				       ? reference_id(walk, (PyObject *)(uintptr_t)spread.words[i])
				       : 0);
	spread.met = 0;
	spread.keep_empty = rest_is_indexed(walk, plan);
	plan->traverse(object, visit_rest, &spread);
	row_end(walk);
	if (plan->text_name)
		object_name_text(walk, object);
}
