/* A buffer before a descriptor, or in memory.
 *
 * stdio is not used because exporting ten million objects is bound by the cost of
 * a byte: here a character is a compare and a store, and a full buffer is one
 * write. `capacity` is never 0, so sink_char needs no other check. After a write
 * has failed all bytes are dropped, so that callers need to look only where they
 * could stop early, and once at the end. */
#include "analyzer/render/sink.h"

#include "analyzer/base/xalloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTOR_BUFFER = 1 << 18, MEMORY_BUFFER = 64, NUMBER_DIGITS_MAX = 20 };

void sink_init(struct sink *out, int fd)
{
	size_t capacity = fd == SINK_IN_MEMORY ? MEMORY_BUFFER : DESCRIPTOR_BUFFER;
	*out = (struct sink){.data = xmalloc(capacity, 1), .capacity = capacity, .fd = fd};
}

void sink_release(struct sink *out)
{
	free(out->data);
	*out = (struct sink){.fd = SINK_IN_MEMORY};
}

int sink_flush(struct sink *out)
{
	size_t done = 0;
	while (out->fd >= 0 && out->error == 0 && done < out->used) {
		ssize_t written = write(out->fd, out->data + done, out->used - done);
		if (written >= 0)
			done += (size_t)written;
		else if (errno != EINTR)
			out->error = errno;
	}
	if (out->fd >= 0)
		out->used = 0;
	return out->error;
}

void sink_reserve(struct sink *out, size_t size)
{
	if (size <= out->capacity - out->used)
		return;
	if (out->fd >= 0) {
		sink_flush(out);
		if (size <= out->capacity)
			return;
	}
	size_t capacity = out->capacity;
	while (capacity - out->used < size)
		capacity *= 2;
	out->data = xrealloc(out->data, capacity, 1);
	out->capacity = capacity;
}

void sink_bytes(struct sink *out, const char *bytes, size_t size)
{
	sink_reserve(out, size);
	memcpy(out->data + out->used, bytes, size);
	out->used += size;
}

void sink_text(struct sink *out, const char *text)
{
	sink_bytes(out, text, strlen(text));
}

void sink_spaces(struct sink *out, size_t count)
{
	sink_reserve(out, count);
	memset(out->data + out->used, ' ', count);
	out->used += count;
}

void sink_format(struct sink *out, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size > 0) {
		sink_reserve(out, (size_t)size + 1);
		vsnprintf(out->data + out->used, (size_t)size + 1, format, again);
		out->used += (size_t)size;
	}
	va_end(again);
}

void sink_decimal(struct sink *out, uint64_t value)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	sink_bytes(out, digits + at, sizeof digits - at);
}

void sink_hex(struct sink *out, uint64_t value)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof digits;
	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value != 0);
	digits[--at] = 'x';
	digits[--at] = '0';
	sink_bytes(out, digits + at, sizeof digits - at);
}

const char *sink_string(struct sink *out)
{
	sink_reserve(out, 1);
	out->data[out->used] = '\0';
	return out->data;
}
