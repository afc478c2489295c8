/* Every slot of some objects, with its label: read again from the file. */
#ifndef HEAPSNAP_GRAPH_SLOT_SCAN_H
#define HEAPSNAP_GRAPH_SLOT_SCAN_H

#include "analyzer/base/bitset.h"
#include "analyzer/graph/graph.h"

struct slot_visit {
	node_id source, target;
	struct hs_slot slot; /* the reference to the type: ATTR "__class__" */
	uint64_t key;        /* VALUE: the id of the key, in the file or not; else 0 */
};

typedef void slot_visitor(void *context, const struct slot_visit *);

/* Visits the slots of the nodes in `sources` (NULL: of all) that lead to a node, in the
 * order of the file; empty slots and names are none. Cost: the frames that hold the
 * sources; of an incomplete file all frames. */
enum hs_status slot_scan(const struct graph *, const struct bitset *sources, slot_visitor *visit,
			 void *context, struct hs_error *err);

/* The object's record as it is in the file (texts and slots apart). HS_EFORMAT if its row
 * cannot be read any more. Cost: the frame that holds it. */
enum hs_status object_read(const struct graph *, node_id, struct hs_object *out,
			   struct hs_error *err);

#endif
