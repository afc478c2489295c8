/* A buffer before a descriptor, or in memory.
 *
 * stdio is not used because exporting ten million objects is bound by the cost of
 * a byte: here a character is a compare and a store, and a full buffer is one
 * write. `capacity` is never 0, so output_char needs no other check. After a write
 * has failed all bytes are dropped, so that callers need to look only where they
 * could stop early, and once at the end. */
#include "analyzer/render/output.h"

#include "analyzer/base/xalloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTOR_BUFFER = 1 << 18, MEMORY_BUFFER = 64, NUMBER_DIGITS_MAX = 20 };

void output_init(struct output *out, int fd)
{
	size_t capacity = fd == OUTPUT_IN_MEMORY ? MEMORY_BUFFER : DESCRIPTOR_BUFFER;
	*out = (struct output){.data = xmalloc(capacity, 1), .capacity = capacity, .fd = fd};
}

void output_release(struct output *out)
{
	free(out->data);
	*out = (struct output){.fd = OUTPUT_IN_MEMORY};
}

int output_flush(struct output *out)
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

void output_reserve(struct output *out, size_t size)
{
	if (size <= out->capacity - out->used)
		return;
	if (out->fd >= 0) {
		output_flush(out);
		if (size <= out->capacity)
			return;
	}
	size_t capacity = out->capacity;
	while (capacity - out->used < size)
		capacity *= 2;
	out->data = xrealloc(out->data, capacity, 1);
	out->capacity = capacity;
}

void output_bytes(struct output *out, const char *bytes, size_t size)
{
	output_reserve(out, size);
	memcpy(out->data + out->used, bytes, size);
	out->used += size;
}

void output_text(struct output *out, const char *text)
{
	output_bytes(out, text, strlen(text));
}

void output_spaces(struct output *out, size_t count)
{
	output_reserve(out, count);
	memset(out->data + out->used, ' ', count);
	out->used += count;
}

void output_format(struct output *out, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size > 0) {
		output_reserve(out, (size_t)size + 1);
		vsnprintf(out->data + out->used, (size_t)size + 1, format, again);
		out->used += (size_t)size;
	}
	va_end(again);
}

void output_decimal(struct output *out, uint64_t value)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	output_bytes(out, digits + at, sizeof digits - at);
}

void output_hex(struct output *out, uint64_t value)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof digits;
	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value != 0);
	digits[--at] = 'x';
	digits[--at] = '0';
	output_bytes(out, digits + at, sizeof digits - at);
}

const char *output_string(struct output *out)
{
	output_reserve(out, 1);
	out->data[out->used] = '\0';
	return out->data;
}
