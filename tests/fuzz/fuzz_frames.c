/* The reader on any contents of frames: the input is a series of frames, each two bytes
 * of length (little-endian) and so many raw bytes, which are compressed here into a
 * file with good checksums. If the first byte is odd, a seek table is added that says
 * of the frames what they are, with the counts out of the next bytes of the input. */
#include <string.h>

#include "format/frame.h"
#include "format/seek_table.h"
#include "tests/fuzz/walk_snapshot.h"

#define FRAMES_MAX 64u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct made {
	uint8_t *file;
	size_t used, capacity;
	uint8_t table[HS_SKIPPABLE_HEAD_BYTES + FRAMES_MAX * HS_SEEK_ENTRY_BYTES +
		      HS_SEEK_FOOTER_BYTES];
	uint32_t frames;
	struct hs_crc32 crc32;
};

static struct hs_compressor *compressor(void)
{
	static void *memory;
	size_t size = hs_compressor_size(1);
	if (!memory)
		memory = malloc(size);
	return memory ? hs_compressor_init(memory, size, 1) : NULL;
}

static void add_frame(struct made *made, const uint8_t *raw, size_t length)
{
	struct hs_error err;
	size_t file_bytes;
	struct hs_compressor *context = compressor();
	if (!context || hs_compress(context, made->file + made->used, made->capacity - made->used,
				    raw, length, &file_bytes, &err))
		abort();
	struct hs_seek_entry entry = {.offset = made->used,
				      .file_bytes = (uint32_t)file_bytes,
				      .raw_bytes = (uint32_t)length,
				      .kind = length > 1 ? raw[1] : 0};
	if (entry.kind == HS_FRAME_OBJECTS && length > 16) {
		entry.objects = raw[length - 1] & 15;
		entry.rows = raw[length - 2] & 15;
		entry.references = raw[length - 3] & 31;
	}
	entry.crc32 = hs_crc32_of(&made->crc32, made->file + made->used, file_bytes);
	hs_seek_entry_put(made->table + HS_SKIPPABLE_HEAD_BYTES +
				  (size_t)made->frames * HS_SEEK_ENTRY_BYTES,
			  &entry);
	made->frames++;
	made->used += file_bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const uint8_t identity[] = {0x50, 0x2a, 0x4d, 0x18, 12,  0,   0, 0, 'h', 'e',
					   'a',  'p',  's',  'n',  'a', 'p', 1, 0, 0,   0};
	struct made made = {.used = sizeof identity};
	if (length == 0)
		return 0;
	made.capacity =
		sizeof identity + sizeof made.table + hs_compress_bound(length) + FRAMES_MAX * 600;
	made.file = malloc(made.capacity);
	if (!made.file)
		return 0;
	memcpy(made.file, identity, sizeof identity);
	hs_crc32_init(&made.crc32);
	bool has_table = bytes[0] & 1;
	for (size_t at = 1; at + 2 <= length && made.frames < FRAMES_MAX;) {
		size_t raw = (size_t)bytes[at] | (size_t)bytes[at + 1] << 8;
		at += 2;
		if (raw > length - at)
			raw = length - at;
		add_frame(&made, bytes + at, raw);
		at += raw;
	}
	if (has_table) {
		size_t table = hs_seek_table_close(made.table, made.frames, &made.crc32);
		memcpy(made.file + made.used, made.table, table);
		made.used += table;
	}
	walk_snapshot(made.file, made.used);
	free(made.file);
	return 0;
}
