/* Objects of a class keep their attributes' names in one table, to which the class points
 * (ht_cached_keys). The table owns each name once, however many objects use it, and
 * tp_traverse of the class does not report them: they are `added` references of the class.
 * Immortal names, which nobody owns, are left out. */
#include "agent/shared_keys.h"

static const struct hs_slot labelled_tail[1] = {
	{HS_ADDED, HS_LABEL_FIELD, {"ht_cached_keys", 14, false}, 0}};
static const struct hs_slot plain_tail[1] = {{HS_ADDED, HS_LABEL_NONE, {NULL, 0, false}, 0}};

static bool is_owned(PyObject *key)
{
	return key != NULL && !object_is_immortal(key);
}

static bool has_owned(PyTypeObject *class)
{
	for (Py_ssize_t i = 0; i < type_shared_count(class); i++)
		if (is_owned(type_shared_name(class, i)))
			return true;
	return false;
}

static uint32_t make_map(struct walk *walk, const struct plan *plan, bool labelled)
{
	const struct field reported = {PLACE_NONE, HS_TRAVERSED, NULL};

	slot_map_begin(walk);
	add_fields(walk, plan, plan->extras, plan->extra_count);
	if (labelled)
		add_fields(walk, plan, plan->template, plan->template_count);
	for (uint32_t i = plan->extra_count; !labelled && i < walk->row.count; i++)
		add_fields(walk, plan, &reported, 1);
	return slot_map_intern(walk, labelled ? labelled_tail : plain_tail, 1,
			       plan->type_reference);
}

void push_shared_keys(struct walk *walk, struct plan *plan, PyObject *object, bool labelled)
{
	PyTypeObject *class = (PyTypeObject *)(void *)object;
	uint32_t map;

	if (!walk->untracked || walk->row.start > 0 || !has_owned(class))
		return;
	map = labelled ? plan->shared_keys_map : MAP_NONE;
	if (map == MAP_NONE)
		map = make_map(walk, plan, labelled);
	if (labelled)
		plan->shared_keys_map = map;
	if (map == MAP_NONE)
		return;
	walk->row.object.slot_map = map;
	for (Py_ssize_t i = 0; i < type_shared_count(class); i++) {
		PyObject *key = type_shared_name(class, i);

		if (is_owned(key))
			row_push(walk, reference_id(walk, key));
	}
}
