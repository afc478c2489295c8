/* heapsnap export SNAP --to ndjson -o OUT: the snapshot in a format of other tools. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/ndjson.h"
#include "analyzer/commands/snapshot_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec export_options[] = {
	{"to", 0, "FORMAT", "ndjson: a line of JSON for each object"},
	{"output", 'o', "OUT", "file to write, - for standard output (the default)"},
	{NULL, 0, NULL, NULL},
};

static bool check_format(const struct invocation *inv)
{
	const char *format = option_argument(inv, "to");
	if (format == NULL) {
		message_error("export needs --to FORMAT: ndjson");
		return false;
	}
	if (strcmp(format, "ndjson") == 0)
		return true;
	message_error("export knows no format '%s': ndjson", format);
	return false;
}

/* Writing over the snapshot that is being read would pull the file from under the
 * reader. */
static bool is_same_file(const char *a, int b)
{
	struct stat left, right;
	return stat(a, &left) == 0 && fstat(b, &right) == 0 && S_ISREG(left.st_mode) &&
	       left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* A descriptor for `path`, or -1 after a message. */
static int open_output(const char *path, const char *snapshot)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0) {
		message_error("cannot write '%s': %s", path, strerror(errno));
		return -1;
	}
	if (is_same_file(snapshot, fd)) {
		message_error("'%s' is the snapshot itself: choose another name for -o", path);
		close(fd);
		return -1;
	}
	struct stat status;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(fd, 0) != 0) {
		message_error("cannot write '%s': %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int write_lines(struct sink *out, const struct hs_reader *reader, uint64_t limit)
{
	struct hs_error err;
	if (ndjson_write(out, reader, limit, &err) == HS_OK)
		return EXIT_DONE;
	return snapshot_failed(reader, &err);
}

static int write_file(const struct hs_reader *reader, const char *path, uint64_t limit)
{
	int fd = open_output(path, hs_reader_path(reader));
	if (fd < 0)
		return EXIT_INPUT;
	struct sink out;
	sink_init(&out, fd);
	int status = write_lines(&out, reader, limit);
	int error = sink_flush(&out);
	sink_release(&out);
	if (close(fd) != 0 && error == 0)
		error = errno;
	if (error != 0) {
		message_error("cannot write '%s': %s", path, strerror(error));
		return EXIT_INPUT;
	}
	return status;
}

static int run_export(const struct invocation *inv)
{
	struct hs_reader *reader;
	const char *path = option_argument(inv, "output");
	const struct settings *settings = &inv->settings;
	uint64_t limit = settings->limit_given ? settings_limit(settings) : UINT64_MAX;

	if (!check_format(inv))
		return EXIT_USAGE;
	int status = snapshot_open_usable(&reader, inv, inv->arguments[0], INCOMPLETE_WARN);
	if (status != EXIT_DONE)
		return status;
	if (path == NULL || strcmp(path, "-") == 0)
		status = write_lines(inv->out, reader, limit);
	else
		status = write_file(reader, path, limit);
	hs_reader_free(reader);
	return status;
}

const struct command command_export = {
	.name = "export",
	.arguments = "SNAP --to FORMAT",
	.summary = "every object, in a format of other tools",
	.details =
		"ndjson is a line of JSON for each object: {\"id\", \"type\", \"size\", "
		"\"extra\",\n"
		"\"size_exact\", \"refcount\", \"tracked\", \"frozen\", \"referents\": [],\n"
		"\"edges\": [], \"kinds\": [], \"name\"}; edges[i] and kinds[i] belong to\n"
		"referents[i]. The graph is not loaded: any number of objects can be exported.\n",
	.options = export_options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run_export,
};
