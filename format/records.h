/* The records that a snapshot is made of, as the writer takes them and the
 * reader hands them out. docs/format.md is normative; DESIGN words: object,
 * reference, slot map, text are explained in docs/architecture.md.
 *
 * Ids are addresses in the captured process. Sizes are bytes, times seconds.
 * A `struct hs_text` is borrowed, UTF-8, not NUL-terminated. */
#ifndef HEAPSNAP_FORMAT_RECORDS_H
#define HEAPSNAP_FORMAT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HS_FORMAT_MAJOR 1
#define HS_FORMAT_MINOR 0

#define HS_ROW_REFERENCES_MAX 4096u /* slots in one row; an object goes on in further rows */
#define HS_TYPES_MAX (1u << 24)
#define HS_SLOT_MAPS_MAX (1u << 24)
#define HS_SLOT_MAP_ENTRIES_MAX 4096u
#define HS_TEXT_MAX 4096u /* bytes of one text, all fields */
#define HS_NOTES_MAX 32u

enum hs_frame_kind {
	HS_FRAME_HEADER = 0,
	HS_FRAME_TABLE = 1, /* types or slot maps */
	HS_FRAME_OBJECTS = 2,
	HS_FRAME_TEXTS = 3,
	HS_FRAME_ROOTS = 4,
	HS_FRAME_END = 5,
	HS_FRAME_TOTALS = 6 /* by type, before the end record */
			    /* others: from a newer minor version, passed over */
};

struct hs_text {
	const char *data;
	uint32_t length;
	bool escaped; /* holds \udcXX or \xXX where the original was no UTF-8 */
};

enum hs_labels { HS_LABELS_NONE = 0, HS_LABELS_NAMES = 1, HS_LABELS_KEYS = 2 };

/* Known at the start. Unknown numbers are 0 unless said otherwise. */
struct hs_header {
	uint32_t format_major, format_minor; /* the writer ignores these and writes its own */
	struct hs_text implementation;       /* "CPython" */
	struct hs_text python_version;       /* "3.11.7" */
	uint32_t python_hex;                 /* PY_VERSION_HEX of the running interpreter */
	bool python_debug, python_free_threaded;
	struct hs_text platform; /* "linux x86_64" */
	uint32_t pointer_bytes;
	uint32_t pid;
	struct hs_text host, executable, boot_id;
	uint64_t pid_namespace; /* inode number */
	uint64_t start_ticks;   /* field 22 of /proc/PID/stat: with boot_id, names a process */
	uint32_t dump_serial;   /* 1 for the first dump of a process */
	double started_at, captured_at; /* Unix time */
	bool untracked;
	enum hs_labels labels;
	uint32_t values; /* bytes of each value kept, 0 none */
	bool redacted;
	int32_t level;
	struct hs_text mode_asked; /* "auto", "inline", "fork" */
	struct hs_text trigger;    /* "call" */
	bool gc_enabled;
	uint32_t gc_threshold[3], gc_count[3];
	uint32_t gc_debug;
	uint64_t gc_garbage;                /* len(gc.garbage) */
	int32_t gc_collecting;              /* 1, 0, -1 unknown */
	uint32_t interpreters;              /* in the process, 2: or more; see docs/format.md */
	struct hs_text notes[HS_NOTES_MAX]; /* what this capture cannot see, a sentence each */
	uint32_t note_count;
};

enum hs_type_flags {
	HS_TYPE_HEAP = 1,    /* a heap type: its object is tracked */
	HS_TYPE_GC = 2,      /* instances can be tracked */
	HS_TYPE_IS_TYPE = 4, /* instances are types themselves (type and metaclasses) */
	HS_TYPE_FINALIZER = 8,
	HS_TYPE_TP_DEL = 16,       /* an instance with HS_FINALIZER makes its cycle uncollectable */
	HS_TYPE_INSTANCE_DICT = 32 /* instances have attributes in a __dict__ (or inline) */
};

struct hs_type {
	uint32_t number;     /* dense from 0, in the order of definition */
	uint64_t id;         /* the type object's address */
	struct hs_text name; /* "module.QualName", bare for builtins */
	uint32_t flags;
	uint64_t basic_size, item_size;
};

enum hs_reference_kind {
	HS_TRAVERSED = 0, /* followed and counted */
	HS_ADDED = 1,     /* counted, not followed */
	HS_UNCOUNTED = 2, /* followed, not counted */
	HS_IMPLIED = 3,   /* neither */
	HS_WEAK = 4,
	HS_NAMING = 5 /* no reference at all: the id of a key that names the next slot */
};

