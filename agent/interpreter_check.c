/* An agent is made with the headers of one patch release and serves all of its minor
 * version. Public structs do not change within one; private ones, which agent/versions/
 * mirrors, may. So at load, before anything relies on them: from 3.13 on the interpreter's
 * own table of offsets is compared field by field; on all versions the running frames are
 * compared with those that the interpreter shows, a thread state with what the API says of
 * it, a generator's local and an instance's attribute with what was put there. What cannot
 * be tried (a standard library without the function) is passed over; what differs is an
 * ImportError that says what. Cost: some microseconds, once. */
#include "agent/interpreter_check.h"

#include <string.h>

#include "agent/names.h"
#include "agent/versions.h"
#include "agent/versions/debug_offsets.h"

#ifdef Py_DEBUG
#define MADE_FOR_DEBUG true
#else
#define MADE_FOR_DEBUG false
#endif
#define FRAMES_COMPARED 8

int interpreter_check_build(void)
{
	char built[16];
	/* The version text is that of the interpreter that runs; the macros are the build's. */
	const char *running = Py_GetVersion();
	/* A debug build takes modules of ordinary ones too (3.8 and later). */
	bool debug = PySys_GetObject((char *)(uintptr_t) "gettotalrefcount") != NULL;

	PyOS_snprintf(built, sizeof built, "%d.%d.", PY_MAJOR_VERSION, PY_MINOR_VERSION);
	if (strncmp(running, built, strlen(built)) != 0)
		PyErr_Format(PyExc_ImportError, "heapsnap: this agent is made for CPython %d.%d",
			     PY_MAJOR_VERSION, PY_MINOR_VERSION);
	else if (debug != MADE_FOR_DEBUG)
		PyErr_Format(PyExc_ImportError,
			     "heapsnap: this agent is made for %s build of CPython %d.%d",
			     MADE_FOR_DEBUG ? "a debug" : "an ordinary", PY_MAJOR_VERSION,
			     PY_MINOR_VERSION);
	else
		return 0;
	return -1;
}

static const char *thread_difference(void)
{
	PyThreadState *thread = PyThreadState_Get();
	PyObject *dict = PyThreadState_GetDict();
	PyThreadState *other = PyInterpreterState_ThreadHead(thread->interp);

	while (other != NULL && other != thread)
		other = PyThreadState_Next(other);
	if (other == NULL)
		return "thread.interp";
	return thread->dict == dict ? NULL : "thread.dict";
}

/* Nothing is looked into before it is known to be what we take it for. */
static const char *one_frame_difference(frame_cursor ours, PyFrameObject *theirs,
					const PyObject *globals)
{
	struct running_frame shown;

	if (ours == NULL)
		return "frame.previous";
	if (frame_code_word(ours) != running_code(theirs) || !frame_show(ours, true, &shown))
		return "frame.code";
	return globals != NULL && shown.globals != globals ? "frame.globals" : NULL;
}

static const char *frame_difference(void)
{
	frame_cursor ours = frame_innermost(PyThreadState_Get());
	PyFrameObject *theirs = PyEval_GetFrame();
	const char *difference = NULL;

	Py_XINCREF(theirs);
	for (int i = 0; i < FRAMES_COMPARED && theirs != NULL && difference == NULL; i++) {
		PyFrameObject *caller;

		while (ours != NULL && frame_is_entry(ours))
			ours = frame_outer(ours);
		difference =
			one_frame_difference(ours, theirs, i == 0 ? PyEval_GetGlobals() : NULL);
		if (difference == NULL)
			ours = frame_outer(ours);
		caller = frame_caller(theirs);
		Py_DECREF(theirs);
		theirs = caller;
	}
	Py_XDECREF(theirs);
	return difference;
}

/* What module.function(argument, None) answers, or NULL without an exception. */
static PyObject *answer_of(const char *module_name, const char *function_name, PyObject *argument)
{
	PyObject *module = PyImport_ImportModule(module_name);
	PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, function_name);
	PyObject *answer =
		function == NULL || argument == NULL
			? NULL
			: PyObject_CallFunctionObjArgs(function, argument, Py_None, NULL);

	Py_XDECREF(function);
	Py_XDECREF(module);
	PyErr_Clear();
	return answer;
}

