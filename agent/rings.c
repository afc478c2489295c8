/* Offsets inside the interpreter's state change between patch releases of one minor
 * version, so none is compiled in. A new list is in the youngest ring; following
 * `next` from it, the one node that lies inside the interpreter's own memory is that
 * ring's head. The other heads follow at one stride, and the permanent generation's
 * after them (up to 3.13 after a word that points back to the first). Each candidate
 * must be a ring (next->prev == itself == prev->next) before anything relies on it;
 * only memory between the bounds is looked at. gc.garbage and gc.callbacks prove where
 * the `collecting` flag is; 3.13 and later say so themselves. 2.7 and 3.6 show a pointer
 * to the first ring alone. Cost: one walk of the youngest ring. */
#include "agent/rings.h"

#include <string.h>

#include "agent/names.h"
#include "agent/versions/debug_offsets.h"

static bool is_ring(const struct gc_head *head)
{
	const struct gc_head *next = gc_next(head);
	const struct gc_head *prev = gc_prev(head);

	return next != NULL && prev != NULL && gc_prev(next) == head && gc_next(prev) == head;
}

static const struct gc_generation_mirror *youngest(uintptr_t low, uintptr_t high)
{
	PyObject *probe = PyList_New(0);
	const struct gc_head *node;
	const struct gc_head *start;

	if (probe == NULL) {
		PyErr_Clear();
		return NULL;
	}
	start = gc_head_of(probe);
	for (node = gc_next(start); node != start; node = gc_next(node))
		if ((uintptr_t)node >= low && (uintptr_t)node < high)
			break;
	Py_DECREF(probe);
	return node == start ? NULL : (const struct gc_generation_mirror *)(const void *)node;
}

static const struct gc_generation_mirror *permanent(const struct gc_generation_mirror *first)
{
	const char *after = (const char *)(first + GC_GENERATIONS);

	if (!GC_PERMANENT_FOLLOWS_POINTER)
		return first + GC_GENERATIONS;
	for (int skip = 0; skip <= 8; skip += 4) {
		uintptr_t word, next = (uintptr_t)after + (uintptr_t)skip + sizeof word;

		memcpy(&word, after + skip, sizeof word);
		if (word == (uintptr_t)first)
			return (const struct gc_generation_mirror *)gc_align_generation(next);
	}
	return NULL;
}

/* Whether the word at `address` is the list that gc.`name` is; where module gc shows
 * another, whether it is a list, or none yet. */
static bool is_gc_list(const char *address, const char *name)
{
	PyObject *module = PyImport_ImportModule("gc");
	PyObject *list = module == NULL ? NULL : PyObject_GetAttrString(module, name);
	PyObject *word;
	bool same;

	memcpy(&word, address, sizeof word);
	same = gc_lists_are_shown() ? list != NULL && word == list
				    : word == NULL || PyList_CheckExact(word);
	Py_XDECREF(list);
	Py_XDECREF(module);
	PyErr_Clear();
	return same;
}

/* The permanent generation and what follows it. */
static enum hs_status find_state(struct rings *rings, struct hs_error *err)
{
	const struct gc_generation_mirror *frozen = permanent(rings->generations[0]);
	const char *base = (const char *)frozen;
	const int *said = debug_offsets_collecting();

	if (frozen == NULL || !is_ring(&frozen->head))
		return hs_fail(err, HS_EUNSUPPORTED,
			       "the collector's permanent generation was not found");
	if (!is_gc_list(base + GC_PERMANENT_TO_GARBAGE, "garbage") ||
	    !is_gc_list(base + GC_PERMANENT_TO_CALLBACKS, "callbacks"))
		return hs_fail(err, HS_EUNSUPPORTED, "the collector's state is not as expected");
	rings->generations[GC_GENERATIONS] = frozen;
	rings->garbage = (PyObject *const *)(const void *)(base + GC_PERMANENT_TO_GARBAGE);
	rings->callbacks = (PyObject *const *)(const void *)(base + GC_PERMANENT_TO_CALLBACKS);
	rings->collecting = (const int *)(const void *)(base + GC_PERMANENT_TO_COLLECTING);
	if ((*rings->collecting != 0 && *rings->collecting != 1) ||
	    (said != NULL && said != rings->collecting))
		return hs_fail(err, HS_EUNSUPPORTED, "the collector's flag is not as expected");
	return HS_OK;
}

enum hs_status rings_find(struct rings *rings, struct hs_error *err)
{
	uintptr_t low, high;

	gc_state_bounds(&low, &high);
	memset(rings, 0, sizeof *rings);
	rings->generations[0] = youngest(low, high);
	if (rings->generations[0] == NULL)
		return hs_fail(err, HS_EUNSUPPORTED, "the collector's rings were not found");
	for (int i = 1; i < GC_GENERATIONS; i++)
		rings->generations[i] = rings->generations[0] + i;
	if (!rings_valid(rings))
		return hs_fail(err, HS_EUNSUPPORTED, "the collector's rings are not as expected");
	return GC_STATE_REACHED ? find_state(rings, err) : HS_OK;
}

bool rings_valid(const struct rings *rings)
{
	for (int i = 0; i <= GC_GENERATIONS; i++)
		if (rings->generations[i] == NULL ? i < GC_GENERATIONS
						  : !is_ring(&rings->generations[i]->head))
			return false;
	return true;
}

/* What the collector's own word holds; without it, what module gc has under the name. */
static PyObject *list_of(PyObject *const *word, const char *name)
{
	PyObject *modules = PyImport_GetModuleDict();
	PyObject *module = word != NULL || modules == NULL ? NULL : name_lookup(modules, "gc");
	PyObject *list = word != NULL ? *word : NULL;

	if (module != NULL && PyModule_Check(module))
		list = name_lookup(module_namespace(module), name);
	return list != NULL && PyList_Check(list) ? list : NULL;
}

PyObject *rings_garbage(const struct rings *rings)
{
	return list_of(rings->garbage, "garbage");
}

PyObject *rings_callbacks(const struct rings *rings)
{
	return list_of(rings->callbacks, "callbacks");
}

uint64_t rings_count(const struct rings *rings)
{
	uint64_t count = 0;

	for (int i = 0; i <= GC_GENERATIONS && rings->generations[i] != NULL; i++) {
		const struct gc_head *head = &rings->generations[i]->head;

		for (const struct gc_head *node = gc_next(head); node != head; node = gc_next(node))
			count++;
	}
	return count;
}
