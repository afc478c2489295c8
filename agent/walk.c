/* The order of the file: each ring in turn, some thousands of objects from its one end and
 * some from its other; after each batch of tracked objects the untracked ones that it was
 * the first to refer to, breadth first, from a queue. Where one object refers to more
 * untracked ones than the queue holds, they are marked in the set of those met and written
 * at the end. Memory: the arena, and the set. */
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
	walk->forward = arena_take(&walk->arena, ENDS_MAX * sizeof *walk->forward);
	walk->backward = arena_take(&walk->arena, ENDS_MAX * sizeof *walk->backward);
	walk->reported = arena_take(&walk->arena, HS_ROW_REFERENCES_MAX * sizeof(PyObject *));
	if (walk->reported == NULL || slot_maps_init(walk) != 0 ||
	    address_set_init(&walk->met) != 0 || address_set_init(&walk->named) != 0) {
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

static void emit_pending(struct walk *walk)
{
	struct batch_entry batch[BATCH_MAX];

	while (walk->pending_first < walk->pending_end && walk->status == HS_OK) {
		uint32_t count = 0;

		while (count < BATCH_MAX && walk->pending_first < walk->pending_end)
			batch[count++].object = walk->pending[walk->pending_first++];
		emit_batch(walk, batch, count, 0);
	}
	walk->pending_first = walk->pending_end = 0;
}

static void emit_deferred(struct walk *walk)
{
	struct batch_entry one;
	uint64_t address;

	while (walk->status == HS_OK &&
	       address_set_take_deferred(&walk->met, &walk->deferred_cursor, &address)) {
		one.object = (PyObject *)(uintptr_t)address;
		emit_batch(walk, &one, 1, 0);
		emit_pending(walk);
	}
}

static void emit_nodes(struct walk *walk, const struct gc_head *const *nodes, uint32_t count,
		       uint32_t flags)
{
	struct batch_entry batch[BATCH_MAX];

	for (uint32_t i = 0; i < count && walk->status == HS_OK;) {
		uint32_t taken = 0;

		for (; taken < BATCH_MAX && i < count; i++)
			batch[taken++].object = gc_object_of(nodes[i]);
		emit_batch(walk, batch, taken, flags);
		emit_pending(walk);
	}
}

/* From both ends at once: following one pointer after another the processor waits for
 * each, and of two such chains the waits overlap. Both parts are written in the order of
 * the ring, which is that in which the objects were made: neighbours resemble each other. */
static void walk_ring(struct walk *walk, const struct gc_head *head, uint32_t flags)
{
	const struct gc_head *next = gc_next(head);
	const struct gc_head *prev = gc_prev(head);
	bool met = next == head;

	while (!met && walk->status == HS_OK) {
		uint32_t front = 0;
		uint32_t back = 0;

		while (front < ENDS_MAX && !met) {
			walk->forward[front++] = next;
			met = next == prev;
			if (met)
				break;
			next = gc_next(next);
			walk->backward[ENDS_MAX - ++back] = prev;
			met = next == prev;
			prev = gc_prev(prev);
		}
		emit_nodes(walk, walk->forward, front, flags);
		emit_nodes(walk, walk->backward + ENDS_MAX - back, back, flags);
	}
}

enum hs_status walk_run(struct walk *walk, const struct rings *rings)
{
	for (uint32_t i = 0; i <= GC_GENERATIONS && rings->generations[i] != NULL; i++)
		walk_ring(walk, &rings->generations[i]->head,
			  HS_TRACKED | i << HS_GENERATION_SHIFT |
				  (i == GC_GENERATIONS ? HS_FROZEN : 0));
	emit_deferred(walk);
	return walk->status;
}
