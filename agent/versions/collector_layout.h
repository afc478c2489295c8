/* The collector's header before an object and its rings of objects. */
#ifndef HEAPSNAP_AGENT_VERSIONS_COLLECTOR_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_COLLECTOR_LAYOUT_H

#include "agent/versions/supported.h"

/* 3.8 and later: two words before the object; low two bits of each are flags. */
struct gc_head {
	uintptr_t next, prev;
};
#define GC_POINTER_MASK (~(uintptr_t)3)
#define GC_PREV_FINALIZED ((uintptr_t)1)

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
	return gc_head_of(object)->next != 0;
}

static inline bool gc_is_finalized(const PyObject *object)
{
	return (gc_head_of(object)->prev & GC_PREV_FINALIZED) != 0;
}

/* One generation as the collector keeps it: the ring's head, then its numbers. */
struct gc_generation_mirror {
	struct gc_head head;
	int threshold, count;
};
#define GC_GENERATIONS 3
/* From the permanent generation's head to the collector's `collecting` flag, and
 * to `garbage` and `callbacks`, which prove that the flag is where we think. */
#if VERSION_AT_LEAST(15)
#define GC_PERMANENT_TO_COLLECTING 32
#define GC_PERMANENT_TO_GARBAGE 48
#define GC_PERMANENT_TO_CALLBACKS 56
#else
#define GC_PERMANENT_TO_COLLECTING 96
#define GC_PERMANENT_TO_GARBAGE 104
#define GC_PERMANENT_TO_CALLBACKS 112
#endif
/* Whether a word that points to the first ring stands before the permanent one. */
#define GC_PERMANENT_FOLLOWS_POINTER (!VERSION_AT_LEAST(14))

/* gc.garbage, or NULL. Borrowed. `permanent`: where the permanent generation stands. */
static inline PyObject *gc_garbage_list(const struct gc_generation_mirror *permanent)
{
	PyObject *garbage;

	__builtin_memcpy(&garbage, (const char *)permanent + GC_PERMANENT_TO_GARBAGE,
			 sizeof garbage);
	return garbage;
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
#else
	/* One set of rings for the process; the struct's own type is private. */
	extern char _PyRuntime[];
	*low = (uintptr_t)_PyRuntime;
	*high = *low + 1024;
#endif
}

#endif
