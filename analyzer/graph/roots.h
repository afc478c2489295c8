/* The roots of a snapshot as nodes, in the order in which searches prefer them. */
#ifndef HEAPSNAP_ANALYZER_ROOTS_H
#define HEAPSNAP_ANALYZER_ROOTS_H

#include "analyzer/graph/graph.h"

#define ROOT_KINDS (HS_ROOT_GARBAGE + 1)

struct root {
	node_id node;
	uint32_t record; /* for hs_reader_root */
};

/* items[0 .. count): by kind (modules first), modules by readability (__main__, then
 * public names, then those with a leading underscore in any part), the rest in the
 * order of the file. A root whose object is not in the file is left out. */
struct roots {
	struct root *items;
	uint32_t count;
	uint32_t ends[ROOT_KINDS]; /* items[ends[k - 1] .. ends[k]) are of kind k */
	uint32_t *by_node;         /* positions in items, by node, then position */
};

void roots_init(struct roots *out, const struct graph *);
void roots_release(struct roots *);

/* What holds the root's object is a local variable of this name: of a frame, all else that
 * it holds is labelled in parentheses. */
static inline bool root_label_is_local(const struct hs_root *root)
{
	return root->kind == HS_ROOT_FRAME && root->label.length > 0 && root->label.data[0] != '(';
}

/* The preferred root at this node, or NULL. O(log count). */
const struct root *roots_find(const struct roots *, node_id);

#endif
