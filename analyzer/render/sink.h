/* Where results go: bytes for a descriptor, gathered into large writes, or bytes
 * kept in memory (to build a cell or a line). */
#ifndef HEAPSNAP_RENDER_SINK_H
#define HEAPSNAP_RENDER_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SINK_IN_MEMORY (-1)

struct sink {
	char *data;
	size_t used, capacity;
	int fd;    /* SINK_IN_MEMORY: nothing is ever written */
	int error; /* errno of the write that failed; later bytes are dropped */
};

void sink_init(struct sink *, int fd);
/* Frees the memory; what is not flushed is lost. The descriptor stays open. */
void sink_release(struct sink *);

/* Makes room for `size` more bytes, by writing (a descriptor) or growing (memory). */
void sink_reserve(struct sink *, size_t size);

void sink_bytes(struct sink *, const char *bytes, size_t size);
void sink_text(struct sink *, const char *text);
void sink_spaces(struct sink *, size_t count);
void sink_format(struct sink *, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 2, 3)))
#endif
	;

static inline void sink_char(struct sink *out, char c)
{
	if (out->used == out->capacity)
		sink_reserve(out, 1);
	out->data[out->used++] = c;
}

/* Numbers, without the cost of a format. */
void sink_decimal(struct sink *, uint64_t value);
void sink_hex(struct sink *, uint64_t value); /* 0x7f3a..., no leading zeros */

/* Writes what is pending. 0, or the errno of the first write that failed (EPIPE: the
 * reader has gone, and further work is in vain). */
int sink_flush(struct sink *);
static inline bool sink_failed(const struct sink *out)
{
	return out->error != 0;
}

/* In memory: what is there so far, NUL-terminated; lives until the next byte. */
const char *sink_string(struct sink *);
static inline void sink_clear(struct sink *out)
{
	out->used = 0;
}

#endif
