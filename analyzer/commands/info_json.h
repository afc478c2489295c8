/* What `heapsnap info --json` prints. */
#ifndef HEAPSNAP_COMMANDS_INFO_JSON_H
#define HEAPSNAP_COMMANDS_INFO_JSON_H

#include "analyzer/base/options.h"
#include "format/reader.h"

void info_print_json(const struct invocation *, const struct hs_reader *);

#endif
