/* What to say where a TARGET means nothing, or too much. */
#ifndef HEAPSNAP_COMMANDS_TARGET_HINTS_H
#define HEAPSNAP_COMMANDS_TARGET_HINTS_H

#include "analyzer/commands/path_walk.h"
#include "analyzer/commands/target.h"

/* A TARGET on the way to its nodes. */
struct resolving {
	const struct snapshot *snapshot;
	const struct graph *g;
	const char *text;
	struct path_walk walk;
	struct node_set *nodes;
	/* how far the path could be followed, for the hints */
	struct node_set reached;
	size_t reached_bytes;
	bool types_are_many; /* several types end so */
	struct hs_error err;
};

bool target_looks_like_id(const char *text);

/* [type_count] objects of each type; the caller frees it. */
uint64_t *target_count_types(const struct graph *);

/* Names what is nearest to a TARGET that is not there. */
void target_say_unknown(struct resolving *);

/* Whether a type's name is `ending`, or ends so behind a dot. */
bool target_type_ends_with(struct hs_text name, const char *ending);
bool target_same_text(struct hs_text, struct hs_text);

/* Names the types that an ending means. */
void target_say_types(const struct resolving *);

/* Names some of the objects that an ending means. */
void target_say_ambiguous(const struct resolving *);

#endif
