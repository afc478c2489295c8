/* Parsing of command lines, by getopt_long over the command's own table and the
 * common one.
 *
 * The `val` of each struct option is the index of its spec (common options behind
 * the command's own), offset beyond all characters, so that long and short forms
 * meet in one place and nothing about an option is written twice. */
#include "analyzer/base/options.h"

#include "analyzer/base/messages.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { COMMON_JSON, COMMON_LIMIT, COMMON_COLOR, COMMON_QUIET, COMMON_HELP, COMMON_VERSION };

const struct option_spec common_options[] = {
	[COMMON_JSON] = {"json", 0, NULL, "print one JSON object instead of text (docs/json.md)"},
	[COMMON_LIMIT] = {"limit", 0, "N", "rows to print: 10 in text, all in JSON; 0: all"},
	[COMMON_COLOR] = {"color", 0, "WHEN", "auto, always or never"},
	[COMMON_QUIET] = {"quiet", 'q', NULL, "no warnings and no progress"},
	[COMMON_HELP] = {"help", 'h', NULL, "print this"},
	[COMMON_VERSION] = {"version", 0, NULL, "print the version"},
	{NULL, 0, NULL, NULL},
};

enum { SPEC_BASE = 256, ROWS_DEFAULT = 10, SHORT_OPTIONS_MAX = 2 * OPTIONS_MAX + 2 };

/* The specs of the command and the common ones, and getopt's view of them. */
struct parse_tables {
	const struct option_spec *specs[OPTIONS_MAX];
	int own_count, count;
	struct option longs[OPTIONS_MAX + 1];
	char shorts[SHORT_OPTIONS_MAX];
};

static void tables_add(struct parse_tables *t, const struct option_spec *specs)
{
	for (const struct option_spec *spec = specs; spec != NULL && spec->name != NULL; spec++) {
		assert(t->count < OPTIONS_MAX);
		t->longs[t->count] = (struct option){
			.name = spec->name,
			.has_arg = spec->argument ? required_argument : no_argument,
			.val = SPEC_BASE + t->count,
		};
		if (spec->letter) {
			char letter[3] = {spec->letter, spec->argument ? ':' : '\0', '\0'};
			strcat(t->shorts, letter);
		}
		t->specs[t->count++] = spec;
	}
}

static int tables_find_letter(const struct parse_tables *t, int letter)
{
	for (int i = 0; i < t->count; i++)
		if (t->specs[i]->letter == letter)
			return i;
	return -1;
}

static bool parse_limit(struct settings *s, const char *argument)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(argument, &end, 10);
	if (errno != 0 || end == argument || *end != '\0' || strchr(argument, '-') != NULL) {
		message_error("--limit takes a number, 0 for all: '%s' is none", argument);
		return false;
	}
	s->limit = value;
	s->limit_given = true;
	return true;
}

static bool parse_color(struct settings *s, const char *argument)
{
	static const char *const names[] = {"auto", "always", "never"};
	for (int i = 0; i < 3; i++) {
		if (strcmp(argument, names[i]) == 0) {
			s->color = (enum color_choice)i;
			return true;
		}
	}
	message_error("--color takes auto, always or never, not '%s'", argument);
	return false;
}

static bool apply_common(struct settings *s, int which, const char *argument)
{
	switch (which) {
	case COMMON_JSON:
		s->json = true;
		return true;
	case COMMON_LIMIT:
		return parse_limit(s, argument);
	case COMMON_COLOR:
		return parse_color(s, argument);
	case COMMON_QUIET:
		s->quiet = true;
		return true;
	case COMMON_HELP:
		s->help = true;
		return true;
	default:
		s->version = true;
		return true;
	}
}

static bool check_argument_count(const struct invocation *inv)
{
	const struct command *c = inv->command;
	if (inv->argument_count >= c->arguments_min && inv->argument_count <= c->arguments_max)
		return true;
	if (inv->argument_count < c->arguments_min)
		message_error("usage: heapsnap %s %s (see 'heapsnap help %s')", c->name,
			      c->arguments, c->name);
	else
		message_error("'%s' is one argument too many: heapsnap %s %s",
			      inv->arguments[c->arguments_max], c->name, c->arguments);
	return false;
}

static bool reject_option(const struct command *command, int returned, const char *word)
{
	if (returned == ':')
		message_error("%s needs an argument (see 'heapsnap help %s')", word, command->name);
	else
		message_error("%s does not know the option '%s' (see 'heapsnap help %s')",
			      command->name, word, command->name);
	return false;
}

bool invocation_parse(struct invocation *out, const struct command *command, int argc, char **argv)
{
	struct parse_tables tables = {.shorts = ":"};
	*out = (struct invocation){.command = command};
	tables_add(&tables, command->options);
	tables.own_count = tables.count;
	tables_add(&tables, common_options);

	opterr = 0;
	optind = 1;
	for (;;) {
		int word = optind;
		int returned = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
		if (returned == -1)
			break;
		if (returned == '?' || returned == ':') {
			/* optind has moved past a long option, but not past a cluster of letters */
			const char *rejected = argv[optind > word ? optind - 1 : word];
			return reject_option(command, returned, rejected);
		}
		int index = returned >= SPEC_BASE ? returned - SPEC_BASE
						  : tables_find_letter(&tables, returned);
		if (index < tables.own_count)
			out->values[index] = (struct option_value){true, optarg};
		else if (!apply_common(&out->settings, index - tables.own_count, optarg))
			return false;
	}
	out->arguments = argv + optind;
	out->argument_count = argc - optind;
	return out->settings.help || out->settings.version || check_argument_count(out);
}

static const struct option_value *find_value(const struct invocation *inv, const char *name)
{
	const struct option_spec *specs = inv->command->options;
	int i = 0;
	while (specs[i].name != NULL && strcmp(specs[i].name, name) != 0)
		i++;
	assert(specs[i].name != NULL);
	return &inv->values[i];
}

bool option_given(const struct invocation *inv, const char *name)
{
	return find_value(inv, name)->given;
}

const char *option_argument(const struct invocation *inv, const char *name)
{
	return find_value(inv, name)->argument;
}

uint64_t settings_limit(const struct settings *s)
{
	if (s->limit_given)
		return s->limit ? s->limit : UINT64_MAX;
	return s->json ? UINT64_MAX : ROWS_DEFAULT;
}
