/* What `heapsnap growth` prints. */
#ifndef HEAPSNAP_COMMANDS_GROWTH_TEXT_H
#define HEAPSNAP_COMMANDS_GROWTH_TEXT_H

#include "analyzer/commands/growth_data.h"

void growth_print_text(const struct invocation *, const struct growth_data *);

#endif
