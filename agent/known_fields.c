/* One table: type, offset, name. Where a struct is public its own member is named;
 * the other offsets are those of every version that versions.h admits. A + in front of a
 * name says that it is C's: Python has no such attribute, or it is another object. A wrong entry
 * would cost a label, never a reference: what is reported is what tp_traverse visits,
 * and unvisited fields are those of structs that are public. */
#include "agent/known_fields.h"

#define SEEN(type, offset, name)                        \
	{                                               \
		&(type), name, (int32_t)(offset), false \
	}
#define OWNED(type, offset, name)                      \
	{                                              \
		&(type), name, (int32_t)(offset), true \
	}
#define EXCEPTION(member, name)                                                     \
	{                                                                           \
		NULL, name, (int32_t)offsetof(PyBaseExceptionObject, member), false \
	}

/* clang-format off */
const struct known_field known_fields[] = {
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_code), "__code__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_globals), "__globals__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_defaults), "__defaults__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_closure), "__closure__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_doc), "__doc__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_name), "__name__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_dict), "__dict__"),
	SEEN(PyFunction_Type, offsetof(PyFunctionObject, func_module), "__module__"),
	VERSION_FIELDS_3(SEEN)
	VERSION_FIELDS_2(SEEN)
	VERSION_FIELDS_10(SEEN)
	VERSION_FIELDS_12(SEEN)
	VERSION_FIELDS_14(SEEN)
	SEEN(PyMethod_Type, offsetof(PyMethodObject, im_func), "__func__"),
	SEEN(PyMethod_Type, offsetof(PyMethodObject, im_self), "__self__"),
	SEEN(PyCFunction_Type, offsetof(PyCFunctionObject, m_self), "__self__"),
	SEEN(PyCFunction_Type, offsetof(PyCFunctionObject, m_module), "__module__"),
	SEEN(PyCell_Type, offsetof(PyCellObject, ob_ref), "cell_contents"),
	SEEN(PyModule_Type, 16, "__dict__"),
	SEEN(PyTraceBack_Type, offsetof(PyTracebackObject, tb_next), "tb_next"),
	SEEN(PyTraceBack_Type, offsetof(PyTracebackObject, tb_frame), "tb_frame"),
	VERSION_FRAME_FIELDS(SEEN)
	VERSION_GENERATOR_FIELDS(SEEN)
	SEEN(PyType_Type, offsetof(PyTypeObject, tp_dict), "__dict__"),
	SEEN(PyType_Type, offsetof(PyTypeObject, tp_mro), "__mro__"),
	SEEN(PyType_Type, offsetof(PyTypeObject, tp_bases), "__bases__"),
	SEEN(PyType_Type, offsetof(PyTypeObject, tp_base), "__base__"),
	SEEN(PyType_Type, offsetof(PyTypeObject, tp_cache), "+tp_cache"),
	OWNED(PyType_Type, offsetof(PyTypeObject, tp_subclasses), "+tp_subclasses"),
	OWNED(PyType_Type, offsetof(PyHeapTypeObject, ht_name), "__name__"),
	VERSION_OWNED_3(OWNED)
	OWNED(PyType_Type, offsetof(PyHeapTypeObject, ht_slots), "+ht_slots"),
	SEEN(PyGetSetDescr_Type, offsetof(PyDescrObject, d_type), "__objclass__"),
	OWNED(PyGetSetDescr_Type, offsetof(PyDescrObject, d_name), "__name__"),
	VERSION_OWNED_2(OWNED)
	OWNED(PyCode_Type, offsetof(PyCodeObject, co_consts), "co_consts"),
	OWNED(PyCode_Type, offsetof(PyCodeObject, co_names), "co_names"),
	OWNED(PyCode_Type, offsetof(PyCodeObject, co_filename), "co_filename"),
	OWNED(PyCode_Type, offsetof(PyCodeObject, co_name), "co_name"),
	VERSION_TYPE_FIELDS(SEEN)
	SEEN(PyProperty_Type, 48, PROPERTY_NAME_LABEL),
	VERSION_CODE_FIELDS(OWNED)
	VERSION_CODE_CACHE_FIELDS(OWNED)
	EXCEPTION(dict, "__dict__"),
	EXCEPTION(args, "args"),
	VERSION_EXCEPTION_FIELDS(EXCEPTION)
	{NULL, NULL, 0, false},
};
/* clang-format on */
