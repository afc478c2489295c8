/* Writing JSON as it comes: nothing is held but whether a comma is due.
 *
 * That one bit is enough: a value or a closing bracket makes the next item need a
 * comma, an opening bracket or a key makes it need none. */
#include "analyzer/render/json.h"

#include "analyzer/render/text.h"

#include <string.h>

static void begin_value(struct json *json, const char *key)
{
	if (json->needs_comma)
		sink_char(json->out, ',');
	json->needs_comma = true;
	if (key == NULL)
		return;
	json_quote(json->out, key, strlen(key));
	sink_char(json->out, ':');
}

static void begin_nested(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	sink_char(json->out, bracket);
	json->needs_comma = false;
}

static void end_nested(struct json *json, char bracket)
{
	sink_char(json->out, bracket);
	json->needs_comma = true;
}

void json_object_begin(struct json *json, const char *key)
{
	begin_nested(json, key, '{');
}

void json_object_end(struct json *json)
{
	end_nested(json, '}');
}

void json_array_begin(struct json *json, const char *key)
{
	begin_nested(json, key, '[');
}

void json_array_end(struct json *json)
{
	end_nested(json, ']');
}

/* The part of a string that needs care: one code point at text[at]. Returns its bytes. */
static size_t quote_special(struct sink *out, const char *text, size_t size)
{
	uint32_t code;
	size_t length = text_decode(text, size, &code);
	if (code == UINT32_MAX) {
		sink_text(out, "\\ufffd");
	} else if (code == '"' || code == '\\') {
		sink_char(out, '\\');
		sink_char(out, (char)code);
	} else if (code == '\n') {
		sink_text(out, "\\n");
	} else if (code < 0x20 || code == 0x7f) {
		sink_format(out, "\\u%04x", (unsigned)code);
	} else {
		sink_bytes(out, text, length);
	}
	return length;
}

void json_quote(struct sink *out, const char *text, size_t size)
{
	sink_char(out, '"');
	for (size_t at = 0; at < size;) {
		unsigned char byte = (unsigned char)text[at];
		if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
			sink_char(out, (char)byte);
			at++;
		} else {
			at += quote_special(out, text + at, size - at);
		}
	}
	sink_char(out, '"');
}

void json_string_sized(struct json *json, const char *key, const char *text, size_t size)
{
	begin_value(json, key);
	if (text == NULL)
		sink_text(json->out, "null");
	else
		json_quote(json->out, text, size);
}

void json_string(struct json *json, const char *key, const char *text)
{
	json_string_sized(json, key, text, text ? strlen(text) : 0);
}

void json_id(struct json *json, const char *key, uint64_t id)
{
	begin_value(json, key);
	sink_char(json->out, '"');
	sink_hex(json->out, id);
	sink_char(json->out, '"');
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	sink_decimal(json->out, value);
}

void json_signed(struct json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	if (value < 0)
		sink_char(json->out, '-');
	sink_decimal(json->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_seconds(struct json *json, const char *key, double seconds)
{
	/* by hand: printf would write a comma in some locales, and "nan" for a NaN */
	uint64_t micros = seconds > 0 && seconds < 1e12 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;
	begin_value(json, key);
	sink_decimal(json->out, micros / 1000000);
	if (micros % 1000000 != 0)
		sink_format(json->out, ".%06u", (unsigned)(micros % 1000000));
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	sink_text(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	sink_text(json->out, "null");
}
