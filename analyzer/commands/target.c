/* Resolving TARGETs.
 *
 * Ids and types are looked up. A path begins with the name of a root (the longest that
 * fits and ends where a step can begin: "app.sub" before "app"), and is followed step
 * by step. An ending of a path is taken as the path of every slot in the heap that is
 * named as its first step; it is unambiguous if it leads to one object. */
#include "analyzer/commands/target.h"

#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/commands/nearest_names.h"
#include "analyzer/commands/path_walk.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct resolving {
	const struct snapshot *snapshot;
	const struct graph *g;
	const char *text;
	struct path_walk walk;
	struct node_set *nodes;
	/* how far the path could be followed, for the hints */
	struct node_set reached;
	size_t reached_bytes;
	bool types_are_many; /* several types end so */
	struct hs_error err;
};

void target_release(struct target *target)
{
	node_set_release(&target->nodes);
}

static bool looks_like_id(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
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

static bool ends_with(struct hs_text name, const char *ending)
{
	size_t size = strlen(ending);
	if (name.length < size || memcmp(name.data + name.length - size, ending, size) != 0)
		return false;
	return name.length == size || name.data[name.length - size - 1] == '.';
}

static bool same_text(struct hs_text a, struct hs_text b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static uint64_t *count_types(const struct graph *g)
{
	uint64_t *counts = xcalloc(g->type_count, sizeof *counts);
	for (node_id n = 0; n < g->node_count; n++)
		counts[g->types[n]]++;
	return counts;
}

/* All objects of the types so called: exactly, or else by the ending, if types with
 * objects that end so have one full name. */
static bool resolve_type(struct resolving *r, bool by_ending)
{
	const struct hs_reader *reader = r->snapshot->reader;
	uint64_t *counts = count_types(r->g);
	struct hs_text name = {.data = NULL};
	bool ambiguous = false;
	for (uint32_t t = 0; t < r->g->type_count; t++) {
		struct hs_text candidate = hs_reader_type(reader, t)->name;
		if (counts[t] == 0 || !ends_with(candidate, r->text) ||
		    (!by_ending && candidate.length != strlen(r->text)))
			continue;
		ambiguous = ambiguous || (name.data != NULL && !same_text(name, candidate));
		name = candidate;
	}
	free(counts);
	r->types_are_many = ambiguous;
	if (name.data == NULL || ambiguous)
		return false;
	for (node_id n = 0; n < r->g->node_count; n++)
		if (same_text(graph_type(r->g, n)->name, name))
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

static void offer_modules(struct nearest_names *names, const struct resolving *r)
{
	const struct hs_reader *reader = r->snapshot->reader;
	for (uint64_t i = 0; i < hs_reader_root_count(reader); i++) {
		const struct hs_root *root = hs_reader_root(reader, i);
		if (root->kind != HS_ROOT_MODULE)
			continue;
		char *name = xstrndup(root->name.data, root->name.length);
		nearest_names_offer(names, name, "module");
		free(name);
	}
}

static void offer_types(struct nearest_names *names, const struct resolving *r)
{
	uint64_t *counts = count_types(r->g);
	struct sink description;
	sink_init(&description, SINK_IN_MEMORY);
	for (uint32_t t = 0; t < r->g->type_count; t++) {
		struct hs_text text = hs_reader_type(r->snapshot->reader, t)->name;
		if (counts[t] == 0)
			continue;
		char *name = xstrndup(text.data, text.length);
		sink_clear(&description);
		sink_text(&description, "type, ");
		number_append_counted(&description, counts[t], "object", "objects");
		nearest_names_offer(names, name, sink_string(&description));
		free(name);
	}
	sink_release(&description);
	free(counts);
}

struct offer_context {
	struct nearest_names *names;
	const struct resolving *r;
	struct sink path;
};

static void offer_attribute(void *context, const char *name, size_t size)
{
	struct offer_context *c = context;
	sink_clear(&c->path);
	sink_bytes(&c->path, c->r->text, c->r->reached_bytes);
	edge_append(&c->path, edge_is_identifier(name, size) ? HS_LABEL_ATTR : HS_LABEL_ITEM, name,
		    size, 0);
	/* an ending begins with a name alone */
	const char *path = sink_string(&c->path);
	nearest_names_offer(c->names, path + (path[0] == '.'), "path");
}

static void print_nearest(const struct nearest_names *names, struct sink *out)
{
	size_t width = 0;
	for (size_t i = 0; i < names->count; i++)
		if (text_width(names->best[i].name) > width)
			width = text_width(names->best[i].name);
	for (size_t i = 0; i < names->count; i++) {
		const struct near_name *near = &names->best[i];
		sink_format(out, "\n  %s", near->name);
		sink_spaces(out, width - text_width(near->name) + 4);
		sink_text(out, near->description);
	}
}

/* Where nothing of a path is known, its first word may be a module's. */
static void add_modules(struct resolving *r)
{
	const struct roots *roots = &r->snapshot->roots;
	for (uint32_t i = 0; i < roots->ends[HS_ROOT_MODULE]; i++)
		node_set_add(&r->reached, roots->items[i].node);
	r->reached_bytes = 0;
}

static void say_unknown(struct resolving *r)
{
	struct nearest_names names;
	struct offer_context context = {.names = &names, .r = r};
	struct sink lines;
	struct hs_error ignored;

	nearest_names_init(&names, r->text);
	sink_init(&lines, SINK_IN_MEMORY);
	sink_init(&context.path, SINK_IN_MEMORY);
	if (!looks_like_id(r->text)) {
		offer_modules(&names, r);
		offer_types(&names, r);
		if (r->reached.count == 0)
			add_modules(r);
		path_walk_names(&r->walk, &r->reached, offer_attribute, &context, &ignored);
	}
	print_nearest(&names, &lines);
	const char *path = snapshot_name(hs_reader_path(r->snapshot->reader));
	if (r->types_are_many)
		message_error("'%s' is the ending of several types: name one in full%s", r->text,
			      sink_string(&lines));
	else
		message_error("%s has no %s '%s'%s%s", path,
			      looks_like_id(r->text) ? "object" : "module, type or path", r->text,
			      names.count > 0 ? ". Nearest:" : "", sink_string(&lines));
	nearest_names_release(&names);
	sink_release(&lines);
	sink_release(&context.path);
}

/* More than one object for what should name one. */
static void say_ambiguous(const struct resolving *r)
{
	struct sink lines;
	sink_init(&lines, SINK_IN_MEMORY);
	for (size_t i = 0; i < r->nodes->count && i < NEAREST_MAX; i++) {
		node_id n = r->nodes->nodes[i];
		struct hs_text type = graph_type(r->g, n)->name;
		sink_format(&lines, "\n  0x%llx  %.*s", (unsigned long long)r->g->ids[n],
			    (int)type.length, type.data);
	}
	if (r->nodes->count > NEAREST_MAX)
		sink_text(&lines, "\n  ...");
	message_error("'%s' is the ending of paths to %zu objects: name one by its id or path%s",
		      r->text, r->nodes->count, sink_string(&lines));
	sink_release(&lines);
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
	} else if (!found) {
		node_set_release(r->nodes);
		node_set_init(r->nodes, r->g);
		if (resolve_ending(r, &found) != HS_OK) {
			status = say_failed(r);
		} else if (!found) {
			say_unknown(r);
			status = EXIT_USAGE;
		} else if (r->nodes->count > 1) {
			say_ambiguous(r);
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
	if (looks_like_id(text)) {
		if (!resolve_id(&r)) {
			say_unknown(&r);
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
