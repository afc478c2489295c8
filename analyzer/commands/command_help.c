/* heapsnap help [COMMAND|coming-from]: everything is printed from the commands' own
 * tables, so it cannot differ from what they do. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/render/table.h"

#include <string.h>

static const struct option_spec help_options[] = {{NULL, 0, NULL, NULL}};

static const char coming_from[] = "coming-from";

/* What other tools' users ask for, and how it is asked here. */
static const struct {
	const char *tool, *theirs, *ours;
} equivalents[] = {
	{"objgraph", "show_growth()", "growth OLD NEW"},
	{"", "by_type('Row'), at(0x..)", "show SNAP Row, show SNAP 0x.."},
	{"", "find_backref_chain, show_chain", "chain SNAP Row"},
	{"", "most_common_types()", "types SNAP"},
	{"guppy3", "hp.heap()", "types SNAP"},
	{"", "h.shpaths", "chain SNAP TARGET"},
	{"pympler", "muppy.print_summary, SummaryTracker", "types SNAP, growth OLD NEW"},
	{"gc", "set_debug(DEBUG_COLLECTABLE)", "cycles SNAP"},
	{"tracemalloc", "compare_to(old, ...)", "growth OLD NEW"},
	{"MAT", "histogram, path to GC roots", "types SNAP, chain SNAP TARGET"},
};

static const struct table_column two_columns[] = {
	{NULL, ALIGN_LEFT, false},
	{NULL, ALIGN_LEFT, false},
};

static void print_equivalents(struct sink *out)
{
	static const struct table_column columns[] = {
		{"tool", ALIGN_LEFT, false},
		{"there", ALIGN_LEFT, false},
		{"here: heapsnap ...", ALIGN_LEFT, false},
	};
	struct table table;
	table_init(&table, columns, 3);
	for (size_t i = 0; i < sizeof equivalents / sizeof equivalents[0]; i++) {
		table_cell_text(&table, equivalents[i].tool);
		table_cell_text(&table, equivalents[i].theirs);
		table_cell_text(&table, equivalents[i].ours);
	}
	table_print(&table, out, &TERMINAL_PLAIN);
	table_release(&table);
}

static void add_options(struct table *table, const struct option_spec *options)
{
	for (size_t i = 0; options[i].name != NULL; i++) {
		const struct option_spec *o = &options[i];
		struct sink *cell = table_cell(table);
		if (o->letter)
			sink_format(cell, "-%c, ", o->letter);
		sink_format(cell, "--%s%s%s", o->name, o->argument ? " " : "",
			    o->argument ? o->argument : "");
		table_cell_text(table, o->help);
	}
}

static void print_options(struct sink *out, const struct option_spec *options)
{
	struct table table;
	table_init(&table, two_columns, 2);
	table.indent = 2;
	add_options(&table, options);
	table_print(&table, out, &TERMINAL_PLAIN);
	table_release(&table);
}

void command_print_help(struct sink *out, const struct command *command)
{
	sink_format(out, "usage: heapsnap %s %s\n%s\n", command->name, command->arguments,
		    command->summary);
	if (command->details != NULL)
		sink_format(out, "\n%s", command->details);
	if (command->options[0].name != NULL) {
		sink_text(out, "\noptions:\n");
		print_options(out, command->options);
	}
	sink_text(out, "\noptions of every command:\n");
	print_options(out, common_options);
}

void command_print_overview(struct sink *out)
{
	struct table table;
	sink_text(out, "heapsnap: what a Python program holds in memory, from a snapshot of its "
		       "heap\n\nusage: heapsnap COMMAND ARGUMENT...\n\n");
	table_init(&table, two_columns, 2);
	table.indent = 2;
	for (size_t i = 0; all_commands[i] != NULL; i++) {
		sink_format(table_cell(&table), "%s %s", all_commands[i]->name,
			    all_commands[i]->arguments);
		table_cell_text(&table, all_commands[i]->summary);
	}
	table_print(&table, out, &TERMINAL_PLAIN);
	table_release(&table);
	sink_text(out,
		  "\nSNAP is a snapshot file, - for standard input. TARGET is an id (0x7f...), a "
		  "type\n(app.Session, or Session where only one is so called) or a path as "
		  "printed\n(app._cache['k'][3], app._cache[*]) or an unambiguous ending of one.\n"
		  "\noptions of every command:\n");
	print_options(out, common_options);
	sink_text(out, "\nexit status: 0 done; 2 wrong usage; 3 an input or output cannot be read "
		       "or\nwritten, or is damaged\n");
}

static int run_help(const struct invocation *inv)
{
	const char *topic = inv->argument_count > 0 ? inv->arguments[0] : NULL;
	if (topic == NULL) {
		command_print_overview(inv->out);
		return EXIT_DONE;
	}
	if (strcmp(topic, coming_from) == 0) {
		print_equivalents(inv->out);
		return EXIT_DONE;
	}
	const struct command *command = command_find(topic);
	if (command == NULL) {
		command_hint(topic);
		return EXIT_USAGE;
	}
	command_print_help(inv->out, command);
	return EXIT_DONE;
}

const struct command command_help = {
	.name = "help",
	.arguments = "[COMMAND|coming-from]",
	.summary = "this, one command, or the words of other tools",
	.options = help_options,
	.arguments_max = 1,
	.run = run_help,
};
