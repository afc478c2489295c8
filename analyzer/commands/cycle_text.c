/* A cycle has no beginning; it reads best from the first object of a type that has a
 * module, else from a class: other builtins (dict, method, cell) are what they are made of. All
 * labels are read at once: an example costs 48 bytes a reference. */
#include "analyzer/commands/cycle_text.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_SHOWN = 8 };

static uint32_t find_start(const struct graph *g, const struct cycle_group *group)
{
	for (uint32_t i = 0; i < group->example_count; i++) {
		const struct hs_text *name = &graph_type(g, group->example[i])->name;
		if (memchr(name->data, '.', name->length) != NULL)
			return i;
	}
	for (uint32_t i = 0; i < group->example_count; i++)
		if (graph_type(g, group->example[i])->flags & HS_TYPE_IS_TYPE)
			return i;
	/* a namespace would be read as its owner's part */
	for (uint32_t i = 0; i < group->example_count; i++)
		if (!bitset_has(&g->namespaces, group->example[i]))
			return i;
	return 0;
}

static void add_edges(struct labelled_cycles *c, uint32_t group)
{
	const struct cycle_group *g = &c->groups[group];
	uint32_t start = find_start(c->g, g);
	for (uint32_t i = 0; i < g->example_count; i++)
		c->edges[c->starts[group] + i] = (struct edge_label){
			.source = g->example[(start + i) % g->example_count],
			.target = g->example[(start + i + 1) % g->example_count],
		};
}

enum hs_status labelled_cycles_init(struct labelled_cycles *out, const struct graph *g,
				    const struct cycle_group *groups, uint32_t count,
				    struct hs_error *err)
{
	struct labelled_cycles c = {.g = g, .groups = groups, .count = count};
	c.starts = xcalloc((size_t)count + 1, sizeof *c.starts);
	for (uint32_t i = 0; i < count; i++)
		c.starts[i + 1] = c.starts[i] + groups[i].example_count;
	c.edges = xcalloc((size_t)c.starts[count], sizeof *c.edges);
	for (uint32_t i = 0; i < count; i++)
		add_edges(&c, i);
	c.labels = labels_new(g);
	enum hs_status status = labels_read(c.labels, c.edges, c.starts[count], err);
	if (status != HS_OK)
		labelled_cycles_release(&c);
	else
		*out = c;
	return status;
}

void labelled_cycles_release(struct labelled_cycles *c)
{
	labels_free(c->labels);
	free(c->edges);
	free(c->starts);
}

const struct hs_type *labelled_cycle_type(const struct labelled_cycles *c, uint32_t group)
{
	return graph_type(c->g, c->edges[c->starts[group]].source);
}

/* A class is told by its own name too. */
static void append_short_type(struct sink *out, const struct labelled_cycles *c, node_id node)
{
	const struct hs_type *type = graph_type(c->g, node);
	const struct hs_text *name = &type->name;
	size_t start = name->length;
	while (start > 0 && name->data[start - 1] != '.')
		start--;
	text_append_safe_sized(out, name->data + start, name->length - start);
	const char *own = type->flags & HS_TYPE_IS_TYPE
				  ? labels_node_text(c->labels, node, HS_TEXT_NAME)
				  : NULL;
	if (own != NULL) {
		sink_char(out, ' ');
		text_append_safe(out, own);
	}
}

static void append_step(struct sink *out, const struct labelled_cycles *c,
			const struct edge_label *edge, const struct chain_step *steps, size_t i)
{
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	chain_step_append(&text, steps, i);
	if (text.used > 0 && text.data[0] != ' ')
		sink_char(out, ' ');
	text_append_safe_sized(out, text.data, text.used);
	sink_text(out, " -> ");
	append_short_type(out, c, edge->target);
	sink_release(&text);
}

void labelled_cycle_append(struct sink *out, const struct labelled_cycles *c, uint32_t group)
{
	const struct edge_label *edges = &c->edges[c->starts[group]];
	size_t count = (size_t)(c->starts[group + 1] - c->starts[group]);
	struct chain_step *steps = xmalloc(count, sizeof *steps);
	for (size_t i = 0; i < count; i++)
		steps[i] = chain_step_of(c->g, &edges[i]);
	append_short_type(out, c, edges[0].source);
	for (size_t i = 0; i < count; i++) {
		if (count > STEPS_SHOWN + 2 && i == STEPS_SHOWN) {
			sink_text(out, " -> (");
			number_append_count(out, count - 1 - i);
			sink_text(out, " more) ->");
			i = count - 1;
		}
		if (!chain_step_is_hidden(steps, count, i))
			append_step(out, c, &edges[i], steps, i);
	}
	free(steps);
}

void labelled_cycle_json(struct json *json, const char *key, const struct labelled_cycles *c,
			 uint32_t group)
{
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	json_array_begin(json, key);
	for (uint64_t i = c->starts[group]; i < c->starts[group + 1]; i++) {
		node_id n = c->edges[i].source;
		struct chain_step step = chain_step_of(c->g, &c->edges[i]);
		json_object_begin(json, NULL);
		json_id(json, "id", c->g->ids[n]);
		json_string_sized(json, "type", graph_type(c->g, n)->name.data,
				  graph_type(c->g, n)->name.length);
		sink_clear(&text);
		chain_step_append_edge(&text, &step);
		json_string_sized(json, "edge", text.data, text.used);
		json_object_end(json);
	}
	json_array_end(json);
	sink_release(&text);
}
