/* A snapshot as newline-delimited JSON: a line an object. */
#ifndef HEAPSNAP_COMMANDS_NDJSON_H
#define HEAPSNAP_COMMANDS_NDJSON_H

#include "analyzer/render/sink.h"
#include "format/reader.h"

/* Writes at most `limit` lines, in the order of the file; stops early when `out` has
 * failed. Frames of an incomplete file that cannot be read are passed over. Memory:
 * the texts and one line. */
enum hs_status ndjson_write(struct sink *out, const struct hs_reader *, uint64_t limit,
			    struct hs_error *err);

#endif
