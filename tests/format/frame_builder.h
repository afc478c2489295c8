/* Files with any contents: identity, the header of an ordinary snapshot, then frames
 * made of whatever raw bytes a test gives, compressed and with their checksum, so that
 * what is wrong is what the test made wrong. No seek table. */
#ifndef HEAPSNAP_TESTS_FRAME_BUILDER_H
#define HEAPSNAP_TESTS_FRAME_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/encode.h"

struct frame_builder {
	uint8_t *bytes;
	size_t length;
	uint8_t raw[1 << 16];
	struct hs_encoder out; /* of the frame being made */
};

/* Starts a file; `header`: with a header's frame that requires `requirement` (or NULL). */
void frame_builder_init(struct frame_builder *, bool header, const char *requirement);
void frame_builder_release(struct frame_builder *);

/* A frame is what is encoded into `out` between these two; begin writes [kind, . */
struct hs_encoder *frame_builder_begin(struct frame_builder *, uint32_t kind);
void frame_builder_end(struct frame_builder *);

/* A frame of these raw bytes. */
void frame_builder_add(struct frame_builder *, const uint8_t *raw, size_t length);

/* Frames of one type "T" and of one empty slot map. */
void frame_builder_tables(struct frame_builder *);

#endif
