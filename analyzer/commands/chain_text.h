/* Chains as text: the steps of Python's own notation. */
#ifndef HEAPSNAP_COMMANDS_CHAIN_TEXT_H
#define HEAPSNAP_COMMANDS_CHAIN_TEXT_H

#include "analyzer/graph/labels.h"
#include "analyzer/render/sink.h"

/* One reference of a chain. */
struct chain_step {
	enum hs_label_kind kind;
	const char *text;
	uint64_t number;
	bool varies;   /* stands for several labels: [*] */
	bool of_class; /* the reference is a class's */
	bool to_bound; /* it leads to what a class answers with something else: a staticmethod */
};

struct chain_step chain_step_of(const struct graph *, const struct edge_label *);

/* ".attr", "['key']": the reference itself, as in JSON's `edge`. */
void chain_step_append_edge(struct sink *, const struct chain_step *);

/* A namespace (".__dict__") whose item follows is not written: x.__dict__['a'] is x.a,
 * unless Python means something else by that. */
bool chain_step_is_hidden(const struct chain_step *steps, size_t count, size_t i);

/* steps[i] as Python would write it behind what is before it. */
void chain_step_append(struct sink *, const struct chain_step *steps, size_t i);

#endif
