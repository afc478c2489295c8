/* Following a printed path through the graph. */
#ifndef HEAPSNAP_COMMANDS_PATH_WALK_H
#define HEAPSNAP_COMMANDS_PATH_WALK_H

#include "analyzer/commands/node_set.h"
#include "analyzer/commands/path_steps.h"
#include "analyzer/graph/text_map.h"

struct path_walk {
	const struct graph *g;
	struct text_map texts; /* all keys' texts */
};

enum hs_status path_walk_init(struct path_walk *, const struct graph *, struct hs_error *err);
void path_walk_release(struct path_walk *);

/* Replaces `nodes` by what one step leads to from any of them; empty if nowhere. An
 * attribute of an object is looked up in its namespace too. Weak references are not
 * followed. */
enum hs_status path_walk_step(struct path_walk *, const struct path_step *, struct node_set *nodes,
			      struct hs_error *err);

/* The nodes that a slot anywhere labelled as `step` (ATTR: attributes, items of namespaces
 * and of other dicts with that key) leads to. One pass over the file. */
enum hs_status path_walk_find(struct path_walk *, const struct path_step *, struct node_set *found,
			      struct hs_error *err);

/* Calls `visit` with the name of every attribute of `nodes`. */
typedef void name_visitor(void *context, const char *name, size_t size);
enum hs_status path_walk_names(struct path_walk *, const struct node_set *nodes,
			       name_visitor *visit, void *context, struct hs_error *err);

#endif
