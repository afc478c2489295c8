/* The walk: from the collector's rings to records. Makes no Python object, runs no
 * Python code, changes no reference count, calls neither malloc nor stdio and takes
 * no lock: it is fit for a fork child. Everything it needs is in `struct walk`. */
#ifndef HEAPSNAP_AGENT_WALK_H
#define HEAPSNAP_AGENT_WALK_H

#include "agent/address_set.h"
#include "agent/arena.h"
#include "agent/plans.h"
#include "agent/rings.h"
#include "agent/state_words.h"
#include "agent/versions.h"

#include "format/writer.h"

#define WALK_ARENA_SIZE ((size_t)16 << 20) /* without the writer's */
#define WALK_TYPES_MAX 32768u
#define PENDING_MAX 32768u
#define TEMPLATE_MAX 256u
#define KEY_MAPS 1024u
#define TEXT_CACHE 4096u

/* Types and functions of the interpreter that are found at run time, at load. */
struct known_types {
	PyTypeObject *deque, *ordered_dict, *default_dict;
	traverseproc subtype_traverse;
	PyObject *gc_isenabled, *gc_get_debug; /* builtin functions, or NULL */
	PyObject *interned;                    /* the dict of interned strs, or NULL */
	struct state_words state;
};

/* The row being filled: slots are handed to the writer when there are many. */
struct row {
	struct hs_object object;
	uint64_t start;
	uint32_t count;
	uint64_t slots[HS_ROW_REFERENCES_MAX];
};

struct slot_map_entry {
	uint64_t hash;
	uint32_t number;
	bool used;
};

/* Slot maps defined so far, by a hash of their content. */
struct slot_maps {
	struct slot_map_entry *entries;
	uint32_t count, next;
	struct hs_slot *head; /* where the next one is put together */
	uint32_t head_count;
	char *text;
	size_t text_used;
};

/* The slot map of a shared key table, as the last dict with it had. */
struct key_map {
	const struct mirror_dict_keys *keys;
	Py_ssize_t count;
	const struct plan *plan;
	uint32_t map;
};

#define BATCH_MAX 32
#define ENDS_MAX 2048 /* objects taken from either end of a ring at a time */

/* An object that is about to be written, see lookahead.c. */
struct batch_entry {
	PyObject *object;
	struct plan *plan;
	enum shape shape; /* how this object is written */
	bool too_many;    /* references for one array: to be asked again */
	PyObject **raw;   /* what tp_traverse reported, for SHAPE_GENERIC and SHAPE_FRAME */
	uint32_t raw_count;
};

struct walk {
	struct hs_writer *writer;
	struct hs_error *err;
	enum hs_status status; /* the first failure; the walk then ends */
	bool untracked;
	enum hs_labels labels;
	const struct known_types *known;
	double deadline; /* CLOCK_MONOTONIC, 0 none */
	struct arena arena;
	struct plan_table plans;
	struct slot_maps maps;
	struct key_map *key_maps;
	PyObject **text_cache;
	struct address_set met, named;
	PyObject **pending;
	uint32_t pending_first, pending_end;
	uint32_t deferred_cursor;
	const struct gc_head **forward, **backward; /* of a ring: those to be written next */
	PyObject **reported; /* by tp_traverse of a batch's objects, one after the other */
	uint32_t reported_count;
	PyObject *const *raw; /* of these: the object's that is being written */
	uint32_t raw_count;
	PyObject *words[TEMPLATE_MAX]; /* of a template's places, in one object */
	uint64_t skipped;
	int32_t slots_to_clock; /* until the time limit is looked at again */
	struct row row;
};

/* Takes its memory from the system; the writer comes in later. 0 or HS_ENOMEM. */
enum hs_status walk_init(struct walk *walk, struct hs_error *err);
void walk_release(struct walk *walk);

/* Writes every object. `walk` has its writer, options, known types and `err`. */
enum hs_status walk_run(struct walk *walk, const struct rings *rings);

/* ---- between the files of the walk ---- */

/* Ends the walk; returns -1, which also stops tp_traverse. */
int walk_fail(struct walk *walk, enum hs_status status, const char *message);

struct plan *plan_make(struct walk *walk, PyObject *class);

/* The plan of what class_of() says; NULL once the walk has failed. */
static inline struct plan *plan_of(struct walk *walk, PyObject *class)
{
	struct plan_table *table = &walk->plans;
	uint32_t slot;

	if (table->last != NULL && table->last->class == class)
		return table->last;
	slot = (uint32_t)(((uintptr_t) class >> 4) * 0x9e3779b1u) & (table->slots_size - 1);
	for (; table->slots[slot] != NULL; slot = (slot + 1) & (table->slots_size - 1))
		if (table->slots[slot]->class == class)
			return table->last = table->slots[slot];
	return plan_make(walk, class);
}

/* Remembers an untracked object that a reference led to; false: it is dead. */
bool walk_meet(struct walk *walk, PyObject *object);

