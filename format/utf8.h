/* What docs/format.md calls a text: valid UTF-8 (RFC 3629). */
#ifndef HEAPSNAP_FORMAT_UTF8_H
#define HEAPSNAP_FORMAT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the first character of `left` (at least 1), 0 where they begin with none. */
size_t hs_utf8_length(const char *bytes, size_t left);

/* True if the bytes are valid UTF-8: no surrogates, no overlong forms, nothing above
 * U+10FFFF; *characters is then their number of code points. */
bool hs_utf8_count(const char *bytes, size_t length, uint64_t *characters);

#endif
