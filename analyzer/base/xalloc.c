/* Allocation that dies.
 *
 * The message is written with stdio's unbuffered stderr, which needs no memory. The
 * process ends with status 3, that of an input which could not be read: nothing smaller
 * would have helped. */
#include "analyzer/base/xalloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void die(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		fprintf(stderr, "heapsnap: out of memory (wanted %zu times %zu bytes)\n", count,
			size);
	else
		fprintf(stderr, "heapsnap: out of memory (wanted %zu bytes)\n", count * size);
	exit(3);
}

static size_t checked_bytes(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		die(count, size);
	return count * size != 0 ? count * size : 1;
}

void *xmalloc(size_t count, size_t size)
{
	void *pointer = malloc(checked_bytes(count, size));

	if (!pointer)
		die(count, size);
	return pointer;
}

void *xcalloc(size_t count, size_t size)
{
	void *pointer = calloc(1, checked_bytes(count, size));

	if (!pointer)
		die(count, size);
	return pointer;
}

void *xrealloc(void *pointer, size_t count, size_t size)
{
	void *moved = realloc(pointer, checked_bytes(count, size));

	if (!moved)
		die(count, size);
	return moved;
}

char *xstrndup(const char *text, size_t length)
{
	if (length == SIZE_MAX)
		die(length, 1);
	char *copy = xmalloc(length + 1, 1);
	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void *xgrow(void *array, size_t *capacity, size_t needed, size_t size)
{
	if (needed <= *capacity)
		return array;
	size_t grown = *capacity + *capacity / 2 + 16;
	*capacity = grown > needed ? grown : needed;
	return xrealloc(array, *capacity, size);
}
