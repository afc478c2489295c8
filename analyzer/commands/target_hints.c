/* Hints: modules, types with objects, and the attributes of what the path led to before it
 * went wrong (of all modules, where nothing of it is known) compete for the nearest
 * names. */
#include "analyzer/commands/target_hints.h"

#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/commands/labelled_chains.h"
#include "analyzer/commands/nearest_names.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <string.h>

enum { TYPES_NAMED_MAX = 20 };

bool target_looks_like_id(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

bool target_type_ends_with(struct hs_text name, const char *ending)
{
	size_t size = strlen(ending);
	if (name.length < size || memcmp(name.data + name.length - size, ending, size) != 0)
		return false;
	return name.length == size || name.data[name.length - size - 1] == '.';
}

bool target_same_text(struct hs_text a, struct hs_text b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

uint64_t *target_count_types(const struct graph *g)
{
	uint64_t *counts = xcalloc(g->type_count, sizeof *counts);
	for (node_id n = 0; n < g->node_count; n++)
		counts[g->types[n]]++;
	return counts;
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
	uint64_t *counts = target_count_types(r->g);
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

void target_say_unknown(struct resolving *r)
{
	struct nearest_names names;
	struct offer_context context = {.names = &names, .r = r};
	struct sink lines;
	struct hs_error ignored;

	nearest_names_init(&names, r->text);
	sink_init(&lines, SINK_IN_MEMORY);
	sink_init(&context.path, SINK_IN_MEMORY);
	if (!target_looks_like_id(r->text)) {
		offer_modules(&names, r);
		offer_types(&names, r);
		if (r->reached.count == 0)
			add_modules(r);
		path_walk_names(&r->walk, &r->reached, offer_attribute, &context, &ignored);
	}
	print_nearest(&names, &lines);
	const char *path = snapshot_name(hs_reader_path(r->snapshot->reader));
	message_error("%s%s has no %s '%s'%s%s",
		      hs_reader_complete(r->snapshot->reader)
			      ? ""
			      : "what is there of the incomplete file ",
		      path, target_looks_like_id(r->text) ? "object" : "module, type or path",
		      r->text, names.count > 0 ? ". Nearest:" : "", sink_string(&lines));
	nearest_names_release(&names);
	sink_release(&lines);
	sink_release(&context.path);
}

/* Adds up the objects of all types called as type t, and clears their counts. */
static uint64_t take_namesakes(const struct resolving *r, uint32_t t, uint64_t *counts)
{
	uint64_t objects = 0;
	struct hs_text name = hs_reader_type(r->snapshot->reader, t)->name;
	for (uint32_t other = t; other < r->g->type_count; other++) {
		if (!target_same_text(hs_reader_type(r->snapshot->reader, other)->name, name))
			continue;
		objects += counts[other];
		counts[other] = 0;
	}
	return objects;
}

void target_say_types(const struct resolving *r)
{
	uint64_t *counts = target_count_types(r->g);
	struct sink lines;
	size_t named = 0;
	sink_init(&lines, SINK_IN_MEMORY);
	for (uint32_t t = 0; t < r->g->type_count; t++) {
		struct hs_text name = hs_reader_type(r->snapshot->reader, t)->name;
		if (counts[t] == 0 || !target_type_ends_with(name, r->text))
			continue;
		uint64_t objects = take_namesakes(r, t, counts);
		if (++named > TYPES_NAMED_MAX)
			continue;
		sink_format(&lines, "\n  %.*s    ", (int)name.length, name.data);
		number_append_counted(&lines, objects, "object", "objects");
	}
	if (named > TYPES_NAMED_MAX)
		sink_text(&lines, "\n  ...");
	message_error("'%s' is the ending of %zu types: name one in full%s", r->text, named,
		      sink_string(&lines));
	sink_release(&lines);
	free(counts);
}

/* "0x7f..  app.Session  app._cache['k'][0]", or a class by its own name. */
static void append_candidates(struct sink *lines, const struct resolving *r, size_t count)
{
	struct chain_search search;
	struct labelled_chains chains;
	struct hs_error ignored;
	struct sink path;
	chain_search_init(&search, r->snapshot);
	sink_init(&path, SINK_IN_MEMORY);
	bool labelled = labelled_chains_init(&chains, r->snapshot, &search, r->nodes->nodes, count,
					     &ignored) == HS_OK;
	for (size_t i = 0; i < count; i++) {
		node_id n = r->nodes->nodes[i];
		struct hs_text type = graph_type(r->g, n)->name;
		const char *name =
			labelled ? labels_node_text(chains.labels, n, HS_TEXT_NAME) : NULL;
		sink_format(lines, "\n  0x%llx  ", (unsigned long long)r->g->ids[n]);
		text_append_safe_sized(lines, type.data, type.length);
		if (name != NULL) {
			sink_char(lines, ' ');
			text_append_safe(lines, name);
		}
		if (!labelled)
			continue;
		struct chain chain;
		chain_init(&chain, &search.reach, &r->snapshot->roots, n);
		sink_clear(&path);
		chain_append_text(&path, &chains, &chain);
		sink_text(lines, "  ");
		text_append_safe_sized(lines, path.data, path.used);
		chain_release(&chain);
	}
	if (labelled)
		labelled_chains_release(&chains);
	sink_release(&path);
	chain_search_release(&search);
}

/* More than one object for what should name one. */
void target_say_ambiguous(const struct resolving *r)
{
	struct sink lines;
	sink_init(&lines, SINK_IN_MEMORY);
	append_candidates(&lines, r, r->nodes->count < NEAREST_MAX ? r->nodes->count : NEAREST_MAX);
	if (r->nodes->count > NEAREST_MAX)
		sink_text(&lines, "\n  ...");
	message_error("'%s' is the ending of paths to %zu objects: name one by its id or path%s",
		      r->text, r->nodes->count, sink_string(&lines));
	sink_release(&lines);
}
