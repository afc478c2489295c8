/* The collector's header before an object and its rings of objects. */
#ifndef HEAPSNAP_AGENT_VERSIONS_COLLECTOR_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_COLLECTOR_LAYOUT_H

#include "agent/versions/supported.h"

#if VERSION_AT_LEAST(8)
/* Two words before the object; the low two bits of each are flags. */
struct gc_head {
	uintptr_t next, prev;
};
#define GC_POINTER_MASK (~(uintptr_t)3)
#define GC_PREV_FINALIZED ((uintptr_t)1)
#elif PYTHON2
/* Three words and one that only pads. */
struct gc_head {
	uintptr_t next, prev;
	intptr_t state;
	uintptr_t padding;
};
#define GC_POINTER_MASK (~(uintptr_t)0)
#define GC_STATE_UNTRACKED (-2)
#else
/* Three words and one that only aligns. `state` is 2 * what the collector thinks of the
 * object, plus 1 once it was finalized. */
struct gc_head {
	_Alignas(16) uintptr_t next;
	uintptr_t prev;
	intptr_t state;
};
#define GC_POINTER_MASK (~(uintptr_t)0)
#define GC_STATE_FINALIZED 1
#define GC_STATE_UNTRACKED (-2)
#endif

static inline const struct gc_head *gc_head_of(const PyObject *object)
{
	return (const struct gc_head *)(const void *)object - 1;
}

static inline PyObject *gc_object_of(const struct gc_head *head)
{
	return (PyObject *)(uintptr_t)(head + 1);
}

static inline struct gc_head *gc_next(const struct gc_head *head)
{
	return (struct gc_head *)(head->next & GC_POINTER_MASK);
}

static inline struct gc_head *gc_prev(const struct gc_head *head)
{
	return (struct gc_head *)(head->prev & GC_POINTER_MASK);
}

static inline bool gc_is_tracked(const PyObject *object)
{
#if VERSION_AT_LEAST(8)
	return gc_head_of(object)->next != 0;
#elif PYTHON2
	return gc_head_of(object)->state != GC_STATE_UNTRACKED;
#else
	return gc_head_of(object)->state >> 1 != GC_STATE_UNTRACKED;
#endif
}

static inline bool gc_is_finalized(const PyObject *object)
{
#if VERSION_AT_LEAST(8)
	return (gc_head_of(object)->prev & GC_PREV_FINALIZED) != 0;
#elif PYTHON2
	/* Nothing is kept of it. */
	(void)object;
	return false;
#else
	return (gc_head_of(object)->state & GC_STATE_FINALIZED) != 0;
#endif
}

/* One generation as the collector keeps it: the ring's head, then its numbers. */
struct gc_generation_mirror {
	struct gc_head head;
	int threshold, count;
};
#define GC_GENERATIONS 3

/* `address` rounded up to where a generation may stand. (Since 3.8 they follow anything
 * at once: a build may align them by 4.) */
static inline uintptr_t gc_align_generation(uintptr_t address)
{
#if VERSION_AT_LEAST(8)
	return address;
#else
	return (address + 15) & ~(uintptr_t)15;
#endif
}

/* Whether the collector's state can be reached: a permanent generation (gc.freeze) after
 * the others, then the flag that says that a collection runs, and the lists that
 * gc.garbage and gc.callbacks are. Else there is a pointer to the first ring and nothing
 * more. */
#define GC_STATE_REACHED VERSION_AT_LEAST(7)
/* Whether a word that points to the first ring stands before the permanent one. */
#define GC_PERMANENT_FOLLOWS_POINTER (!VERSION_AT_LEAST(14))
/* From the permanent generation's head to the collector's `collecting` flag, and
 * to `garbage` and `callbacks`, which prove that the flag is where we think. */
#if VERSION_AT_LEAST(15)
#define GC_PERMANENT_TO_COLLECTING 32
#define GC_PERMANENT_TO_GARBAGE 48
#define GC_PERMANENT_TO_CALLBACKS 56
#else
/* Three numbers of statistics for each generation stand between. */
#define GC_PERMANENT_TO_COLLECTING \
	(sizeof(struct gc_generation_mirror) + GC_GENERATIONS * 3 * sizeof(Py_ssize_t))
#define GC_PERMANENT_TO_GARBAGE (GC_PERMANENT_TO_COLLECTING + 8)
#define GC_PERMANENT_TO_CALLBACKS (GC_PERMANENT_TO_COLLECTING + 16)
#endif

/* Whether each interpreter of a process has rings of its own. */
#define GC_RINGS_PER_INTERPRETER VERSION_AT_LEAST(9)

/* Whether module gc shows the calling interpreter's own lists. (3.9: that of a second
 * interpreter shows the first one's; its own are made when there is something to put in.) */
static inline bool gc_lists_are_shown(void)
{
#if VERSION_AT_LEAST(9) && !VERSION_AT_LEAST(10)
	return PyInterpreterState_Get() == PyInterpreterState_Main();
#else
	return true;
#endif
}

/* The memory that holds the ring heads of the calling interpreter. */
static inline void gc_state_bounds(uintptr_t *low, uintptr_t *high)
{
#if VERSION_AT_LEAST(12)
	*low = (uintptr_t)PyInterpreterState_Get();
	*high = *low + 16384;
#elif VERSION_AT_LEAST(9)
	*low = (uintptr_t)PyInterpreterState_Get();
	*high = *low + 4096;
#elif VERSION_AT_LEAST(7)
	/* One set of rings for the process; the struct's own type is private. */
	extern char _PyRuntime[];
	*low = (uintptr_t)_PyRuntime;
	*high = *low + 1024;
#else
	*low = (uintptr_t)_PyGC_generation0;
	*high = *low + GC_GENERATIONS * sizeof(struct gc_generation_mirror);
#endif
}

#endif
