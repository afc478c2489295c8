/* One dump, from the options to the file under its final name. */
#ifndef HEAPSNAP_AGENT_CAPTURE_H
#define HEAPSNAP_AGENT_CAPTURE_H

#include "agent/rings.h"
#include "agent/walk.h"

#include <limits.h>

struct capture_options {
	const char *path;
	PyObject *path_object; /* for exceptions */
	bool untracked, overwrite;
	enum hs_labels labels;
	const char *mode;
	int level;
	double max_pause, timeout; /* 0: none */
	uint64_t max_bytes;        /* 0: none */
};

struct capture_result {
	const char *mode; /* static memory */
	uint64_t objects, bytes, file_bytes;
	double pause_s, elapsed_s;
};

/* What heapsnap.last_result() answers from: no object, or each dump would show the one
 * before it. */
struct last_result {
	bool known, path_is_bytes;
	char path[PATH_MAX];
	struct capture_result numbers;
};

/* What the module knows of its interpreter. */
struct agent_state {
	PyObject *error;           /* heapsnap.Error */
	PyTypeObject *result_type; /* heapsnap.Result */
	struct last_result last_result;
	struct rings rings;
	struct known_types known;
	uint32_t dump_serial;
};

/* Under the interpreter's lock. 0, or -1 with a Python exception set and no file. */
int capture(struct agent_state *state, const struct capture_options *options,
	    struct capture_result *result);

#endif
