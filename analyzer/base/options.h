/* Commands as data: what a command is called, takes and says about itself, and the
 * parsing of a command line by that. `--help` is printed from the same tables. */
#ifndef HEAPSNAP_BASE_OPTIONS_H
#define HEAPSNAP_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink; /* analyzer/render/sink.h */
struct invocation;

/* One option. A table of them ends with an entry whose name is NULL. */
struct option_spec {
	const char *name;     /* without the dashes */
	char letter;          /* 0: none */
	const char *argument; /* what --help calls its argument, NULL: takes none */
	const char *help;     /* one line, no full stop */
};

enum { ARGUMENTS_ANY = 1 << 20 };

struct command {
	const char *name;
	const char *arguments; /* "SNAP TARGET...", for the usage line */
	const char *summary;   /* one line, no full stop */
	const char *details;   /* paragraphs for `help COMMAND`; lines below 80 columns */
	const struct option_spec *options;
	int arguments_min, arguments_max;
	int (*run)(const struct invocation *);
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The options that every command has. */
struct settings {
	bool json, quiet, help, version;
	bool limit_given;
	uint64_t limit; /* as given; 0: all */
	enum color_choice color;
};

extern const struct option_spec common_options[];

enum { OPTIONS_MAX = 24 };

struct option_value {
	bool given;
	const char *argument;
};

/* A parsed command line. */
struct invocation {
	const struct command *command;
	struct settings settings;
	struct option_value values[OPTIONS_MAX]; /* parallel to command->options */
	char *const *arguments;
	int argument_count;
	struct sink *out; /* standard output; the caller of invocation_parse sets it */
};

/* Parses argv[1..] for `command` (argv[0] is passed over; argv is permuted). False
 * after a message when it is not a right command line; the number of arguments is
 * not checked when --help or --version is among the options. */
bool invocation_parse(struct invocation *out, const struct command *command, int argc, char **argv);

/* Whether the command's own option was given, and its (last) argument or NULL. The
 * name must be in the command's table. */
bool option_given(const struct invocation *, const char *name);
const char *option_argument(const struct invocation *, const char *name);

/* Rows to print: --limit, else 10 in text and all in JSON. UINT64_MAX: all. */
uint64_t settings_limit(const struct settings *);

#endif
