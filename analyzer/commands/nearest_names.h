/* The names nearest to one that was mistyped. */
#ifndef HEAPSNAP_COMMANDS_NEAREST_NAMES_H
#define HEAPSNAP_COMMANDS_NEAREST_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum { NEAREST_MAX = 5 };

struct near_name {
	char *name, *description;
	unsigned distance;
};

struct nearest_names {
	const char *wanted; /* borrowed */
	struct near_name best[NEAREST_MAX];
	size_t count;
};

void nearest_names_init(struct nearest_names *, const char *wanted);
void nearest_names_release(struct nearest_names *);

/* Offers a candidate; it is kept if it is near, and nearer than others. The texts are
 * copied. */
void nearest_names_offer(struct nearest_names *, const char *name, const char *description);

#endif
