/* The seek table: what frames a file has, in a skippable frame at its very end.
 *
 *   +--------------------+---------+- ... -+---------+--------------------------+
 *   | 0x184D2A5E, length | entry 0 |       | entry n | footer: 24 bytes         |
 *   +--------------------+---------+- ... -+---------+--------------------------+
 *   footer: bytes of an entry, entries, 0, CRC-32 of all before it, "heapseek"
 *
 * Fixed-width little-endian numbers; docs/format.md has the offsets. */
#ifndef HEAPSNAP_FORMAT_SEEK_TABLE_H
#define HEAPSNAP_FORMAT_SEEK_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "format/crc32.h"
#include "format/status.h"

#define HS_SEEK_ENTRY_BYTES 64u
#define HS_SEEK_FOOTER_BYTES 24u

struct hs_seek_entry {
	uint64_t offset, first_ordinal, low, high;
	uint32_t file_bytes, raw_bytes, kind, objects, rows, references;
	uint32_t crc32; /* of the frame as it stands in the file */
};

/* Writes one entry (HS_SEEK_ENTRY_BYTES) at `out`. */
void hs_seek_entry_put(uint8_t *out, const struct hs_seek_entry *entry);

/* Completes a table: `table` holds HS_SKIPPABLE_HEAD_BYTES of room, then `count`
 * entries, then HS_SEEK_FOOTER_BYTES of room. Returns its length in bytes. */
size_t hs_seek_table_close(uint8_t *table, uint32_t count, const struct hs_crc32 *);

/* The table at the end of a file of `length` bytes: entry i is read with
 * hs_seek_table_entry. HS_EFORMAT if there is none or it is damaged. */
struct hs_seek_table {
	const uint8_t *entries;
	uint32_t count, entry_bytes;
	uint64_t offset; /* of its skippable frame in the file */
};
enum hs_status hs_seek_table_find(const uint8_t *file, uint64_t length, struct hs_seek_table *out,
				  struct hs_error *err);
void hs_seek_table_entry(const struct hs_seek_table *, uint32_t index, struct hs_seek_entry *out);

#endif
