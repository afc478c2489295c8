/* Writes the seeds of both fuzzers: `make_corpus DIRECTORY` fills DIRECTORY/reader with
 * small snapshots and DIRECTORY/frames with their frames' raw contents. Run by hand
 * when the format changes; what it writes is part of the tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/frame.h"
#include "tests/format/sample_snapshot.h"

static void save(const char *directory, const char *subject, unsigned number, const uint8_t *bytes,
		 size_t length)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s/%02u", directory, subject, number);
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
		fprintf(stderr, "make_corpus: cannot write '%s'\n", path);
		exit(EXIT_FAILURE);
	}
}

/* The raw contents of a snapshot's frames, each behind its length, as fuzz_frames.c has
 * them. Frames too long for two bytes of length are left out. */
static size_t unpack(const struct sample *sample, uint8_t *out, size_t room, bool table)
{
	struct hs_decompressor *decompressor;
	struct hs_error err;
	size_t used = 1;
	out[0] = table;
	if (hs_decompressor_new(&decompressor, &err))
		exit(EXIT_FAILURE);
	for (size_t at = 0; at < sample->length;) {
		struct hs_frame_extent extent;
		if (hs_frame_extent_at(sample->bytes + at, sample->length - at, &extent, &err))
			exit(EXIT_FAILURE);
		size_t raw = (size_t)extent.raw_bytes;
		if (!extent.skippable && raw < 65536 && used + 2 + raw <= room) {
			out[used] = (uint8_t)raw;
			out[used + 1] = (uint8_t)(raw >> 8);
			if (hs_decompress(decompressor, out + used + 2, raw, sample->bytes + at,
					  (size_t)extent.file_bytes, &err))
				exit(EXIT_FAILURE);
			used += 2 + raw;
		}
		at += (size_t)extent.file_bytes;
	}
	hs_decompressor_free(decompressor);
	return used;
}

int main(int argc, char **argv)
{
	static const struct sample_options cases[] = {
		{.seed = 1},
		{.seed = 2, .types = 1, .slot_maps = 1, .rows = 3, .slots_max = 2},
		{.seed = 3,
		 .types = 3,
		 .slot_maps = 3,
		 .roots = 2,
		 .texts = 4,
		 .rows = 20,
		 .slots_max = 5,
		 .tame = true},
		{.seed = 4,
		 .types = 3,
		 .slot_maps = 3,
		 .roots = 2,
		 .texts = 4,
		 .rows = 20,
		 .slots_max = 5},
		{.seed = 5, .types = 2, .slot_maps = 2, .rows = 30, .slots_max = 40, .tame = true},
		{.seed = 6,
		 .types = 2,
		 .slot_maps = 8,
		 .rows = 10,
		 .slots_max = 3,
		 .frames_max = 1},
		{.seed = 7, .types = 6, .slot_maps = 2, .roots = 8},
		{.seed = 8, .types = 1, .slot_maps = 1, .texts = 20, .rows = 5, .slots_max = 20},
	};
	static uint8_t raw[1 << 16];
	if (argc != 2) {
		fprintf(stderr, "usage: make_corpus DIRECTORY\n");
		return 2;
	}
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sample sample;
		sample_write(&sample, &cases[i]);
		save(argv[1], "reader", i, sample.bytes, sample.length);
		save(argv[1], "frames", i, raw, unpack(&sample, raw, sizeof raw, i % 2));
		sample_release(&sample);
	}
	return 0;
}
