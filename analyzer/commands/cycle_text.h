/* The labelled cycles of groups. */
#ifndef HEAPSNAP_COMMANDS_CYCLE_TEXT_H
#define HEAPSNAP_COMMANDS_CYCLE_TEXT_H

#include "analyzer/algorithms/cycle_groups.h"
#include "analyzer/commands/chain_text.h"
#include "analyzer/render/json.h"

/* The examples of some groups, each begun at its most telling object, with the labels of
 * their references. */
struct labelled_cycles {
	const struct graph *g;
	const struct cycle_group *groups;
	uint32_t count;
	struct labels *labels;
	struct edge_label *edges; /* of all examples, one behind the other */
	uint64_t *starts;         /* [count + 1] into edges */
};

enum hs_status labelled_cycles_init(struct labelled_cycles *out, const struct graph *,
				    const struct cycle_group *groups, uint32_t count,
				    struct hs_error *err);
void labelled_cycles_release(struct labelled_cycles *);

/* The type that says what the group is about: that of the example's first object. */
const struct hs_type *labelled_cycle_type(const struct labelled_cycles *, uint32_t group);

/* "Ticket .on_done -> method .__self__ -> Ticket"; the middle of a long one is left out. */
void labelled_cycle_append(struct sink *, const struct labelled_cycles *, uint32_t group);

/* [{"id", "type", "edge"}], whole. */
void labelled_cycle_json(struct json *, const char *key, const struct labelled_cycles *,
			 uint32_t group);

#endif
