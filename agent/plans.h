/* What the walk knows about a type: found out once, at its first object. */
#ifndef HEAPSNAP_AGENT_PLANS_H
#define HEAPSNAP_AGENT_PLANS_H

#include "agent/library_sizes.h"
#include "agent/versions.h"

#include "format/records.h"

/* How the references of a type's objects are found. */
enum shape {
	SHAPE_FIELDS,  /* only `extras`: types the collector does not know; mostly none */
	SHAPE_GENERIC, /* tp_traverse, each reference then looked for among the fields */
	SHAPE_FRAME,   /* as GENERIC, with locals named by a code object */
	SHAPE_SPREAD,  /* `prefix`, mixed with what else tp_traverse reports: spread.c */
	SHAPE_LIST,    /* `prefix`, then the items of the builtin container */
	SHAPE_TUPLE,
	SHAPE_SET,
	SHAPE_DICT,
	SHAPE_ORDERED_DICT,
	SHAPE_DEQUE, /* `prefix`, then whatever tp_traverse goes on to report */
	SHAPE_NUMPY_ARRAY,
	SHAPE_STATIC_TYPE /* of an object only: a type that must not be traversed */
};

/* How sys.getsizeof of its objects is computed. */
enum size_rule {
	SIZE_FIXED, /* basic size */
	SIZE_ITEMS, /* basic size + ob_size items */
	SIZE_LIST,
	SIZE_DICT,
	SIZE_ORDERED_DICT,
	SIZE_SET,
	SIZE_STR,
	SIZE_INT,
	SIZE_TYPE,
	SIZE_CODE,
	SIZE_FRAME,
	SIZE_GENERATOR,
	SIZE_BYTEARRAY,
	SIZE_DEQUE,
	SIZE_NUMPY_ARRAY,
	SIZE_LIBRARY, /* plan->library_size */
	SIZE_UNKNOWN  /* basic size; the type counts by a __sizeof__ of its own */
};

/* Where a reference stands: an offset into the object, or one of these. */
#define PLACE_DICT (INT32_MAX)        /* the __dict__ pointer wherever it is */
#define PLACE_NONE (INT32_MAX - 1)    /* not found */
#define PLACE_VALUES (INT32_MAX >> 1) /* + index: an inline attribute value */
#define PLACE_BEHIND_FIRST (INT32_MAX >> 2)
/* `inner` bytes into the block that the pointer at `offset` leads to */
#define PLACE_BEHIND(offset, inner) (PLACE_BEHIND_FIRST + (offset)*256 + (inner))
#define PLACE_TYPE ((int32_t)offsetof(PyObject, ob_type))

struct field {
	int32_t place;
	enum hs_reference_kind kind;
	const char *name; /* NULL: unnamed, or an inline value's key. With a + in front it is
			     a C struct's, else an attribute's. */
};

struct library_layout; /* library_fields.h */

#define MAP_NONE UINT32_MAX
#define PREFIX_MAX 512u /* fields before a container's items that are predicted */
#define TEMPLATE_LEARNT_MAX 32

struct plan {
	PyObject *class;    /* what tells it from other plans: the type, or an old-style class */
	PyTypeObject *type; /* of its objects */
	traverseproc traverse;
	enum shape shape;
	enum size_rule size_rule;
	library_size library_size;
	uint32_t number; /* of the type in the file */
	uint32_t object_flags;
	enum hs_type_reference type_reference;
	bool is_metatype;         /* its objects are types */
	bool is_tuple;            /* its objects are tuples, structseqs among them */
	bool type_probed;         /* type_reference is settled */
	bool is_weakref;          /* its objects are weak references */
	bool has_weakref_list;    /* its objects can be referred to weakly */
	bool has_values;          /* its objects may have inline values */
	uint32_t shared_keys_map; /* metatypes: the template's, then a type's shared keys */
	bool text_name;           /* its objects have a name to write: module, function, task ... */
	const struct library_layout *layout; /* NULL: none is known */
	size_t extent;                       /* bytes of an object that may hold references */
	const struct field *extras;
	uint32_t extra_count;
	const struct field *prefix;
	uint32_t prefix_count;
	struct field *template; /* GENERIC: places in the order of tp_traverse */
	uint32_t template_count, template_room;
	bool template_open;       /* references without a place may follow */
	uint32_t template_learnt; /* how often it had to be learnt */
	uint32_t template_map;
	uint32_t plain_map;   /* extras, then unlabelled or the container's own tail */
	uint32_t general_map; /* SHAPE_DICT: keys are any object */
};

struct plan_table {
	struct plan **slots;
	uint32_t slots_size;
	struct plan *plans;
	uint32_t count, limit;
	struct plan *last;
};

#endif
