/* What docs/format.md calls a text: valid UTF-8 (RFC 3629). */
#ifndef HEAPSNAP_FORMAT_UTF8_H
#define HEAPSNAP_FORMAT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the bytes are valid UTF-8: no surrogates, no overlong forms, nothing above
 * U+10FFFF; *characters is then their number of code points. */
bool hs_utf8_count(const char *bytes, size_t length, uint64_t *characters);

#endif
