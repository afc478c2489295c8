/* UTF-8 by hand, because results must not depend on the locale and because the
 * texts come out of files: nothing of them is believed.
 *
 * Widths come from a short table of ranges (combining marks, East Asian wide and
 * emoji blocks) instead of wcwidth, which answers -1 for all but ASCII in the C
 * locale that cron jobs and containers have. The ranges are coarse: a wrong guess
 * costs a ragged column, nothing else. */
#include "analyzer/render/text.h"

#include <string.h>

struct code_range {
	uint32_t first, last;
};

static const struct code_range zero_width[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},   {0x0e31, 0x0e31},
	{0x0e34, 0x0e3a}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d},   {0x20d0, 0x20ff},
	{0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static const struct code_range double_width[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
	{0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
	{0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
	{0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

/* C0, DEL, C1, line separators, and the marks that reorder what follows. */
static const struct code_range unsafe[] = {
	{0x00, 0x1f}, {0x7f, 0x9f}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
};

#define IN_RANGES(ranges, code) in_ranges(ranges, sizeof(ranges) / sizeof(ranges)[0], code)

static int in_ranges(const struct code_range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return 1;
	return 0;
}

size_t text_decode(const char *text, size_t size, uint32_t *code)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = bytes[0] < 0x80   ? 1
			: bytes[0] < 0xc0 ? 0
			: bytes[0] < 0xe0 ? 2
			: bytes[0] < 0xf0 ? 3
			: bytes[0] < 0xf8 ? 4
					  : 0;
	*code = UINT32_MAX;
	if (length == 0 || length > size)
		return 1;
	if (length == 1) {
		*code = bytes[0];
		return 1;
	}
	uint32_t value = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 1;
	*code = value;
	return length;
}

void text_append_safe(struct sink *out, const char *text)
{
	text_append_safe_sized(out, text, strlen(text));
}

void text_append_safe_sized(struct sink *out, const char *text, size_t size)
{
	for (size_t at = 0; at < size;) {
		uint32_t code;
		size_t length = text_decode(text + at, size - at, &code);
		if (code == UINT32_MAX)
			sink_format(out, "\\x%02x", (unsigned char)text[at]);
		else if (!IN_RANGES(unsafe, code))
			sink_bytes(out, text + at, length);
		else
			sink_format(out, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
		at += length;
	}
}

static size_t code_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (IN_RANGES(zero_width, code))
		return 0;
	return IN_RANGES(double_width, code) ? 2 : 1;
}

static size_t width_of(const char *text, size_t size)
{
	size_t width = 0;
	for (size_t at = 0; at < size;) {
		uint32_t code;
		at += text_decode(text + at, size - at, &code);
		width += code_width(code);
	}
	return width;
}

size_t text_width(const char *text)
{
	return width_of(text, strlen(text));
}

/* Bytes of the longest prefix that takes at most `columns`. */
static size_t prefix_bytes(const char *text, size_t columns)
{
	size_t size = strlen(text), at = 0, width = 0;
	while (at < size) {
		uint32_t code;
		size_t length = text_decode(text + at, size - at, &code);
		width += code_width(code);
		if (width > columns)
			break;
		at += length;
	}
	return at;
}

void text_append_cut(struct sink *out, const char *text, size_t columns, const char *ellipsis)
{
	size_t width = text_width(text);
	size_t mark = text_width(ellipsis);
	if (width <= columns || columns < mark) {
		sink_bytes(out, text, width <= columns ? strlen(text) : 0);
		return;
	}
	size_t tail = (columns - mark) * 3 / 5;
	size_t head = columns - mark - tail;
	sink_bytes(out, text, prefix_bytes(text, head));
	sink_text(out, ellipsis);
	/* a double-width character at the seam may make the tail one column shorter */
	const char *rest = text;
	while (text_width(rest) > tail) {
		uint32_t code;
		rest += text_decode(rest, strlen(rest), &code);
	}
	sink_text(out, rest);
}

void text_append_wrapped(struct sink *out, const char *text, size_t indent, size_t columns)
{
	size_t column = indent;
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		size_t size = strcspn(text, " "), width = width_of(text, size);
		if (column > indent && column + 1 + width > columns) {
			sink_char(out, '\n');
			sink_spaces(out, indent);
			column = indent;
		} else if (column > indent) {
			sink_char(out, ' ');
			column++;
		}
		sink_bytes(out, text, size);
		column += width;
		text += size;
	}
}
