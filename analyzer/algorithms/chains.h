/* The shortest chain from a root to an object, read off a search. */
#ifndef HEAPSNAP_ANALYZER_CHAINS_H
#define HEAPSNAP_ANALYZER_CHAINS_H

#include "analyzer/algorithms/reachability.h"

enum chain_root {
	CHAIN_KNOWN,    /* `root` says which */
	CHAIN_EXTERNAL, /* nodes[0] has references that the snapshot does not explain */
	CHAIN_NONE      /* only the collector keeps it: nodes[0] is the target itself */
};

struct chain {
	enum chain_root kind;
	const struct root *root; /* CHAIN_KNOWN: borrowed from the roots; else NULL */
	node_id *nodes;          /* [length] from the root's object to the target */
	uint32_t length;         /* at least 1 */
};

/* O(length). */
void chain_init(struct chain *out, const struct reachability *, const struct roots *,
		node_id target);
void chain_release(struct chain *);

#endif
