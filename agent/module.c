/* heapsnap._agent: the functions of the package that are written in C. At import it looks
 * whether the interpreter is one that it was made for and finds the collector's rings; at
 * a dump it reads the arguments and leaves the rest to capture(). All that it keeps is in
 * the module's state, so each interpreter of a process may load it. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "agent/capture.h"
#include "agent/interned.h"
#include "agent/interpreter_check.h"
#include "agent/names.h"
#include "agent/prepare.h"
#include "agent/result.h"
#include "agent/versions.h"
#include "agent/versions/module_layer.h"

static int refuse(const char *message)
{
	PyErr_SetString(PyExc_ValueError, message);
	return -1;
}

static int parse_labels(PyObject *value, enum hs_labels *labels)
{
	if (value == Py_True)
		*labels = HS_LABELS_KEYS;
	else if (value == Py_False)
		*labels = HS_LABELS_NONE;
	else if (value == NULL)
		*labels = HS_LABELS_NAMES;
	else if (name_equals(value, "names"))
		*labels = HS_LABELS_NAMES;
	else if (name_equals(value, "keys"))
		*labels = HS_LABELS_KEYS;
	else
		return refuse("labels must be 'names', 'keys', True or False");
	return 0;
}

/* None or absent: 0. */
static int parse_seconds(PyObject *value, const char *name, double *seconds)
{
	if (value == NULL || value == Py_None)
		return 0;
	*seconds = PyFloat_AsDouble(value);
	if (PyErr_Occurred()) {
		if (PyErr_ExceptionMatches(PyExc_TypeError))
			PyErr_Format(PyExc_TypeError, "%s must be a number of seconds, not %.80s",
				     name, Py_TYPE(value)->tp_name);
		if (!PyErr_ExceptionMatches(PyExc_OverflowError))
			return -1;
		*seconds = 0;
	}
	if (!(*seconds > 0) || isinf(*seconds)) {
		PyErr_Format(PyExc_ValueError, "%s must be a finite number of seconds above 0",
			     name);
		return -1;
	}
	return 0;
}

/* An int, cut to what fits. Absent: `*number` stays. */
static int parse_integer(PyObject *value, const char *name, long long *number)
{
	PyObject *index;
	int overflow;

	if (value == NULL)
		return 0;
	if (!PyIndex_Check(value)) {
		PyErr_Format(PyExc_TypeError, "%s must be an int, not %.80s", name,
			     Py_TYPE(value)->tp_name);
		return -1;
	}
	index = PyNumber_Index(value);
	if (index == NULL)
		return -1;
	*number = PyLong_AsLongLongAndOverflow(index, &overflow);
	Py_DECREF(index);
	if (overflow != 0)
		*number = overflow > 0 ? LLONG_MAX : LLONG_MIN;
	return PyErr_Occurred() ? -1 : 0;
}

static int parse_max_bytes(PyObject *value, uint64_t *bytes)
{
	long long number = 0;

	if (value == NULL || value == Py_None)
		return 0;
	if (parse_integer(value, "max_bytes", &number) != 0)
		return -1;
	if (number <= 0)
		return refuse("max_bytes must be above 0");
	*bytes = (uint64_t)number;
	return 0;
}

static int parse_level(PyObject *value, int *level)
{
	long long number = 1;

	if (parse_integer(value, "level", &number) != 0)
		return -1;
	if (number < 1 || number > 9)
		return refuse("level must be 1 to 9");
	*level = (int)number;
	return 0;
}

static int check_values(PyObject *value)
{
	long long number = 0;

	if (parse_integer(value, "values", &number) != 0)
		return -1;
	return number == 0 ? 0 : refuse("values are not available yet: values=0");
}

static int check_mode(const char *mode)
{
	if (strcmp(mode, "auto") == 0 || strcmp(mode, "inline") == 0)
		return 0;
	if (strcmp(mode, "fork") == 0)
		return refuse("mode 'fork' is not available yet: 'auto' and 'inline' are");
	return refuse("mode must be 'auto' or 'inline'");
}

struct arguments {
	PyObject *path, *labels, *values, *level, *max_pause, *timeout, *max_bytes;
	PyObject *untracked, *wait, *overwrite; /* any objects, for their truth */
	const char *mode;
};

static int parse_arguments(PyObject *args, PyObject *keywords, struct arguments *parsed)
{
	static const char *const names[] = {"path",      "untracked", "labels",    "values",
					    "mode",      "wait",      "level",     "overwrite",
					    "max_pause", "timeout",   "max_bytes", NULL};

	memset(parsed, 0, sizeof *parsed);
	parsed->mode = "auto";
	return PyArg_ParseTupleAndKeywords(
		       args, keywords, "O|OOOsOOOOOO:dump", (char **)(uintptr_t)names,
		       &parsed->path, &parsed->untracked, &parsed->labels, &parsed->values,
		       &parsed->mode, &parsed->wait, &parsed->level, &parsed->overwrite,
		       &parsed->max_pause, &parsed->timeout, &parsed->max_bytes)
		       ? 0
		       : -1;
}

/* Absent: as `value` is already. */
static int parse_truth(PyObject *object, bool *value)
{
	int truth = object == NULL ? *value : PyObject_IsTrue(object);

	*value = truth > 0;
	return truth < 0 ? -1 : 0;
}

