/* Texts by id and kind: an open hash of numbers over dense arrays. Ids are multiples of 8,
 * so the kind fits below them. The first text of an id counts; a file that repeats one says
 * the same. */
#include "analyzer/graph/text_map.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

#define SLOTS_START 256

void text_map_init(struct text_map *out)
{
	memset(out, 0, sizeof(*out));
	out->slots = xcalloc(SLOTS_START, sizeof(*out->slots));
	out->mask = SLOTS_START - 1;
}

void text_map_release(struct text_map *map)
{
	for (uint32_t i = 0; i < map->count; i++)
		free(map->texts[i]);
	free(map->keys);
	free(map->texts);
	free(map->slots);
	memset(map, 0, sizeof(*map));
}

static uint32_t home(const struct text_map *map, uint64_t key)
{
	return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & map->mask;
}

/* The slot that holds the key's number, or the free one where it belongs. */
static uint32_t probe(const struct text_map *map, uint64_t key)
{
	uint32_t at = home(map, key);

	while (map->slots[at] != 0 && map->keys[map->slots[at] - 1] != key)
		at = (at + 1) & map->mask;
	return at;
}

static void double_slots(struct text_map *map)
{
	map->mask = map->mask * 2 + 1;
	free(map->slots);
	map->slots = xcalloc((size_t)map->mask + 1, sizeof(*map->slots));
	for (uint32_t i = 0; i < map->count; i++)
		map->slots[probe(map, map->keys[i])] = i + 1;
}

static uint64_t key_of(uint64_t id, enum hs_text_kind kind)
{
	return (id & ~UINT64_C(7)) | ((uint64_t)kind & 7);
}

uint32_t text_map_want(struct text_map *map, uint64_t id, enum hs_text_kind kind)
{
	uint64_t key = key_of(id, kind);
	uint32_t at = probe(map, key);

	if (map->slots[at] != 0)
		return map->slots[at] - 1;
	uint32_t number = map->count;
	map->keys = xgrow(map->keys, &map->key_capacity, (size_t)number + 1, sizeof(*map->keys));
	map->texts =
		xgrow(map->texts, &map->text_capacity, (size_t)number + 1, sizeof(*map->texts));
	map->keys[number] = key;
	map->texts[number] = NULL;
	map->count++;
	map->slots[at] = number + 1;
	if (map->count > map->mask / 2)
		double_slots(map);
	return number;
}

uint32_t text_map_find(const struct text_map *map, uint64_t id, enum hs_text_kind kind)
{
	uint32_t at = probe(map, key_of(id, kind));

	return map->slots[at] != 0 ? map->slots[at] - 1 : TEXT_MAP_NONE;
}

char *text_keep_key(const char *text, size_t length)
{
	char *kept = xmalloc(length + 1, 2), *end = kept;

	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\0') {
			*end++ = text[i];
		} else {
			memcpy(end, TEXT_NUL, 2);
			end += 2;
		}
	}
	*end = '\0';
	return kept;
}

size_t text_key_bytes(const char *key, size_t size)
{
	size_t mark = sizeof(TEXT_CUT) - 1;

	return size >= mark && memcmp(key + size - mark, TEXT_CUT, mark) == 0 ? size - mark : size;
}

bool text_key_is_literal(const char *key, size_t size)
{
	size_t mark = sizeof(TEXT_LITERAL) - 1;

	return size >= mark && memcmp(key, TEXT_LITERAL, mark) == 0;
}

static char *keep_literal(const char *text, size_t length)
{
	size_t mark = sizeof(TEXT_LITERAL) - 1;
	char *kept = xmalloc(mark + length + 1, 1);

	memcpy(kept, TEXT_LITERAL, mark);
	memcpy(kept + mark, text, length);
	kept[mark + length] = '\0';
	return kept;
}

static char *keep_with_mark(char *kept, const char *mark)
{
	size_t length = strlen(kept), mark_length = strlen(mark);
	char *marked = xmalloc(length + mark_length + 1, 1);

	memcpy(marked, kept, length);
	memcpy(marked + length, mark, mark_length + 1);
	free(kept);
	return marked;
}

static bool is_cut(const struct hs_object_text *text)
{
	uint64_t characters = 0;

	for (uint32_t i = 0; i < text->text.length; i++)
		characters += ((unsigned char)text->text.data[i] & 0xc0) != 0x80;
	return characters < text->full_length;
}

static void take_text(struct text_map *map, const struct hs_object_text *text, unsigned all_of)
{
	enum hs_text_kind kind = text->kind == HS_TEXT_LITERAL ? HS_TEXT_KEY : text->kind;
	uint32_t number = all_of >> kind & 1 ? text_map_want(map, text->id, kind)
					     : text_map_find(map, text->id, kind);

	if (number == TEXT_MAP_NONE || map->texts[number])
		return;
	if (text->kind == HS_TEXT_LITERAL)
		map->texts[number] = keep_literal(text->text.data, text->text.length);
	else if (text->kind == HS_TEXT_KEY)
		map->texts[number] = text_keep_key(text->text.data, text->text.length);
	else
		map->texts[number] = xstrndup(text->text.data, text->text.length);
	if (is_cut(text))
		map->texts[number] = keep_with_mark(map->texts[number],
						    kind == HS_TEXT_KEY ? TEXT_CUT : TEXT_ELLIPSIS);
}

enum hs_status text_map_read(struct text_map *map, const struct hs_reader *reader, unsigned all_of,
			     struct hs_error *err)
{
	struct hs_frame *frame;
	struct hs_object_text text;
	uint32_t frame_count = hs_reader_frame_count(reader);
	int status = hs_frame_new(&frame, err);

	if (status != HS_OK)
		return (enum hs_status)status;
	for (uint32_t i = 0; i < frame_count; i++) {
		if (hs_reader_frame_info(reader, i)->kind != HS_FRAME_TEXTS)
			continue;
		status = hs_frame_load(frame, reader, i, err);
		while (status == HS_OK && (status = hs_frame_next_text(frame, &text, err)) == 1) {
			take_text(map, &text, all_of);
			status = HS_OK;
		}
		if (status < 0 && status != HS_EFORMAT)
			break;
		status = HS_OK;
	}
	hs_frame_free(frame);
	return (enum hs_status)status;
}
