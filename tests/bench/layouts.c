/* Which layout of rows? `layouts SNAPSHOT...` reads the rows of real heaps and writes them
 * again in each candidate layout and in that of version 1.0 (the writer's and reader's own
 * code), frame by frame as the writer would; every candidate is decoded and compared. It
 * prints, an object each: bytes before compression, after zstd at level 1 and 3, and the
 * nanoseconds that encoding, zstd at level 1 and decoding (without zstd) take, the fastest
 * of seven runs (other work on the machine only ever adds). The tables in docs/format.md come from
 * here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/frame.h"
#include "format/row_decoder.h"
#include "format/row_encoder.h"
#include "tests/bench/layout_candidates.h"

#define FRAME_BYTES ((size_t)1 << 20)
#define ROOM_FOR_ROW ((size_t)64 << 10)
#define RUNS 7

struct heap {
	struct hs_row *rows;
	uint64_t *slots;
	size_t row_count, slot_count, objects, frames_max;
	uint32_t types, slot_maps;
};

struct frame {
	size_t first, rows, offset, bytes[HS_ROW_PARTS];
};

/* What a candidate makes of a heap. */
struct encoded {
	uint8_t *bytes; /* all frames, the parts of each one after the other */
	size_t length;
	struct frame *frames;
	size_t frame_count;
	uint8_t *parts[HS_ROW_PARTS]; /* of the frame being made */
};

/* Storage that candidates share. */
struct bench {
	struct layout_state state;
	struct hs_row_encoder encoder;
	struct hs_row_decoder decoder;
	uint64_t slots[HS_ROW_REFERENCES_MAX];
};

struct candidate {
	const char *name;
	void (*encode)(struct bench *, const struct heap *, struct encoded *);
	/* The sum of all ids and slots; with `heap`, compared with its rows. */
	uint64_t (*decode)(struct bench *, const struct encoded *, const struct heap *);
};

static void die(const char *what)
{
	fprintf(stderr, "layouts: %s\n", what);
	exit(3);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);
	if (!memory)
		die("out of memory");
	return memory;
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void load(struct heap *heap, const char *path)
{
	struct hs_reader *reader;
	struct hs_frame *frame;
	struct hs_error err;
	size_t rows = 0, slots = 0, row_capacity = 1 << 16, slot_capacity = 1 << 18;
	if (hs_reader_open(&reader, path, &err) || hs_frame_new(&frame, &err))
		die(err.message);
	heap->rows = allocate(row_capacity, sizeof *heap->rows);
	heap->slots = allocate(slot_capacity, sizeof *heap->slots);
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++) {
		struct hs_row row;
		int got;
		if (hs_reader_frame_info(reader, i)->kind != HS_FRAME_OBJECTS)
			continue;
		if (hs_frame_load(frame, reader, i, &err))
			die(err.message);
		while ((got = hs_frame_next_row(frame, &row, &err)) == 1) {
			if (rows == row_capacity) {
				row_capacity *= 2;
				heap->rows = realloc(heap->rows, row_capacity * sizeof *heap->rows);
			}
			if (slots + row.count > slot_capacity) {
				slot_capacity *= 2;
				heap->slots =
					realloc(heap->slots, slot_capacity * sizeof *heap->slots);
			}
			if (!heap->rows || !heap->slots)
				die("out of memory");
			memcpy(heap->slots + slots, row.slots, row.count * sizeof *row.slots);
			heap->objects += row.start == 0;
			heap->rows[rows++] = row;
			slots += row.count;
		}
		if (got < 0)
			die(err.message);
	}
	heap->row_count = rows;
	heap->slot_count = slots;
	heap->types = hs_reader_type_count(reader);
	heap->slot_maps = hs_reader_slot_map_count(reader);
	uint64_t *at = heap->slots;
	for (size_t i = 0; i < rows; i++) {
		heap->rows[i].slots = at;
		at += heap->rows[i].count;
	}
	hs_frame_free(frame);
	hs_reader_free(reader);
}

