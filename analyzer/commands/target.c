/* Resolving TARGETs.
 *
 * Ids and types are looked up. A path begins with the name of a root (the longest that
 * fits and ends where a step can begin: "app.sub" before "app"), and is followed step
 * by step. An ending of a path is taken as the path of every slot in the heap that is
 * named as its first step; it is unambiguous if it leads to one object. */
#include "analyzer/commands/target.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/commands/target_hints.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void target_release(struct target *target)
{
	node_set_release(&target->nodes);
}

static bool resolve_id(struct resolving *r)
{
	char *end;
	errno = 0;
	unsigned long long id = strtoull(r->text, &end, 16);
	node_id node = errno == 0 && *end == '\0' ? graph_find(r->g, id) : NODE_NONE;
	if (node != NODE_NONE)
		node_set_add(r->nodes, node);
	return node != NODE_NONE;
}

/* All objects of the types so called: exactly, or else by the ending, if types with
 * objects that end so have one full name. */
static bool resolve_type(struct resolving *r, bool by_ending)
{
	const struct hs_reader *reader = r->snapshot->reader;
	uint64_t *counts = target_count_types(r->g);
	struct hs_text name = {.data = NULL};
	bool ambiguous = false;
	for (uint32_t t = 0; t < r->g->type_count; t++) {
		struct hs_text candidate = hs_reader_type(reader, t)->name;
		if (counts[t] == 0 || !target_type_ends_with(candidate, r->text) ||
		    (!by_ending && candidate.length != strlen(r->text)))
			continue;
		ambiguous = ambiguous || (name.data != NULL && !target_same_text(name, candidate));
		name = candidate;
	}
	free(counts);
	r->types_are_many = ambiguous;
	if (name.data == NULL || ambiguous)
		return false;
	for (node_id n = 0; n < r->g->node_count; n++)
		if (target_same_text(graph_type(r->g, n)->name, name))
			node_set_add(r->nodes, n);
	return true;
}

static bool step_can_begin(char c)
{
	return c == '\0' || c == '.' || c == '[' || c == '{' || c == '(' || c == ' ';
}

/* The bytes of `text` that are this root's name, 0 if it does not begin so. */
static size_t match_root(const struct resolving *r, const struct root *root, struct sink *name)
{
	sink_clear(name);
	root_append_name(name, hs_reader_root(r->snapshot->reader, root->record));
	if (name->used == 0 || strncmp(r->text, sink_string(name), name->used) != 0)
		return 0;
	return step_can_begin(r->text[name->used]) ? name->used : 0;
}

/* Collects the roots with the longest name that the text begins with. */
static size_t find_roots(const struct resolving *r, struct node_set *roots)
{
	struct sink name;
	size_t longest = 0;
	sink_init(&name, SINK_IN_MEMORY);
	for (uint32_t i = 0; i < r->snapshot->roots.count; i++) {
		const struct root *root = &r->snapshot->roots.items[i];
		size_t size = match_root(r, root, &name);
		if (size == 0 || size < longest)
			continue;
		if (size > longest) {
			node_set_release(roots);
			node_set_init(roots, r->g);
			longest = size;
		}
		node_set_add(roots, root->node);
	}
	sink_release(&name);
	return longest;
}

/* Follows the steps of `path` from r->nodes; remembers the last nodes that were not
 * nowhere. `path` is a part of r->text. */
static enum hs_status follow(struct resolving *r, const char *path, bool *found)
{
	struct path_steps steps;
	enum hs_status status = HS_OK;
	*found = false;
	if (!path_steps_parse(&steps, path))
		return HS_OK;
	for (size_t i = 0; i < steps.count && r->nodes->count > 0 && status == HS_OK; i++) {
		node_set_release(&r->reached);
		node_set_init(&r->reached, r->g);
		for (size_t n = 0; n < r->nodes->count; n++)
			node_set_add(&r->reached, r->nodes->nodes[n]);
		r->reached_bytes = (size_t)(steps.steps[i].source - r->text);
		status = path_walk_step(&r->walk, &steps.steps[i], r->nodes, &r->err);
	}
	path_steps_release(&steps);
	*found = r->nodes->count > 0;
	return status;
}

static enum hs_status resolve_path(struct resolving *r, bool *found)
{
	size_t size = find_roots(r, r->nodes);
	*found = false;
	return size > 0 ? follow(r, r->text + size, found) : HS_OK;
}

/* A module that ends so ("retry.DEFAULT" for tidewire.retry.DEFAULT), else any slot. */
static enum hs_status resolve_ending(struct resolving *r, bool *found)
{
	struct path_steps steps;
	struct sink dotted;
	sink_init(&dotted, SINK_IN_MEMORY);
	if (step_can_begin(r->text[0]) == false)
		sink_char(&dotted, '.');
	sink_text(&dotted, r->text);
	*found = false;
	enum hs_status status = HS_OK;
	if (path_steps_parse(&steps, sink_string(&dotted))) {
		if (steps.count > 0)
			status = path_walk_find(&r->walk, &steps.steps[0], r->nodes, &r->err);
		for (size_t i = 1; i < steps.count && status == HS_OK && r->nodes->count > 0; i++)
			status = path_walk_step(&r->walk, &steps.steps[i], r->nodes, &r->err);
		*found = r->nodes->count > 0;
		path_steps_release(&steps);
	}
	sink_release(&dotted);
	return status;
}

static int say_failed(const struct resolving *r)
{
	return snapshot_failed(r->snapshot->reader, &r->err);
}

/* Paths, for which the texts have to be read. */
static int resolve_with_texts(struct resolving *r, struct target *out)
{
	bool found;
	if (path_walk_init(&r->walk, r->g, &r->err) != HS_OK)
		return say_failed(r);
	out->kind = TARGET_PATH;
	int status = EXIT_DONE;
	if (resolve_path(r, &found) != HS_OK) {
		status = say_failed(r);
	} else if (!found && resolve_type(r, true)) {
		out->kind = TARGET_TYPE;
	} else if (!found && r->types_are_many) {
		target_say_types(r);
		status = EXIT_USAGE;
	} else if (!found) {
		node_set_release(r->nodes);
		node_set_init(r->nodes, r->g);
		if (resolve_ending(r, &found) != HS_OK) {
			status = say_failed(r);
		} else if (!found) {
			target_say_unknown(r);
			status = EXIT_USAGE;
		} else if (r->nodes->count > 1) {
			target_say_ambiguous(r);
			status = EXIT_USAGE;
		}
	}
	path_walk_release(&r->walk);
	return status;
}

int target_resolve(struct target *out, const struct snapshot *snapshot, const char *text)
{
	struct resolving r = {
		.snapshot = snapshot,
		.g = snapshot->graph,
		.text = text,
		.nodes = &out->nodes,
	};
	int status = EXIT_DONE;
	node_set_init(&out->nodes, r.g);
	node_set_init(&r.reached, r.g);
	out->kind = TARGET_ID;
	if (target_looks_like_id(text)) {
		if (!resolve_id(&r)) {
			target_say_unknown(&r);
			status = EXIT_USAGE;
		}
	} else if (resolve_type(&r, false)) {
		out->kind = TARGET_TYPE;
	} else {
		status = resolve_with_texts(&r, out);
	}
	node_set_release(&r.reached);
	if (status != EXIT_DONE)
		target_release(out);
	return status;
}
