/* The text of an error, put together without stdio: hs_fail runs in a fork child
 * and in foreign processes, where printf may wait for a lock that nobody will
 * release. Knows the few conversions named in status.h, no widths or precisions;
 * a text that does not fit is cut. Cost: one pass over the format. */
#include "format/status.h"

#include <stdarg.h>
#include <stdbool.h>

struct line {
	char *next, *end; /* end: where the terminating NUL must fit */
};

static void put(struct line *line, char c)
{
	if (line->next < line->end)
		*line->next++ = c;
}

static void put_string(struct line *line, const char *string)
{
	if (!string)
		string = "(null)";
	while (*string)
		put(line, *string++);
}

static void put_unsigned(struct line *line, unsigned long long value, unsigned base)
{
	char digits[20];
	unsigned count = 0;
	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (count)
		put(line, digits[--count]);
}

static void put_signed(struct line *line, long long value)
{
	unsigned long long magnitude = (unsigned long long)value;
	if (value < 0) {
		put(line, '-');
		magnitude = 0 - magnitude;
	}
	put_unsigned(line, magnitude, 10);
}

enum hs_status(hs_fail)(struct hs_error *err, enum hs_status status, const char *format, ...)
{
	struct line line = {err->message, err->message + sizeof err->message - 1};
	va_list arguments;
	va_start(arguments, format);
	for (const char *f = format; *f; f++) {
		if (*f != '%') {
			put(&line, *f);
			continue;
		}
		f++;
		unsigned longs = 0;
		bool is_size = false;
		for (; *f == 'l'; f++)
			longs++;
		if (*f == 'z') {
			is_size = true;
			f++;
		}
		unsigned base = *f == 'x' ? 16 : 10;
		if (*f == 's')
			put_string(&line, va_arg(arguments, const char *));
		else if (*f == 'd' && longs == 2)
			put_signed(&line, va_arg(arguments, long long));
		else if (*f == 'd')
			put_signed(&line, va_arg(arguments, int));
		else if (is_size)
			put_unsigned(&line, va_arg(arguments, size_t), base);
		else if ((*f == 'u' || *f == 'x') && longs == 2)
			put_unsigned(&line, va_arg(arguments, unsigned long long), base);
		else if ((*f == 'u' || *f == 'x') && longs == 1)
			put_unsigned(&line, va_arg(arguments, unsigned long), base);
		else if (*f == 'u' || *f == 'x')
			put_unsigned(&line, va_arg(arguments, unsigned), base);
		else if (*f == '%')
			put(&line, '%');
		else
			break; /* an unknown conversion: its argument cannot be passed over */
	}
	va_end(arguments);
	*line.next = '\0';
	err->status = status;
	err->system_errno = 0;
	return status;
}
