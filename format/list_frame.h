/* A frame in the making that holds a list of records: types, slot maps, roots or
 * texts. The list's head and the frame's envelope are put before the records when
 * the frame is complete and their number known. */
#ifndef HEAPSNAP_FORMAT_LIST_FRAME_H
#define HEAPSNAP_FORMAT_LIST_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "format/encode.h"

#define HS_LIST_HEAD_BYTES 64u /* room for the envelope */

struct hs_list_frame {
	struct hs_encoder out;
	uint8_t *buffer;
	uint64_t first; /* number of the first record: how many are in earlier frames */
	uint64_t count;
	uint32_t kind;   /* enum of the frame */
	const char *key; /* of the list in the frame's map */
};

void hs_list_frame_init(struct hs_list_frame *, uint8_t *buffer, size_t size, uint32_t kind,
			const char *key);

/* The bytes of the whole frame. */
const uint8_t *hs_list_frame_finish(const struct hs_list_frame *, size_t *length);

/* Empties it for the records that follow. */
void hs_list_frame_restart(struct hs_list_frame *);

#endif