/* Says that reference_id() is about to be asked. */
static inline void reference_prefetch(const PyObject *target)
{
	uintptr_t address = (uintptr_t)target; /* may be NULL: a hint faults nowhere */

	__builtin_prefetch((const void *)(address - sizeof(struct gc_head)));
	__builtin_prefetch((const void *)(address + sizeof(void *)));
}

/* What stands in a slot for a reference: the id, or 0 where it is not kept. */
static inline uint64_t reference_id(struct walk *walk, PyObject *target)
{
	if (target == NULL)
		return 0;
	if ((uintptr_t)target & 7) {
		walk->skipped++;
		return 0;
	}
	if (object_has_gc_head(target)) {
		if (gc_is_tracked(target))
			return (uint64_t)(uintptr_t)target;
		if (!walk->untracked)
			return 0;
	} else if (!walk->untracked && !PyType_Check(target)) {
		return 0;
	}
	return walk_meet(walk, target) ? (uint64_t)(uintptr_t)target : 0;
}

/* Rows. A row is begun, slots are pushed, then it is ended. */
void row_begin(struct walk *walk, PyObject *object, const struct plan *plan, uint32_t flags);
int row_flush(struct walk *walk);
void row_end(struct walk *walk);

static inline int row_push(struct walk *walk, uint64_t id)
{
	struct row *row = &walk->row;

	row->slots[row->count++] = id;
	return row->count == HS_ROW_REFERENCES_MAX ? row_flush(walk) : 0;
}

int slot_maps_init(struct walk *walk); /* 0, or -1: no memory */

/* Slot maps: begun, head entries added, then interned: the number, or MAP_NONE once
 * the walk has failed. Text is copied. */
void slot_map_begin(struct walk *walk);
void slot_map_add(struct walk *walk, enum hs_reference_kind kind, enum hs_label_kind label,
		  struct hs_text text, uint32_t number);
uint32_t slot_map_intern(struct walk *walk, const struct hs_slot *tail, uint32_t tail_count,
			 enum hs_type_reference type_reference);

/* Writes the text of an object that is used as a key or attribute name, if the options
 * let it be named. True: it has a text in the file. */
bool key_text(struct walk *walk, PyObject *key);
bool key_may_be_named(const struct walk *walk, PyObject *key);
void object_name_text(struct walk *walk, PyObject *object);

/* Writes the objects of a batch; of an entry only `object` need be filled in. */
void emit_batch(struct walk *walk, struct batch_entry *entries, uint32_t count, uint32_t flags);

/* The shapes. */
void emit_fields(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags);
void emit_generic(struct walk *walk, const struct batch_entry *entry, uint32_t flags);
void emit_spread(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags);
void emit_container(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags);
void emit_static_type(struct walk *walk, struct plan *plan, PyObject *object, uint32_t flags);

/* A pointer field of an object, by its place. */
struct places {
	char *object;
	PyObject **values;
	Py_ssize_t value_count;
	PyObject **dict_slot;
};

static inline PyObject *place_word(const struct places *places, int32_t place)
{
	if (place < PLACE_BEHIND_FIRST)
		return *(PyObject **)(void *)(places->object + place);
	if (place < PLACE_VALUES) {
		int32_t number = place - PLACE_BEHIND_FIRST;
		char *block = *(char **)(void *)(places->object + number / 256);

		return block == NULL ? NULL : *(PyObject **)(void *)(block + number % 256);
	}
	if (place == PLACE_DICT)
		return places->dict_slot == NULL ? NULL : *places->dict_slot;
	if (place == PLACE_NONE || place - PLACE_VALUES >= places->value_count)
		return NULL;
	return places->values[place - PLACE_VALUES];
}

void places_of(const struct plan *plan, PyObject *object, struct places *places);
/* The object's __dict__ answers for its inline values. */
void places_drop_values(struct places *places);
/* Of an instance with both inline values and a __dict__ either itself or the dict reports
 * the values, and the versions differ: what tp_traverse reported decides. */
void places_settle_values(struct places *places, PyObject *const *visited, uint32_t count);
/* Pushes plan->extras; `visited` and `count`: what tp_traverse reported. */
void push_extras(struct walk *walk, const struct plan *plan, const struct places *places,
		 PyObject *const *visited, uint32_t count);
void add_fields(struct walk *walk, const struct plan *plan, const struct field *fields,
		uint32_t count);
/* One entry of a slot map by a name as in struct field. */
void add_named(struct walk *walk, enum hs_reference_kind kind, const char *name);

/* module.QualName of a class_of(), bare for builtins; `buffer` (TYPE_NAME_BYTES) may hold it. */
#define TYPE_NAME_CHARACTERS 160
#define TYPE_NAME_BYTES (12 * TYPE_NAME_CHARACTERS + 1)
struct hs_text type_name(PyObject *class, char *buffer);

/* The name of a place in objects of this type, as in struct field; "" where unknown. */
const char *field_name(const struct plan *plan, int32_t place);

/* size and extra of an object; *exact false: this one's size is not known though those of
 * its type mostly are. */
size_t object_size(const struct plan *plan, PyObject *object, size_t *extra, bool *exact);
void size_rule_find(const struct known_types *known, struct plan *plan);

#endif
