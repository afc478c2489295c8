/* Text for people: UTF-8 that comes out of files, measured and cut in columns. */
#ifndef HEAPSNAP_RENDER_TEXT_H
#define HEAPSNAP_RENDER_TEXT_H

#include "analyzer/render/sink.h"

#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at text[0..size), size > 0. Returns the bytes it takes; for
 * what is not UTF-8 (overlong forms and surrogates too) 1, with *code UINT32_MAX. */
size_t text_decode(const char *text, size_t size, uint32_t *code);

/* Appends `text` so that it is safe on a terminal: control characters (C1 and those
 * that turn the direction of writing too) and bytes that are no UTF-8 are written
 * \x1b, \u202e. */
void text_append_safe(struct sink *, const char *text);
void text_append_safe_sized(struct sink *, const char *text, size_t size);

/* Appends a safe text in lines of at most `columns`, broken at spaces; the first begins at
 * column `indent`, where the others are brought. A longer word has a line of its own. */
void text_append_wrapped(struct sink *, const char *text, size_t indent, size_t columns);

/* Columns that a safe text takes. Combining marks take none, East Asian wide characters two. */
size_t text_width(const char *text);

/* Appends `text`, cut in the middle to at most `columns` with `ellipsis` (one that
 * takes `text_width(ellipsis)`) where it is wider: both ends of a path say most. */
void text_append_cut(struct sink *, const char *text, size_t columns, const char *ellipsis);

#endif
