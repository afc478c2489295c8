/* A plan is made at the first object of each type, by reading the type object: its
 * tp_traverse, its members, the function that answers __sizeof__. Plans stand in the
 * arena, found by a hash of the type's address. Which container's walker fits is
 * decided by tp_traverse itself: a Python subclass of a builtin container reports its
 * own slots, values, dict and type (the prefix, predicted here in the order in which
 * the interpreter visits them) and then goes on as the builtin. */
#include "agent/walk.h"

#include <string.h>

#include "agent/known_fields.h"
#include "agent/library_fields.h"
#include "agent/names.h"
#include "agent/numpy_arrays.h"
#include "agent/task_names.h"

/* One more than a container's prefix may have: such an object is then streamed. */
#define FIELDS_MAX (PREFIX_MAX + 1)
/* So many classes that an old-style class is made of are asked for `__del__`. */
#define OLD_BASES_MAX 256

static bool inherits(PyTypeObject *type, const PyTypeObject *base)
{
	for (; type != NULL; type = type->tp_base)
		if (type == base)
			return true;
	return false;
}

/* Whether objects of the type have the field. 2.7 names only some of its types of
 * descriptors; all are one struct, and share a tp_traverse. */
static bool has_field(const PyTypeObject *type, const struct known_field *field)
{
	const PyTypeObject *known = field->type;

	if (known == NULL)
		return false;
	if (inherits((PyTypeObject *)(uintptr_t)type, known))
		return true;
	return known == DESCRIPTORS_BY_TRAVERSE && type->tp_traverse == known->tp_traverse;
}

static bool is_object_member(const PyMemberDef *member)
{
	return member->type == T_OBJECT || member->type == T_OBJECT_EX;
}

const char *field_name(const struct plan *plan, int32_t place)
{
	if (place == PLACE_TYPE)
		return "__class__";
	if (place == PLACE_DICT)
		return "__dict__";
	for (const struct known_field *field = known_fields; field->name != NULL; field++)
		if (field->offset == place &&
		    (field->type == NULL
			     ? PyType_FastSubclass(plan->type, Py_TPFLAGS_BASE_EXC_SUBCLASS)
			     : has_field(plan->type, field)))
			return field->name;
	for (PyTypeObject *type = plan->type; type != NULL; type = type->tp_base) {
		if (type->tp_dictoffset > 0 && type->tp_dictoffset == place)
			return "__dict__";
		for (const PyMemberDef *member = type->tp_members;
		     member != NULL && member->name != NULL; member++)
			if (is_object_member(member) && member->offset == place)
				return member->name;
	}
	if (plan->layout != NULL)
		for (const struct library_field *field = plan->layout->fields; field->name != NULL;
		     field++)
			if (field->place == place)
				return field->name;
	/* structseq: the items without a name of their own */
	if (place < PLACE_BEHIND_FIRST && plan->is_tuple)
		return "+ob_item";
	return "";
}

/* Of a named tuple in C (structseq) also items beyond its length: those have members. */
static size_t find_extent(const PyTypeObject *type)
{
	size_t extent = (size_t)type->tp_basicsize;

	if (!PyType_FastSubclass((PyTypeObject *)type, Py_TPFLAGS_TUPLE_SUBCLASS))
		return extent;
	for (const PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL;
	     member++)
		if (is_object_member(member) && (size_t)member->offset >= extent)
			extent = (size_t)member->offset + sizeof(PyObject *);
	return extent;
}

/* Where fields are put together before their number is known. */
struct field_list {
	struct field fields[FIELDS_MAX];
	uint32_t count;
};

static void add_field(struct field_list *list, int32_t place, enum hs_reference_kind kind,
		      const char *name)
{
	if (list->count < FIELDS_MAX)
		list->fields[list->count++] = (struct field){place, kind, name};
}

