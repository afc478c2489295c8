/* Thread names stand in Thread objects, which threading keeps in a dict by thread number.
 * Both are read in their own memory: an attribute look-up could run the program's code. */
#include "agent/root_records.h"

#include <string.h>

#include "agent/names.h"
#include "agent/versions/thread_frames.h"

PyObject *thread_table(void)
{
	PyObject *threading = name_lookup(PyImport_GetModuleDict(), "threading");
	PyObject *table;

	if (threading == NULL || !PyModule_Check(threading))
		return NULL;
	table = name_lookup(module_namespace(threading), "_active");
	return table != NULL && PyDict_CheckExact(table) ? table : NULL;
}

/* An attribute of an instance, from its own memory; NULL where it has none. */
static PyObject *own_attribute(PyObject *object, const char *name)
{
	PyTypeObject *type = Py_TYPE(object);
	struct instance_values values;
	PyObject **dict;

	if (!type_is_heap(type))
		return NULL;
	instance_values_of(object, type, &values);
	if (values.values != NULL) {
		for (Py_ssize_t i = 0; i < values.count && i < type_shared_count(type); i++)
			if (values.values[i] != NULL &&
			    name_equals(type_shared_name(type, i), name))
				return values.values[i];
		return NULL;
	}
	if (type->tp_dictoffset == 0 && !type_has_managed_dict(type))
		return NULL;
	dict = instance_dict_slot(object, type);
	return dict == NULL ? NULL : name_lookup(*dict, name);
}

static PyObject *find_thread(PyObject *threads, unsigned long ident)
{
	struct dict_entries entries;

	if (threads == NULL)
		return NULL;
	dict_entries_of(threads, &entries);
	for (Py_ssize_t i = 0; i < entries.count; i++) {
		PyObject *value = dict_entry_value(&entries, i);
		PyObject *key = value == NULL ? NULL : dict_entry_key(&entries, i);

		if (key != NULL && int_check_exact(key) && int_equals(key, ident))
			return value;
	}
	return NULL;
}

static struct hs_text decimal(unsigned long number, char *buffer)
{
	char digits[24];
	size_t count = 0;
	struct hs_text text = {buffer, 0, false};

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (count > 0)
		buffer[text.length++] = digits[--count];
	return text;
}

struct hs_text thread_name(PyObject *threads, PyThreadState *thread, bool named, char *buffer)
{
	PyObject *known = named ? find_thread(threads, (unsigned long)thread->thread_id) : NULL;
	struct hs_text text;

	if (known != NULL && name_text(own_attribute(known, THREAD_NAME_ATTRIBUTE), buffer,
				       THREAD_NAME_CHARACTERS, &text) > 0)
		return text;
	/* Where threading is not imported nobody has named a thread. */
	if (threads == NULL && thread_is_main(thread))
		return (struct hs_text){"MainThread", 10, false};
	return decimal((unsigned long)thread->thread_id, buffer);
}