enum hs_label_kind {
	HS_LABEL_NONE = 0,   /* only that it is referred to: [*] */
	HS_LABEL_ATTR = 1,   /* .text */
	HS_LABEL_ITEM = 2,   /* ['text']: an item of a dict whose keys are shared */
	HS_LABEL_INDEX = 3,  /* [position among the tail's repeats] */
	HS_LABEL_KEY = 4,    /* the key of a dict item; the next slot is its value */
	HS_LABEL_VALUE = 5,  /* the value of the key in the slot before */
	HS_LABEL_MEMBER = 6, /* of a set */
	HS_LABEL_LOCAL = 7,  /* local text */
	HS_LABEL_OFFSET = 8, /* +number: only the place in the object is known */
	HS_LABEL_FIELD = 9   /* +text: a field of a C structure that Python has no name for */
};

struct hs_slot {
	enum hs_reference_kind kind;
	enum hs_label_kind label;
	struct hs_text text; /* ATTR, ITEM, LOCAL, FIELD */
	uint32_t number;     /* OFFSET: bytes from the object's address */
};

/* How the reference to the object's type is to be read. Where it is not NONE,
 * the object has one more reference, to hs_type.id of its type, after all slots,
 * labelled .__class__ . */
enum hs_type_reference {
	HS_TYPE_REFERENCE_IN_ROW = 0, /* tp_traverse reported it: it is one of the slots */
	HS_TYPE_REFERENCE_IMPLIED = 1,
	HS_TYPE_REFERENCE_ADDED = 2
};

struct hs_slot_map {
	uint32_t number; /* dense from 0, in the order of definition */
	enum hs_type_reference type_reference;
	const struct hs_slot *head;
	uint32_t head_count;
	const struct hs_slot *tail; /* repeated over the slots after the head */
	uint32_t tail_count;        /* 0: later slots are traversed, unlabelled */
};

enum hs_object_flags {
	HS_TRACKED = 1,
	HS_FROZEN = 2, /* in the permanent generation */
	HS_IMMORTAL = 4,
	HS_FINALIZER = 8,  /* tp_finalize, tp_del or 2.7's __del__ applies to it */
	HS_FINALIZED = 16, /* the finalizer has run already */
	HS_HAS_WEAKREFS = 32,
	HS_WEAKREF_CALLBACK = 64, /* a weakref with a callback */
	HS_SIZE_EXACT = 128       /* size is what sys.getsizeof says */
};
#define HS_GENERATION_SHIFT 8 /* bits 8-9 of flags: generation 0, 1, 2; 3 permanent */
#define HS_OBJECT_FLAGS_MAX ((1u << 10) - 1)

struct hs_object {
	uint64_t id;
	uint32_t type;     /* number of a defined type */
	uint32_t slot_map; /* number of a defined slot map */
	uint64_t size, extra;
	uint64_t refcount; /* as it was, without any reference of the agent's own */
	uint32_t flags;    /* enum hs_object_flags, with the generation */
};

enum hs_root_kind {
	HS_ROOT_MODULE = 0,
	HS_ROOT_FRAME = 1,
	HS_ROOT_THREAD = 2,
	HS_ROOT_INTERPRETER = 3,
	HS_ROOT_GARBAGE = 4
};

struct hs_root {
	enum hs_root_kind kind;
	uint64_t object;
	bool counted;
	struct hs_text name;                          /* a module's name */
	struct hs_text version;                       /* a module's __version__, if it is a str */
	struct hs_text label, thread, function, file; /* of frames */
	uint32_t line;
};

enum hs_text_kind {
	HS_TEXT_KEY = 0,    /* of a str used as a name: the text itself */
	HS_TEXT_NAME = 1,   /* of a module, function, type or code object: its name */
	HS_TEXT_SOURCE = 2, /* of a code object: "file:first line" */
	HS_TEXT_VALUE = 3,
	HS_TEXT_LITERAL = 4 /* of a key that is no str: as Python writes it, or <type 0xid> */
};

struct hs_object_text {
	uint64_t id;
	enum hs_text_kind kind;
	struct hs_text text;
	uint64_t full_length; /* characters of the original; more than the text's if cut */
};

/* Known at the end. Counts of objects, references, frames and the counts by type
 * are the writer's own. */
struct hs_type_total {
	uint64_t count, bytes, tracked_count; /* bytes: size + extra */
};

struct hs_end {
	uint64_t tracked_objects, untracked_objects; /* the writer's */
	uint64_t tracked_bytes, untracked_bytes;     /* the writer's */
	uint64_t references; /* the writer's: slots with an id, less NAMING, plus type references */
	double pause_s, elapsed_s;
	struct hs_text mode; /* as it happened: "inline", "fork" */
	uint64_t rss_bytes, pss_bytes, anonymous_bytes, file_bytes_resident; /* 0 unknown */
	uint64_t skipped_references; /* to what could not be an object (misaligned) */
};

/* What the end record says besides struct hs_end: what format/ itself needs. */
struct hs_end_counts {
	uint64_t types, slot_maps, roots, texts;
	uint64_t frames; /* before the end record's own */
	bool seek_table; /* one follows */
};

#endif
