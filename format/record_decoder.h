/* The maps of header and end record -> structs. Unknown keys are passed over, absent
 * ones leave zero. Texts are copied into the pool. */
#ifndef HEAPSNAP_FORMAT_RECORD_DECODER_H
#define HEAPSNAP_FORMAT_RECORD_DECODER_H

#include "format/cursor.h"
#include "format/pool.h"
#include "format/records.h"

/* `unknown_requirement` gets the first of `requires` that is unknown here, else NULL. */
enum hs_status hs_decode_header(struct hs_cursor *, struct hs_pool *, struct hs_header *out,
				const char **unknown_requirement, struct hs_error *err);
enum hs_status hs_decode_end(struct hs_cursor *, struct hs_pool *, struct hs_end *out,
			     struct hs_end_counts *counts, struct hs_error *err);

#endif
