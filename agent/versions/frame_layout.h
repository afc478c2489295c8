/* Code objects, and locals and stacks of frames and generators. */
#ifndef HEAPSNAP_AGENT_VERSIONS_FRAME_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_FRAME_LAYOUT_H

#include "agent/versions/supported.h"

#if VERSION_AT_LEAST(11)
/* An interpreter frame inside a generator or frame object ends at tp_basicsize:
 * there its locals and stack begin. */
#define FRAME_HEAD_SIZE 72
#if VERSION_AT_LEAST(12)
#define FRAME_CODE_OFFSET 0
#else
#define FRAME_CODE_OFFSET 32
#endif

static inline PyCodeObject *frame_data_code(const char *locals)
{
	PyObject *code =
		*(PyObject *const *)(const void *)(locals - FRAME_HEAD_SIZE + FRAME_CODE_OFFSET);

	return code != NULL && PyCode_Check(code) ? (PyCodeObject *)code : NULL;
}

static inline size_t code_frame_slots(const PyCodeObject *code)
{
	return (size_t)code->co_nlocalsplus + (size_t)code->co_stacksize;
}

/* The code of the frame that `object` (a frame) shows, and whether it keeps the
 * locals itself, right after tp_basicsize. */
static inline PyCodeObject *frame_code(PyObject *object, bool *owns)
{
	const char *data = ((char *const *)(const void *)object)[3];

	*owns = data == (const char *)object + Py_TYPE(object)->tp_basicsize - FRAME_HEAD_SIZE;
	return frame_data_code(data + FRAME_HEAD_SIZE);
}
#else
static inline size_t code_frame_slots(const PyCodeObject *code)
{
	return (size_t)code->co_nlocals + (size_t)code->co_stacksize +
	       (size_t)PyTuple_GET_SIZE(code->co_cellvars) +
	       (size_t)PyTuple_GET_SIZE(code->co_freevars);
}

static inline PyCodeObject *frame_code(PyObject *object, bool *owns)
{
	*owns = true;
	return ((PyFrameObject *)(void *)object)->f_code;
}
#endif

/* The frame that called a running one: a new reference, or NULL. From 3.11 on a frame
 * object is made where there was none. */
static inline PyFrameObject *frame_caller(PyFrameObject *frame)
{
#if VERSION_AT_LEAST(9)
	return PyFrame_GetBack(frame);
#else
	Py_XINCREF(frame->f_back);
	return frame->f_back;
#endif
}

/* Borrowed from the frame. */
static inline const PyObject *running_code(PyFrameObject *frame)
{
#if VERSION_AT_LEAST(9)
	PyObject *code = (PyObject *)(void *)PyFrame_GetCode(frame);

	Py_DECREF(code);
	return code;
#else
	return (const PyObject *)(const void *)frame->f_code;
#endif
}

/* frame.__sizeof__() without its locals and stack. */
static inline size_t frame_base_size(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return (size_t)Py_TYPE(object)->tp_basicsize;
#else
	(void)object;
	return sizeof(PyFrameObject) - sizeof(PyObject *);
#endif
}

/* Locals and stack entries in use of a frame (`locals`: where they begin); the stack of
 * a frame that is running has no known end. */
static inline size_t frame_used_slots(PyObject *object, const PyCodeObject *code,
				      const char *locals)
{
	size_t all = code_frame_slots(code);
	Py_ssize_t used;
#if VERSION_AT_LEAST(11)
	size_t named = (size_t)code->co_nlocalsplus;

	(void)object;
	used = *(const int *)(const void *)(locals - sizeof(void *));
	used = used < 0 ? (Py_ssize_t)named : used;
#else
	size_t named = all - (size_t)code->co_stacksize;
	const PyFrameObject *frame = (const PyFrameObject *)(void *)object;

	(void)locals;
#if VERSION_AT_LEAST(10)
	used = (Py_ssize_t)named + (frame->f_stackdepth > 0 ? frame->f_stackdepth : 0);
#else
	used = (Py_ssize_t)named +
	       (frame->f_stacktop == NULL ? 0 : frame->f_stacktop - frame->f_valuestack);
#endif
#endif
	return used < 0 ? 0 : (size_t)used > all ? all : (size_t)used;
}

/* Offset of the first local of a frame that keeps its own. */
static inline size_t frame_locals_offset(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return (size_t)Py_TYPE(object)->tp_basicsize;
#else
	(void)object;
	return offsetof(PyFrameObject, f_localsplus);
#endif
}

/* The code that a generator's own locals belong to (3.11+), else NULL. */
static inline PyCodeObject *generator_frame_code(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return frame_data_code((const char *)object + Py_TYPE(object)->tp_basicsize);
#else
	(void)object;
	return NULL;
#endif
}

/* Name of local `index` of the code, NULL beyond (the stack). Borrowed. */
static inline PyObject *code_local_name(const PyCodeObject *code, size_t index)
{
#if VERSION_AT_LEAST(11)
	if (index < (size_t)PyTuple_GET_SIZE(code->co_localsplusnames))
		return PyTuple_GET_ITEM(code->co_localsplusnames, (Py_ssize_t)index);
#else
	PyObject *groups[3] = {code->co_varnames, code->co_cellvars, code->co_freevars};

	for (int i = 0; i < 3; i++) {
		size_t size = (size_t)PyTuple_GET_SIZE(groups[i]);

		if (index < size)
			return PyTuple_GET_ITEM(groups[i], (Py_ssize_t)index);
		index -= size;
	}
#endif
	return NULL;
}

#define CODE_UNIT_SIZE 2         /* bytes of an instruction */
#define CODE_CACHE_ENTRY_SIZE 32 /* up to 3.10: of one instruction's cache */

/* code.__sizeof__() */
static inline size_t code_size(PyObject *object)
{
	const PyCodeObject *code = (const PyCodeObject *)object;
	size_t size = (size_t)Py_TYPE(object)->tp_basicsize;

	if (code->co_extra != NULL) {
		/* struct { Py_ssize_t size; void *extras[1]; } */
		size += sizeof(Py_ssize_t) + sizeof(void *);
		size += ((size_t) * (const Py_ssize_t *)code->co_extra - 1) * sizeof(void *);
	}
#if VERSION_AT_LEAST(11)
	size += ((size_t)((const PyVarObject *)object)->ob_size * CODE_UNIT_SIZE + 7) & ~(size_t)7;
#else
	if (code->co_cell2arg != NULL && code->co_cellvars != NULL)
		size += (size_t)PyTuple_GET_SIZE(code->co_cellvars) * sizeof(Py_ssize_t);
	if (code->co_opcache != NULL)
		size += (size_t)PyBytes_GET_SIZE(code->co_code) / CODE_UNIT_SIZE +
			(size_t)code->co_opcache_size * CODE_CACHE_ENTRY_SIZE;
#endif
	return size;
}

static inline PyObject *code_display_name(const PyCodeObject *code)
{
#if VERSION_AT_LEAST(11)
	return code->co_qualname;
#else
	return code->co_name;
#endif
}

#endif