static const struct field *keep_fields(struct walk *walk, const struct field_list *list)
{
	struct field *kept = arena_take(&walk->arena, list->count * sizeof *kept + 1);

	if (kept == NULL)
		walk_fail(walk, HS_ENOMEM, "the arena for types is used up");
	else
		memcpy(kept, list->fields, list->count * sizeof *kept);
	return kept;
}

/* References that tp_traverse does not report. */
static void find_extras(struct walk *walk, struct plan *plan, struct field_list *list)
{
	if (plan->is_weakref)
		add_field(list, offsetof(PyWeakReference, wr_object), HS_WEAK, "+wr_object");
	for (const struct known_field *field = known_fields; field->name != NULL; field++)
		if (field->unvisited && has_field(plan->type, field))
			add_field(list, field->offset, HS_ADDED, field->name);
	if (type_dict_may_be_unvisited(plan->type))
		add_field(list, PLACE_DICT, HS_ADDED, "__dict__");
	if (type_has_gc(plan->type) || plan->type == &PyCode_Type)
		return;
	for (PyTypeObject *type = plan->type; type != NULL; type = type->tp_base)
		for (const PyMemberDef *member = type->tp_members;
		     member != NULL && member->name != NULL; member++)
			if (is_object_member(member))
				add_field(list, (int32_t)member->offset, HS_ADDED, member->name);
	(void)walk;
}

/* What subtype_traverse reports before it goes on with `base`'s tp_traverse. */
static void predict_prefix(struct plan *plan, const PyTypeObject *base, struct field_list *list)
{
	PyTypeObject *type = plan->type;

	for (PyTypeObject *t = type; t != base; t = t->tp_base) {
		Py_ssize_t members = type_is_heap(t) ? ((PyVarObject *)(void *)t)->ob_size : 0;
		const PyMemberDef *member = t->tp_members;

		for (Py_ssize_t i = 0; member != NULL && i < members; i++, member++)
			if (member->type == T_OBJECT_EX)
				add_field(list, (int32_t)member->offset, HS_TRAVERSED,
					  member->name);
	}
	if (type_has_managed_dict(type)) {
		for (Py_ssize_t i = 0; i < type_shared_count(type); i++)
			add_field(list, PLACE_VALUES + (int32_t)i, HS_TRAVERSED, NULL);
		add_field(list, PLACE_DICT, HS_TRAVERSED, "__dict__");
	} else if (type->tp_dictoffset != base->tp_dictoffset) {
		add_field(list, PLACE_DICT, HS_TRAVERSED, "__dict__");
	}
	if (!SUBTYPE_LEAVES_TYPE_TO_BASE || !type_is_heap(base))
		add_field(list, PLACE_TYPE, HS_TRAVERSED, "__class__");
}

/* See spread.c: the fields of `plan->layout`, __dict__ and type, in any order. */
static void list_spread_fields(const struct plan *plan, struct field_list *list)
{
	const PyTypeObject *type = plan->type;
	bool has_dict = false;

	for (const struct library_field *field = plan->layout->fields; field->name != NULL;
	     field++) {
		add_field(list, field->place, HS_TRAVERSED, field->name);
		has_dict = has_dict || strcmp(field->name, "__dict__") == 0;
	}
	if (type->tp_dictoffset != 0 && !has_dict)
		add_field(list, PLACE_DICT, HS_TRAVERSED, "__dict__");
	if (type_is_heap(type))
		add_field(list, PLACE_TYPE, HS_TRAVERSED, "__class__");
}

/* The shape that a tp_traverse of the interpreter's own stands for. */
static enum shape shape_of_traverse(const struct known_types *known, const PyTypeObject *type)
{
	traverseproc traverse = type->tp_traverse;

