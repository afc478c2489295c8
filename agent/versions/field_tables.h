/* Names of fields of the interpreter's own types that have no member. */
#ifndef HEAPSNAP_AGENT_VERSIONS_FIELD_TABLES_H
#define HEAPSNAP_AGENT_VERSIONS_FIELD_TABLES_H

#include "agent/versions/supported.h"
#include "agent/versions/frame_layout.h"

/* X(type, offset, name): what tp_traverse reports of fields without a member name.
 * Y(type, offset, name): owned, and not reported. */
#define FUNCTION_FIELD(member) offsetof(PyFunctionObject, member)
#if VERSION_AT_LEAST(12)
#define VERSION_FIELDS_12(X) X(PyFunction_Type, FUNCTION_FIELD(func_typeparams), "__type_params__"),
#else
#define VERSION_FIELDS_12(X)
#endif
#if VERSION_AT_LEAST(10)
#define VERSION_FIELDS_10(X) X(PyFunction_Type, FUNCTION_FIELD(func_builtins), "__builtins__"),
#else
#define VERSION_FIELDS_10(X)
#endif
#if VERSION_AT_LEAST(11)
#define VERSION_CODE_FIELDS(Y)                                                                    \
	Y(PyCode_Type, offsetof(PyCodeObject, co_exceptiontable), "co_exceptiontable"),           \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localsplusnames), "co_localsplusnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localspluskinds), "co_localspluskinds"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_qualname), "co_qualname"),               \
		Y(PyCode_Type, offsetof(PyCodeObject, co_linetable), "co_linetable"),
#define VERSION_FRAME_FIELDS(X) X(PyFrame_Type, 16, "f_back"), X(PyFrame_Type, 32, "f_trace"),
#define VERSION_GENERATOR_FIELDS(X)                                                               \
	X(PyGen_Type, GENERATOR_FRAME(PyGenObject, gi) + FRAME_CODE_OFFSET, "gi_code"),           \
		X(PyCoro_Type, GENERATOR_FRAME(PyCoroObject, cr) + FRAME_CODE_OFFSET, "cr_code"), \
		X(PyAsyncGen_Type, GENERATOR_FRAME(PyAsyncGenObject, ag) + FRAME_CODE_OFFSET,     \
		  "ag_code"),
#else
#define VERSION_GENERATOR_FIELDS(X)
#if VERSION_AT_LEAST(10)
#define VERSION_LINES_FIELD co_linetable
#else
#define VERSION_LINES_FIELD co_lnotab
#endif
#define VERSION_CODE_FIELDS(Y)                                                      \
	Y(PyCode_Type, offsetof(PyCodeObject, co_code), "co_code"),                 \
		Y(PyCode_Type, offsetof(PyCodeObject, co_varnames), "co_varnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_freevars), "co_freevars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_cellvars), "co_cellvars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, VERSION_LINES_FIELD), "co_lnotab"),
#define VERSION_FRAME_FIELDS(X)                                                     \
	X(PyFrame_Type, offsetof(PyFrameObject, f_back), "f_back"),                 \
		X(PyFrame_Type, offsetof(PyFrameObject, f_code), "f_code"),         \
		X(PyFrame_Type, offsetof(PyFrameObject, f_builtins), "f_builtins"), \
		X(PyFrame_Type, offsetof(PyFrameObject, f_globals), "f_globals"),   \
		X(PyFrame_Type, offsetof(PyFrameObject, f_locals), "f_locals"),     \
		X(PyFrame_Type, offsetof(PyFrameObject, f_trace), "f_trace"),
#endif
#if VERSION_AT_LEAST(12)
#define VERSION_CODE_CACHE_FIELDS(Y)
#elif VERSION_AT_LEAST(11)
#define VERSION_CODE_CACHE_FIELDS(Y) Y(PyCode_Type, offsetof(PyCodeObject, _co_code), "co_code"),
#else
#define VERSION_CODE_CACHE_FIELDS(Y)
#endif

#endif
