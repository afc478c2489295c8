/* A bit for each node of the graph says what is in the list already. */
#include "analyzer/commands/node_set.h"

#include "analyzer/base/xalloc.h"

#include <stdlib.h>

void node_set_init(struct node_set *set, const struct graph *g)
{
	*set = (struct node_set){.count = 0};
	bitset_init(&set->members, g->node_count);
}

void node_set_release(struct node_set *set)
{
	bitset_release(&set->members);
	free(set->nodes);
}

void node_set_add(struct node_set *set, node_id node)
{
	if (bitset_has(&set->members, node))
		return;
	bitset_add(&set->members, node);
	set->nodes = xgrow(set->nodes, &set->capacity, set->count + 1, sizeof *set->nodes);
	set->nodes[set->count++] = node;
}