/* What the interpreter says the local is, a new reference, or NULL. */
static PyObject *local_said(PyObject *generator, PyObject *name)
{
	PyObject *frame = PyObject_GetAttrString(generator, "gi_frame");
	PyObject *locals = frame == NULL ? NULL : PyObject_GetAttrString(frame, "f_locals");
	PyObject *local = locals == NULL ? NULL : PyObject_GetItem(locals, name);

	Py_XDECREF(locals);
	Py_XDECREF(frame);
	return local;
}

/* `generator` has not begun: its arguments are its locals. */
static const char *generator_difference(PyObject *generator)
{
	PyObject *code = PyObject_GetAttrString(generator, "gi_code");
	const PyCodeObject *ours = (const PyCodeObject *)(const void *)code;
	const char *locals = (const char *)generator + Py_TYPE(generator)->tp_basicsize;
	const char *difference = NULL;
	PyObject *first, *said;

	if (code == NULL || generator_frame_code_word(generator) != code) {
		difference = code == NULL ? NULL : "generator.frame";
	} else if (ours->co_argcount > 0) {
		first = stack_reference_object(*(PyObject *const *)(const void *)locals);
		said = local_said(generator, code_local_name(ours, 0));
		if (first != NULL && PyCell_Check(first))
			first = PyCell_GET(first);
		if (said != NULL &&
		    (first != said || frame_used_slots(generator, ours, locals) == 0))
			difference = "generator.localsplus";
		Py_XDECREF(said);
	}
	Py_XDECREF(code);
	PyErr_Clear();
	return difference;
}

/* Whether attribute `name` of an instance of a Python class is where we look for it. */
static bool attribute_found(PyObject *instance, const char *name, PyObject *value)
{
	PyTypeObject *type = Py_TYPE(instance);
	struct instance_values own;
	PyObject **dict;

	instance_values_of(instance, type, &own);
	if (own.values == NULL) {
		dict = instance_dict_slot(instance, type);
		return dict != NULL && *dict != NULL && PyDict_Check(*dict) &&
		       name_lookup(*dict, name) == value;
	}
	for (Py_ssize_t i = 0; i < own.count; i++) {
		PyObject *found = own.values[i] == value ? instance_value_name(type, i) : NULL;

		if (found != NULL && name_equals(found, name))
			return true;
	}
	return false;
}

/* `instance` was made with the attribute; nobody has asked for its __dict__ yet. */
static const char *instance_difference(PyObject *instance, const char *name, PyObject *value)
{
	bool found = attribute_found(instance, name, value);
	PyObject *dict = PyObject_GetAttrString(instance, "__dict__");
	bool there =
		dict != NULL && PyDict_Check(dict) && PyDict_GetItemString(dict, name) == value;

	Py_XDECREF(dict);
	PyErr_Clear();
	return there && !found ? "instance.values" : NULL;
}

static const char *object_difference(void)
{
	PyObject *path = PyUnicode_FromString("heapsnap's check");
	PyObject *generator = GENERATOR_HOLDS_FRAME ? answer_of("os", "walk", path) : NULL;
	PyObject *spec = answer_of("_frozen_importlib", "ModuleSpec", path);
	const char *difference = NULL;

	if (generator != NULL && PyGen_CheckExact(generator))
		difference = generator_difference(generator);
	if (difference == NULL && spec != NULL && type_is_heap(Py_TYPE(spec)))
		difference = instance_difference(spec, "name", path);
	Py_XDECREF(generator);
	Py_XDECREF(spec);
	Py_XDECREF(path);
	PyErr_Clear();
	return difference;
}

int interpreter_check_layout(void)
{
	const char *difference = debug_offsets_difference();

	if (difference == NULL)
		difference = thread_difference();
	if (difference == NULL)
		difference = frame_difference();
	if (difference == NULL)
		difference = object_difference();
	if (difference == NULL)
		return 0;
	PyErr_Format(
		PyExc_ImportError,
		"heapsnap: this interpreter is not laid out as the agent, made with the headers "
		"of CPython %s, expects: %s differs",
		PY_VERSION, difference);
	return -1;
}
