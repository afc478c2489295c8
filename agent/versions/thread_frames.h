/* Running frames, from a thread's innermost one outwards, and what a thread state owns.
 * Up to 3.10 a running frame is an object that owns its locals itself; from 3.11 on it is
 * a struct of the interpreter's, and its locals belong to nobody that the collector knows. */
#ifndef HEAPSNAP_AGENT_VERSIONS_THREAD_FRAMES_H
#define HEAPSNAP_AGENT_VERSIONS_THREAD_FRAMES_H

#include "agent/versions/supported.h"
#include "agent/versions/collector_layout.h"
#include "agent/versions/frame_layout.h"

/* A running frame as it is shown. All borrowed. */
struct running_frame {
	PyCodeObject *code;
	PyObject *globals;
	PyObject *const *slots; /* words: locals, cells, free variables, then the stack */
	size_t named, used;     /* slots with a name; slots in use that can be told */
	bool slots_counted;     /* no object of the file owns what is in the slots */
	/* What the frame owns besides, NULL: nothing, or an object that is in the file does. */
	PyObject *code_owned, *function, *namespace, *object;
	PyObject *self;    /* the frame itself where it is an object, else NULL */
	bool self_counted; /* who runs it owns it; a generator's is the generator's alone */
	int offset;        /* of the instruction in the code, bytes; -1: ask for `self`'s line */
};

#if VERSION_AT_LEAST(11)
struct mirror_frame {
#if VERSION_AT_LEAST(12)
	PyObject *code;
	struct mirror_frame *previous;
	PyObject *function, *globals, *builtins, *namespace, *object;
#else
	PyObject *function, *globals, *builtins, *namespace, *code, *object;
	struct mirror_frame *previous;
#endif
	const char *instruction;
#if VERSION_AT_LEAST(14)
	PyObject *const *stack_end;
#else
	int stack_top; /* -1 while the frame itself runs C code */
#endif
#if VERSION_AT_LEAST(12)
	uint16_t return_offset;
#else
	bool is_entry;
#endif
	char owner;
	PyObject *slots[1];
};
_Static_assert(offsetof(struct mirror_frame, slots) == FRAME_HEAD_SIZE, "frames are mirrored");
_Static_assert(offsetof(struct mirror_frame, code) == FRAME_CODE_OFFSET, "frames are mirrored");

#define FRAME_OF_GENERATOR 1
#define FRAME_OF_INTERPRETER 3 /* from here on: entries that are not a function's */

typedef const struct mirror_frame *frame_cursor;

static inline frame_cursor frame_innermost(const PyThreadState *thread)
{
#if VERSION_AT_LEAST(13)
	return (frame_cursor)(const void *)thread->current_frame;
#else
	return thread->cframe == NULL ? NULL
				      : (frame_cursor)(const void *)thread->cframe->current_frame;
#endif
}

static inline frame_cursor frame_outer(frame_cursor frame)
{
	return frame->previous;
}

/* Whether it is an entry that is no function's. */
static inline bool frame_is_entry(frame_cursor frame)
{
	return frame->owner >= FRAME_OF_INTERPRETER;
}

/* What stands where the frame's code does: not looked into. */
static inline const PyObject *frame_code_word(frame_cursor frame)
{
	return stack_reference_object(frame->code);
}

/* Slots in use, 0 where that is not known now. */
static inline size_t frame_slots_in_use(frame_cursor frame)
{
#if VERSION_AT_LEAST(14)
	return frame->stack_end < frame->slots ? 0 : (size_t)(frame->stack_end - frame->slots);
#else
	return frame->stack_top < 0 ? 0 : (size_t)frame->stack_top;
#endif
}

/* What the frame owns through this word, or NULL. */
static inline PyObject *frame_owned(bool owner, PyObject *word)
{
	return owner && !stack_reference_is_borrowed(word) ? stack_reference_object(word) : NULL;
}

/* False: no frame of a function. `untracked`: untracked objects are in the file. */
static inline bool frame_show(frame_cursor frame, bool untracked, struct running_frame *out)
{
	bool generator = frame->owner == FRAME_OF_GENERATOR;
	PyObject *code = stack_reference_object(frame->code);
	size_t in_use = frame_slots_in_use(frame);

	(void)untracked;
	if (frame_is_entry(frame) || code == NULL || !PyCode_Check(code))
		return false;
	out->code = (PyCodeObject *)code;
	out->globals = frame->globals;
	out->slots = frame->slots;
	out->named = (size_t)out->code->co_nlocalsplus;
	out->used = in_use == 0 || in_use > code_frame_slots(out->code) ? out->named : in_use;
	/* A generator shows its frame to tp_traverse, but no slots while their end is not known. */
	out->slots_counted = !generator || in_use == 0;
	out->code_owned = frame_owned(!generator, frame->code);
	out->function = frame_owned(!generator, frame->function);
	out->namespace = generator ? NULL : frame->namespace;
	out->object = generator ? NULL : frame->object;
	out->self = NULL;
	out->self_counted = true;
	out->offset = (int)(frame->instruction - out->code->co_code_adaptive);
	return true;
}
#else
typedef PyFrameObject *frame_cursor;

