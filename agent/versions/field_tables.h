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
#if VERSION_AT_LEAST(9)
#define VERSION_TYPE_FIELDS(X) X(PyType_Type, offsetof(PyHeapTypeObject, ht_module), "+ht_module"),
#else
#define VERSION_TYPE_FIELDS(X)
#endif
/* The name of a property, where it has one (3.10 and later). */
#if VERSION_AT_LEAST(13)
#define PROPERTY_NAME_LABEL "__name__"
#else
#define PROPERTY_NAME_LABEL "+prop_name"
#endif
#if VERSION_AT_LEAST(14)
#define VERSION_FIELDS_14(X) X(PyFunction_Type, FUNCTION_FIELD(func_annotate), "__annotate__"),
#else
#define VERSION_FIELDS_14(X)
#endif
#if VERSION_AT_LEAST(10)
#define VERSION_FIELDS_10(X) X(PyFunction_Type, FUNCTION_FIELD(func_builtins), "__builtins__"),
#else
#define VERSION_FIELDS_10(X)
#endif
#if VERSION_AT_LEAST(11)
#define VERSION_CODE_FIELDS(Y)                                                                     \
	Y(PyCode_Type, offsetof(PyCodeObject, co_exceptiontable), "co_exceptiontable"),            \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localsplusnames), "+co_localsplusnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_localspluskinds), "+co_localspluskinds"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_qualname), "co_qualname"),                \
		Y(PyCode_Type, offsetof(PyCodeObject, co_linetable), "co_linetable"),
#if VERSION_AT_LEAST(13)
#define VERSION_FRAME_CACHES(X) \
	X(PyFrame_Type, 48, "+f_extra_locals"), X(PyFrame_Type, 56, "+f_locals_cache"),
#else
#define VERSION_FRAME_CACHES(X)
#endif
/* A frame's own data: where it begins, then what it holds. */
#define FRAME_DATA (FRAME_OBJECT_SIZE - FRAME_HEAD_SIZE)
#define VERSION_FRAME_FIELDS(X)                                                                    \
	X(PyFrame_Type, 16, "f_back"), X(PyFrame_Type, 32, "f_trace"),                             \
		VERSION_FRAME_CACHES(X) X(PyFrame_Type, FRAME_DATA + FRAME_CODE_OFFSET, "f_code"), \
		X(PyFrame_Type, FRAME_DATA + FRAME_FUNCTION_OFFSET, "+f_funcobj"),                 \
		X(PyFrame_Type, FRAME_DATA + FRAME_LOCALS_OFFSET, "f_locals"),
#define GENERATOR_FIELDS(X, type, struct, prefix, text)                                         \
	X(type, GENERATOR_FRAME(struct, prefix) + FRAME_CODE_OFFSET, text "_code"),             \
		X(type, GENERATOR_FRAME(struct, prefix) + FRAME_FUNCTION_OFFSET, "+f_funcobj"), \
		X(type, GENERATOR_FRAME(struct, prefix) + FRAME_LOCALS_OFFSET, "+f_locals"),    \
		X(type, GENERATOR_FRAME(struct, prefix) + FRAME_OBJECT_OFFSET, text "_frame"),
#define VERSION_GENERATOR_FIELDS(X)                              \
	GENERATOR_FIELDS(X, PyGen_Type, PyGenObject, gi, "gi")   \
	GENERATOR_FIELDS(X, PyCoro_Type, PyCoroObject, cr, "cr") \
	GENERATOR_FIELDS(X, PyAsyncGen_Type, PyAsyncGenObject, ag, "ag")
#else
#if PYTHON2
#define VERSION_GENERATOR_FIELDS(X)
#else
#define VERSION_GENERATOR_FIELDS(X)                                                   \
	X(PyGen_Type, offsetof(PyGenObject, gi_frame), "gi_frame"),                   \
		X(PyGen_Type, offsetof(PyGenObject, gi_code), "gi_code"),             \
		X(PyCoro_Type, offsetof(PyCoroObject, cr_frame), "cr_frame"),         \
		X(PyCoro_Type, offsetof(PyCoroObject, cr_code), "cr_code"),           \
		X(PyAsyncGen_Type, offsetof(PyAsyncGenObject, ag_frame), "ag_frame"), \
		X(PyAsyncGen_Type, offsetof(PyAsyncGenObject, ag_code), "ag_code"),
#endif
#if VERSION_AT_LEAST(10)
#define VERSION_LINES_FIELD co_linetable
#define VERSION_LINES_NAME "co_linetable"
#else
#define VERSION_LINES_FIELD co_lnotab
#define VERSION_LINES_NAME "co_lnotab"
#endif
#define VERSION_CODE_FIELDS(Y)                                                      \
	Y(PyCode_Type, offsetof(PyCodeObject, co_code), "co_code"),                 \
		Y(PyCode_Type, offsetof(PyCodeObject, co_varnames), "co_varnames"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_freevars), "co_freevars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, co_cellvars), "co_cellvars"), \
		Y(PyCode_Type, offsetof(PyCodeObject, VERSION_LINES_FIELD), VERSION_LINES_NAME),
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
