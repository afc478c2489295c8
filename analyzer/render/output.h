/* Where results go: bytes for a descriptor, gathered into large writes, or bytes
 * kept in memory (to build a cell or a line). */
#ifndef HEAPSNAP_RENDER_OUTPUT_H
#define HEAPSNAP_RENDER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_IN_MEMORY (-1)

struct output {
	char *data;
	size_t used, capacity;
	int fd;    /* OUTPUT_IN_MEMORY: nothing is ever written */
	int error; /* errno of the write that failed; later bytes are dropped */
};

void output_init(struct output *, int fd);
/* Frees the memory; what is not flushed is lost. The descriptor stays open. */
void output_release(struct output *);

/* Makes room for `size` more bytes, by writing (a descriptor) or growing (memory). */
void output_reserve(struct output *, size_t size);

void output_bytes(struct output *, const char *bytes, size_t size);
void output_text(struct output *, const char *text);
void output_spaces(struct output *, size_t count);
void output_format(struct output *, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 2, 3)))
#endif
	;

static inline void output_char(struct output *out, char c)
{
	if (out->used == out->capacity)
		output_reserve(out, 1);
	out->data[out->used++] = c;
}

/* Numbers, without the cost of a format. */
void output_decimal(struct output *, uint64_t value);
void output_hex(struct output *, uint64_t value); /* 0x7f3a..., no leading zeros */

/* Writes what is pending. 0, or the errno of the first write that failed (EPIPE: the
 * reader has gone, and further work is in vain). */
int output_flush(struct output *);
static inline bool output_failed(const struct output *out)
{
	return out->error != 0;
}

/* In memory: what is there so far, NUL-terminated; lives until the next byte. */
const char *output_string(struct output *);
static inline void output_clear(struct output *out)
{
	out->used = 0;
}

#endif
