/* A descriptor that bytes go to: counted, limited, never sought in. */
#ifndef HEAPSNAP_FORMAT_OUTPUT_H
#define HEAPSNAP_FORMAT_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "format/status.h"

struct hs_output {
	int fd;
	uint64_t written;
	uint64_t max_bytes; /* 0: no limit */
};

/* Writes all of it: short writes go on, EINTR is tried again. HS_ELIMIT, with nothing
 * written, where the limit would be passed. */
enum hs_status hs_output_write(struct hs_output *, const uint8_t *bytes, size_t length,
			       struct hs_error *err);

#endif