/* Appends the frame whose parts end at `next` and starts another one at row `first`. */
static void end_frame(struct encoded *out, uint8_t *const next[], size_t first)
{
	struct frame *frame = &out->frames[out->frame_count++];
	frame->rows = first - frame->first;
	frame->offset = out->length;
	for (int i = 0; i < HS_ROW_PARTS; i++) {
		frame->bytes[i] = next[i] ? (size_t)(next[i] - out->parts[i]) : 0;
		memcpy(out->bytes + out->length, out->parts[i], frame->bytes[i]);
		out->length += frame->bytes[i];
	}
	out->frames[out->frame_count].first = first;
}

ALWAYS_INLINE void start_rows(struct layout layout, struct layout_state *state,
			      uint8_t *const parts[])
{
	state->epoch++;
	state->type = 0;
	for (int i = 0; i < PART_COUNT; i++)
		state->next[i] = i == 0 || layout.parts ? parts[i] : NULL;
}

ALWAYS_INLINE void encode_layout(struct layout layout, struct bench *bench, const struct heap *heap,
				 struct encoded *out)
{
	struct layout_state state = bench->state;
	start_rows(layout, &state, out->parts);
	for (size_t i = 0; i < heap->row_count; i++) {
		size_t bytes = (size_t)(state.next[0] - out->parts[0]);
		if (layout.parts)
			bytes += (size_t)(state.next[1] - out->parts[1]) +
				 (size_t)(state.next[2] - out->parts[2]) +
				 (size_t)(state.next[3] - out->parts[3]);
		if (bytes > FRAME_BYTES - ROOM_FOR_ROW) {
			end_frame(out, state.next, i);
			start_rows(layout, &state, out->parts);
		}
		layout_put_row(layout, &state, &heap->rows[i]);
	}
	end_frame(out, state.next, heap->row_count);
	bench->state = state;
}

static void compare(const struct hs_row *got, const struct hs_row *want)
{
	if (got->object.id != want->object.id || got->object.type != want->object.type ||
	    got->object.slot_map != want->object.slot_map ||
	    got->object.size != want->object.size || got->object.extra != want->object.extra ||
	    got->object.refcount != want->object.refcount ||
	    got->object.flags != want->object.flags || got->start != want->start ||
	    got->count != want->count ||
	    memcmp(got->slots, want->slots, got->count * sizeof *got->slots) != 0)
		die("a row came back as another");
}

ALWAYS_INLINE uint64_t decode_layout(struct layout layout, struct bench *bench,
				     const struct encoded *in, const struct heap *heap)
{
	struct layout_state state = bench->state;
	uint64_t sum = 0;
	for (size_t f = 0; f < in->frame_count; f++) {
		const struct frame *frame = &in->frames[f];
		uint8_t *parts[PART_COUNT] = {in->bytes + frame->offset};
		for (int i = 1; i < PART_COUNT; i++)
			parts[i] = parts[i - 1] + frame->bytes[i - 1];
		start_rows(layout, &state, parts);
		for (size_t i = 0; i < frame->rows; i++) {
			struct hs_row row;
			layout_get_row(layout, &state, &row, bench->slots);
			sum += row.object.id + row.count;
			if (heap)
				compare(&row, &heap->rows[frame->first + i]);
		}
	}
	bench->state = state;
	return sum;
}

#define CANDIDATE(name, ...)                                                         \
	static void encode_##name(struct bench *bench, const struct heap *heap,      \
				  struct encoded *out)                               \
	{                                                                            \
		encode_layout((struct layout){__VA_ARGS__}, bench, heap, out);       \
	}                                                                            \
	static uint64_t decode_##name(struct bench *bench, const struct encoded *in, \
				      const struct heap *heap)                       \
	{                                                                            \
		return decode_layout((struct layout){__VA_ARGS__}, bench, in, heap); \
	}
