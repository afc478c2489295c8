/* Asks the interpreter, under its lock, in ways that leave its collector as it was: no
 * container is made and nothing imported. Everything taken from sys.modules is borrowed
 * and read in place. */
#include "agent/prepare.h"

#include <string.h>
#include <time.h>

#include "agent/names.h"
#include "agent/stack_scan.h"
#include "agent/versions/module_layer.h"

#define COLLECTION_WAIT_SECONDS 5.0
#define SMALL_DICT_ENTRIES 8 /* no dict of one entry has room for more */

struct dict_layout dict_layout;
struct set_layout set_layout;

static PyTypeObject *find_type(const char *module_name, const char *name)
{
	PyObject *module = PyImport_ImportModule(module_name);
	PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, name);

	Py_XDECREF(module);
	PyErr_Clear();
	/* The module keeps its type alive; a module that is dropped loses its labels. */
	if (type != NULL && !PyType_Check(type))
		Py_CLEAR(type);
	return (PyTypeObject *)(void *)type;
}

/* A builtin function, or NULL: looked up now, because an import during a dump may run
 * the program's own import hooks. */
static PyObject *find_function(const char *module_name, const char *name)
{
	PyObject *module = PyImport_ImportModule(module_name);
	PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, name);

	Py_XDECREF(module);
	PyErr_Clear();
	if (function != NULL && !PyCFunction_Check(function))
		Py_CLEAR(function);
	return function;
}

/* Whether the one entry of the dict is this one. */
static bool entries_hold(PyObject *dict, enum dict_kind kind, PyObject *key, PyObject *value)
{
	struct dict_entries entries;
	int found = 0, others = 0;

	dict_entries_of(dict, &entries);
	for (Py_ssize_t i = 0; i < entries.count && i < SMALL_DICT_ENTRIES; i++) {
		if (dict_entry_key(&entries, i) == key && dict_entry_value(&entries, i) == value)
			found++;
		else if (dict_entry_value(&entries, i) != NULL)
			others++;
	}
	return entries.kind == kind && entries.count <= SMALL_DICT_ENTRIES && found == 1 &&
	       others == 0;
}

/* Whether a set is as versions.h says once a member was removed. */
static bool check_sets(PyObject *number)
{
	PyObject *set = PySet_New(NULL);
	bool as_expected = set != NULL && PySet_Add(set, number) == 0 &&
			   PySet_Discard(set, number) == 1 && set_layout_learn(set);

	Py_XDECREF(set);
	return as_expected;
}

/* Whether dicts are laid out as versions.h says. */
static bool check_dicts(PyObject *general, PyObject *strings, PyObject *number, PyObject *text)
{
	if (PyDict_SetItem(general, number, text) != 0 ||
	    PyDict_SetItem(strings, text, number) != 0)
		return false;
	dict_layout_learn(general);
	return entries_hold(general, DICT_GENERAL, number, text) &&
	       entries_hold(strings, DICT_STRINGS, text, number);
}

static bool check_layout(void)
{
	PyObject *general = PyDict_New();
	PyObject *strings = PyDict_New();
	PyObject *number = PyLong_FromLong(1234567);
	PyObject *text = str_new("heapsnap");
	bool as_expected = general != NULL && strings != NULL && number != NULL && text != NULL &&
			   check_dicts(general, strings, number, text) && check_sets(number) &&
			   name_equals(text, "heapsnap");

	Py_XDECREF(general);
	Py_XDECREF(strings);
	Py_XDECREF(number);
	Py_XDECREF(text);
	return as_expected;
}

int prepare_interpreter(struct known_types *known, PyObject *python_class)
{
	known->deque = find_type("collections", "deque");
	known->ordered_dict = find_type("collections", "OrderedDict");
	known->default_dict = find_type("collections", "defaultdict");
	/* All Python classes share it. */
	known->subtype_traverse = ((PyTypeObject *)(void *)python_class)->tp_traverse;
	known->gc_isenabled = find_function("gc", "isenabled");
	known->gc_get_debug = find_function("gc", "get_debug");
	if (!check_layout()) {
		if (!PyErr_Occurred())
			PyErr_SetString(PyExc_ImportError,
					"heapsnap: this interpreter's objects are not laid out "
					"as in the version that heapsnap was built for");
		return -1;
	}
	return 0;
}

/* Whether another thread of this interpreter could be the one that collects. */
static bool has_other_threads(void)
{
	PyThreadState *mine = PyThreadState_Get();
	PyThreadState *other = PyInterpreterState_ThreadHead(mine->interp);

	return other != mine || PyThreadState_Next(other) != NULL;
}

