/* What an object is an instance of: its type; of 2.7's old-style instances the class,
 * since all of them have the one type `instance`. */
#ifndef HEAPSNAP_AGENT_VERSIONS_CLASS_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_CLASS_LAYOUT_H

#include "agent/versions/supported.h"

/* Borrowed, as everything here. */
static inline PyObject *class_of(PyObject *object)
{
#if PYTHON2
	if (PyInstance_Check(object))
		return (PyObject *)((PyInstanceObject *)(void *)object)->in_class;
#endif
	return (PyObject *)(void *)Py_TYPE(object);
}

static inline bool class_is_old_style(PyObject *class)
{
#if PYTHON2
	return PyClass_Check(class);
#else
	(void)class;
	return false;
#endif
}

/* Whether objects of the type are old-style classes. */
static inline bool class_is_old_style_type(const PyTypeObject *type)
{
#if PYTHON2
	return type == &PyClass_Type;
#else
	(void)type;
	return false;
#endif
}

/* The type of the class's instances. */
static inline PyTypeObject *class_type(PyObject *class)
{
#if PYTHON2
	if (PyClass_Check(class))
		return &PyInstance_Type;
#endif
	return (PyTypeObject *)(void *)class;
}

/* Of an old-style class: its name, namespace and bases (a tuple). */
struct old_class {
	PyObject *name, *namespace, *bases;
};

static inline struct old_class old_class_of(PyObject *class)
{
	struct old_class found = {NULL, NULL, NULL};
#if PYTHON2
	const PyClassObject *self = (const PyClassObject *)(void *)class;

	found = (struct old_class){self->cl_name, self->cl_dict, self->cl_bases};
#else
	(void)class;
#endif
	return found;
}

/* The dict of an old-style instance, where it may define `__del__` too; else NULL. */
static inline PyObject *old_instance_dict(PyObject *object)
{
#if PYTHON2
	if (PyInstance_Check(object))
		return ((PyInstanceObject *)(void *)object)->in_dict;
#else
	(void)object;
#endif
	return NULL;
}

/* Whether it is for each instance to say if the collector leaves its cycle alone: an
 * old-style one may define `__del__` itself, a generator may be inside try/finally. */
static inline bool class_leaves_blocking_to_objects(PyObject *class)
{
#if PYTHON2
	return PyClass_Check(class) || class == (PyObject *)(void *)&PyGen_Type;
#else
	(void)class;
	return false;
#endif
}

/* Whether the collector leaves a cycle alone because of this very generator: 2.7's
 * inside try/finally, where closing it runs code. */
static inline bool generator_blocks_collection(PyObject *object)
{
#if PYTHON2
	return PyGen_CheckExact(object) && PyGen_NeedsFinalizing((PyGenObject *)(void *)object);
#else
	(void)object;
	return false;
#endif
}

#endif
