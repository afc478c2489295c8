/* Reads a snapshot. Every count, length, id and nesting is checked before it is
 * believed; no function here trusts a byte of the file.
 *
 * A reader is immutable after hs_reader_open, so several threads may read frames
 * of it at once, each with its own struct hs_frame. All texts that it hands out
 * live as long as the reader, or (rows, texts) as long as the loaded frame. */
#ifndef HEAPSNAP_FORMAT_READER_H
#define HEAPSNAP_FORMAT_READER_H

#include "format/records.h"
#include "format/status.h"

struct hs_reader;

struct hs_frame_info {
	uint32_t kind;
	uint64_t offset;        /* of the zstd frame in the file */
	uint64_t file_bytes;    /* compressed */
	uint64_t raw_bytes;     /* decompressed */
	uint64_t first_ordinal; /* OBJECTS: objects in all frames before */
	uint64_t objects;       /* OBJECTS: objects whose first row is here */
	uint64_t rows;          /* OBJECTS: rows, continuing ones too */
	uint64_t references;    /* OBJECTS: slots with an id, NAMING too, no type references */
	uint32_t crc32;         /* of the frame in the file, as the seek table says */
	uint64_t low, high;     /* OBJECTS: lowest and highest id of a row here */
};

/* Opens `path` ("-": standard input) and reads and checks identity, header, tables,
 * roots, the end record and the frames' sizes. A file that is cut or damaged after
 * its header still opens: hs_reader_complete says false and hs_reader_damage why. */
enum hs_status hs_reader_open(struct hs_reader **out, const char *path, struct hs_error *err);
/* The same from memory, which is borrowed and must outlive the reader; `name` is what
 * hs_reader_path says. */
enum hs_status hs_reader_open_memory(struct hs_reader **out, const uint8_t *bytes, size_t length,
				     const char *name, struct hs_error *err);
void hs_reader_free(struct hs_reader *);

const char *hs_reader_path(const struct hs_reader *);
uint64_t hs_reader_file_bytes(const struct hs_reader *);
bool hs_reader_complete(const struct hs_reader *);
/* What is wrong with an incomplete file and at which frame and byte; "" if nothing. */
const char *hs_reader_damage(const struct hs_reader *);
/* The first feature in the header's `requires` that this reader does not know, or NULL. */
const char *hs_reader_unknown_requirement(const struct hs_reader *);

const struct hs_header *hs_reader_header(const struct hs_reader *);
const struct hs_end *hs_reader_end(const struct hs_reader *); /* NULL: no end record */
/* One for each type, from the end record; NULL without one. */
const struct hs_type_total *hs_reader_type_totals(const struct hs_reader *);

uint32_t hs_reader_type_count(const struct hs_reader *);
const struct hs_type *hs_reader_type(const struct hs_reader *, uint32_t number);
uint32_t hs_reader_slot_map_count(const struct hs_reader *);
const struct hs_slot_map *hs_reader_slot_map(const struct hs_reader *, uint32_t number);
uint64_t hs_reader_root_count(const struct hs_reader *);
const struct hs_root *hs_reader_root(const struct hs_reader *, uint64_t index);

uint32_t hs_reader_frame_count(const struct hs_reader *); /* all kinds, in file order */
const struct hs_frame_info *hs_reader_frame_info(const struct hs_reader *, uint32_t index);

/* A decompressed frame's storage, reused from one hs_frame_load to the next. */
struct hs_frame;
enum hs_status hs_frame_new(struct hs_frame **out, struct hs_error *err);
void hs_frame_free(struct hs_frame *);

/* Decompresses frame `index`, checking zstd's checksum and the frame's envelope. */
enum hs_status hs_frame_load(struct hs_frame *, const struct hs_reader *, uint32_t index,
			     struct hs_error *err);

/* A row of an OBJECTS frame. A continuing row repeats the object's fields. `slots`
 * holds ids (0: empty) and lives until the next call. */
struct hs_row {
	struct hs_object object;
	uint64_t start; /* slots of this object in earlier rows; > 0: a continuing row */
	const uint64_t *slots;
	uint32_t count;
};

/* Next row of the loaded OBJECTS frame: 1 and *out, 0 at the end, or a negative
 * enum hs_status. Types and slot maps of a row that is handed out are defined. */
int hs_frame_next_row(struct hs_frame *, struct hs_row *out, struct hs_error *err);

/* Next text of the loaded TEXTS frame: the same way. */
int hs_frame_next_text(struct hs_frame *, struct hs_object_text *out, struct hs_error *err);

/* Decompresses and decodes every frame, and holds the counts of the end record and
 * of the seek table against what is there. HS_OK only if every byte is as written. */
enum hs_status hs_reader_verify(const struct hs_reader *, struct hs_error *err);

/* The kind and label of slot `position` of a row with this slot map. For INDEX,
 * out->number is the index. */
void hs_slot_at(const struct hs_slot_map *, uint64_t position, struct hs_slot *out);

#endif
