/* Which holders a person should see, in the order and with the indentation in which to
 * see them. */
#ifndef HEAPSNAP_COMMANDS_GROWTH_TREE_H
#define HEAPSNAP_COMMANDS_GROWTH_TREE_H

#include "analyzer/commands/growth_data.h"

struct growth_line {
	uint32_t path;
	uint32_t above;                   /* the line that it hangs below, UINT32_MAX: none */
	uint32_t depth;                   /* lines above it */
	int64_t bytes_delta, count_delta; /* with all below it */
};

struct growth_tree {
	struct growth_line *lines; /* those to be shown, a line before those below it */
	uint32_t count;
	uint32_t hidden;         /* that grew every time too */
	uint32_t irregular;      /* that changed, but did not grow every time */
	int64_t irregular_bytes; /* of the latter, without what is below them */
};

/* Lines are the paths that changed themselves (a path that only leads to such ones is none)
 * and that grew with all below them from each snapshot to the next; `all`: all paths that
 * changed. At most `limit` are shown: most bytes first, where a line below another one
 * counts a quarter, so that ten leaks are seen rather than ten parts of one. */
void growth_tree_init(struct growth_tree *out, const struct growth_data *, uint64_t limit);
void growth_tree_release(struct growth_tree *);

/* The path from the line above to this one: malloc'd. */
char *growth_tree_text(const struct growth_data *, const struct growth_tree *, uint32_t line);

#endif
