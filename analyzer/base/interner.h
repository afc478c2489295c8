/* Strings as dense numbers: equal strings have one number. */
#ifndef HEAPSNAP_ANALYZER_INTERNER_H
#define HEAPSNAP_ANALYZER_INTERNER_H

#include <stddef.h>
#include <stdint.h>

struct interner {
	char **texts; /* [count], NUL-terminated */
	uint32_t count;
	size_t capacity;
	uint32_t *slots; /* [mask + 1] number + 1, 0: free */
	uint32_t mask;
};

void interner_init(struct interner *out);
void interner_release(struct interner *);

/* The number of the text, which is copied where it is new: numbers count from 0. */
uint32_t interner_add(struct interner *, const char *text, size_t length);

#endif
