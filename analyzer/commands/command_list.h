/* All commands of this version. */
#ifndef HEAPSNAP_COMMANDS_COMMAND_LIST_H
#define HEAPSNAP_COMMANDS_COMMAND_LIST_H

#include "analyzer/base/options.h"

extern const struct command command_info;
extern const struct command command_types;
extern const struct command command_growth;
extern const struct command command_cycles;
extern const struct command command_chain;
extern const struct command command_show;
extern const struct command command_export;
extern const struct command command_verify;
extern const struct command command_help;

/* In the order in which --help lists them; ends with NULL. */
extern const struct command *const all_commands[];

/* NULL if there is none. */
const struct command *command_find(const char *name);

/* Says that `name` is no command, and what was probably meant. */
void command_hint(const char *name);

/* Prints the list of commands, or all about one. */
void command_print_overview(struct sink *);
void command_print_help(struct sink *, const struct command *);

#endif
