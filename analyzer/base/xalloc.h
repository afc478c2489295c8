/* Allocation that dies: on failure one line "heapsnap: out of memory (wanted N
 * bytes)" on stderr and exit status 3, so algorithms cannot fail. */
#ifndef HEAPSNAP_ANALYZER_XALLOC_H
#define HEAPSNAP_ANALYZER_XALLOC_H

#include <stddef.h>

#ifdef __GNUC__
#define XALLOC_RESULT __attribute__((warn_unused_result))
#else
#define XALLOC_RESULT
#endif

/* `count` elements of `size` bytes; a product that overflows dies too. A count of 0
 * gives a pointer that can be freed. */
void *xmalloc(size_t count, size_t size) XALLOC_RESULT;
void *xcalloc(size_t count, size_t size) XALLOC_RESULT; /* zero-filled, lazily by the kernel */
void *xrealloc(void *pointer, size_t count, size_t size) XALLOC_RESULT;
char *xstrndup(const char *text, size_t length) XALLOC_RESULT; /* NUL-terminated copy */

/* Makes room for `needed` elements in an array of *capacity: grows by half at least.
 * Returns the array, moved or not. */
void *xgrow(void *array, size_t *capacity, size_t needed, size_t size) XALLOC_RESULT;

#endif