CANDIDATE(absolute, .base = BASE_ZERO)
CANDIDATE(absolute_cbor, .base = BASE_ZERO, .cbor = true)
CANDIDATE(own, .base = BASE_OWN)
CANDIDATE(slot, .base = BASE_SLOT)
CANDIDATE(slot_cbor, .base = BASE_SLOT, .cbor = true)
CANDIDATE(slot_parts, .base = BASE_SLOT, .parts = true)
CANDIDATE(nearer, .base = BASE_NEARER)
CANDIDATE(nearer_parts, .base = BASE_NEARER, .parts = true)

static void encode_version_1(struct bench *bench, const struct heap *heap, struct encoded *out)
{
	struct hs_row_encoder *encoder = &bench->encoder;
	memcpy(encoder->begin, out->parts, sizeof encoder->begin);
	hs_row_encoder_start(encoder);
	for (size_t i = 0; i < heap->row_count; i++) {
		const struct hs_row *row = &heap->rows[i];
		if (hs_row_encoder_bytes(encoder) > FRAME_BYTES - ROOM_FOR_ROW) {
			end_frame(out, encoder->next, i);
			hs_row_encoder_start(encoder);
		}
		hs_row_encode(encoder, &row->object, row->start, row->slots, row->count);
	}
	end_frame(out, encoder->next, heap->row_count);
}

static uint64_t decode_version_1(struct bench *bench, const struct encoded *in,
				 const struct heap *heap)
{
	struct hs_row_decoder *decoder = &bench->decoder;
	uint64_t sum = 0;
	for (size_t f = 0; f < in->frame_count; f++) {
		const struct frame *frame = &in->frames[f];
		struct hs_row_bytes bytes;
		struct hs_error err;
		const uint8_t *at = in->bytes + frame->offset;
		for (int i = 0; i < HS_ROW_PARTS; i++) {
			bytes.data[i] = at;
			bytes.length[i] = frame->bytes[i];
			at += frame->bytes[i];
		}
		if (hs_row_decoder_start(decoder, &bytes, decoder->type_count,
					 decoder->slot_map_count, &err))
			die(err.message);
		for (size_t i = 0; i < frame->rows; i++) {
			struct hs_row row;
			if (hs_row_decode(decoder, &row, &err) != 1)
				die(err.message);
			sum += row.object.id + row.count;
			if (heap)
				compare(&row, &heap->rows[frame->first + i]);
		}
	}
	return sum;
}

/* The columns that every frame of version 1.0 declares. */
static void declare_columns(struct hs_row_decoder *decoder)
{
	uint8_t bytes[1024];
	struct hs_error err;
	struct hs_encoder out = {bytes, bytes + sizeof bytes, false};
	hs_row_encode_columns(&out);
	struct hs_cursor cursor = {bytes, bytes, out.next};
	if (out.overflow || hs_row_decoder_columns(decoder, &cursor, &err))
		die("columns that cannot be read");
}

static const struct candidate candidates[] = {
	{"absolute ids", encode_absolute, decode_absolute},
	{"absolute ids, CBOR integers", encode_absolute_cbor, decode_absolute_cbor},
	{"from the object's own id", encode_own, decode_own},
	{"from the same slot", encode_slot, decode_slot},
	{"from the same slot, CBOR integers", encode_slot_cbor, decode_slot_cbor},
	{"from the same slot, four strings", encode_slot_parts, decode_slot_parts},
	{"from the nearer of both", encode_nearer, decode_nearer},
	{"from the nearer, four strings", encode_nearer_parts, decode_nearer_parts},
	{"version 1.0", encode_version_1, decode_version_1},
};

static double fastest(const double times[])
{
	double least = times[0];
	for (int i = 1; i < RUNS; i++) {
		if (times[i] < least)
			least = times[i];
	}
	return least;
}

