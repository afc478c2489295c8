/* Opening snapshots for commands, with all that is to be said about what a file lacks. */
#ifndef HEAPSNAP_COMMANDS_SNAPSHOT_INPUT_H
#define HEAPSNAP_COMMANDS_SNAPSHOT_INPUT_H

#include "analyzer/base/options.h"
#include "analyzer/graph/roots.h"
#include "analyzer/render/json.h"

/* What a command can do with an incomplete file. */
enum incomplete_policy {
	INCOMPLETE_WARN,  /* answer from what is there, after a warning */
	INCOMPLETE_REFUSE /* the answer would be untrue: only with --incomplete */
};

/* The option of the commands that refuse. */
#define OPTION_INCOMPLETE                                                            \
	{                                                                            \
		"incomplete", 0, NULL, "answer from an incomplete file all the same" \
	}

struct snapshot {
	struct hs_reader *reader;
	struct graph *graph;
	struct roots roots;
};

/* The file's name for people: "standard input" for "-". */
const char *snapshot_name(const char *path);

/* Opens the file alone; warns if it is incomplete. EXIT_DONE, or EXIT_INPUT after a
 * message. */
int snapshot_open(struct hs_reader **out, const struct invocation *, const char *path);

/* The same for what needs all of the file understood: refuses what this version cannot
 * understand, and incomplete files according to `policy` (a command that refuses them
 * has OPTION_INCOMPLETE). */
int snapshot_open_usable(struct hs_reader **out, const struct invocation *, const char *path,
			 enum incomplete_policy policy);

/* snapshot_open_usable, and the graph and roots. */
int snapshot_load(struct snapshot *out, const struct invocation *, const char *path,
		  enum incomplete_policy policy);
void snapshot_release(struct snapshot *);
/* Releases all but the reader, which is the caller's then. */
struct hs_reader *snapshot_keep_reader(struct snapshot *);

/* Says what failed after the file was opened; returns EXIT_INPUT. */
int snapshot_failed(const struct hs_reader *, const struct hs_error *);

/* "NAME: complete, 10.5 MiB, 1,727,426 objects (6.4 bytes each)" and two more lines
 * that say of which process it is. */
void snapshot_print_identity(struct sink *, const struct hs_reader *);

/* Objects of the end record, or of the frames that are there. */
uint64_t snapshot_object_count(const struct hs_reader *);

/* Opens the command's object: "command", "schema", "complete". The closing brace and
 * newline are snapshot_json_end's. */
void snapshot_json_begin(struct json *, const struct invocation *, bool complete);
void snapshot_json_end(struct json *);

#endif
