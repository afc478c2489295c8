/* The file that a snapshot is written to: PATH.partial until it is whole. */
#ifndef HEAPSNAP_AGENT_OUTPUT_FILE_H
#define HEAPSNAP_AGENT_OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>

struct output_file {
	int fd;
	bool overwrite;
	char path[PATH_MAX];
	char partial[PATH_MAX];
};

/* Opens PATH.partial, mode 0600, locked; a partial that nobody locks is replaced.
 * 0 or an errno (EEXIST: the final path is there, or is no file that may be replaced;
 * EISDIR; EBUSY: another dump writes it). */
int output_file_open(struct output_file *file, const char *path, bool overwrite);

/* Syncs and gives the file its final name. 0 or an errno; closed in both cases, and
 * the partial removed on failure. */
int output_file_commit(struct output_file *file);

/* Closes and removes the partial. */
void output_file_abandon(struct output_file *file);

#endif
