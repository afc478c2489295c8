/* Ways to a root, as text. */
#ifndef HEAPSNAP_COMMANDS_WAY_TABLE_H
#define HEAPSNAP_COMMANDS_WAY_TABLE_H

#include "analyzer/commands/chain_ways.h"
#include "analyzer/render/table.h"

/*  17,904  102.8 MiB  app.receivers     list
 *                       [*]             function flush()
 * for the first `limit` ways. */
void way_table_print(struct sink *, const struct terminal *, const struct snapshot *,
		     const struct chain_ways *, uint64_t limit);

#endif