	if (traverse == PyList_Type.tp_traverse)
		return SHAPE_LIST;
	if (traverse == PyTuple_Type.tp_traverse)
		return SHAPE_TUPLE;
	if (traverse == PyDict_Type.tp_traverse)
		return SHAPE_DICT;
	if (traverse == PySet_Type.tp_traverse || traverse == PyFrozenSet_Type.tp_traverse)
		return SHAPE_SET;
	if (known->default_dict != NULL && traverse == known->default_dict->tp_traverse)
		return SHAPE_DICT;
	if (known->ordered_dict != NULL && traverse == known->ordered_dict->tp_traverse)
		return SHAPE_ORDERED_DICT;
	if (known->deque != NULL && traverse == known->deque->tp_traverse)
		return SHAPE_DEQUE;
	if (traverse == PyFrame_Type.tp_traverse || traverse == PyGen_Type.tp_traverse ||
	    traverse == PyCoro_Type.tp_traverse || traverse == PyAsyncGen_Type.tp_traverse)
		return SHAPE_FRAME;
	return SHAPE_GENERIC;
}

static void find_shape(struct walk *walk, struct plan *plan, struct field_list *prefix)
{
	PyTypeObject *type = plan->type;
	PyTypeObject *base = type;

	if (!type_has_gc(type) || type->tp_traverse == NULL) {
		plan->shape = numpy_is_array_type(type) ? SHAPE_NUMPY_ARRAY : SHAPE_FIELDS;
		return;
	}
	while (base != NULL && base->tp_traverse == walk->known->subtype_traverse)
		base = base->tp_base;
	plan->shape = SHAPE_GENERIC;
	if (base == NULL || base->tp_traverse == NULL)
		return;
	plan->shape = shape_of_traverse(walk->known, base);
	if (plan->shape == SHAPE_GENERIC && base == type && plan->layout != NULL &&
	    plan->layout->rest != NULL && strcmp(plan->layout->type, type->tp_name) == 0 &&
	    plan->extra_count == 0) {
		plan->shape = SHAPE_SPREAD;
		list_spread_fields(plan, prefix);
	}
	if (plan->shape == SHAPE_GENERIC || plan->shape == SHAPE_FRAME ||
	    plan->shape == SHAPE_SPREAD)
		return;
	if (base != type)
		predict_prefix(plan, base, prefix);
	/* From 3.12 on deque and defaultdict are heap types and report themselves. */
	if (type_is_heap(base))
		add_field(prefix, PLACE_TYPE, HS_TRAVERSED, "__class__");
	if (walk->known->default_dict != NULL &&
	    base->tp_traverse == walk->known->default_dict->tp_traverse)
		add_field(prefix, (int32_t)sizeof(PyDictObject), HS_TRAVERSED, "default_factory");
	if (plan->shape == SHAPE_ORDERED_DICT && base->tp_dictoffset > 0)
		add_field(prefix, (int32_t)base->tp_dictoffset, HS_TRAVERSED, "__dict__");
}

/* Whether tp_traverse of a heap type's objects reports the type. Python classes:
 * known; C heap types: asked of the first object (probe_type). */
static void find_type_reference(struct walk *walk, struct plan *plan)
{
	PyTypeObject *base = plan->type;

	plan->type_probed = true;
	plan->type_reference = HS_TYPE_REFERENCE_IMPLIED;
	/* An old-style instance's class is what it is an instance of. */
	if (class_is_old_style(plan->class))
		plan->type_reference = HS_TYPE_REFERENCE_IN_ROW;
	if (!type_is_heap(plan->type))
		return;
	/* The wrapper's tp_traverse reports the type of its links as if it were its own. */
	if (strcmp(plan->type->tp_name, "functools._lru_list_elem") == 0)
		return;
	plan->type_reference = HS_TYPE_REFERENCE_ADDED;
	if (plan->shape == SHAPE_SPREAD) {
		plan->type_probed = false;
		return;
	}
	for (uint32_t i = 0; i < plan->prefix_count; i++)
		if (plan->prefix[i].place == PLACE_TYPE)
			plan->type_reference = HS_TYPE_REFERENCE_IN_ROW;
	if (plan->shape != SHAPE_GENERIC && plan->shape != SHAPE_FRAME)
		return;
	if (!type_has_gc(plan->type) || plan->type->tp_traverse == NULL)
		return;
	while (base != NULL && base->tp_traverse == walk->known->subtype_traverse)
		base = base->tp_base;
	if (base != plan->type && (!SUBTYPE_LEAVES_TYPE_TO_BASE || base == NULL ||
				   base->tp_traverse == NULL || !type_is_heap(base))) {
		plan->type_reference = HS_TYPE_REFERENCE_IN_ROW;
		return;
	}
	plan->type_probed = false;
}

