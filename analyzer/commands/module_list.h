/* The modules that a snapshot names, without loading it. */
#ifndef HEAPSNAP_COMMANDS_MODULE_LIST_H
#define HEAPSNAP_COMMANDS_MODULE_LIST_H

#include "format/reader.h"

/* The module roots, by name, each name once. Returns their count; the caller frees
 * *out, whose elements are the reader's. */
size_t module_list(const struct hs_reader *reader, const struct hs_root ***out);

#endif
