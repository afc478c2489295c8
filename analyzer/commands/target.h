/* TARGET: which objects of a snapshot are meant. */
#ifndef HEAPSNAP_COMMANDS_TARGET_H
#define HEAPSNAP_COMMANDS_TARGET_H

#include "analyzer/commands/node_set.h"
#include "analyzer/commands/snapshot_input.h"

enum target_kind { TARGET_ID, TARGET_TYPE, TARGET_PATH };

/* What a TARGET means, as far as a command wants to say it. */
struct target {
	enum target_kind kind;
	struct node_set nodes; /* never empty; of a type in the order of the file */
};

/* Resolves an id, a type's name (or its last part, where only one type with objects ends
 * so), a path as printed, or an unambiguous ending of one, in this order. Returns
 * EXIT_DONE; EXIT_USAGE after a message that names the nearest ones, or EXIT_INPUT. */
int target_resolve(struct target *out, const struct snapshot *, const char *text);
void target_release(struct target *);

#endif
