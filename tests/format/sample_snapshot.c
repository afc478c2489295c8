/* Random records in, a file out, through the writer alone. The file goes to an
 * anonymous temporary file and is read back. Values are of all widths (a random
 * number shifted by a random distance), so that every length of varint occurs. */
#include "tests/format/sample_snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/writer.h"

uint64_t sample_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* No assertion of Check: the corpus of the fuzzers is made with this too. */
static void must(bool is_true, const char *message)
{
	if (is_true)
		return;
	fprintf(stderr, "sample: %s\n", message);
	abort();
}

static uint32_t below(uint64_t *state, uint32_t limit)
{
	return (uint32_t)(sample_random(state) % limit);
}

static uint64_t any_width(uint64_t *state)
{
	uint64_t value = sample_random(state);
	return value >> (sample_random(state) & 63);
}

static uint64_t any_id(uint64_t *state)
{
	uint64_t id = any_width(state) & ~(uint64_t)7;
	return id ? id : 8;
}

static void *zeroed(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);
	must(memory != NULL, "out of memory");
	return memory;
}

static struct hs_text text_of(const char *string)
{
	return (struct hs_text){string, (uint32_t)strlen(string), false};
}

/* What texts consist of; one sample lives at a time. */
static struct text_memory {
	struct text_memory *next;
	char data[512];
} * text_memory;

