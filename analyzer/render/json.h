/* A streaming JSON writer (RFC 8259). The caller opens and closes what it writes;
 * commas are the writer's. `key` is NULL inside an array. */
#ifndef HEAPSNAP_RENDER_JSON_H
#define HEAPSNAP_RENDER_JSON_H

#include "analyzer/render/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct json {
	struct sink *out;
	bool needs_comma;
};

static inline void json_init(struct json *json, struct sink *out)
{
	*json = (struct json){.out = out};
}

void json_object_begin(struct json *, const char *key);
void json_object_end(struct json *);
void json_array_begin(struct json *, const char *key);
void json_array_end(struct json *);

/* `text` is UTF-8; control characters are escaped, bytes that are no UTF-8 become
 * U+FFFD. NULL is null. */
void json_string(struct json *, const char *key, const char *text);
void json_string_sized(struct json *, const char *key, const char *text, size_t size);
void json_id(struct json *, const char *key, uint64_t id); /* "0x7f3a..." */
void json_number(struct json *, const char *key, uint64_t value);
void json_signed(struct json *, const char *key, int64_t value);
void json_seconds(struct json *, const char *key, double seconds); /* to the microsecond */
void json_bool(struct json *, const char *key, bool value);
void json_null(struct json *, const char *key);

/* "text" with its quotes, as a value on its own. */
void json_quote(struct sink *, const char *text, size_t size);

#endif
