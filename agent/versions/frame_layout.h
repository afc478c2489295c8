/* Code objects, and locals and stacks of frames and generators. */
#ifndef HEAPSNAP_AGENT_VERSIONS_FRAME_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_FRAME_LAYOUT_H

#include "agent/versions/supported.h"

#include <opcode.h>

/* The word of a frame's local or stack entry and of some of its fields. From 3.14 on
 * the low two bits are a tag: 1 says that the frame owns no count of the object (it is
 * borrowed from a frame below, or immortal), 3 that it is a number and no object. */
#if VERSION_AT_LEAST(14)
#define STACK_REFERENCE_TAG ((uintptr_t)3)
#define STACK_REFERENCE_NUMBER ((uintptr_t)3)
#define STACK_REFERENCE_BORROWED ((uintptr_t)1)

static inline PyObject *stack_reference_object(PyObject *word)
{
	uintptr_t bits = (uintptr_t)word;

	if ((bits & STACK_REFERENCE_TAG) == STACK_REFERENCE_NUMBER)
		return NULL;
	return (PyObject *)(bits & ~STACK_REFERENCE_TAG);
}

static inline bool stack_reference_is_borrowed(PyObject *word)
{
	return ((uintptr_t)word & STACK_REFERENCE_TAG) == STACK_REFERENCE_BORROWED;
}
#else
static inline PyObject *stack_reference_object(PyObject *word)
{
	return word;
}

static inline bool stack_reference_is_borrowed(PyObject *word)
{
	(void)word;
	return false;
}
#endif

#define FRAMES_MAY_BORROW VERSION_AT_LEAST(14)
/* Whether a generator's frame stands inside it. */
#define GENERATOR_HOLDS_FRAME VERSION_AT_LEAST(11)

#if VERSION_AT_LEAST(11)
/* An interpreter frame inside a generator or frame object ends at tp_basicsize:
 * there its locals and stack begin. */
#if VERSION_AT_LEAST(14)
#define FRAME_HEAD_SIZE 80
#else
#define FRAME_HEAD_SIZE 72
#endif
#define FRAME_STACK_POINTER_OFFSET 64 /* 3.14 and later */
#if VERSION_AT_LEAST(12)
#define FRAME_CODE_OFFSET 0
#define FRAME_FUNCTION_OFFSET 16
#define FRAME_LOCALS_OFFSET 40
#define FRAME_OBJECT_OFFSET 48
#else
#define FRAME_CODE_OFFSET 32
#define FRAME_FUNCTION_OFFSET 0
#define FRAME_LOCALS_OFFSET 24
#define FRAME_OBJECT_OFFSET 40
#endif
#define FRAME_STATE_BEFORE 5 /* of a generator: so many bytes before its frame */
#if VERSION_AT_LEAST(15)
#define FRAME_STATE_AWAITS 2
#else
#define FRAME_STATE_AWAITS (-1) /* up to 3.12: suspended */
#endif
#define FRAME_INSTRUCTION_OFFSET 56 /* 3.11 and 3.12 */
/* tp_basicsize of a frame */
#if VERSION_AT_LEAST(14)
#define FRAME_OBJECT_SIZE 152
#elif VERSION_AT_LEAST(13)
#define FRAME_OBJECT_SIZE 136
#else
#define FRAME_OBJECT_SIZE 120
#endif

static inline PyObject *frame_data_code_word(const char *locals)
{
	return stack_reference_object(
		*(PyObject *const *)(const void *)(locals - FRAME_HEAD_SIZE + FRAME_CODE_OFFSET));
}

static inline PyCodeObject *frame_data_code(const char *locals)
{
	PyObject *code = frame_data_code_word(locals);

	return code != NULL && PyCode_Check(code) ? (PyCodeObject *)code : NULL;
}

/* Whether the word at `offset` of a frame or generator is a frame's globals or builtins,
 * which it does not own. */
