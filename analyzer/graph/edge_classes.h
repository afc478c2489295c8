/* The normalised label of each node's edge from its parent in a search tree, as holder
 * paths show it: ".name", "[*]", "{*}", " key", " local name". One pass over the
 * object frames, one over the texts; 4 bytes a node. */
#ifndef HEAPSNAP_ANALYZER_EDGE_CLASSES_H
#define HEAPSNAP_ANALYZER_EDGE_CLASSES_H

#include "analyzer/base/interner.h"
#include "analyzer/graph/graph.h"

/* Classes with a fixed number. EDGE_CLASS_DICT is the edge from an object to its own
 * namespace, ".__dict__". */
enum edge_class {
	EDGE_CLASS_NONE = 0,   /* no tree edge: a root, or not reached: "" */
	EDGE_CLASS_ANY = 1,    /* "[*]": an index, a dict item, or an unlabelled place */
	EDGE_CLASS_MEMBER = 2, /* "{*}" */
	EDGE_CLASS_KEY = 3,    /* " key" */
	EDGE_CLASS_DICT = 4,   /* ".__dict__" */
	EDGE_CLASS_TYPE = 5,   /* ".__class__" */
	EDGE_CLASS_FIXED = 6
};

struct edge_classes {
	uint32_t *classes;     /* [node_count] of the edge parents[n] -> n */
	struct interner texts; /* by class, as a path shows it */
};

/* parents[n]: the node whose edge to n is asked for, or NODE_NONE. Where several slots
 * of the parent lead to n, the most readable counts (a name, then an index, then the
 * rest). Items of a namespace that its owner's ".__dict__" leads to have the class of
 * an attribute, ".name". */
enum hs_status edge_classes_init(struct edge_classes *out, const struct graph *,
				 const node_id *parents, struct hs_error *err);
void edge_classes_release(struct edge_classes *);

#endif