/* "module.name", the module being that of a class's namespace. */
static struct hs_text dotted_name(PyObject *namespace, PyObject *given, PyObject *otherwise,
				  char *buffer)
{
	struct hs_text module = {NULL, 0, false};
	struct hs_text name;
	size_t used = 0;

	if (name_text(name_lookup(namespace, "__module__"), buffer, TYPE_NAME_CHARACTERS,
		      &module) >= 0 &&
	    !(module.length == sizeof BUILTINS_MODULE - 1 &&
	      memcmp(buffer, BUILTINS_MODULE, module.length) == 0)) {
		used = module.length;
		buffer[used++] = '.';
	}
	if (name_text(given, buffer + used, TYPE_NAME_CHARACTERS, &name) < 0 &&
	    name_text(otherwise, buffer + used, TYPE_NAME_CHARACTERS, &name) < 0)
		name = (struct hs_text){"?", 1, false};
	if (name.data != buffer + used)
		return name;
	return (struct hs_text){buffer, (uint32_t)used + name.length,
				module.escaped || name.escaped};
}

struct hs_text type_name(PyObject *class, char *buffer)
{
	struct hs_text name;
	PyTypeObject *type = class_type(class);
	PyHeapTypeObject *heap = (PyHeapTypeObject *)(void *)type;

	if (class_is_old_style(class)) {
		struct old_class old = old_class_of(class);

		return dotted_name(old.namespace, old.name, NULL, buffer);
	}

	if (!type_is_heap(type)) {
		name.data = type->tp_name;
		name.length = (uint32_t)strnlen(type->tp_name, 4 * TYPE_NAME_CHARACTERS);
		name.escaped = false;
		if (strncmp(name.data, BUILTINS_MODULE ".", sizeof BUILTINS_MODULE) == 0) {
			name.data += sizeof BUILTINS_MODULE;
			name.length -= (uint32_t)sizeof BUILTINS_MODULE;
		}
		return name;
	}
	return dotted_name(type->tp_dict, type_display_name(type), heap->ht_name, buffer);
}

/* Whether an old-style class or one that it is made of defines `__del__`. Those not yet
 * looked at wait in a list; a class in it twice is only looked at twice. */
static bool old_class_has_del(PyObject *class)
{
	PyObject *waiting[OLD_BASES_MAX] = {class};
	size_t count = class_is_old_style(class) ? 1 : 0;

	for (size_t i = 0; i < count; i++) {
		struct old_class old = old_class_of(waiting[i]);
		Py_ssize_t bases = PyTuple_Check(old.bases) ? PyTuple_GET_SIZE(old.bases) : 0;

		if (name_lookup(old.namespace, "__del__") != NULL)
			return true;
		for (Py_ssize_t j = 0; j < bases && count < OLD_BASES_MAX; j++)
			if (class_is_old_style(PyTuple_GET_ITEM(old.bases, j)))
				waiting[count++] = PyTuple_GET_ITEM(old.bases, j);
	}
	return false;
}

static uint32_t type_flags(const struct plan *plan)
{
	const PyTypeObject *type = plan->type;
	uint32_t flags = 0;

	if (type_is_heap(type))
		flags |= HS_TYPE_HEAP;
	if (type_has_gc(type))
		flags |= HS_TYPE_GC;
	if (plan->is_metatype)
		flags |= HS_TYPE_IS_TYPE;
	if (plan->object_flags & HS_FINALIZER)
		flags |= HS_TYPE_FINALIZER;
	if (type_blocks_collection(type) || class_leaves_blocking_to_objects(plan->class))
		flags |= HS_TYPE_TP_DEL;
	if (type->tp_dictoffset != 0 || type_has_managed_dict(type) ||
	    class_is_old_style(plan->class))
		flags |= HS_TYPE_INSTANCE_DICT;
	return flags;
}

