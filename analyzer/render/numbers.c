/* Numbers in text: thousands apart, bytes in units of 1024 with one digit behind
 * the point, times of a length with the two units that say most.
 *
 * No floating point is used for bytes: 10.5 MiB is computed in tenths, rounded
 * half up, so that the same bytes print the same everywhere. */
#include "analyzer/render/numbers.h"

#include <stdio.h>
#include <time.h>

enum { GROUP_DIGITS = 3 };

void number_append_count(struct sink *out, uint64_t value)
{
	char digits[24];
	int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % GROUP_DIGITS == 0)
			sink_char(out, ',');
		sink_char(out, digits[i]);
	}
}

/* Appends the sign of a change; returns its magnitude. */
static uint64_t append_sign(struct sink *out, int64_t value)
{
	if (value > 0)
		sink_char(out, '+');
	if (value < 0)
		sink_char(out, '-');
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void number_append_count_change(struct sink *out, int64_t value)
{
	number_append_count(out, append_sign(out, value));
}

void number_append_bytes(struct sink *out, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	if (bytes < 1024) {
		sink_format(out, "%u B", (unsigned)bytes);
		return;
	}
	unsigned unit = 0;
	uint64_t scale = 1024;
	/* 1023.95 of a unit would print as 1024.0 of it: the next one then */
	while (unit < 5 && bytes >= scale * 1024 - scale / 20) {
		scale *= 1024;
		unit++;
	}
	uint64_t whole = bytes / scale;
	uint64_t tenths = (bytes % scale * 10 + scale / 2) / scale;
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}
	sink_format(out, "%u.%u %s", (unsigned)whole, (unsigned)tenths, units[unit]);
}

void number_append_bytes_change(struct sink *out, int64_t bytes)
{
	number_append_bytes(out, append_sign(out, bytes));
}

void number_append_percent(struct sink *out, uint64_t part, uint64_t whole)
{
	/* parts of 2^53 bytes and more lose their last digits, which a tenth does not show */
	double tenths = whole ? (double)part * 1000.0 / (double)whole + 0.5 : 0;
	sink_format(out, "%u.%u%%", (unsigned)tenths / 10, (unsigned)tenths % 10);
}

void number_append_duration(struct sink *out, double seconds)
{
	if (!(seconds > 0) || seconds >= 1e12) {
		sink_text(out, "0 s");
	} else if (seconds < 0.1) {
		sink_format(out, "%.1f ms", seconds * 1e3);
	} else if (seconds < 60) {
		sink_format(out, "%.1f s", seconds);
	} else {
		uint64_t minutes = (uint64_t)(seconds / 60);
		if (minutes < 60)
			sink_format(out, "%u min %u s", (unsigned)minutes,
				    (unsigned)((uint64_t)seconds % 60));
		else if (minutes < 24 * 60)
			sink_format(out, "%u h %u min", (unsigned)(minutes / 60),
				    (unsigned)(minutes % 60));
		else
			sink_format(out, "%llu d %u h", (unsigned long long)(minutes / (24 * 60)),
				    (unsigned)(minutes / 60 % 24));
	}
}

void number_append_time(struct sink *out, double unix_time)
{
	char text[40];
	struct tm parts;
	time_t moment = unix_time > 0 && unix_time < 1e11 ? (time_t)unix_time : 0;
	if (gmtime_r(&moment, &parts) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &parts) == 0)
		sink_text(out, "at an unknown time");
	else
		sink_text(out, text);
}

void number_append_counted(struct sink *out, uint64_t value, const char *one, const char *many)
{
	number_append_count(out, value);
	sink_char(out, ' ');
	sink_text(out, value == 1 ? one : many);
}