static int options_of(const struct arguments *parsed, struct capture_options *options)
{
	bool ignored = true; /* an inline dump is always waited for */

	memset(options, 0, sizeof *options);
	options->untracked = true;
	if (parse_truth(parsed->untracked, &options->untracked) != 0 ||
	    parse_truth(parsed->wait, &ignored) != 0 ||
	    parse_truth(parsed->overwrite, &options->overwrite) != 0)
		return -1;
	options->mode = parsed->mode;
	options->timeout = 600;
	if (parsed->timeout == Py_None)
		options->timeout = 0;
	if (check_values(parsed->values) != 0 || parse_level(parsed->level, &options->level) != 0 ||
	    check_mode(parsed->mode) != 0 || parse_labels(parsed->labels, &options->labels) != 0 ||
	    parse_seconds(parsed->max_pause, "max_pause", &options->max_pause) != 0 ||
	    parse_seconds(parsed->timeout, "timeout", &options->timeout) != 0 ||
	    parse_max_bytes(parsed->max_bytes, &options->max_bytes) != 0)
		return -1;
	return 0;
}

static PyObject *take(struct agent_state *state, struct capture_options *options)
{
	struct capture_result result;

	memset(&result, 0, sizeof result);
	if (capture(state, options, &result) != 0)
		return NULL;
	result_keep(&state->last_result, options, &result);
	return result_new(state->result_type, options->path_object, &result);
}

/* What os.fspath() says, as a plain str or bytes: a Result keeps it, and shall keep
 * nothing that a subclass of them may hold. */
static PyObject *plain_path(PyObject *path)
{
	PyObject *given = path_given(path);
	PyObject *plain = given;

	if (given != NULL && !PyUnicode_CheckExact(given) && !PyBytes_CheckExact(given)) {
		plain = PyUnicode_Check(given) ? PyUnicode_FromObject(given)
					       : PyBytes_FromStringAndSize(PyBytes_AS_STRING(given),
									   PyBytes_GET_SIZE(given));
		Py_DECREF(given);
	}
	return plain;
}

static PyObject *dump(PyObject *self, PyObject *args, PyObject *keywords)
{
	struct arguments parsed;
	struct capture_options options;
	PyObject *encoded;
	PyObject *answer = NULL;

	if (parse_arguments(args, keywords, &parsed) != 0 || options_of(&parsed, &options) != 0)
		return NULL;
	options.path_object = plain_path(parsed.path);
	if (options.path_object == NULL)
		return NULL;
	encoded = path_encode(options.path_object);
	if (encoded != NULL) {
		options.path = PyBytes_AS_STRING(encoded);
		answer = take(module_state(self), &options);
		Py_DECREF(encoded);
	}
	Py_DECREF(options.path_object);
	return answer;
}

static PyObject *last_result(PyObject *self, PyObject *ignored)
{
	const struct agent_state *state = module_state(self);

	(void)ignored;
	return result_of_last(state->result_type, &state->last_result);
}

static PyMethodDef functions[] = {
	{"dump", (PyCFunction)(void (*)(void))dump, METH_VARARGS | METH_KEYWORDS,
	 "dump(path, untracked=True, labels='names', values=0, mode='auto', wait=True, level=1,\n"
	 "     overwrite=False, max_pause=None, timeout=600, max_bytes=None) -> Result\n\n"
	 "Writes a snapshot of this interpreter's heap to `path`."},
	{"last_result", last_result, METH_NOARGS, "The Result of the last dump, or None."},
	{NULL, NULL, 0, NULL},
};

static int visit_state(PyObject *module, visitproc visit, void *arg)
{
	struct agent_state *state = module_state(module);

	if (state != NULL) {
		Py_VISIT(state->error);
		Py_VISIT(state->result_type);
	}
	return 0;
}

static int clear_state(PyObject *module)
{
	struct agent_state *state = module_state(module);

	if (state != NULL) {
		Py_CLEAR(state->error);
		Py_CLEAR(state->result_type);
	}
	return 0;
}

static int add(PyObject *module, const char *name, PyObject *object)
{
	Py_XINCREF(object);
	return object == NULL ? -1 : PyModule_AddObject(module, name, object);
}

static int fill_state(PyObject *module, void *memory)
{
	struct agent_state *state = memory;
	struct hs_error err;

	if (interpreter_check_layout() != 0)
		return -1;
	state->error = PyErr_NewExceptionWithDoc("heapsnap.Error", "A snapshot could not be taken.",
						 NULL, NULL);
	if (state->error == NULL || prepare_interpreter(&state->known, state->error) != 0)
		return -1;
	if (rings_find(&state->rings, &err) != HS_OK) {
		PyErr_Format(PyExc_ImportError, "heapsnap: %s", err.message);
		return -1;
	}
	state->known.interned = interned_find(&state->rings);
	state_words_find(&state->known.state);
	state->result_type = type_of_interpreter(&result_pattern);
	if (add(module, "Error", state->error) != 0 ||
	    add(module, "Result", (PyObject *)(void *)state->result_type) != 0)
		return -1;
	return PyModule_AddStringConstant(module, "made_with", PY_VERSION);
}

static const struct module_parts parts = {
	.name = "heapsnap._agent",
	.doc = "The part of heapsnap that reads the heap.",
	.functions = functions,
	.state_size = sizeof(struct agent_state),
	.fill = fill_state,
	.visit = visit_state,
	.clear = clear_state,
};

MODULE_INIT(_agent, parts, interpreter_check_build)
