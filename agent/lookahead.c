/* Objects are written in batches, each in three passes, so that the memory of one is on
 * its way while others are worked on. A heap is larger than the caches: what an object
 * refers to costs a miss each, and one that is waited for costs more than writing the row.
 *
 *   approach   look up the plan; ask for memory that the object keeps elsewhere
 *              (a list's items, a dict's keys, an instance's values)
 *   reach      read that, run tp_traverse, and ask for every object referred to
 *   emit       write the row; all that it looks at has come
 *
 * Nothing changes between the passes: the interpreter stands still. What tp_traverse
 * reports is kept for all objects of the batch in one array; where it is full the batch is
 * emitted up to there and goes on. Cost: none but the array of a batch. */
#include "agent/numpy_arrays.h"
#include "agent/walk.h"

#define REACH_MAX 16 /* items of a container that are asked for here; then it asks itself */

static int visit_collect(PyObject *target, void *argument)
{
	struct walk *walk = argument;

	if (walk->reported_count == HS_ROW_REFERENCES_MAX)
		return 1;
	reference_prefetch(target);
	walk->reported[walk->reported_count++] = target;
	return 0;
}

/* An untracked object is asked like any other, but for a capsule: before it is tracked,
 * its tp_traverse calls through a pointer that may be NULL. */
static enum shape shape_of(const struct plan *plan, PyObject *object, uint32_t flags)
{
	if (plan->is_metatype && !type_is_heap((PyTypeObject *)(void *)object))
		return SHAPE_STATIC_TYPE;
	if (!(flags & HS_TRACKED) && plan->type == &PyCapsule_Type)
		return SHAPE_FIELDS;
	return plan->shape;
}

static bool approach(struct walk *walk, struct batch_entry *entry, uint32_t flags)
{
	PyObject *object = entry->object;
	struct plan *plan = entry->plan = plan_of(walk, class_of(object));

	if (plan == NULL)
		return false;
	entry->shape = shape_of(plan, object, flags);
	if (plan->has_values)
		instance_prefetch(object);
	if (entry->shape == SHAPE_LIST)
		__builtin_prefetch(((PyListObject *)(void *)object)->ob_item);
	else if (entry->shape == SHAPE_DICT || entry->shape == SHAPE_ORDERED_DICT)
		dict_prefetch(object);
	else if (entry->shape == SHAPE_SET)
		__builtin_prefetch(((PySetObject *)(void *)object)->table);
	return true;
}

static void reach_items(PyObject *const *items, Py_ssize_t count)
{
	if (count > REACH_MAX)
		count = REACH_MAX;
	for (Py_ssize_t i = 0; i < count; i++)
		reference_prefetch(items[i]);
}

static void reach_dict(PyObject *object)
{
	struct dict_entries entries;

	dict_entries_of(object, &entries);
	if (entries.embedded)
		return;
	for (Py_ssize_t i = 0; i < entries.count && i < REACH_MAX; i++) {
		reference_prefetch(dict_entry_value(&entries, i));
		reference_prefetch(dict_entry_key(&entries, i));
	}
}

static void reach_set(const PySetObject *set)
{
	for (Py_ssize_t i = 0; i <= set->mask && i < REACH_MAX; i++)
		reference_prefetch(set->table[i].key);
}

/* False: no room for what tp_traverse reports. */
static bool reach(struct walk *walk, struct batch_entry *entry)
{
	PyObject *object = entry->object;

	entry->too_many = false;
	entry->raw = walk->reported + walk->reported_count;
	switch (entry->shape) {
	case SHAPE_GENERIC:
	case SHAPE_FRAME:
		if (entry->plan->traverse(object, visit_collect, walk) != 0)
			return false;
		break;
	case SHAPE_LIST:
		reach_items(((PyListObject *)(void *)object)->ob_item,
			    ((PyVarObject *)object)->ob_size);
		break;
	case SHAPE_TUPLE:
		reach_items(((PyTupleObject *)(void *)object)->ob_item,
			    ((PyVarObject *)object)->ob_size);
		break;
	case SHAPE_SET:
		reach_set((const PySetObject *)object);
		break;
	case SHAPE_DICT:
	case SHAPE_ORDERED_DICT:
		reach_dict(object);
		break;
	default:
		break;
	}
	entry->raw_count = (uint32_t)(walk->reported + walk->reported_count - entry->raw);
	return true;
}

/* Reaches as many as there is room for, one at least. */
static uint32_t reach_all(struct walk *walk, struct batch_entry *entries, uint32_t count)
{
	walk->reported_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (reach(walk, &entries[i]))
			continue;
		if (i > 0)
			return i;
		entries[0].raw_count = walk->reported_count;
		entries[0].too_many = true;
		return 1;
	}
	return count;
}

static void emit(struct walk *walk, const struct batch_entry *entry, uint32_t flags)
{
	switch (entry->shape) {
	case SHAPE_STATIC_TYPE:
		emit_static_type(walk, entry->plan, entry->object, flags);
		break;
	case SHAPE_FIELDS:
		emit_fields(walk, entry->plan, entry->object, flags);
		break;
	case SHAPE_SPREAD:
		emit_spread(walk, entry->plan, entry->object, flags);
		break;
	case SHAPE_NUMPY_ARRAY:
		emit_numpy_array(walk, entry->plan, entry->object, flags);
		break;
	case SHAPE_GENERIC:
	case SHAPE_FRAME:
		emit_generic(walk, entry, flags);
		break;
	default:
		emit_container(walk, entry->plan, entry->object, flags);
	}
}

void emit_batch(struct walk *walk, struct batch_entry *entries, uint32_t count, uint32_t flags)
{
	for (uint32_t i = 0; i < count; i++)
		reference_prefetch(entries[i].object);
	for (uint32_t i = 0; i < count; i++)
		if (!approach(walk, &entries[i], flags))
			return;
	while (count > 0 && walk->status == HS_OK) {
		uint32_t reached = reach_all(walk, entries, count);

		for (uint32_t i = 0; i < reached && walk->status == HS_OK; i++)
			emit(walk, &entries[i], flags);
		entries += reached;
		count -= reached;
	}
}