/* Of a few lengths, with and without characters beyond ASCII. */
static struct hs_text any_text(uint64_t *state)
{
	static const char *const pieces[] = {
		"a", "session", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x8d", "_", "Z9"};
	struct text_memory *memory = zeroed(1, sizeof *memory);
	char *data = memory->data;
	memory->next = text_memory;
	text_memory = memory;
	uint32_t count = below(state, 12);
	for (uint32_t i = 0; i < count; i++)
		strcat(data, pieces[below(state, 7)]);
	struct hs_text text = text_of(data);
	text.escaped = below(state, 8) == 0;
	return text;
}

static void any_slot(struct hs_slot *slot, uint64_t *state)
{
	slot->kind = (enum hs_reference_kind)below(state, HS_NAMING + 1);
	slot->label = (enum hs_label_kind)below(state, HS_LABEL_FIELD + 1);
	if (slot->label == HS_LABEL_ATTR || slot->label == HS_LABEL_ITEM ||
	    slot->label == HS_LABEL_LOCAL || slot->label == HS_LABEL_FIELD)
		slot->text = any_text(state);
	if (slot->label == HS_LABEL_OFFSET)
		slot->number = (uint32_t)any_width(state);
}

static const struct hs_slot *any_slots(uint32_t *count, uint64_t *state)
{
	*count = below(state, 6);
	struct hs_slot *slots = zeroed(*count, sizeof *slots);
	for (uint32_t i = 0; i < *count; i++)
		any_slot(&slots[i], state);
	return slots;
}

static void make_tables(struct sample *sample, uint64_t *state)
{
	for (uint32_t i = 0; i < sample->type_count; i++)
		sample->types[i] = (struct hs_type){.number = i,
						    .id = any_id(state),
						    .name = any_text(state),
						    .flags = below(state, 64),
						    .basic_size = any_width(state),
						    .item_size = any_width(state)};
	for (uint32_t i = 0; i < sample->slot_map_count; i++) {
		struct hs_slot_map *map = &sample->slot_maps[i];
		map->number = i;
		map->type_reference = (enum hs_type_reference)below(state, 3);
		map->head = any_slots(&map->head_count, state);
		map->tail = any_slots(&map->tail_count, state);
	}
	for (uint32_t i = 0; i < sample->root_count; i++)
		sample->roots[i] = (struct hs_root){.kind = (enum hs_root_kind)below(state, 5),
						    .object = any_id(state),
						    .counted = below(state, 2),
						    .name = any_text(state),
						    .version = any_text(state),
						    .label = any_text(state),
						    .thread = any_text(state),
						    .function = any_text(state),
						    .file = any_text(state),
						    .line = (uint32_t)any_width(state)};
	for (uint32_t i = 0; i < sample->text_count; i++)
		sample->texts[i] =
			(struct hs_object_text){.id = any_id(state),
						.kind = (enum hs_text_kind)below(state, 4),
						.text = any_text(state),
						.full_length = any_width(state)};
}

static uint32_t any_count(const struct sample_options *options, uint64_t *state)
{
	if (below(state, 1000) == 0)
		return HS_ROW_REFERENCES_MAX;
	return below(state, options->slots_max + 1);
}

static void make_row(struct sample *sample, const struct sample_options *options, uint64_t index,
		     uint64_t *state)
{
	struct sample_row *row = &sample->rows[index];
	const struct sample_row *before = index > 0 ? row - 1 : NULL;
	bool continues = before && before->count > 0 && below(state, 16) == 0;
	row->count = any_count(options, state);
	if (continues) {
		row->object = before->object;
		row->start = before->start + before->count;
	} else {
		row->object = (struct hs_object){.id = any_id(state),
						 .type = below(state, sample->type_count),
						 .slot_map = below(state, sample->slot_map_count),
						 .size = any_width(state),
						 .extra = any_width(state),
						 .refcount = any_width(state),
						 .flags = below(state, HS_OBJECT_FLAGS_MAX + 1)};
		if (options->tame) {
			row->object.id = 0x7f0000000000u + 64 * index;
			row->object.size = 56;
			row->object.extra = 0;
			row->object.refcount = 1 + below(state, 2);
			row->object.flags = HS_TRACKED;
			row->object.type = below(state, 2) % sample->type_count;
			row->object.slot_map = row->object.type % sample->slot_map_count;
		}
	}
	if (options->alike)
		row->count = HS_ROW_REFERENCES_MAX;
	uint64_t *slots = zeroed(row->count, sizeof *slots);
	for (uint32_t i = 0; i < row->count; i++) {
		if (options->alike) {
			slots[i] = 4096;
			continue;
		}
		if (below(state, 5) != 0)
			slots[i] =
				options->tame ? 0x7f0000000000u + 64 * (index + i) : any_id(state);
	}
	row->slots = slots;
}

struct hs_header sample_header(void)
{
	return (struct hs_header){
		.format_major = HS_FORMAT_MAJOR,
		.format_minor = HS_FORMAT_MINOR,
		.implementation = text_of("CPython"),
		.python_version = text_of("3.11.7"),
		.python_hex = 0x030b07f0,
		.python_debug = true,
		.python_free_threaded = true,
		.platform = text_of("linux x86_64"),
		.pointer_bytes = 8,
		.pid = 4711,
		.host = text_of("host"),
		.executable = text_of("/usr/bin/python3"),
		.boot_id = text_of("0f0f"),
		.pid_namespace = 4026531836u,
		.start_ticks = 123456789012,
		.dump_serial = 3,
		.started_at = 1.5e9,
		.captured_at = 1.6e9 + 0.25,
		.untracked = true,
		.labels = HS_LABELS_KEYS,
		.values = 100,
		.redacted = true,
		.level = 1,
		.mode_asked = text_of("auto"),
		.trigger = text_of("call"),
		.gc_enabled = true,
		.gc_threshold = {700, 10, 11},
		.gc_count = {5, 6, 7},
		.gc_debug = 32,
		.gc_garbage = 9,
		.gc_collecting = -1,
		.interpreters = 2,
		.notes = {text_of("one"), text_of("two")},
		.note_count = 2,
	};
}

static void allocate(struct sample *out, const struct sample_options *options)
{
	memset(out, 0, sizeof *out);
	out->type_count = options->types;
	out->slot_map_count = options->slot_maps;
	out->root_count = options->roots;
	out->text_count = options->texts;
	out->row_count = options->rows;
	out->types = zeroed(options->types, sizeof *out->types);
	out->slot_maps = zeroed(options->slot_maps, sizeof *out->slot_maps);
	out->roots = zeroed(options->roots, sizeof *out->roots);
	out->texts = zeroed(options->texts, sizeof *out->texts);
	out->rows = zeroed(options->rows, sizeof *out->rows);
}

#define MUST(call) must((call) == HS_OK, err.message)

static void write_records(struct hs_writer *writer, struct sample *sample)
{
	struct hs_error err;
	for (uint32_t i = 0; i < sample->type_count; i++)
		MUST(hs_writer_type(writer, &sample->types[i], &err));
	for (uint32_t i = 0; i < sample->slot_map_count; i++)
		MUST(hs_writer_slot_map(writer, &sample->slot_maps[i], &err));
	for (uint32_t i = 0; i < sample->root_count; i++)
		MUST(hs_writer_root(writer, &sample->roots[i], &err));
	for (uint64_t i = 0; i < sample->row_count; i++) {
		const struct sample_row *row = &sample->rows[i];
		MUST(hs_writer_object(writer, &row->object, row->start, row->slots, row->count,
				      &err));
	}
	for (uint32_t i = 0; i < sample->text_count; i++)
		MUST(hs_writer_text(writer, &sample->texts[i], &err));
	MUST(hs_writer_close(writer, &sample->end, &err));
}

static void read_back(struct sample *sample, FILE *file)
{
	must(fseek(file, 0, SEEK_END) == 0, "cannot seek");
	long length = ftell(file);
	must(length > 0, "empty");
	rewind(file);
	sample->length = (size_t)length;
	sample->bytes = zeroed(sample->length, 1);
	must(fread(sample->bytes, 1, sample->length, file) == sample->length, "cannot read");
}

void sample_write(struct sample *out, const struct sample_options *options)
{
	uint64_t state = options->seed;
	allocate(out, options);
	make_tables(out, &state);
	for (uint64_t i = 0; i < out->row_count; i++)
		make_row(out, options, i, &state);
	out->header = sample_header();
	out->end = (struct hs_end){.pause_s = 0.125,
				   .elapsed_s = 2.5,
				   .mode = text_of("inline"),
				   .rss_bytes = 1 << 20,
				   .pss_bytes = 2 << 20,
				   .anonymous_bytes = 3 << 20,
				   .file_bytes_resident = 4 << 20,
				   .skipped_references = 5};

	FILE *file = tmpfile();
	must(file != NULL, "out of memory");
	struct hs_writer_options writer_options = {
		.fd = fileno(file),
		.level = options->level ? options->level : 1,
		.types_max = out->type_count + 1,
		.slot_maps_max = out->slot_map_count + 1,
		.frames_max = options->frames_max ? options->frames_max : 4096};
	size_t size = (hs_writer_arena_size(&writer_options) + 63) & ~(size_t)63;
	void *arena = aligned_alloc(64, size);
	must(arena != NULL, "out of memory");
	memset(arena, 0, size);
	struct hs_writer *writer;
	struct hs_error err;
	MUST(hs_writer_open(&writer, arena, size, &writer_options, &out->header, &err));
	write_records(writer, out);
	must(hs_writer_byte_count(writer) == (uint64_t)lseek(fileno(file), 0, SEEK_END),
	     "not as many bytes as the writer says");
	free(arena);
	read_back(out, file);
	fclose(file);
}

void sample_release(struct sample *sample)
{
	while (text_memory) {
		struct text_memory *next = text_memory->next;
		free(text_memory);
		text_memory = next;
	}
	for (uint32_t i = 0; i < sample->slot_map_count; i++) {
		free((void *)sample->slot_maps[i].head);
		free((void *)sample->slot_maps[i].tail);
	}
	for (uint64_t i = 0; i < sample->row_count; i++)
		free((void *)sample->rows[i].slots);
	free(sample->bytes);
	free(sample->types);
	free(sample->slot_maps);
	free(sample->roots);
	free(sample->texts);
	free(sample->rows);
}