static void define_type(struct walk *walk, struct plan *plan)
{
	char buffer[TYPE_NAME_BYTES];
	struct hs_type type = {
		.number = plan->number,
		.id = (uint64_t)(uintptr_t)plan->class,
		.name = type_name(plan->class, buffer),
		.flags = type_flags(plan),
		.basic_size = (uint64_t)plan->type->tp_basicsize,
		.item_size = (uint64_t)plan->type->tp_itemsize,
	};
	enum hs_status status = hs_writer_type(walk->writer, &type, walk->err);

	if (status != HS_OK)
		walk_fail(walk, status, NULL);
}

static void fill(struct walk *walk, struct plan *plan)
{
	PyTypeObject *type = plan->type;
	struct field_list list;

	plan->traverse = type->tp_traverse;
	plan->layout = library_layout_of(type, walk->known->subtype_traverse);
	plan->extent = find_extent(type);
	plan->is_tuple = PyType_FastSubclass(type, Py_TPFLAGS_TUPLE_SUBCLASS);
	plan->is_metatype = PyType_FastSubclass(type, Py_TPFLAGS_TYPE_SUBCLASS);
	plan->is_weakref = inherits(type, &_PyWeakref_RefType) ||
			   inherits(type, &_PyWeakref_ProxyType) ||
			   inherits(type, &_PyWeakref_CallableProxyType);
	plan->has_weakref_list = object_has_weakref_list(type);
	plan->has_values = type_has_managed_dict(type);
	plan->text_name = type == &PyCode_Type || type == &PyFunction_Type ||
			  inherits(type, &PyModule_Type) || plan->is_metatype ||
			  type == &PyCoro_Type || type == &PyGen_Type || type == &PyAsyncGen_Type ||
			  type_is_task(type) || class_is_old_style_type(type);
	size_rule_find(walk->known, plan);
	if (plan->size_rule != SIZE_UNKNOWN)
		plan->object_flags |= HS_SIZE_EXACT;
	if (type_has_finalizer(type) || old_class_has_del(plan->class))
		plan->object_flags |= HS_FINALIZER;
	plan->plain_map = plan->template_map = plan->general_map = MAP_NONE;
	plan->shared_keys_map = MAP_NONE;
	list.count = 0;
	find_extras(walk, plan, &list);
	plan->extra_count = list.count;
	plan->extras = keep_fields(walk, &list);
	list.count = 0;
	find_shape(walk, plan, &list);
	plan->prefix_count = list.count;
	plan->prefix = keep_fields(walk, &list);
	find_type_reference(walk, plan);
}

struct plan *plan_make(struct walk *walk, PyObject *class)
{
	PyTypeObject *type = class_type(class);
	struct plan_table *table = &walk->plans;
	struct plan *plan;
	uint32_t slot =
		(uint32_t)(((uintptr_t) class >> 4) * 0x9e3779b1u) & (table->slots_size - 1);

	if (walk->status != HS_OK)
		return NULL;
	if (table->count == table->limit) {
		walk_fail(walk, HS_ELIMIT, "more types than one snapshot can define");
		return NULL;
	}
	plan = &table->plans[table->count];
	plan->class = class;
	plan->type = type;
	plan->number = table->count++;
	fill(walk, plan);
	if (walk->status == HS_OK)
		define_type(walk, plan);
	if (walk->status != HS_OK)
		return NULL;
	while (table->slots[slot] != NULL)
		slot = (slot + 1) & (table->slots_size - 1);
	table->slots[slot] = plan;
	table->last = plan;
	if (!type_is_heap(type))
		walk_meet(walk, (PyObject *)(void *)type);
	return plan;
}
