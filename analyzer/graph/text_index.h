/* The texts of a snapshot by id, without a graph. */
#ifndef HEAPSNAP_GRAPH_TEXT_INDEX_H
#define HEAPSNAP_GRAPH_TEXT_INDEX_H

#include "format/reader.h"

struct text_index;

/* Reads all texts. Frames of an incomplete file that cannot be read are passed over; in
 * a complete one that is a failure. Memory: the texts and about 48 bytes for each. */
enum hs_status text_index_new(struct text_index **out, const struct hs_reader *,
			      struct hs_error *err);
void text_index_free(struct text_index *);

/* The text of this kind of an id; .data is NULL if there is none. Lives as long as the
 * index. */
struct hs_text text_index_find(const struct text_index *, uint64_t id, enum hs_text_kind kind);

#endif
