/* Where an attribute stands in a namespace that is an object of its own, a chain has
 * two steps (.__dict__ and ['name']) and Python one (.name). A key that is no identifier
 * keeps both, and so does one that the type of the owner shadows: C.__doc__ and C.__name__
 * of a class are not what stands so in its namespace, nor is C.f where f is a staticmethod
 * or classmethod. That is how Python would have to
 * write it too, also for an attribute that is no identifier and stands in the object. */
#include "analyzer/commands/chain_text.h"

#include "analyzer/commands/edge_text.h"

#include <string.h>

/* C.f of such an f is its function, or a method: never the object itself. */
static bool is_bound_by_classes(const struct graph *g, node_id node)
{
	static const char *const names[] = {"staticmethod", "classmethod"};
	struct hs_text name = graph_type(g, node)->name;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (name.length == strlen(names[i]) &&
		    memcmp(name.data, names[i], name.length) == 0)
			return true;
	return false;
}

struct chain_step chain_step_of(const struct graph *g, const struct edge_label *label)
{
	return (struct chain_step){
		.kind = label->kind,
		.text = label->text,
		.number = label->index,
		.of_class = (graph_type(g, label->source)->flags & HS_TYPE_IS_TYPE) != 0,
		.to_bound = label->target != NODE_NONE && is_bound_by_classes(g, label->target),
	};
}

void chain_step_append_edge(struct sink *out, const struct chain_step *step)
{
	if (step->varies)
		sink_text(out, "[*]");
	else
		edge_append(out, step->kind, step->text, step->text ? strlen(step->text) : 0,
			    step->number);
}

static bool is_namespace(const struct chain_step *step)
{
	return step->kind == HS_LABEL_ATTR && !step->varies && step->text != NULL &&
	       strcmp(step->text, "__dict__") == 0;
}

static bool is_named_item(const struct chain_step *step)
{
	return (step->kind == HS_LABEL_ITEM || step->kind == HS_LABEL_VALUE) && !step->varies &&
	       step->text != NULL && edge_is_identifier(step->text, strlen(step->text));
}

/* What `object`, or for a class `type`, answers before the namespace is asked. What `type`
 * reads out of the namespace itself (__module__, __annotations__) is none of it. */
static bool is_shadowed(const struct chain_step *namespace, const char *name)
{
	static const char *const names[] = {
		"__class__", "__dict__", /* of every object; of classes: */
		"__name__",  "__qualname__",      "__doc__",       "__bases__",
		"__base__",  "__mro__",           "__basicsize__", "__itemsize__",
		"__flags__", "__weakrefoffset__", "__dictoffset__"};
	const size_t of_all = 2, of_classes = sizeof names / sizeof names[0];
	for (size_t i = 0; i < (namespace->of_class ? of_classes : of_all); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* steps[i] is a namespace and steps[i + 1] an attribute in it. */
static bool is_attribute(const struct chain_step *steps, size_t i)
{
	return is_namespace(&steps[i]) && is_named_item(&steps[i + 1]) &&
	       !(steps[i].of_class && steps[i + 1].to_bound) &&
	       !is_shadowed(&steps[i], steps[i + 1].text);
}

bool chain_step_is_hidden(const struct chain_step *steps, size_t count, size_t i)
{
	return i + 1 < count && is_attribute(steps, i);
}

void chain_step_append(struct sink *out, const struct chain_step *steps, size_t i)
{
	const struct chain_step *step = &steps[i];
	if (i > 0 && is_attribute(steps, i - 1)) {
		sink_char(out, '.');
		sink_text(out, step->text);
	} else if (step->kind == HS_LABEL_ATTR && !step->varies && step->text != NULL &&
		   !edge_is_identifier(step->text, strlen(step->text))) {
		sink_text(out, ".__dict__");
		edge_append(out, HS_LABEL_ITEM, step->text, strlen(step->text), 0);
	} else {
		chain_step_append_edge(out, step);
	}
}
