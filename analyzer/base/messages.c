/* Messages to stderr.
 *
 * A message is formatted into one buffer and written with one call, so that the
 * lines of several processes sharing a terminal do not mix. Bytes below a space are
 * replaced (except for newlines): a name out of a snapshot may hold an escape
 * sequence, and a terminal would obey it. */
#include "analyzer/base/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_BYTES_MAX = 8192 };

static void print_message(const char *format, va_list arguments)
{
	static const char prefix[] = "heapsnap: ";
	char line[MESSAGE_BYTES_MAX];
	size_t start = sizeof prefix - 1;
	size_t room = sizeof line - start - 1;

	memcpy(line, prefix, start);
	int wanted = vsnprintf(line + start, room, format, arguments);
	size_t length = wanted < 0 ? 0 : (size_t)wanted;
	if (length >= room)
		length = room - 1;
	for (size_t i = start; i < start + length; i++) {
		unsigned char byte = (unsigned char)line[i];
		if ((byte < 0x20 && byte != '\n') || byte == 0x7f)
			line[i] = '?';
	}
	line[start + length] = '\n';
	fwrite(line, 1, start + length + 1, stderr);
}

void message_error(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
}

void message_warning(bool quiet, const char *format, ...)
{
	if (quiet)
		return;
	va_list arguments;
	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
}
