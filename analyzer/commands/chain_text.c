/* Where an attribute stands in a namespace that is an object of its own, a chain has
 * two steps (.__dict__ and ['name']) and Python one (.name). A key that is no identifier
 * keeps both: that is how Python would have to write it too. */
#include "analyzer/commands/chain_text.h"

#include "analyzer/commands/edge_text.h"

#include <string.h>

struct chain_step chain_step_of(const struct edge_label *label)
{
	return (struct chain_step){label->kind, label->text, label->index, false};
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

bool chain_step_is_hidden(const struct chain_step *steps, size_t count, size_t i)
{
	return is_namespace(&steps[i]) && i + 1 < count && is_named_item(&steps[i + 1]);
}

void chain_step_append(struct sink *out, const struct chain_step *steps, size_t i)
{
	if (i > 0 && is_namespace(&steps[i - 1]) && is_named_item(&steps[i])) {
		sink_char(out, '.');
		sink_text(out, steps[i].text);
		return;
	}
	chain_step_append_edge(out, &steps[i]);
}
