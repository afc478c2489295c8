/* A hash from (id, kind) to a text.
 *
 * Ids are multiples of 8 and kinds are below 8, so a pair is one 64-bit key, and 0 is
 * never one. Open addressing with linear probing, at most half full. The bytes of
 * all texts stand in one growing buffer; entries hold offsets into it. */
#include "analyzer/graph/text_index.h"

#include "analyzer/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct text_entry {
	uint64_t key; /* id | kind; 0: free */
	size_t offset;
	uint32_t length;
	bool escaped;
};

struct text_index {
	struct text_entry *entries;
	size_t mask; /* slots - 1, a power of two */
	size_t count;
	char *bytes;
	size_t used, capacity;
};

enum { SLOTS_FIRST = 1024 };

static size_t slot_of(uint64_t key, size_t mask)
{
	return (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & mask;
}

static struct text_entry *find_slot(struct text_entry *entries, size_t mask, uint64_t key)
{
	size_t at = slot_of(key, mask);
	while (entries[at].key != 0 && entries[at].key != key)
		at = (at + 1) & mask;
	return &entries[at];
}

static void grow_entries(struct text_index *index)
{
	size_t slots = (index->mask + 1) * 2;
	struct text_entry *entries = xcalloc(slots, sizeof *entries);
	for (size_t i = 0; i <= index->mask; i++)
		if (index->entries[i].key != 0)
			*find_slot(entries, slots - 1, index->entries[i].key) = index->entries[i];
	free(index->entries);
	index->entries = entries;
	index->mask = slots - 1;
}

static void add_text(struct text_index *index, const struct hs_object_text *text)
{
	uint64_t key = text->id | (uint64_t)text->kind;
	if (key == 0 || text->kind > HS_TEXT_VALUE)
		return;
	if (index->count * 2 > index->mask)
		grow_entries(index);
	struct text_entry *entry = find_slot(index->entries, index->mask, key);
	if (entry->key != 0)
		return;
	size_t length = text->text.length;
	index->bytes = xgrow(index->bytes, &index->capacity, index->used + length + 1, 1);
	memcpy(index->bytes + index->used, text->text.data, length);
	*entry = (struct text_entry){key, index->used, text->text.length, text->text.escaped};
	index->used += length;
	index->count++;
}

static enum hs_status read_frame(struct text_index *index, struct hs_frame *frame,
				 const struct hs_reader *reader, uint32_t number,
				 struct hs_error *err)
{
	struct hs_object_text text;
	enum hs_status status = hs_frame_load(frame, reader, number, err);
	if (status != HS_OK)
		return status;
	int more;
	while ((more = hs_frame_next_text(frame, &text, err)) > 0)
		add_text(index, &text);
	return (enum hs_status)more;
}

enum hs_status text_index_new(struct text_index **out, const struct hs_reader *reader,
			      struct hs_error *err)
{
	struct hs_frame *frame;
	enum hs_status status = hs_frame_new(&frame, err);
	if (status != HS_OK)
		return status;
	struct text_index *index = xcalloc(1, sizeof *index);
	index->mask = SLOTS_FIRST - 1;
	index->entries = xcalloc(SLOTS_FIRST, sizeof *index->entries);
	for (uint32_t i = 0; i < hs_reader_frame_count(reader) && status == HS_OK; i++) {
		if (hs_reader_frame_info(reader, i)->kind != HS_FRAME_TEXTS)
			continue;
		status = read_frame(index, frame, reader, i, err);
		if (!hs_reader_complete(reader))
			status = HS_OK;
	}
	hs_frame_free(frame);
	if (status != HS_OK) {
		text_index_free(index);
		return status;
	}
	*out = index;
	return HS_OK;
}

void text_index_free(struct text_index *index)
{
	if (index == NULL)
		return;
	free(index->entries);
	free(index->bytes);
	free(index);
}

struct hs_text text_index_find(const struct text_index *index, uint64_t id, enum hs_text_kind kind)
{
	const struct text_entry *entry =
		find_slot(index->entries, index->mask, id | (uint64_t)kind);
	if (entry->key == 0)
		return (struct hs_text){.data = NULL};
	return (struct hs_text){index->bytes + entry->offset, entry->length, entry->escaped};
}
