/* What `heapsnap growth --json` prints. */
#ifndef HEAPSNAP_COMMANDS_GROWTH_JSON_H
#define HEAPSNAP_COMMANDS_GROWTH_JSON_H

#include "analyzer/commands/growth_data.h"

void growth_print_json(const struct invocation *, const struct growth_data *);

#endif
