/* A row is the object's own numbers and its slots. Slots are collected in one array;
 * when it is full the row goes to the writer and the object goes on in a further row,
 * so that an object with millions of references needs no memory. */
#include "agent/walk.h"

#include <time.h>

#include "agent/names.h"

#define SLOTS_A_CLOCK_CHECK 65536 /* about a millisecond */

/* Whether 2.7's collector leaves a cycle alone because of this object, whatever its type
 * says: an old-style instance may have a `__del__` of its own. */
static bool object_blocks_collection(PyObject *object)
{
	return name_lookup(old_instance_dict(object), "__del__") != NULL ||
	       generator_blocks_collection(object);
}

void row_begin(struct walk *walk, PyObject *object, const struct plan *plan, uint32_t flags)
{
	struct hs_object *record = &walk->row.object;
	size_t extra;
	bool exact;

	record->id = (uint64_t)(uintptr_t)object;
	record->type = plan->number;
	record->size = object_size(plan, object, &extra, &exact);
	record->extra = extra;
	record->refcount = object_refcount(object);
	flags |= plan->object_flags;
	if (object_is_immortal(object))
		flags |= HS_IMMORTAL;
	if (plan->has_weakref_list && !(plan->is_metatype && (flags & HS_TRACKED) == 0) &&
	    object_has_weakrefs(object, plan->type))
		flags |= HS_HAS_WEAKREFS;
	if (object_blocks_collection(object))
		flags |= HS_FINALIZER;
	if ((flags & HS_FINALIZER) && object_has_gc_head(object) && gc_is_finalized(object))
		flags |= HS_FINALIZED;
	if (plan->is_weakref && ((PyWeakReference *)(void *)object)->wr_callback != NULL)
		flags |= HS_WEAKREF_CALLBACK;
	record->flags = exact ? flags : flags & ~(uint32_t)HS_SIZE_EXACT;
	walk->row.start = 0;
	walk->row.count = 0;
}

static bool out_of_time(const struct walk *walk)
{
	struct timespec now;

	if (walk->deadline <= 0)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9 > walk->deadline;
}

int row_flush(struct walk *walk)
{
	struct row *row = &walk->row;
	enum hs_status status = hs_writer_object(walk->writer, &row->object, row->start, row->slots,
						 row->count, walk->err);

	walk->slots_to_clock -= (int32_t)row->count + 1;
	row->start += row->count;
	row->count = 0;
	if (walk->slots_to_clock <= 0) {
		walk->slots_to_clock = SLOTS_A_CLOCK_CHECK;
		if (out_of_time(walk))
			return walk_fail(walk, HS_ELIMIT, "the dump took longer than `timeout`");
	}
	return status == HS_OK ? 0 : walk_fail(walk, status, NULL);
}

void row_end(struct walk *walk)
{
	if (walk->status == HS_OK && (walk->row.count > 0 || walk->row.start == 0))
		row_flush(walk);
}
