/* The shortest chain to an object: the parents of a finished search, followed upwards and
 * turned round. Chains can be as long as the heap has objects (a linked list), so the
 * length is taken from the search and the nodes are written from the end. */
#include "analyzer/algorithms/chains.h"

#include <stdlib.h>

#include "analyzer/base/xalloc.h"

void chain_init(struct chain *out, const struct reachability *reach, const struct roots *roots,
		node_id target)
{
	uint32_t depth = reach->depths[target];

	out->root = NULL;
	if (depth == DEPTH_NONE) {
		out->kind = CHAIN_NONE;
		depth = 0;
	} else {
		out->kind = CHAIN_EXTERNAL;
	}
	out->length = depth + 1;
	out->nodes = xmalloc(out->length, sizeof(*out->nodes));
	for (uint32_t i = out->length; i > 0; i--) {
		out->nodes[i - 1] = target;
		if (i > 1)
			target = reach->parents[target];
	}
	if (out->kind == CHAIN_EXTERNAL)
		out->root = roots_find(roots, target);
	if (out->root)
		out->kind = CHAIN_KNOWN;
}

void chain_release(struct chain *chain)
{
	free(chain->nodes);
	chain->nodes = NULL;
}
