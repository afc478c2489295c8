/* A plain type that the collector does not track. The last result is kept as plain
 * data and made into an object when it is asked for: so of a Result that the caller
 * drops nothing is left, and two dumps differ by nothing of ours. */
#include "agent/result.h"

#include <string.h>

#include "agent/versions/module_layer.h"

struct result {
	PyObject_HEAD PyObject *path;
	const char *mode; /* static memory */
	unsigned long long objects, bytes, file_bytes;
	double pause_s, elapsed_s;
	char complete;
};

static PyMemberDef members[] = {
	{"path", T_OBJECT, offsetof(struct result, path), READONLY, "the file's name"},
	{"objects", T_ULONGLONG, offsetof(struct result, objects), READONLY, "objects in the file"},
	{"bytes", T_ULONGLONG, offsetof(struct result, bytes), READONLY,
	 "bytes these objects take"},
	{"file_bytes", T_ULONGLONG, offsetof(struct result, file_bytes), READONLY,
	 "size of the file"},
	{"pause_s", T_DOUBLE, offsetof(struct result, pause_s), READONLY,
	 "seconds the interpreter stood still"},
	{"elapsed_s", T_DOUBLE, offsetof(struct result, elapsed_s), READONLY,
	 "seconds the whole dump took"},
	{"mode", T_STRING, offsetof(struct result, mode), READONLY, "how it was taken"},
	{"complete", T_BOOL, offsetof(struct result, complete), READONLY,
	 "whether the file is whole"},
	{NULL, 0, 0, 0, NULL},
};

static PyObject *result_wait(PyObject *self, PyObject *ignored)
{
	(void)ignored;
	Py_INCREF(self);
	return self;
}

static PyMethodDef methods[] = {
	{"wait", result_wait, METH_NOARGS,
	 "Returns this result once the dump is done: an inline dump is done already."},
	{NULL, NULL, 0, NULL},
};

static void result_dealloc(PyObject *self)
{
	struct result *result = (struct result *)(void *)self;
	PyTypeObject *type = Py_TYPE(self);

	Py_XDECREF(result->path);
	type->tp_free(self);
	if (type_is_heap(type))
		Py_DECREF(type);
}

static PyObject *result_repr(PyObject *self)
{
	const struct result *result = (const struct result *)(void *)self;

	char numbers[80];

	PyOS_snprintf(numbers, sizeof numbers, ", objects=%llu, file_bytes=%llu)", result->objects,
		      result->file_bytes);
	return repr_and("heapsnap.Result(path=", result->path, numbers);
}

PyTypeObject result_pattern = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapsnap.Result",
	.tp_basicsize = sizeof(struct result),
	.tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_doc = "What a dump answers.",
	.tp_dealloc = result_dealloc,
	.tp_repr = result_repr,
	.tp_members = members,
	.tp_methods = methods,
};

PyObject *result_new(PyTypeObject *type, PyObject *path, const struct capture_result *from)
{
	struct result *result = PyObject_New(struct result, type);

	if (result == NULL)
		return NULL;
	Py_INCREF(path);
	result->path = path;
	result->mode = from->mode;
	result->objects = from->objects;
	result->bytes = from->bytes;
	result->file_bytes = from->file_bytes;
	result->pause_s = from->pause_s;
	result->elapsed_s = from->elapsed_s;
	result->complete = 1;
	return (PyObject *)(void *)result;
}

void result_keep(struct last_result *last, const struct capture_options *options,
		 const struct capture_result *from)
{
	/* A path that was opened fits. */
	strncpy(last->path, options->path, sizeof last->path - 1);
	last->path_is_bytes = PyBytes_Check(options->path_object);
	last->numbers = *from;
	last->known = true;
}

PyObject *result_of_last(PyTypeObject *type, const struct last_result *last)
{
	PyObject *path, *answer;

	if (!last->known)
		Py_RETURN_NONE;
	path = last->path_is_bytes ? PyBytes_FromString(last->path) : path_decode(last->path);
	if (path == NULL)
		return NULL;
	answer = result_new(type, path, &last->numbers);
	Py_DECREF(path);
	return answer;
}