static inline bool frame_field_is_unvisited(size_t offset, size_t locals)
{
#if VERSION_AT_LEAST(12)
	return offset == locals - FRAME_HEAD_SIZE + 24 || offset == locals - FRAME_HEAD_SIZE + 32;
#else
	return offset == locals - FRAME_HEAD_SIZE + 8 || offset == locals - FRAME_HEAD_SIZE + 16;
#endif
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
static inline bool frame_field_is_unvisited(size_t offset, size_t locals)
{
	(void)offset;
	(void)locals;
	return false;
}

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
#if VERSION_AT_LEAST(14)
	const char *top = *(const char *const *)(const void *)(locals - FRAME_HEAD_SIZE +
							       FRAME_STACK_POINTER_OFFSET);

	used = top == NULL || top < locals ? -1 : (top - locals) / (Py_ssize_t)sizeof(PyObject *);
#else
	used = *(const int *)(const void *)(locals - sizeof(void *));
#endif
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

/* The same before it is known that it is one: not looked into. */
static inline const PyObject *generator_frame_code_word(PyObject *object)
{
#if VERSION_AT_LEAST(11)
	return frame_data_code_word((const char *)object + Py_TYPE(object)->tp_basicsize);
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

/* Where a generator or coroutine that is suspended in `yield from` or `await` keeps what it
 * waits for: the top of its stack, as an offset; 0 if it waits for nothing. `object` is no
 * frame; `code`: that of its own frame. */
static inline int32_t generator_awaited_place(PyObject *object, const PyCodeObject *code)
{
#if VERSION_AT_LEAST(11)
	size_t locals = (size_t)Py_TYPE(object)->tp_basicsize;
	const char *data = (const char *)object + locals;
	int8_t state;
	size_t used;

	state = *(const int8_t *)(data - FRAME_HEAD_SIZE - FRAME_STATE_BEFORE);
	if (state != FRAME_STATE_AWAITS)
		return 0;
#if !VERSION_AT_LEAST(13)
	/* Suspended in any way: the instruction that will go on knows in which. */
	const unsigned char *last =
		*(const unsigned char *const *)(const void *)(data - FRAME_HEAD_SIZE +
							      FRAME_INSTRUCTION_OFFSET);
	if (last == NULL || last[CODE_UNIT_SIZE] != RESUME || last[CODE_UNIT_SIZE + 1] < 2)
		return 0;
#endif
	used = frame_used_slots(object, code, data);
	/* From 3.15 on an iterator's index, or nothing, stands above it. */
	while (used > (size_t)code->co_nlocalsplus &&
	       stack_reference_object(((PyObject *const *)(const void *)data)[used - 1]) == NULL)
		used--;
	if (used <= (size_t)code->co_nlocalsplus)
		return 0;
	return (int32_t)(locals + (used - 1) * sizeof(PyObject *));
#else
	(void)object;
	(void)code;
	return 0;
#endif
}

/* code.__sizeof__() */
static inline size_t code_size(PyObject *object)
{
	const PyCodeObject *code = (const PyCodeObject *)object;
	size_t size = (size_t)Py_TYPE(object)->tp_basicsize;

#if PYTHON2
	(void)code;
#else
	if (code->co_extra != NULL) {
		/* struct { Py_ssize_t size; void *extras[size]; }; 3.6 counts the extras alone. */
		size += (size_t) * (const Py_ssize_t *)code->co_extra * sizeof(void *);
		size += VERSION_AT_LEAST(7) ? sizeof(Py_ssize_t) : 0;
	}
#if VERSION_AT_LEAST(11)
	size += ((size_t)((const PyVarObject *)object)->ob_size * CODE_UNIT_SIZE + 7) & ~(size_t)7;
#else
	if (code->co_cell2arg != NULL && code->co_cellvars != NULL)
		size += (size_t)PyTuple_GET_SIZE(code->co_cellvars) * sizeof(Py_ssize_t);
#endif
#if VERSION_AT_LEAST(8) && !VERSION_AT_LEAST(11)
	if (code->co_opcache != NULL)
		size += (size_t)PyBytes_GET_SIZE(code->co_code) / CODE_UNIT_SIZE +
			(size_t)code->co_opcache_size * CODE_CACHE_ENTRY_SIZE;
#endif
#endif
	return size;
}

#if VERSION_AT_LEAST(14)
/* Generators, coroutines and asynchronous generators, up to their frame. */
struct mirror_generator {
	PyObject head;
	PyObject *weak_references, *name, *qualname;
	PyObject *handled_exception;
	void *previous_exception;
	PyObject *origin_or_finalizer;
	char flags[8];
	char frame[FRAME_HEAD_SIZE];
};
#define GENERATOR_NAME(type, prefix) offsetof(struct mirror_generator, name)
#define GENERATOR_QUALNAME(type, prefix) offsetof(struct mirror_generator, qualname)
#define GENERATOR_FRAME(type, prefix) offsetof(struct mirror_generator, frame)
#else
#define GENERATOR_NAME(type, prefix) offsetof(type, prefix##_name)
#define GENERATOR_QUALNAME(type, prefix) offsetof(type, prefix##_qualname)
#define GENERATOR_FRAME(type, prefix) offsetof(type, prefix##_iframe) /* 3.11 and later */
#endif

/* What a generator, coroutine or asynchronous generator calls itself. Borrowed. */
static inline PyObject *generator_display_name(PyObject *generator)
{
#if PYTHON2
	return ((PyCodeObject *)(void *)((PyGenObject *)(void *)generator)->gi_code)->co_name;
#else
	return *(PyObject *const *)(const void *)((const char *)generator +
						  GENERATOR_QUALNAME(PyGenObject, gi));
#endif
}

static inline PyObject *code_display_name(const PyCodeObject *code)
{
#if VERSION_AT_LEAST(11)
	return code->co_qualname;
#else
	return code->co_name;
#endif
}

static inline PyObject *function_display_name(PyObject *function)
{
#if PYTHON2
	return ((PyFunctionObject *)(void *)function)->func_name;
#else
	return ((PyFunctionObject *)(void *)function)->func_qualname;
#endif
}

#endif
