/* The order of the file: each ring in turn, and after each tracked object the untracked
 * ones it was the first to refer to, breadth first, from a queue. Where one object refers
 * to more untracked ones than the queue holds, they are marked in the set of those met and
 * written at the end. Memory: the arena, and the set. */
#include "agent/walk.h"

#include <string.h>

enum hs_status walk_init(struct walk *walk, struct hs_error *err)
{
	struct plan_table *plans = &walk->plans;

	memset(walk, 0, sizeof *walk);
	walk->err = err;
	if (arena_init(&walk->arena, WALK_ARENA_SIZE) != 0)
		return hs_fail(err, HS_ENOMEM, "no memory for the walk");
	plans->limit = WALK_TYPES_MAX;
	plans->slots_size = 2 * WALK_TYPES_MAX;
	plans->slots = arena_take(&walk->arena, plans->slots_size * sizeof *plans->slots);
	plans->plans = arena_take(&walk->arena, plans->limit * sizeof *plans->plans);
	walk->key_maps = arena_take(&walk->arena, KEY_MAPS * sizeof *walk->key_maps);
	walk->text_cache = arena_take(&walk->arena, TEXT_CACHE * sizeof(PyObject *));
	walk->pending = arena_take(&walk->arena, PENDING_MAX * sizeof(PyObject *));
	walk->raw = arena_take(&walk->arena, HS_ROW_REFERENCES_MAX * sizeof(PyObject *));
	if (walk->raw == NULL || slot_maps_init(walk) != 0 || address_set_init(&walk->met) != 0 ||
	    address_set_init(&walk->named) != 0) {
		walk_release(walk);
		return hs_fail(err, HS_ENOMEM, "no memory for the walk");
	}
	return HS_OK;
}

void walk_release(struct walk *walk)
{
	address_set_release(&walk->met);
	address_set_release(&walk->named);
	arena_release(&walk->arena);
}

int walk_fail(struct walk *walk, enum hs_status status, const char *message)
{
	if (walk->status != HS_OK)
		return -1;
	walk->status = status;
	if (message != NULL)
		hs_fail(walk->err, status, "%s", message);
	return -1;
}

bool walk_meet(struct walk *walk, PyObject *object)
{
	int added;

	/* Modules may report what they keep in a free list: dead objects. */
	if (object_refcount(object) == 0) {
		walk->skipped++;
		return false;
	}
	added = address_set_add(&walk->met, (uint64_t)(uintptr_t)object);

	if (added < 0)
		walk_fail(walk, HS_ENOMEM, "no memory for the set of untracked objects");
	if (added <= 0)
		return true;
	if (walk->pending_end == PENDING_MAX)
		address_set_defer(&walk->met, (uint64_t)(uintptr_t)object);
	else
		walk->pending[walk->pending_end++] = object;
	return true;
}

static void emit(struct walk *walk, PyObject *object, uint32_t flags)
{
	struct plan *plan = plan_of(walk, Py_TYPE(object));

	if (plan == NULL)
		return;
	if (plan->is_metatype && !type_is_heap((PyTypeObject *)(void *)object)) {
		emit_static_type(walk, plan, object, flags);
		return;
	}
	switch (plan->shape) {
	case SHAPE_FIELDS:
		emit_fields(walk, plan, object, flags);
		break;
	case SHAPE_GENERIC:
	case SHAPE_FRAME:
		emit_generic(walk, plan, object, flags);
		break;
	default:
		emit_container(walk, plan, object, flags);
	}
}

/* An untracked object is asked like any other, but for a capsule: before it is tracked,
 * its tp_traverse calls through a pointer that may be NULL. */
static void emit_untracked(struct walk *walk, PyObject *object)
{
	struct plan *plan = plan_of(walk, Py_TYPE(object));

	if (plan != NULL && Py_TYPE(object) == &PyCapsule_Type)
		emit_fields(walk, plan, object, 0);
	else
		emit(walk, object, 0);
}

static void emit_pending(struct walk *walk)
{
	while (walk->pending_first < walk->pending_end && walk->status == HS_OK)
		emit_untracked(walk, walk->pending[walk->pending_first++]);
	walk->pending_first = walk->pending_end = 0;
}

static void emit_deferred(struct walk *walk)
{
	uint64_t address;

	while (walk->status == HS_OK &&
	       address_set_take_deferred(&walk->met, &walk->deferred_cursor, &address)) {
		emit_untracked(walk, (PyObject *)(uintptr_t)address);
		emit_pending(walk);
	}
}

static void walk_ring(struct walk *walk, const struct gc_head *head, uint32_t flags)
{
	for (const struct gc_head *node = gc_next(head); node != head && walk->status == HS_OK;
	     node = gc_next(node)) {
		__builtin_prefetch(gc_next(gc_next(node)));
		emit(walk, gc_object_of(node), flags);
		if (walk->pending_end > 0)
			emit_pending(walk);
	}
}

enum hs_status walk_run(struct walk *walk, const struct rings *rings)
{
	for (uint32_t i = 0; i <= GC_GENERATIONS; i++)
		walk_ring(walk, &rings->generations[i]->head,
			  HS_TRACKED | i << HS_GENERATION_SHIFT |
				  (i == GC_GENERATIONS ? HS_FROZEN : 0));
	emit_deferred(walk);
	return walk->status;
}
