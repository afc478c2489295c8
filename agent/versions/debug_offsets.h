/* What the interpreter says of its own layout (3.13 and later): a table at the beginning of
 * _PyRuntime, made for debuggers, whose order is fixed for each minor version. */
#ifndef HEAPSNAP_AGENT_VERSIONS_DEBUG_OFFSETS_H
#define HEAPSNAP_AGENT_VERSIONS_DEBUG_OFFSETS_H

#include "agent/versions/frame_layout.h"
#include "agent/versions/supported.h"
#include "agent/versions/thread_frames.h"

#include <string.h>

#define HAS_DEBUG_OFFSETS VERSION_AT_LEAST(13)

#if HAS_DEBUG_OFFSETS
#define DEBUG_OFFSETS_COOKIE "xdebugpy"

struct mirror_debug_offsets {
	char cookie[8];
	uint64_t version, free_threaded;
	struct {
		uint64_t size, finalizing, interpreters_head;
	} runtime;
	struct {
		uint64_t size, id, next, threads_head;
#if VERSION_AT_LEAST(14)
		uint64_t threads_main;
#endif
		uint64_t gc, imports_modules, sysdict, builtins, ceval_gil, gil[4];
#if VERSION_AT_LEAST(14)
		uint64_t code_object_generation, tlbc_generation;
#endif
	} interpreter;
	struct {
		uint64_t size, prev, next, interp, current_frame;
#if VERSION_AT_LEAST(15)
		uint64_t base_frame, last_profiled_frame, last_profiled_frame_seq;
#endif
		uint64_t thread_id, native_thread_id, datastack_chunk, status;
#if VERSION_AT_LEAST(15)
		uint64_t holds_gil, gil_requested, current_exception, exc_state;
#endif
	} thread;
#if VERSION_AT_LEAST(15)
	uint64_t exc_value;
#endif
	struct {
		uint64_t size, previous, executable, instr_ptr, localsplus, owner;
#if VERSION_AT_LEAST(14)
		uint64_t stackpointer, tlbc_index;
#endif
	} frame;
	struct {
		uint64_t size, filename, name, qualname, linetable, firstlineno, argcount;
		uint64_t localsplusnames, localspluskinds, co_code_adaptive;
#if VERSION_AT_LEAST(14)
		uint64_t co_tlbc;
#endif
	} code;
	struct {
		uint64_t size, ob_type;
	} object;
	struct {
		uint64_t size, tp_name, tp_repr, tp_flags;
#if VERSION_AT_LEAST(15)
		uint64_t tp_basicsize, tp_dictoffset;
#endif
	} type;
#if VERSION_AT_LEAST(15)
	struct {
		uint64_t size, ht_cached_keys;
	} heap_type;
#endif
	struct {
		uint64_t size, ob_item, ob_size;
	} tuple, list;
#if VERSION_AT_LEAST(14)
	struct {
		uint64_t size, used, table, mask;
	} set;
#endif
	struct {
		uint64_t size, ma_keys, ma_values;
	} dict;
	struct {
		uint64_t size, ob_fval;
	} real;
	struct {
		uint64_t size, lv_tag, ob_digit;
	} integer;
	struct {
		uint64_t size, ob_size, ob_sval;
	} bytes;
	struct {
		uint64_t size, state, length, asciiobject_size;
#if VERSION_AT_LEAST(15)
		uint64_t compactunicodeobject_size;
#endif
	} text;
	struct {
		uint64_t size, collecting;
#if VERSION_AT_LEAST(15)
		uint64_t frame, generation_stats_size, generation_stats;
#endif
	} gc;
#if VERSION_AT_LEAST(14)
	struct {
		uint64_t size, name, iframe, frame_state;
	} generator;
#endif
};

/* What we rely on. X(field of the table, where we think it stands) */
#if VERSION_AT_LEAST(14)
#define DEBUG_OFFSETS_14(X)                                             \
	X(frame.stackpointer, offsetof(struct mirror_frame, stack_end)) \
	X(set.table, offsetof(PySetObject, table))                      \
	X(set.mask, offsetof(PySetObject, mask))                        \
	X(generator.name, offsetof(struct mirror_generator, name))      \
	X(generator.iframe, offsetof(struct mirror_generator, frame))
