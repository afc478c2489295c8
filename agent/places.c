/* Where pointers stand in an object (its fields, its inline attribute values, its
 * __dict__), and how the references found there are described in a slot map. A place is a
 * number that is the same for all objects of a type; places_of() finds once an object what
 * reading it takes. */
#include "agent/walk.h"

#include <string.h>

#include "agent/names.h"

void places_of(const struct plan *plan, PyObject *object, struct places *places)
{
	places->object = (char *)object;
	places->values = NULL;
	places->value_count = 0;
	places->dict_slot = NULL;
	if (plan->has_values) {
		struct instance_values values;

		instance_values_of(object, plan->type, &values);
		places->values = values.values;
		places->value_count = values.count;
	}
	if (plan->type->tp_dictoffset != 0 || plan->has_values)
		places->dict_slot = instance_dict_slot(object, plan->type);
}

void places_drop_values(struct places *places)
{
	places->values = NULL;
	places->value_count = 0;
}

void places_settle_values(struct places *places, PyObject *const *visited, uint32_t count)
{
	Py_ssize_t next = 0;
	bool dict_visited = false;

	if (places->values == NULL || places->dict_slot == NULL || *places->dict_slot == NULL)
		return;
	for (uint32_t i = 0; i < count; i++) {
		while (next < places->value_count && places->values[next] == NULL)
			next++;
		if (next < places->value_count && visited[i] == places->values[next])
			next++;
		else if (visited[i] == *places->dict_slot)
			dict_visited = true;
	}
	while (next < places->value_count && places->values[next] == NULL)
		next++;
	if (dict_visited || next < places->value_count)
		places_drop_values(places);
}

void push_extras(struct walk *walk, const struct plan *plan, const struct places *places,
		 PyObject *const *visited, uint32_t count)
{
	for (uint32_t i = 0; i < plan->extra_count; i++) {
		PyObject *word = place_word(places, plan->extras[i].place);

		/* Dead: cleared, or about to be. */
		if (plan->extras[i].kind == HS_WEAK &&
		    (word == NULL || word == Py_None || object_refcount(word) == 0))
			word = NULL;
		if (plan->extras[i].place == PLACE_DICT)
			for (uint32_t j = 0; j < count; j++)
				if (visited[j] == word)
					word = NULL;
		row_push(walk, reference_id(walk, word));
	}
}

void add_named(struct walk *walk, enum hs_reference_kind kind, const char *name)
{
	bool is_field = name[0] == '+';
	struct hs_text text = {name + is_field, (uint32_t)strlen(name + is_field), false};

	slot_map_add(walk, kind, is_field ? HS_LABEL_FIELD : HS_LABEL_ATTR, text, 0);
}

static void add_one_field(struct walk *walk, const struct plan *plan, const struct field *field)
{
	char buffer[NAME_LABEL_BYTES];
	struct hs_text text = {NULL, 0, false};

	if (field->place >= PLACE_VALUES && field->place < PLACE_NONE) {
		PyObject *key = type_shared_name(plan->type, field->place - PLACE_VALUES);

		if (key_may_be_named(walk, key))
			name_label(key, buffer, &text);
	} else if (field->name != NULL && field->name[0] != '\0') {
		add_named(walk, field->kind, field->name);
		return;
	}
	if (text.length > 0)
		slot_map_add(walk, field->kind, HS_LABEL_ATTR, text, 0);
	else if (field->place >= 0 && field->place < PLACE_VALUES)
		slot_map_add(walk, field->kind, HS_LABEL_OFFSET, text, (uint32_t)field->place);
	else
		slot_map_add(walk, field->kind, HS_LABEL_NONE, text, 0);
}

void add_fields(struct walk *walk, const struct plan *plan, const struct field *fields,
		uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		add_one_field(walk, plan, &fields[i]);
}