#if PYTHON2
#define CODE_OF_GENERATOR CO_GENERATOR
#else
#define CODE_OF_GENERATOR (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)
#endif

static inline frame_cursor frame_innermost(const PyThreadState *thread)
{
	return thread->frame;
}

static inline frame_cursor frame_outer(frame_cursor frame)
{
	return frame->f_back;
}

static inline bool frame_is_entry(frame_cursor frame)
{
	(void)frame;
	return false;
}

static inline const PyObject *frame_code_word(frame_cursor frame)
{
	return (const PyObject *)(const void *)frame->f_code;
}

static inline bool frame_show(frame_cursor frame, bool untracked, struct running_frame *out)
{
	bool in_file = untracked || gc_is_tracked((PyObject *)frame);

	out->code = frame->f_code;
	out->globals = frame->f_globals;
	out->slots = frame->f_localsplus;
	out->named = code_frame_slots(out->code) - (size_t)out->code->co_stacksize;
	out->used = out->named; /* the stack of a frame that runs has no known end */
	out->slots_counted = !in_file;
	out->code_owned = out->function = out->namespace = out->object = NULL;
	out->self = (PyObject *)frame;
	out->self_counted = !(out->code->co_flags & CODE_OF_GENERATOR);
	out->offset = -1;
	return true;
}
#endif

static inline int frame_line(const struct running_frame *frame)
{
#if VERSION_AT_LEAST(11)
	return PyCode_Addr2Line(frame->code, frame->offset);
#else
	return PyFrame_GetLineNumber((PyFrameObject *)(void *)frame->self);
#endif
}

/* Whether it is the first thread of the process's own interpreter. */
static inline bool thread_is_main(PyThreadState *thread)
{
#if VERSION_AT_LEAST(7)
	return thread->id == 1 && thread->interp == PyInterpreterState_Main();
#else
	/* New states are put in front. */
	return PyThreadState_Next(thread) == NULL &&
	       PyInterpreterState_Next(thread->interp) == NULL;
#endif
}

/* Where threading keeps a Thread's name. */
#if PYTHON2
#define THREAD_NAME_ATTRIBUTE "_Thread__name"
#else
#define THREAD_NAME_ATTRIBUTE "_name"
#endif

/* X(expression of `thread`, label): objects that a thread state owns. */
#if VERSION_AT_LEAST(12)
#define THREAD_EXCEPTION_FIELDS(X) X(current_exception, "exception being raised")
#else
#define THREAD_EXCEPTION_FIELDS(X)                \
	X(curexc_type, "exception being raised")  \
	X(curexc_value, "exception being raised") \
	X(curexc_traceback, "exception being raised")
#endif
#if VERSION_AT_LEAST(11)
#define THREAD_HANDLED_FIELDS(X) X(exc_state.exc_value, "exception being handled")
#else
#if VERSION_AT_LEAST(7)
#define THREAD_HANDLED(member) exc_state.member
#else
#define THREAD_HANDLED(member) member
#endif
#define THREAD_HANDLED_FIELDS(X)                                \
	X(THREAD_HANDLED(exc_type), "exception being handled")  \
	X(THREAD_HANDLED(exc_value), "exception being handled") \
	X(THREAD_HANDLED(exc_traceback), "exception being handled")
#endif
#if VERSION_AT_LEAST(7)
#define THREAD_CONTEXT_FIELDS(X) X(context, "context")
#else
#define THREAD_CONTEXT_FIELDS(X)
#endif
#if VERSION_AT_LEAST(8) || PYTHON2
#define THREAD_WRAPPER_FIELDS(X)
#else
#define THREAD_WRAPPER_FIELDS(X) X(coroutine_wrapper, "coroutine wrapper")
#endif
#if PYTHON2
#define THREAD_ASYNCGEN_FIELDS(X)
#else
#define THREAD_ASYNCGEN_FIELDS(X)                         \
	X(async_gen_firstiter, "asyncgen firstiter hook") \
	X(async_gen_finalizer, "asyncgen finalizer hook")
#endif
#define THREAD_FIELDS(X)                       \
	X(dict, "thread state dict")           \
	X(async_exc, "asynchronous exception") \
	X(c_profileobj, "profile function")    \
	X(c_traceobj, "trace function")        \
	THREAD_ASYNCGEN_FIELDS(X)              \
	THREAD_CONTEXT_FIELDS(X)               \
	THREAD_WRAPPER_FIELDS(X)               \
	THREAD_EXCEPTION_FIELDS(X)             \
	THREAD_HANDLED_FIELDS(X)

#endif
