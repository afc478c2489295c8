/* Entries and footer of the seek table, byte by byte, so that neither alignment nor
 * byte order of the machine matters. Entries say how long they are: a newer minor
 * version may append fields, which are passed over here. */
#include "format/seek_table.h"

#include <string.h>

#include "format/frame.h"

static const char footer_magic[8] = {'h', 'e', 'a', 'p', 's', 'e', 'e', 'k'};

static void put32(uint8_t *out, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

static void put64(uint8_t *out, uint64_t value)
{
	put32(out, (uint32_t)value);
	put32(out + 4, (uint32_t)(value >> 32));
}

static uint32_t get32(const uint8_t *in)
{
	return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	       (uint32_t)in[3] << 24;
}

static uint64_t get64(const uint8_t *in)
{
	return get32(in) | (uint64_t)get32(in + 4) << 32;
}

void hs_seek_entry_put(uint8_t *out, const struct hs_seek_entry *entry)
{
	put64(out, entry->offset);
	put64(out + 8, entry->first_ordinal);
	put64(out + 16, entry->low);
	put64(out + 24, entry->high);
	put32(out + 32, entry->file_bytes);
	put32(out + 36, entry->raw_bytes);
	put32(out + 40, entry->kind);
	put32(out + 44, entry->objects);
	put32(out + 48, entry->rows);
	put32(out + 52, entry->references);
	put32(out + 56, entry->crc32);
	put32(out + 60, 0);
}

size_t hs_seek_table_close(uint8_t *table, uint32_t count, const struct hs_crc32 *crc32)
{
	size_t entries = (size_t)count * HS_SEEK_ENTRY_BYTES;
	uint8_t *payload = table + HS_SKIPPABLE_HEAD_BYTES;
	uint8_t *footer = payload + entries;
	put32(table, HS_SKIPPABLE_SEEK_TABLE);
	put32(table + 4, (uint32_t)(entries + HS_SEEK_FOOTER_BYTES));
	put32(footer, HS_SEEK_ENTRY_BYTES);
	put32(footer + 4, count);
	put32(footer + 8, 0);
	put32(footer + 12, hs_crc32_of(crc32, payload, entries + 12));
	memcpy(footer + 16, footer_magic, sizeof footer_magic);
	return HS_SKIPPABLE_HEAD_BYTES + entries + HS_SEEK_FOOTER_BYTES;
}

enum hs_status hs_seek_table_find(const uint8_t *file, uint64_t length, struct hs_seek_table *out,
				  struct hs_error *err)
{
	if (length < HS_SKIPPABLE_HEAD_BYTES + HS_SEEK_FOOTER_BYTES)
		return hs_fail(err, HS_EFORMAT, "no seek table: the file is cut");
	const uint8_t *footer = file + length - HS_SEEK_FOOTER_BYTES;
	if (memcmp(footer + 16, footer_magic, sizeof footer_magic) != 0)
		return hs_fail(err, HS_EFORMAT,
			       "no seek table at the end: the file is cut or damaged there");
	uint32_t entry_bytes = get32(footer), count = get32(footer + 4);
	uint64_t room = length - HS_SKIPPABLE_HEAD_BYTES - HS_SEEK_FOOTER_BYTES;
	uint64_t entries = (uint64_t)entry_bytes * count;
	if (entry_bytes < HS_SEEK_ENTRY_BYTES || entry_bytes > 4096 || entries > room)
		return hs_fail(err, HS_EFORMAT, "the seek table is damaged: %u entries of %u bytes",
			       count, entry_bytes);
	uint64_t offset = room - entries;
	const uint8_t *payload = file + offset + HS_SKIPPABLE_HEAD_BYTES;
	if (get32(file + offset) != HS_SKIPPABLE_SEEK_TABLE ||
	    get32(file + offset + 4) != entries + HS_SEEK_FOOTER_BYTES)
		return hs_fail(err, HS_EFORMAT, "the seek table at byte %llu is damaged",
			       (unsigned long long)offset);
	struct hs_crc32 crc32;
	hs_crc32_init(&crc32);
	if (hs_crc32_of(&crc32, payload, (size_t)entries + 12) != get32(footer + 12))
		return hs_fail(err, HS_EFORMAT, "the seek table at byte %llu: checksum mismatch",
			       (unsigned long long)offset);
	*out = (struct hs_seek_table){payload, count, entry_bytes, offset};
	return HS_OK;
}

void hs_seek_table_entry(const struct hs_seek_table *table, uint32_t index,
			 struct hs_seek_entry *out)
{
	const uint8_t *in = table->entries + (size_t)index * table->entry_bytes;
	out->offset = get64(in);
	out->first_ordinal = get64(in + 8);
	out->low = get64(in + 16);
	out->high = get64(in + 24);
	out->file_bytes = get32(in + 32);
	out->raw_bytes = get32(in + 36);
	out->kind = get32(in + 40);
	out->objects = get32(in + 44);
	out->rows = get32(in + 48);
	out->references = get32(in + 52);
	out->crc32 = get32(in + 56);
}
