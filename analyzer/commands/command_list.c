/* The list of commands, and the way back into it for who types another tool's word.
 *
 * A word's translation may be a command that a later version brings: then the hint
 * says so, instead of sending the reader to a name that does not exist. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"

#include <stddef.h>
#include <string.h>

const struct command *const all_commands[] = {
	&command_info, &command_types,  &command_growth, &command_cycles, &command_chain,
	&command_show, &command_export, &command_verify, &command_help,   NULL,
};

/* Words of other tools, and what is called so here. */
static const struct {
	const char *word, *command;
} translations[] = {
	{"diff", "growth"},        {"compare", "growth"},      {"show_growth", "growth"},
	{"dump", "capture"},       {"attach", "capture"},      {"snapshot", "capture"},
	{"record", "run"},         {"leaks", "suspects"},      {"leak", "suspects"},
	{"top", "retained"},       {"dominators", "retained"}, {"domtree", "retained"},
	{"backrefs", "refs"},      {"referrers", "refs"},      {"referents", "refs"},
	{"show_backrefs", "refs"}, {"show_refs", "refs"},      {"histogram", "types"},
	{"histo", "types"},        {"heap", "types"},          {"path", "chain"},
	{"paths", "chain"},        {"why", "chain"},           {"find_backref_chain", "chain"},
	{"garbage", "cycles"},     {"object", "show"},         {"inspect", "show"},
	{"convert", "export"},     {"validate", "verify"},     {"stat", "info"},
	{"summary", "info"},       {"header", "info"},
};

/* Commands that the contract names and this version does not have. */
static const char *const later_commands[] = {
	"run", "capture", "refs", "retained", "suspects", "check", "report", "redact", "salvage",
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; all_commands[i] != NULL; i++)
		if (strcmp(all_commands[i]->name, name) == 0)
			return all_commands[i];
	return NULL;
}

static const char *translate(const char *name)
{
	for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
		if (strcmp(translations[i].word, name) == 0)
			return translations[i].command;
	return NULL;
}

static bool is_later_command(const char *name)
{
	for (size_t i = 0; i < sizeof later_commands / sizeof later_commands[0]; i++)
		if (strcmp(later_commands[i], name) == 0)
			return true;
	return false;
}

/* The only command that starts as `name` does, or NULL. */
static const struct command *find_prefix(const char *name)
{
	const struct command *found = NULL;
	for (size_t i = 0; all_commands[i] != NULL; i++) {
		if (strncmp(all_commands[i]->name, name, strlen(name)) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = all_commands[i];
	}
	return found;
}

void command_hint(const char *name)
{
	const char *meant = translate(name);
	const struct command *prefix = find_prefix(name);
	if (is_later_command(name))
		message_error("'%s' is not in this version (see 'heapsnap help')", name);
	else if (meant != NULL && is_later_command(meant))
		message_error("no command '%s': it will be called '%s', which is not in this "
			      "version",
			      name, meant);
	else if (meant != NULL)
		message_error("no command '%s': here it is called 'heapsnap %s'", name, meant);
	else if (prefix != NULL)
		message_error("no command '%s': did you mean 'heapsnap %s'?", name, prefix->name);
	else
		message_error("no command '%s' (see 'heapsnap help')", name);
}