#else
#define DEBUG_OFFSETS_14(X)
#endif
#if VERSION_AT_LEAST(15)
#define DEBUG_OFFSETS_15(X)                                          \
	X(type.tp_basicsize, offsetof(PyTypeObject, tp_basicsize))   \
	X(type.tp_dictoffset, offsetof(PyTypeObject, tp_dictoffset)) \
	X(heap_type.ht_cached_keys, offsetof(PyHeapTypeObject, ht_cached_keys))
#else
#define DEBUG_OFFSETS_15(X)
#endif
#define DEBUG_OFFSETS(X)                                                    \
	X(thread.next, offsetof(PyThreadState, next))                       \
	X(thread.interp, offsetof(PyThreadState, interp))                   \
	X(thread.current_frame, offsetof(PyThreadState, current_frame))     \
	X(frame.previous, offsetof(struct mirror_frame, previous))          \
	X(frame.executable, offsetof(struct mirror_frame, code))            \
	X(frame.instr_ptr, offsetof(struct mirror_frame, instruction))      \
	X(frame.localsplus, offsetof(struct mirror_frame, slots))           \
	X(frame.owner, offsetof(struct mirror_frame, owner))                \
	X(code.filename, offsetof(PyCodeObject, co_filename))               \
	X(code.qualname, offsetof(PyCodeObject, co_qualname))               \
	X(code.localsplusnames, offsetof(PyCodeObject, co_localsplusnames)) \
	X(code.localspluskinds, offsetof(PyCodeObject, co_localspluskinds)) \
	X(code.co_code_adaptive, offsetof(PyCodeObject, co_code_adaptive))  \
	X(object.size, sizeof(PyObject))                                    \
	X(object.ob_type, offsetof(PyObject, ob_type))                      \
	X(type.tp_name, offsetof(PyTypeObject, tp_name))                    \
	X(type.tp_flags, offsetof(PyTypeObject, tp_flags))                  \
	X(tuple.ob_item, offsetof(PyTupleObject, ob_item))                  \
	X(list.ob_item, offsetof(PyListObject, ob_item))                    \
	X(dict.ma_keys, offsetof(PyDictObject, ma_keys))                    \
	X(dict.ma_values, offsetof(PyDictObject, ma_values))                \
	X(integer.lv_tag, offsetof(PyLongObject, long_value.lv_tag))        \
	X(integer.ob_digit, offsetof(PyLongObject, long_value.ob_digit))    \
	X(bytes.ob_sval, offsetof(PyBytesObject, ob_sval))                  \
	X(text.state, offsetof(PyASCIIObject, state))                       \
	X(text.length, offsetof(PyASCIIObject, length))                     \
	X(text.asciiobject_size, sizeof(PyASCIIObject))                     \
	DEBUG_OFFSETS_14(X)                                                 \
	DEBUG_OFFSETS_15(X)

static inline void debug_offsets_read(struct mirror_debug_offsets *table)
{
	extern char _PyRuntime[]; /* its own type is private */

	memcpy(table, _PyRuntime, sizeof *table);
}
#endif

/* The first thing that the interpreter says of itself and that is not so in this build, NULL:
 * nothing, or it says nothing. */
static inline const char *debug_offsets_difference(void)
{
#if HAS_DEBUG_OFFSETS
	struct mirror_debug_offsets table;

	debug_offsets_read(&table);
	if (memcmp(table.cookie, DEBUG_OFFSETS_COOKIE, sizeof table.cookie) != 0)
		return "cookie";
	if (table.version != running_version_hex())
		return "version";
	if (table.free_threaded != 0)
		return "free_threaded";
#define DEBUG_OFFSET_DIFFERS(field, place)    \
	if (table.field != (uint64_t)(place)) \
		return #field;
	DEBUG_OFFSETS(DEBUG_OFFSET_DIFFERS)
#undef DEBUG_OFFSET_DIFFERS
#endif
	return NULL;
}

/* Where the calling interpreter's collector says that it collects, NULL where that is not
 * said. */
static inline const int *debug_offsets_collecting(void)
{
#if HAS_DEBUG_OFFSETS
	struct mirror_debug_offsets table;

	debug_offsets_read(&table);
	return (const int *)((uintptr_t)PyInterpreterState_Get() + table.interpreter.gc +
			     table.gc.collecting);
#else
	return NULL;
#endif
}

#endif
