/* Who collects, told by what only the collecting thread can have at this moment.
 *   - While finalizers, weakref callbacks and tp_clear run, the collector keeps what it has
 *     found in rings whose heads are variables of its own: a head on our stack that an
 *     object outside, which has a type, points back to is such a ring. A stale head does
 *     not pass: what leaves a ring points elsewhere or nowhere.
 *   - While gc.callbacks run there are no such rings (a collection is about to begin, or
 *     has ended), but a Python frame of ours runs the code of one of them. One that is
 *     written in C is not told, nor one that a C object wraps.
 * Stray words that merely point into the collector's state prove nothing: any collection
 * that this thread once ran leaves some in the gaps of its frames.
 * What a word of the stack may point to is read through /proc/self/mem, which fails where
 * nothing is mapped; without it every answer is no, and the caller waits for nothing.
 * Cost: a read for each pair of words of the stack in use that could be a head, once,
 * and only while a collection runs. */
#include "agent/stack_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/names.h"
#include "agent/versions.h"

static bool read_memory(int memory, const void *from, void *into, size_t size)
{
	return pread(memory, into, size, (off_t)(uintptr_t)from) == (ssize_t)size;
}

/* Whether what stands behind a ring's element begins as an object that has a type. */
static bool holds_object(int memory, const struct gc_head *element)
{
	PyObject object;
	PyTypeObject type;

	return read_memory(memory, gc_object_of(element), &object, sizeof object) &&
	       Py_TYPE(&object) != NULL &&
	       read_memory(memory, Py_TYPE(&object), &type, sizeof type) &&
	       (type.tp_flags & TRACKED_TYPE_FLAGS) == TRACKED_TYPE_FLAGS;
}

/* Whether the words at `place`, copied to `head`, are the head of a ring that has
 * elements, none of them between `place` and `end`. */
static bool is_ring_head(int memory, uintptr_t place, uintptr_t end, const struct gc_head *head)
{
	const struct gc_head *next = gc_next(head);
	const struct gc_head *prev = gc_prev(head);
	struct gc_head first, last;

	if (next == NULL || prev == NULL || (uintptr_t)next & 7 || (uintptr_t)prev & 7 ||
	    ((uintptr_t)next >= place && (uintptr_t)next < end))
		return false;
	return read_memory(memory, next, &first, sizeof first) &&
	       (uintptr_t)gc_prev(&first) == place &&
	       read_memory(memory, prev, &last, sizeof last) &&
	       (uintptr_t)gc_next(&last) == place && holds_object(memory, next);
}

/* The end of the mapping that holds `address`, from the lines of /proc/self/maps
 * ("low-high perms ..."); 0 where it is not found. */
static uintptr_t mapping_end(uintptr_t address)
{
	char buffer[4096];
	uintptr_t number = 0, low = 0, found = 0;
	int field = 0; /* 0 low, 1 high, 2 the rest of the line */
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	while (found == 0 && fd >= 0 && (got = read(fd, buffer, sizeof buffer)) > 0) {
		for (ssize_t i = 0; i < got && found == 0; i++) {
			char c = buffer[i];

			if (c == '\n') {
				field = 0;
				number = 0;
			} else if (field == 2) {
				continue;
			} else if (c == '-') {
				low = number;
				number = 0;
				field = 1;
			} else if (c == ' ') {
				if (address >= low && address < number)
					found = number;
				field = 2;
			} else {
				number = number << 4 |
					 (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
			}
		}
	}
	if (fd >= 0)
		close(fd);
	return found;
}

/* Every word of the frames is read, also those between their variables. */
__attribute__((no_sanitize("address"))) static bool stack_has_ring(int memory)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t end = mapping_end(here);
	struct gc_head head;

	for (; here + sizeof head <= end; here += sizeof(void *)) {
		const uintptr_t *words = (const uintptr_t *)here;
		uintptr_t *copy = (uintptr_t *)(void *)&head;

		for (size_t i = 0; i < sizeof head / sizeof *copy; i++)
			copy[i] = words[i];
		if (is_ring_head(memory, here, end, &head))
			return true;
	}
	return false;
}

/* What an instance of `type` runs when it is called. */
static PyObject *call_method(const PyTypeObject *type)
{
	PyObject *found = NULL;

	for (Py_ssize_t i = 0;
	     type->tp_mro != NULL && i < PyTuple_GET_SIZE(type->tp_mro) && found == NULL; i++) {
		PyObject *base = PyTuple_GET_ITEM(type->tp_mro, i);

		if (PyType_Check(base) && ((PyTypeObject *)(void *)base)->tp_dict != NULL)
			found = name_lookup(((PyTypeObject *)(void *)base)->tp_dict, "__call__");
	}
	return found;
}

/* The code that runs when the collector calls `callback`; NULL where it is not Python's. */
static const PyObject *callback_code(PyObject *callback)
{
	if (PyMethod_Check(callback))
		callback = PyMethod_GET_FUNCTION(callback);
	else if (!PyFunction_Check(callback))
		callback = call_method(Py_TYPE(callback));
	return callback != NULL && PyFunction_Check(callback) ? PyFunction_GET_CODE(callback)
							      : NULL;
}

static bool is_callback_code(const struct rings *rings, const PyObject *code)
{
	PyObject *callbacks = rings_callbacks(rings);

	for (Py_ssize_t i = 0; callbacks != NULL && i < PyList_GET_SIZE(callbacks); i++)
		if (callback_code(PyList_GET_ITEM(callbacks, i)) == code)
			return true;
	return false;
}

static bool frames_have_callback(const struct rings *rings)
{
	PyFrameObject *frame = PyEval_GetFrame();
	bool found = false;

	Py_XINCREF(frame);
	while (frame != NULL && !found) {
		PyFrameObject *caller = frame_caller(frame);

		found = is_callback_code(rings, running_code(frame));
		Py_DECREF(frame);
		frame = caller;
	}
	Py_XDECREF(frame);
	PyErr_Clear();
	return found;
}

bool collection_is_ours(const struct rings *rings)
{
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	bool found = memory >= 0 && stack_has_ring(memory);

	if (memory >= 0)
		close(memory);
	return found || frames_have_callback(rings);
}
