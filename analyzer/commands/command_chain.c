/* heapsnap chain SNAP TARGET...: the shortest chain from a module to TARGET, chains that
 * read the same merged. One search serves all targets. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/chain_ways.h"
#include "analyzer/commands/target.h"
#include "analyzer/commands/way_table.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>

static const struct option_spec chain_options[] = {
	OPTION_INCOMPLETE,
	{NULL, 0, NULL, NULL},
};

static void append_type(struct sink *out, const struct graph *g, node_id node)
{
	const struct hs_text *name = &graph_type(g, node)->name;
	text_append_safe_sized(out, name->data, name->length);
}

/* Ways that end at a root; *without: the objects of the others. */
static size_t count_real(const struct chain_ways *ways, uint64_t *without)
{
	size_t real = 0;
	*without = 0;
	for (size_t i = 0; i < ways->count; i++) {
		const struct way_node *node = &ways->nodes[ways->ways[i].last];
		while (node->parent != WAY_NO_PARENT)
			node = &ways->nodes[node->parent];
		if (node->kind == CHAIN_KNOWN)
			real++;
		else
			*without += ways->ways[i].count;
	}
	return real;
}

/* "17,905 x app.Request, 2 ways to a root" */
static void print_answer(const struct invocation *inv, const struct snapshot *snapshot,
			 const struct target *target, const char *text,
			 const struct chain_ways *ways)
{
	uint64_t without;
	size_t real = count_real(ways, &without);
	struct sink *out = inv->out;
	number_append_count(out, target->nodes.count);
	sink_text(out, " x ");
	if (target->kind == TARGET_PATH && target->nodes.count > 1)
		text_append_safe(out, text);
	else
		append_type(out, snapshot->graph, target->nodes.nodes[0]);
	if (target->nodes.count == 1)
		sink_format(out, " 0x%llx",
			    (unsigned long long)snapshot->graph->ids[target->nodes.nodes[0]]);
	sink_text(out, ", ");
	if (real == 0) {
		sink_text(out, "no known root\n");
		return;
	}
	number_append_counted(out, real, "way", "ways");
	sink_text(out, " to a root");
	if (without > 0) {
		sink_text(out, "; ");
		number_append_count(out, without);
		sink_text(out, " without a known one");
	}
	sink_char(out, '\n');
}

static void print_text(const struct invocation *inv, const struct snapshot *snapshot,
		       const struct target *target, const char *text,
		       const struct labelled_chains *chains)
{
	struct chain_ways ways;
	uint64_t limit = settings_limit(&inv->settings);
	chain_ways_init(&ways, chains, target->nodes.nodes, target->nodes.count);
	print_answer(inv, snapshot, target, text, &ways);
	sink_char(inv->out, '\n');
	struct terminal terminal = terminal_detect(inv->out->fd, inv->settings.color);
	way_table_print(inv->out, &terminal, snapshot, &ways, limit);
	if (limit < ways.count) {
		uint64_t objects = 0;
		for (size_t i = (size_t)limit; i < ways.count; i++)
			objects += ways.ways[i].count;
		sink_text(inv->out, "left out: ");
		number_append_counted(inv->out, ways.count - limit, "way", "ways");
		sink_text(inv->out, ", ");
		number_append_counted(inv->out, objects, "object", "objects");
		sink_text(inv->out, " (--limit 0)\n");
	}
	chain_ways_release(&ways);
}

static void json_chain(struct json *json, const struct labelled_chains *chains,
		       const struct chain *chain)
{
	const struct graph *g = chains->snapshot->graph;
	node_id target = chain->nodes[chain->length - 1];
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	json_object_begin(json, NULL);
	json_id(json, "id", g->ids[target]);
	json_string_sized(json, "type", graph_type(g, target)->name.data,
			  graph_type(g, target)->name.length);
	chain_append_text(&text, chains, chain);
	json_string_sized(json, "text", text.data, text.used);
	chain_json_root(json, "root", chains->snapshot, chain);
	json_array_begin(json, "path");
	for (uint32_t i = 0; i < chain->length; i++) {
		node_id n = chain->nodes[i];
		json_object_begin(json, NULL);
		json_id(json, "id", g->ids[n]);
		json_string_sized(json, "type", graph_type(g, n)->name.data,
				  graph_type(g, n)->name.length);
		json_string(json, "name", labels_node_text(chains->labels, n, HS_TEXT_NAME));
		if (i + 1 < chain->length) {
			struct chain_step step =
				chain_step_of(g, labelled_chains_edge(chains, chain->nodes[i + 1]));
			sink_clear(&text);
			chain_step_append_edge(&text, &step);
			json_string_sized(json, "edge", text.data, text.used);
		} else {
			json_null(json, "edge");
		}
		json_object_end(json);
	}
	json_array_end(json);
	json_object_end(json);
	sink_release(&text);
}

