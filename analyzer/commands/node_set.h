/* A growing list of nodes without duplicates, in the order in which they came. */
#ifndef HEAPSNAP_COMMANDS_NODE_SET_H
#define HEAPSNAP_COMMANDS_NODE_SET_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/graph.h"

struct node_set {
	struct bitset members;
	node_id *nodes;
	size_t count, capacity;
};

void node_set_init(struct node_set *, const struct graph *);
void node_set_release(struct node_set *);
void node_set_add(struct node_set *, node_id);

#endif
