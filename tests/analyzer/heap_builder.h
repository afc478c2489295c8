/* Builds heaps in code for tests and writes them as snapshots.
 *
 *   struct heap_builder *b = heap_builder_new();
 *   uint32_t session = heap_type(b, "app.Session", HS_TYPE_HEAP | HS_TYPE_GC);
 *   uint64_t app = heap_object(b, heap_type(b, "module", HS_TYPE_GC), 72);
 *   uint64_t s = heap_object(b, session, 48);
 *   heap_edge(b, app, s, HS_TRAVERSED, HS_LABEL_ATTR, "session");
 *   heap_root(b, HS_ROOT_MODULE, app, "app");
 *   heap_builder_write(b, "/tmp/x.heapsnap");
 *
 * Reference counts are what the edges and roots (all counted) say, at least 1, unless set. Slot
 * maps are made of the edges' kinds and labels. Aborts on any failure. */
#ifndef HEAPSNAP_TESTS_HEAP_BUILDER_H
#define HEAPSNAP_TESTS_HEAP_BUILDER_H

#include "format/records.h"

struct heap_builder;

struct heap_builder *heap_builder_new(void);
void heap_builder_free(struct heap_builder *);
struct hs_header *heap_builder_header(struct heap_builder *); /* to be changed before writing */

/* A type, with no object of its own unless heap_type_object gives it one. */
uint32_t heap_type(struct heap_builder *, const char *name, uint32_t flags);
/* The object of a type: of type `metatype`. Returns its id. */
uint64_t heap_type_object(struct heap_builder *, uint32_t type, uint32_t metatype, uint64_t size);

/* A tracked object at the next address; objects are written in the order of these calls. */
uint64_t heap_object(struct heap_builder *, uint32_t type, uint64_t size);
/* The same at an address of one's own (a multiple of 8, not yet used). */
uint64_t heap_object_at(struct heap_builder *, uint64_t id, uint32_t type, uint64_t size);
void heap_object_flags(struct heap_builder *, uint64_t id, uint32_t flags); /* default TRACKED */
void heap_object_refcount(struct heap_builder *, uint64_t id, uint64_t refcount);
void heap_object_extra(struct heap_builder *, uint64_t id, uint64_t extra);
/* Default HS_TYPE_REFERENCE_IN_ROW: no reference to the type but by heap_edge. */
void heap_object_type_reference(struct heap_builder *, uint64_t id, enum hs_type_reference);

/* The next slot of `source`: target 0 is an empty slot; text may be NULL. An id that is no
 * object is a dangling reference. */
void heap_edge(struct heap_builder *, uint64_t source, uint64_t target, enum hs_reference_kind,
	       enum hs_label_kind, const char *text);
void heap_edge_at_offset(struct heap_builder *, uint64_t source, uint64_t target,
			 enum hs_reference_kind, uint32_t offset);
/* An item of a dict: the key (HS_LABEL_KEY, with this kind) and its value (TRAVERSED). */
void heap_item(struct heap_builder *, uint64_t dict, uint64_t key, uint64_t value,
	       enum hs_reference_kind key_kind);
void heap_text(struct heap_builder *, uint64_t id, enum hs_text_kind, const char *text);
/* The text added last is the beginning of one of so many characters. */
void heap_text_cut_from(struct heap_builder *, uint64_t characters);
void heap_root(struct heap_builder *, enum hs_root_kind, uint64_t object, const char *name);
/* The root added last owns no reference. */
void heap_root_uncounted(struct heap_builder *);

/* Rows of at most this many slots (default HS_ROW_REFERENCES_MAX), to test continuing ones. */
void heap_builder_row_limit(struct heap_builder *, uint32_t slots);
void heap_builder_write(const struct heap_builder *, const char *path);
/* Writes to a new temporary file and returns its name, to be freed; the caller unlinks. */
char *heap_builder_write_temporary(const struct heap_builder *);

#endif