/* Bytes of all frames compressed. */
static size_t compress(const struct encoded *in, int level, double *seconds)
{
	size_t size = hs_compressor_size(level), room = hs_compress_bound(FRAME_BYTES), total = 0;
	void *memory = allocate(1, size);
	uint8_t *compressed = allocate(1, room);
	struct hs_compressor *compressor = hs_compressor_init(memory, size, level);
	double times[RUNS];
	if (!compressor)
		die("no compressor");
	for (int run = 0; run < RUNS; run++) {
		double begin = now();
		total = 0;
		for (size_t f = 0; f < in->frame_count; f++) {
			const struct frame *frame = &in->frames[f];
			size_t raw = frame->bytes[0] + frame->bytes[1] + frame->bytes[2] +
				     frame->bytes[3];
			size_t length;
			struct hs_error err;
			if (hs_compress(compressor, compressed, room, in->bytes + frame->offset,
					raw, &length, &err))
				die(err.message);
			total += length;
		}
		times[run] = now() - begin;
	}
	*seconds = fastest(times);
	free(memory);
	free(compressed);
	return total;
}

static void measure(const struct candidate *candidate, struct bench *bench, const struct heap *heap,
		    struct encoded *out)
{
	double encoding[RUNS], decoding[RUNS], level_1, level_3, objects = (double)heap->objects;
	for (int run = 0; run < RUNS; run++) {
		out->length = out->frame_count = 0;
		double begin = now();
		candidate->encode(bench, heap, out);
		encoding[run] = now() - begin;
	}
	uint64_t sum = candidate->decode(bench, out, heap);
	for (int run = 0; run < RUNS; run++) {
		double begin = now();
		if (candidate->decode(bench, out, NULL) != sum)
			die("two decodings differ");
		decoding[run] = now() - begin;
	}
	size_t bytes_1 = compress(out, 1, &level_1), bytes_3 = compress(out, 3, &level_3);
	printf("| %-33s | %5.2f | %5.2f | %5.2f | %5.1f | %5.1f | %5.1f |\n", candidate->name,
	       (double)out->length / objects, (double)bytes_1 / objects, (double)bytes_3 / objects,
	       1e9 * fastest(encoding) / objects, 1e9 * level_1 / objects,
	       1e9 * fastest(decoding) / objects);
	fflush(stdout);
}

static void measure_heap(const char *path)
{
	struct heap heap = {0};
	struct bench *bench = allocate(1, sizeof *bench);
	struct encoded out = {0};
	load(&heap, path);
	if (heap.objects == 0)
		die("no objects");
	/* No number takes more than ten bytes. */
	size_t bytes_max = 96 * heap.row_count + 11 * heap.slot_count;
	heap.frames_max = bytes_max / (FRAME_BYTES - 2 * ROOM_FOR_ROW) + 2;
	out.bytes = allocate(1, bytes_max + HS_ROW_PADDING_BYTES);
	out.frames = allocate(heap.frames_max + 1, sizeof *out.frames);
	for (int i = 0; i < HS_ROW_PARTS; i++)
		out.parts[i] = allocate(1, FRAME_BYTES);
	bench->state.predictions = allocate(heap.types, sizeof *bench->state.predictions);
	bench->encoder.predictions = allocate(heap.types, sizeof *bench->encoder.predictions);
	bench->decoder.type_count = heap.types;
	bench->decoder.slot_map_count = heap.slot_maps;
	declare_columns(&bench->decoder);

	const char *name = strrchr(path, '/');
	printf("\n%s: %zu objects, %.2f slots an object, %u types\n\n", name ? name + 1 : path,
	       heap.objects, (double)heap.slot_count / (double)heap.objects, heap.types);
	printf("| layout, an object                 |   raw |  zstd | zstd3 | write |  zstd |  "
	       "read |\n"
	       "|                                   | bytes | bytes | bytes |    ns |    ns |    "
	       "ns |\n"
	       "|-----------------------------------|-------|-------|-------|-------|-------|------"
	       "-|\n");
	for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
		measure(&candidates[i], bench, &heap, &out);

	hs_row_decoder_release(&bench->decoder);
	free(bench->encoder.predictions);
	free(bench->state.predictions);
	for (int i = 0; i < HS_ROW_PARTS; i++)
		free(out.parts[i]);
	free(out.frames);
	free(out.bytes);
	free(heap.slots);
	free(heap.rows);
	free(bench);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: layouts SNAPSHOT...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		measure_heap(argv[i]);
	return 0;
}