/* How many chains of a TARGET are printed one by one; the text merges all of them. */
static size_t chains_wanted(const struct invocation *inv, const struct target *target)
{
	uint64_t limit = settings_limit(&inv->settings);
	if (inv->settings.json && limit < target->nodes.count)
		return (size_t)limit;
	return target->nodes.count;
}

static void json_target(const struct invocation *inv, const struct labelled_chains *chains,
			const struct target *target, struct json *json)
{
	size_t count = chains_wanted(inv, target);
	for (size_t i = 0; i < count && !sink_failed(inv->out); i++) {
		struct chain chain;
		chain_init(&chain, &chains->search->reach, &chains->snapshot->roots,
			   target->nodes.nodes[i]);
		json_chain(json, chains, &chain);
		chain_release(&chain);
	}
}

/* Labels the chains of all TARGETs, in one pass over the file. */
static enum hs_status label_chains(struct labelled_chains *chains, const struct invocation *inv,
				   const struct snapshot *snapshot,
				   const struct chain_search *search, const struct target *targets,
				   int count, struct hs_error *err)
{
	node_id *nodes = NULL;
	size_t used = 0, capacity = 0;
	for (int i = 0; i < count; i++) {
		size_t wanted = chains_wanted(inv, &targets[i]);
		nodes = xgrow(nodes, &capacity, used + wanted, sizeof *nodes);
		for (size_t k = 0; k < wanted; k++)
			nodes[used++] = targets[i].nodes.nodes[k];
	}
	enum hs_status status = labelled_chains_init(chains, snapshot, search, nodes, used, err);
	free(nodes);
	return status;
}

/* All targets, once they are known to exist. */
static int answer(const struct invocation *inv, const struct snapshot *snapshot,
		  const struct target *targets, int count)
{
	struct json json;
	struct chain_search search;
	struct labelled_chains chains;
	struct hs_error err;
	bool as_json = inv->settings.json;
	chain_search_init(&search, snapshot);
	if (label_chains(&chains, inv, snapshot, &search, targets, count, &err) != HS_OK) {
		chain_search_release(&search);
		return snapshot_failed(snapshot->reader, &err);
	}
	if (as_json) {
		snapshot_json_begin(&json, inv, hs_reader_complete(snapshot->reader));
		json_array_begin(&json, "targets");
	}
	for (int i = 0; i < count; i++) {
		if (as_json) {
			json_target(inv, &chains, &targets[i], &json);
			continue;
		}
		if (i > 0)
			sink_char(inv->out, '\n');
		print_text(inv, snapshot, &targets[i], inv->arguments[i + 1], &chains);
	}
	if (as_json) {
		json_array_end(&json);
		snapshot_json_end(&json);
	}
	labelled_chains_release(&chains);
	chain_search_release(&search);
	return EXIT_DONE;
}

static int run_chain(const struct invocation *inv)
{
	struct snapshot snapshot;
	int count = inv->argument_count - 1, resolved = 0;
	int status = snapshot_load(&snapshot, inv, inv->arguments[0], INCOMPLETE_REFUSE);
	if (status != EXIT_DONE)
		return status;
	struct target *targets = xcalloc((size_t)count, sizeof *targets);
	while (resolved < count && status == EXIT_DONE) {
		status =
			target_resolve(&targets[resolved], &snapshot, inv->arguments[resolved + 1]);
		resolved += status == EXIT_DONE;
	}
	if (status == EXIT_DONE)
		status = answer(inv, &snapshot, targets, count);
	while (resolved > 0)
		target_release(&targets[--resolved]);
	free(targets);
	snapshot_release(&snapshot);
	return status;
}

const struct command command_chain = {
	.name = "chain",
	.arguments = "SNAP TARGET...",
	.summary = "shortest chain from a module to TARGET, grouped",
	.details = "Chains that read the same are one, with [*] where only an index or key "
		   "differs.\nRoots are modules; external is what something outside the snapshot "
		   "refers "
		   "to.\n",
	.options = chain_options,
	.arguments_min = 2,
	.arguments_max = ARGUMENTS_ANY,
	.run = run_chain,
};
