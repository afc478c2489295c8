/* heapsnap growth OLD NEW [NEWER...]: what grew, by the path that holds it and by type. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/growth_json.h"
#include "analyzer/commands/growth_text.h"
#include "analyzer/commands/snapshot_input.h"

static const struct option_spec growth_options[] = {
	{"all", 0, NULL, "what shrank or stayed too, and what only the collector keeps"},
	OPTION_INCOMPLETE,
	{NULL, 0, NULL, NULL},
};

static int run_growth(const struct invocation *inv)
{
	struct growth_data data;
	int status = growth_data_init(&data, inv);
	if (status != EXIT_DONE)
		return status;
	if (inv->settings.json)
		growth_print_json(inv, &data);
	else
		growth_print_text(inv, &data);
	growth_data_release(&data);
	return EXIT_DONE;
}

const struct command command_growth = {
	.name = "growth",
	.arguments = "OLD NEW [NEWER...]",
	.summary = "what grew, by holder (what keeps it) and by type",
	.details =
		"With three snapshots or more, only what grew from each to the next: that "
		"is what\ntells a leak from a cache that fills. A path counts every object once, "
		"where the\nshortest way from a module leads; [*] is any index or key.\n",
	.options = growth_options,
	.arguments_min = 2,
	.arguments_max = ARGUMENTS_ANY,
	.run = run_growth,
};
