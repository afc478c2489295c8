/* Snapshots made of random records, written to memory, with the records kept beside
 * them: what a reader hands out is compared with the truth. */
#ifndef HEAPSNAP_TESTS_SAMPLE_SNAPSHOT_H
#define HEAPSNAP_TESTS_SAMPLE_SNAPSHOT_H

#include "format/records.h"
#include "format/status.h"

struct sample_row {
	struct hs_object object;
	uint64_t start;
	uint32_t count;
	const uint64_t *slots;
};

struct sample {
	uint8_t *bytes; /* the file */
	size_t length;
	struct hs_header header;
	struct hs_end end;
	struct hs_type *types;
	struct hs_slot_map *slot_maps;
	struct hs_root *roots;
	struct hs_object_text *texts;
	struct sample_row *rows;
	uint32_t type_count, slot_map_count, root_count, text_count;
	uint64_t row_count;
};

struct sample_options {
	uint32_t seed, types, slot_maps, roots, texts, rows;
	uint32_t slots_max;  /* in a row, mostly; some rows are as long as is allowed */
	uint32_t frames_max; /* of the seek table; 0: 4096 */
	int level;           /* 0: 1 */
	bool alike;          /* all slots lead to one object, so a row takes next to nothing */
	bool tame;           /* neighbours resemble each other, as on real heaps */
};

/* A header with every field set. */
struct hs_header sample_header(void);

/* Aborts where the writer fails. Freed with sample_release. */
void sample_write(struct sample *out, const struct sample_options *);
void sample_release(struct sample *);

/* The same random numbers on every machine. */
uint64_t sample_random(uint64_t *state);

#endif
