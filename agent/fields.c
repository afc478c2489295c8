/* Objects that tp_traverse cannot answer for: types the collector does not know (their
 * object members, code objects' parts), and static types, whose tp_traverse aborts the
 * process and whose own references nobody else would report. */
#include "agent/walk.h"

void emit_fields(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags)
{
	row_begin(walk, object, plan, flags);
	if (plan->plain_map == MAP_NONE) {
		slot_map_begin(walk);
		add_fields(walk, plan, plan->extras, plan->extra_count);
		plan->plain_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	}
	walk->row.object.slot_map = plan->plain_map;
	if (plan->plain_map == MAP_NONE) {
		slot_map_begin(walk);
		walk->row.object.slot_map = slot_map_intern(walk, NULL, 0, plan->type_reference);
	} else if (plan->extra_count > 0) {
		struct places places;

		places_of(plan, object, &places);
		push_extras(walk, plan, &places, NULL, 0);
	}
	row_end(walk);
	if (plan->text_name)
		object_name_text(walk, object);
}

void emit_static_type(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags)
{
	PyTypeObject *type = (PyTypeObject *)(void *)object;
	const struct {
		PyObject *target;
		enum hs_reference_kind kind;
		const char *name;
	} parts[] = {
		{type_namespace(type), HS_ADDED, "__dict__"},
		{type->tp_mro, HS_ADDED, "__mro__"},
		{type->tp_bases, HS_ADDED, "__bases__"},
		/* Some are counted, some are not; __bases__ holds it anyway. */
		{(PyObject *)(void *)type->tp_base, HS_IMPLIED, "__base__"},
		{type->tp_cache, HS_ADDED, "+tp_cache"},
		{STATIC_TYPE_HAS_SUBCLASSES ? (PyObject *)type->tp_subclasses : NULL, HS_ADDED,
		 "+tp_subclasses"},
	};
	const size_t count = sizeof parts / sizeof parts[0];

	row_begin(walk, object, plan, flags);
	slot_map_begin(walk);
	for (size_t i = 0; i < count; i++)
		add_named(walk, parts[i].kind, parts[i].name);
	walk->row.object.slot_map = slot_map_intern(
		walk, NULL, 0,
		plan->type_reference == HS_TYPE_REFERENCE_IMPLIED ? HS_TYPE_REFERENCE_IMPLIED
								  : HS_TYPE_REFERENCE_ADDED);
	for (size_t i = 0; i < count; i++)
		row_push(walk, reference_id(walk, parts[i].target));
	row_end(walk);
	object_name_text(walk, object);
}
