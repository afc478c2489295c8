/* A path as it is printed, taken apart: app._cache['k'][3], app.head(.next)*. */
#ifndef HEAPSNAP_COMMANDS_PATH_STEPS_H
#define HEAPSNAP_COMMANDS_PATH_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum path_step_kind {
	STEP_ATTR,   /* .name */
	STEP_ITEM,   /* ['name'] */
	STEP_INDEX,  /* [3] */
	STEP_ANY,    /* [*]: any index, item or unlabelled place */
	STEP_MEMBER, /* {*}, or " member" */
	STEP_KEY,    /* " key" */
	STEP_LOCAL,  /* " local name" */
	STEP_OFFSET, /* " +0x28" */
	STEP_FIELD   /* " +tp_cache" */
};

struct path_step {
	enum path_step_kind kind;
	char *text; /* ATTR, ITEM, LOCAL, FIELD */
	size_t size;
	uint64_t number;    /* INDEX, OFFSET */
	bool repeats;       /* (STEP)*: once or more often */
	const char *source; /* where the step begins in the text that was parsed */
};

struct path_steps {
	struct path_step *steps;
	size_t count, capacity;
};

/* Parses all of `text`; an empty one has no steps. False when it is no path; nothing
 * has to be released then. */
bool path_steps_parse(struct path_steps *out, const char *text);
void path_steps_release(struct path_steps *);

#endif
