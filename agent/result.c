/* A plain type that the collector does not track: the result of one dump is then no
 * growth in the next. */
#include "agent/result.h"

struct result {
	PyObject_HEAD PyObject *path, *mode;
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
	{"mode", T_OBJECT, offsetof(struct result, mode), READONLY, "how it was taken"},
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

	Py_XDECREF(result->path);
	Py_XDECREF(result->mode);
	Py_TYPE(self)->tp_free(self);
}

static PyObject *result_repr(PyObject *self)
{
	const struct result *result = (const struct result *)(void *)self;

	return PyUnicode_FromFormat("heapsnap.Result(path=%R, objects=%llu, file_bytes=%llu)",
				    result->path, result->objects, result->file_bytes);
}

PyTypeObject result_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "heapsnap.Result",
	.tp_basicsize = sizeof(struct result),
	.tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_doc = "What a dump answers.",
	.tp_dealloc = result_dealloc,
	.tp_repr = result_repr,
	.tp_members = members,
	.tp_methods = methods,
};

PyObject *result_new(PyObject *path, const struct capture_result *from)
{
	struct result *result = PyObject_New(struct result, &result_type);

	if (result == NULL)
		return NULL;
	Py_INCREF(path);
	result->path = path;
	result->mode = PyUnicode_InternFromString("inline");
	result->objects = from->objects;
	result->bytes = from->bytes;
	result->file_bytes = from->file_bytes;
	result->pause_s = from->pause_s;
	result->elapsed_s = from->elapsed_s;
	result->complete = 1;
	if (result->mode == NULL)
		Py_CLEAR(result);
	return (PyObject *)(void *)result;
}
