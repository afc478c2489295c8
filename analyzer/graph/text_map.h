/* The texts of chosen ids, read from the file's text frames. */
#ifndef HEAPSNAP_ANALYZER_TEXT_MAP_H
#define HEAPSNAP_ANALYZER_TEXT_MAP_H

#include "format/reader.h"

struct text_map {
	uint64_t *keys; /* [count] id | kind, in the order in which they were wanted */
	char **texts;   /* [count] NUL-terminated, or NULL: the file does not hold it */
	uint32_t count;
	size_t key_capacity, text_capacity;
	uint32_t *slots; /* [mask + 1] number + 1 */
	uint32_t mask;
};

#define TEXT_MAP_NONE UINT32_MAX

void text_map_init(struct text_map *out);
void text_map_release(struct text_map *);

/* Asks for a text: returns its number, dense from 0. HS_TEXT_KEY means literals too. */
uint32_t text_map_want(struct text_map *, uint64_t id, enum hs_text_kind kind);

/* The number of a text asked for, or TEXT_MAP_NONE. */
uint32_t text_map_find(const struct text_map *, uint64_t id, enum hs_text_kind kind);

/* Reads all text frames once: fills what was asked for, and takes besides every text whose
 * kind is in the mask `all_of` (1 << kind). A damaged frame costs its texts, no more. */
enum hs_status text_map_read(struct text_map *, const struct hs_reader *, unsigned all_of,
			     struct hs_error *err);

/* What stands behind a key of which the file holds only the beginning: no UTF-8 either, so
 * that no whole key is taken for it. Where other texts were cut there is an ellipsis. */
#define TEXT_CUT "\xc0\x81"
#define TEXT_ELLIPSIS "\xe2\x80\xa6"

/* The bytes of a key before TEXT_CUT; all of them if it is whole. */
size_t text_key_bytes(const char *key, size_t size);

/* What stands before a key that is no str: what follows is to be printed as it is. */
#define TEXT_LITERAL "\xc0\x82"
bool text_key_is_literal(const char *key, size_t size);

/* A copy of a key, which may hold a NUL: it becomes two bytes that no UTF-8 holds. */
#define TEXT_NUL "\xc0\x80"
char *text_keep_key(const char *text, size_t length);

#endif
