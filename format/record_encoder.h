/* Records -> CBOR, one function a record. Texts must have been checked by
 * hs_record_check_text; what does not fit sets the encoder's `overflow`. */
#ifndef HEAPSNAP_FORMAT_RECORD_ENCODER_H
#define HEAPSNAP_FORMAT_RECORD_ENCODER_H

#include "format/encode.h"
#include "format/records.h"
#include "format/status.h"

/* HS_ELIMIT beyond HS_TEXT_MAX bytes, HS_EFORMAT if it is not UTF-8. */
enum hs_status hs_record_check_text(struct hs_text text, uint64_t *characters,
				    struct hs_error *err);

enum hs_status hs_record_header(struct hs_encoder *, const struct hs_header *, struct hs_error *);
enum hs_status hs_record_type(struct hs_encoder *, const struct hs_type *, struct hs_error *);
enum hs_status hs_record_slot_map(struct hs_encoder *, const struct hs_slot_map *,
				  struct hs_error *);
enum hs_status hs_record_root(struct hs_encoder *, const struct hs_root *, struct hs_error *);
/* `previous_id`: of the text before in the same frame, 0 for the first. */
enum hs_status hs_record_text(struct hs_encoder *, const struct hs_object_text *,
			      uint64_t previous_id, struct hs_error *);

enum hs_status hs_record_end(struct hs_encoder *, const struct hs_end *,
			     const struct hs_end_counts *, struct hs_error *);

#endif
