/* Chains of many targets with the labels of their references, read at once. */
#ifndef HEAPSNAP_COMMANDS_LABELLED_CHAINS_H
#define HEAPSNAP_COMMANDS_LABELLED_CHAINS_H

#include "analyzer/algorithms/chains.h"
#include "analyzer/algorithms/collector.h"
#include "analyzer/commands/chain_text.h"
#include "analyzer/commands/snapshot_input.h"

/* The search from all roots, and what it leaves out. */
struct chain_search {
	struct unreachable unreachable;
	struct reachability reach;
};

void chain_search_init(struct chain_search *, const struct snapshot *);
void chain_search_release(struct chain_search *);

struct labelled_chains {
	const struct snapshot *snapshot;
	const struct chain_search *search;
	struct labels *labels;
	struct edge_label *edges; /* the tree edges of all chains, each once */
	size_t edge_count, edge_capacity;
	uint32_t *edge_of; /* [node_count] index + 1 of the edge that leads to a node */
};

/* Reads the labels of the chains of all targets. */
enum hs_status labelled_chains_init(struct labelled_chains *out, const struct snapshot *,
				    const struct chain_search *, const node_id *targets,
				    size_t count, struct hs_error *err);
void labelled_chains_release(struct labelled_chains *);

/* The reference that leads to a node of these chains that is no root. */
const struct edge_label *labelled_chains_edge(const struct labelled_chains *, node_id node);

/* The root as JSON: {"kind", "name"} or null. */
void chain_json_root(struct json *, const char *key, const struct snapshot *, const struct chain *);

/* What stands before the first step: "app", "<external dict>". */
void chain_append_root(struct sink *, const struct snapshot *, const struct chain *);

/* The whole chain: app._cache['k'][3]. */
void chain_append_text(struct sink *, const struct labelled_chains *, const struct chain *);

/* The same with one step more behind it (NULL: none). */
void chain_append_text_and(struct sink *, const struct labelled_chains *, const struct chain *,
			   const struct chain_step *last);

#endif
