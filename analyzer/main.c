/* heapsnap: finds the command, parses its options, runs it, and sees to it that what
 * was printed arrived.
 *
 * SIGPIPE is ignored so that a reader that has gone (`| head`) is an error of write,
 * which commands may look at to stop early and which is no failure. Any other
 * failure to write the results is: a full disk must not look like an answer. */
#include "analyzer/base/messages.h"
#include "analyzer/base/options.h"
#include "analyzer/commands/command_list.h"
#include "analyzer/render/sink.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int run_command(struct sink *out, const struct command *command, int argc, char **argv)
{
	struct invocation invocation;
	if (!invocation_parse(&invocation, command, argc, argv))
		return EXIT_USAGE;
	invocation.out = out;
	if (invocation.settings.version) {
		sink_text(out, "heapsnap " HEAPSNAP_VERSION "\n");
		return EXIT_DONE;
	}
	if (invocation.settings.help) {
		command_print_help(out, command);
		return EXIT_DONE;
	}
	return command->run(&invocation);
}

static int run(struct sink *out, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	if (name == NULL) {
		message_error("a command is missing (see 'heapsnap help')");
		return EXIT_USAGE;
	}
	if (strcmp(name, "--version") == 0) {
		sink_text(out, "heapsnap " HEAPSNAP_VERSION "\n");
		return EXIT_DONE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		command_print_overview(out);
		return EXIT_DONE;
	}
	if (name[0] == '-') {
		message_error("options stand behind the command: heapsnap COMMAND %s", name);
		return EXIT_USAGE;
	}
	const struct command *command = command_find(name);
	if (command == NULL) {
		command_hint(name);
		return EXIT_USAGE;
	}
	return run_command(out, command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	struct sink out;
	signal(SIGPIPE, SIG_IGN);
	sink_init(&out, STDOUT_FILENO);
	int status = run(&out, argc, argv);
	int error = sink_flush(&out);
	sink_release(&out);
	if (error != 0 && error != EPIPE) {
		message_error("cannot write standard output: %s", strerror(error));
		return EXIT_INPUT;
	}
	return status;
}
