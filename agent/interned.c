/* The interpreter keeps interned strs in a dict of its own, each as key and as value, and
 * counts neither. Up to 3.13 the collector lets go of that dict; from 3.14 on it is in a
 * ring like any other, and taken for one it would show every str that was ever interned
 * as a key, run-time text included, and own each twice too often. It is told from a
 * program's dict by interning a str: its last key is then that one. Cost: a look at the
 * objects older than it, at load; it is among the first that were made. */
#include "agent/interned.h"

#define PROBE "heapsnap looks for the interned"

static bool ends_with(PyObject *object, const PyObject *key)
{
	struct dict_entries entries;

	if (Py_TYPE(object) != &PyDict_Type)
		return false;
	dict_entries_of(object, &entries);
	return entries.kind == DICT_STRINGS && entries.count > 0 &&
	       dict_entry_key(&entries, entries.count - 1) == key &&
	       dict_entry_value(&entries, entries.count - 1) == key;
}

static PyObject *find_in(const struct gc_head *head, const PyObject *key)
{
	for (const struct gc_head *node = gc_next(head); node != head; node = gc_next(node))
		if (ends_with(gc_object_of(node), key))
			return gc_object_of(node);
	return NULL;
}

PyObject *interned_find(const struct rings *rings)
{
	PyObject *found = NULL;
	PyObject *probe;

	if (!INTERNED_DICT_IS_TRACKED)
		return NULL;
	probe = str_new_interned(PROBE);
	if (probe == NULL) {
		PyErr_Clear();
		return NULL;
	}
	for (int i = GC_GENERATIONS; i >= 0 && found == NULL; i--)
		found = find_in(&rings->generations[i]->head, probe);
	Py_DECREF(probe);
	return found;
}
