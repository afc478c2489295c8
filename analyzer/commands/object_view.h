/* One object from all sides: what `show` tells of it. */
#ifndef HEAPSNAP_COMMANDS_OBJECT_VIEW_H
#define HEAPSNAP_COMMANDS_OBJECT_VIEW_H

#include "analyzer/commands/labelled_chains.h"
#include "analyzer/graph/slot_scan.h"

/* A reference from the object, or to it. */
struct view_reference {
	node_id node; /* at the other end */
	struct chain_step step;
	enum hs_reference_kind kind;
};

struct object_view {
	const struct snapshot *snapshot;
	node_id node;
	struct hs_object record;
	struct view_reference *referents; /* in the order of its slots */
	struct view_reference *holders;   /* by reference, in the order of the file */
	size_t referent_count, referent_capacity;
	size_t holder_count, holder_capacity;
	uint64_t known_references; /* counted ones that the snapshot shows, roots too */
	struct chain_search search;
	struct labelled_chains chains; /* of the object and of the first holders */
	size_t labelled_holders;       /* so many have step and chain */
};

/* `holders_max`: label that many holders. Cost: a pass over the edges, a search from the
 * roots, and the frames of the object and its holders. */
enum hs_status object_view_init(struct object_view *out, const struct snapshot *, node_id,
				uint64_t holders_max, struct hs_error *err);
void object_view_release(struct object_view *);

/* The chain to the object; to holder i and on to the object. Appends the text. */
void object_view_append_chain(struct sink *, const struct object_view *);
void object_view_append_holder(struct sink *, const struct object_view *, size_t holder);

#endif
