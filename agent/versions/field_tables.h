/* Names of fields of the interpreter's own types that have no member. */
#ifndef HEAPSNAP_AGENT_VERSIONS_FIELD_TABLES_H
#define HEAPSNAP_AGENT_VERSIONS_FIELD_TABLES_H

#include "agent/versions/supported.h"
#include "agent/versions/frame_layout.h"

/* X(type, offset, name): what tp_traverse reports of fields without a member name.
 * Y(type, offset, name): owned, and not reported. */
#define FUNCTION_FIELD(member) offsetof(PyFunctionObject, member)
#define DESCR_FIELD(member) offsetof(PyDescrObject, member)
#if PYTHON2
#define VERSION_FIELDS_3(X)
#define VERSION_OWNED_3(Y)
#define DESCRIPTORS_BY_TRAVERSE (&PyGetSetDescr_Type)
/* A buffer's first word is what it shows. */
#define VERSION_OWNED_2(Y) Y(PyBuffer_Type, sizeof(PyObject), "b_base"),
#define VERSION_FIELDS_2(X)                                                            \
	X(PyMethod_Type, offsetof(PyMethodObject, im_class), "im_class"),              \
		X(PyInstance_Type, offsetof(PyInstanceObject, in_class), "__class__"), \
		X(PyInstance_Type, offsetof(PyInstanceObject, in_dict), "__dict__"),   \
		X(PyClass_Type, offsetof(PyClassObject, cl_bases), "__bases__"),       \
		X(PyClass_Type, offsetof(PyClassObject, cl_dict), "__dict__"),         \
		X(PyClass_Type, offsetof(PyClassObject, cl_name), "__name__"),         \
		X(PyClass_Type, offsetof(PyClassObject, cl_getattr), "__getattr__"),   \
		X(PyClass_Type, offsetof(PyClassObject, cl_setattr), "__setattr__"),   \
		X(PyClass_Type, offsetof(PyClassObject, cl_delattr), "__delattr__"),   \
		X(PyGen_Type, offsetof(PyGenObject, gi_frame), "gi_frame"),            \
		X(PyGen_Type, offsetof(PyGenObject, gi_code), "gi_code"),              \
		X(PyFrame_Type, offsetof(PyFrameObject, f_exc_type), "f_exc_type"),    \
		X(PyFrame_Type, offsetof(PyFrameObject, f_exc_value), "f_exc_value"),  \
		X(PyFrame_Type, offsetof(PyFrameObject, f_exc_traceback), "f_exc_traceback"),
#define VERSION_EXCEPTION_FIELDS(E) E(message, "message"),
#else
#define VERSION_FIELDS_2(X)
#define VERSION_OWNED_2(Y)
#define DESCRIPTORS_BY_TRAVERSE NULL
#define VERSION_FIELDS_3(X)                                                              \
	X(PyFunction_Type, FUNCTION_FIELD(func_kwdefaults), "__kwdefaults__"),           \
		X(PyFunction_Type, FUNCTION_FIELD(func_annotations), "__annotations__"), \
		X(PyFunction_Type, FUNCTION_FIELD(func_qualname), "__qualname__"),       \
		X(PyMemberDescr_Type, DESCR_FIELD(d_type), "__objclass__"),              \
		X(PyWrapperDescr_Type, DESCR_FIELD(d_type), "__objclass__"),             \
		X(PyMethodDescr_Type, DESCR_FIELD(d_type), "__objclass__"),              \
		X(PyClassMethodDescr_Type, DESCR_FIELD(d_type), "__objclass__"),         \
		X(PyGen_Type, GENERATOR_NAME(PyGenObject, gi), "__name__"),              \
		X(PyGen_Type, GENERATOR_QUALNAME(PyGenObject, gi), "__qualname__"),      \
		X(PyCoro_Type, GENERATOR_NAME(PyCoroObject, cr), "__name__"),            \
		X(PyCoro_Type, GENERATOR_QUALNAME(PyCoroObject, cr), "__qualname__"),    \
		X(PyAsyncGen_Type, GENERATOR_NAME(PyAsyncGenObject, ag), "__name__"),    \
		X(PyAsyncGen_Type, GENERATOR_QUALNAME(PyAsyncGenObject, ag), "__qualname__"),
#define VERSION_OWNED_3(Y)                                                           \
	Y(PyType_Type, offsetof(PyHeapTypeObject, ht_qualname), "__qualname__"),     \
		Y(PyMemberDescr_Type, DESCR_FIELD(d_name), "__name__"),              \
		Y(PyWrapperDescr_Type, DESCR_FIELD(d_name), "__name__"),             \
		Y(PyMethodDescr_Type, DESCR_FIELD(d_name), "__name__"),              \
		Y(PyClassMethodDescr_Type, DESCR_FIELD(d_name), "__name__"),         \
		Y(PyMethodDescr_Type, DESCR_FIELD(d_qualname), "__qualname__"),      \
		Y(PyClassMethodDescr_Type, DESCR_FIELD(d_qualname), "__qualname__"), \
		Y(PyGetSetDescr_Type, DESCR_FIELD(d_qualname), "__qualname__"),      \
		Y(PyMemberDescr_Type, DESCR_FIELD(d_qualname), "__qualname__"),      \
		Y(PyWrapperDescr_Type, DESCR_FIELD(d_qualname), "__qualname__"),
#define VERSION_EXCEPTION_FIELDS(E) \
	E(traceback, "__traceback__"), E(context, "__context__"), E(cause, "__cause__"),
#endif
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