static void sleep_unlocked(long nanoseconds)
{
	struct timespec pause = {0, nanoseconds};

	Py_BEGIN_ALLOW_THREADS nanosleep(&pause, NULL);
	Py_END_ALLOW_THREADS
}

/* Without the flag only a collection of this thread is known. */
static bool is_collecting(const struct rings *rings)
{
	return rings->collecting != NULL ? *(const volatile int *)rings->collecting != 0
					 : collection_is_ours(rings);
}

int prepare_collection(const struct rings *rings, PyObject *error)
{
	double limit = monotonic_clock() + COLLECTION_WAIT_SECONDS;

	while (is_collecting(rings)) {
		if (!has_other_threads() || collection_is_ours(rings) ||
		    monotonic_clock() > limit) {
			PyErr_SetString(error, "a garbage collection is running: what it has found "
					       "is in no list, a snapshot would miss it");
			return -1;
		}
		sleep_unlocked(1000000);
	}
	return 0;
}

/* What a builtin function without arguments answers, an int or bool; -1 where it does not. */
static long ask(PyObject *function)
{
	PyObject *answer = function == NULL ? NULL : PyObject_CallObject(function, NULL);
	long value = answer == NULL ? -1 : PyLong_AsLong(answer);

	Py_XDECREF(answer);
	PyErr_Clear();
	return value;
}

static struct hs_text text_of(const char *string)
{
	return (struct hs_text){string, (uint32_t)strlen(string), false};
}

static void add_note(struct hs_header *header, const char *note)
{
	if (header->note_count < HS_NOTES_MAX)
		header->notes[header->note_count++] = text_of(note);
}

/* New interpreters are put in front of the list. */
static bool is_only_interpreter(void)
{
	PyInterpreterState *mine = PyThreadState_Get()->interp;

	return PyInterpreterState_Head() == mine && PyInterpreterState_Next(mine) == NULL;
}

/* Interpreters that run at once may end while we look at them: then 2 stands for any
 * number above 1. */
static uint32_t count_interpreters(void)
{
	uint32_t count = 0;

	if (is_only_interpreter())
		return 1;
	if (INTERPRETERS_MAY_RUN_AT_ONCE)
		return 2;
	for (PyInterpreterState *interpreter = PyInterpreterState_Head(); interpreter != NULL;
	     interpreter = PyInterpreterState_Next(interpreter))
		count++;
	return count;
}

static void add_notes(struct hs_header *header)
{
	PyObject *modules = PyImport_GetModuleDict();

	if (header->interpreters > 1)
		add_note(header,
			 GC_RINGS_PER_INTERPRETER
				 ? "the process has other interpreters: they are not in this file"
				 : "the process has other interpreters: their objects are in this "
				   "file, their modules and threads are not");
	if (modules != NULL && name_lookup(modules, "numpy") != NULL)
		add_note(
			header,
			"what numpy arrays of structs, or of subclasses, hold is not in this file");
}

/* The collector takes a negative number as it takes 0. */
static uint32_t not_negative(int number)
{
	return number < 0 ? 0 : (uint32_t)number;
}

void prepare_header(struct hs_header *header, const struct process_facts *facts,
		    const struct rings *rings, const struct known_types *known)
{
	const char *version = Py_GetVersion();
	PyObject *garbage;
	long debug;

	header->implementation = text_of("CPython");
	header->python_version.data = version;
	header->python_version.length = (uint32_t)strcspn(version, " ");
	header->python_hex = running_version_hex();
#ifdef Py_DEBUG
	header->python_debug = true;
#endif
	header->platform = text_of(facts->platform);
	header->pointer_bytes = sizeof(void *);
	header->pid = facts->pid;
	header->host = text_of(facts->host);
	header->executable = text_of(facts->executable);
	header->boot_id = text_of(facts->boot_id);
	header->pid_namespace = facts->pid_namespace;
	header->start_ticks = facts->start_ticks;
	header->started_at = facts->started_at;
	for (int i = 0; i < GC_GENERATIONS; i++) {
		header->gc_threshold[i] = not_negative(rings->generations[i]->threshold);
		header->gc_count[i] = not_negative(rings->generations[i]->count);
	}
	debug = ask(known->gc_get_debug);
	/* Where nobody could be asked: as it is by default. */
	header->gc_enabled = ask(known->gc_isenabled) != 0;
	header->gc_debug = debug < 0 ? 0 : (uint32_t)debug;
	garbage = rings_garbage(rings);
	if (garbage != NULL)
		header->gc_garbage = (uint64_t)PyList_GET_SIZE(garbage);
	header->gc_collecting = rings->collecting == NULL ? -1 : *rings->collecting;
	header->interpreters = count_interpreters();
	add_notes(header);
}
