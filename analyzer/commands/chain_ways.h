/* Chains that read the same, merged. */
#ifndef HEAPSNAP_COMMANDS_CHAIN_WAYS_H
#define HEAPSNAP_COMMANDS_CHAIN_WAYS_H

#include "analyzer/commands/labelled_chains.h"

#define WAY_NO_PARENT UINT32_MAX

/* What several chains have in common after the same steps: their types and labels are
 * the same, except that indexes and keys may differ. */
struct way_node {
	uint32_t parent;         /* number of the node before; WAY_NO_PARENT at the root */
	enum chain_root kind;    /* at the root */
	const struct root *root; /* at a known root */
	bool repeats;            /* stands for several steps in a row: (.next)* */
	struct chain_step step;
	uint32_t type;    /* the first one of its name */
	const char *name; /* the object's own (a function's, a type's), NULL: none, or several */
	node_id object;
};

struct chain_way {
	uint32_t last;         /* number of the way's last node */
	uint64_t count, bytes; /* of the targets that are held so */
};

struct chain_ways {
	struct way_node *nodes;
	size_t node_count, node_capacity;
	struct chain_way *ways; /* most targets first, then most bytes, then as met */
	size_t count, capacity;
};

void chain_ways_init(struct chain_ways *out, const struct labelled_chains *, const node_id *targets,
		     size_t count);
void chain_ways_release(struct chain_ways *);

/* The numbers of a way's nodes from the root on; returns how many. The caller frees. */
size_t chain_way_nodes(const struct chain_ways *, const struct chain_way *, uint32_t **out);

#endif
