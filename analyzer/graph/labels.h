/* Labels and texts of what is printed, read again from the file's frames.
 *
 * A caller collects all edges and nodes that it will print, then asks once: each
 * frame that is needed is decompressed once. */
#ifndef HEAPSNAP_GRAPH_LABELS_H
#define HEAPSNAP_GRAPH_LABELS_H

#include "analyzer/graph/graph.h"

/* One edge to be labelled. In: source, target. Out: label, text; where several
 * slots of the source lead to the target, the most readable one (named, then
 * index, then the rest; then the first). */
struct edge_label {
	node_id source, target;
	enum hs_label_kind kind;
	uint64_t index;   /* INDEX: the index; OFFSET: bytes */
	const char *text; /* ATTR, ITEM, LOCAL, FIELD: the name. VALUE: the key's text (with
			     TEXT_CUT behind it if it was cut), or NULL if the file does not hold
			     it. NUL-terminated, owned by the labels */
	node_id key;      /* VALUE: the key object if it is a node, else NODE_NONE */
	enum hs_reference_kind reference;
};

struct labels;
struct labels *labels_new(const struct graph *);
void labels_free(struct labels *);

/* Fills all edges[i]. Cost: the object frames of the sources, and all text frames once. */
enum hs_status labels_read(struct labels *, struct edge_label *edges, uint64_t count,
			   struct hs_error *err);

/* The text of this kind of a node, NULL if none. Cost: all text frames at the first call
 * (names only, never the heap). */
const char *labels_node_text(struct labels *, node_id, enum hs_text_kind);

#endif
