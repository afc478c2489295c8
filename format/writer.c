/* Puts records into frames; frame_sink puts frames into the file.
 *
 *   hs_writer_object --> rows buffer --.
 *   hs_writer_type   --> list frame  --+--> frame_sink
 *   ..._slot_map, _root, _text      --'
 *
 * Every buffer becomes a frame when it is full. Before a frame of objects the types,
 * slot maps and roots that are pending are written, so that a reader of the stream
 * knows what the rows name. All memory is carved out of the caller's arena in one
 * place (lay_out); nothing is allocated, locked or sought.
 *
 * Cost: hs_writer_object encodes into the rows buffer, about 20 ns; everything else
 * happens once a frame. */
#include "format/writer.h"

#include <string.h>

#include "format/frame_sink.h"
#include "format/list_frame.h"
#include "format/naming.h"
#include "format/record_encoder.h"
#include "format/row_encoder.h"

#define FRAME_BYTES ((size_t)1 << 20)   /* raw, at most */
#define ROWS_BYTES (FRAME_BYTES - 1024) /* of a frame of objects without its envelope */
#define TOTALS_PER_FRAME 32768u

enum list { LIST_TYPES, LIST_SLOT_MAPS, LIST_ROOTS, LIST_TEXTS, LIST_COUNT };

static const struct {
	uint32_t kind;
	size_t buffer_bytes;
	const char *key;
} list_traits[LIST_COUNT] = {
	[LIST_TYPES] = {HS_FRAME_TABLE, 64 << 10, "types"},
	[LIST_SLOT_MAPS] = {HS_FRAME_TABLE, 512 << 10, "slot_maps"},
	[LIST_ROOTS] = {HS_FRAME_ROOTS, 64 << 10, "roots"},
	[LIST_TEXTS] = {HS_FRAME_TEXTS, 512 << 10, "texts"},
};

struct hs_writer {
	struct hs_frame_sink sink;

	struct hs_row_encoder rows;
	uint8_t *raw_buffer; /* a frame of objects put together, or a record */
	struct hs_list_frame lists[LIST_COUNT];

	struct hs_type_total *totals; /* by type */
	struct hs_naming *namings;    /* by slot map */
	uint32_t types_max, slot_maps_max, type_count, slot_map_count;

	uint64_t flushed_objects; /* in frames that are written */
	uint64_t objects, references, tracked_bytes, untracked_bytes;
	uint64_t previous_text_id;
};

/* Hands out the arena piece by piece; without a base it only counts. */
struct carver {
	uint8_t *base;
	size_t used;
};

static void *carve(struct carver *carver, size_t bytes)
{
	void *piece = carver->base ? carver->base + carver->used : NULL;
	carver->used += (bytes + 63) & ~(size_t)63;
	return piece;
}

/* Fills in the writer's buffers (of *writer, which may be a dummy where the arena is
 * NULL) and returns how many bytes of arena they take. */
static size_t lay_out(struct hs_writer *writer, uint8_t *arena,
		      const struct hs_writer_options *options, void **compressor)
{
	struct carver carver = {arena, 0};
	carve(&carver, sizeof *writer);
	writer->types_max = options->types_max;
	writer->slot_maps_max = options->slot_maps_max;
	if (writer->slot_maps_max == 0)
		writer->slot_maps_max = 2 * writer->types_max + 1024;
	writer->sink.frames_max = options->frames_max;
	*compressor = carve(&carver, hs_compressor_size(options->level));
	writer->sink.compressed_size = hs_compress_bound(FRAME_BYTES);
	writer->sink.compressed = carve(&carver, writer->sink.compressed_size);
	writer->raw_buffer = carve(&carver, FRAME_BYTES);
	for (int i = 0; i < HS_ROW_PARTS; i++)
		writer->rows.begin[i] = carve(&carver, FRAME_BYTES);
	for (int i = 0; i < LIST_COUNT; i++) {
		uint8_t *buffer = carve(&carver, list_traits[i].buffer_bytes);
		if (arena)
			hs_list_frame_init(&writer->lists[i], buffer, list_traits[i].buffer_bytes,
					   list_traits[i].kind, list_traits[i].key);
	}
	writer->rows.predictions =
		carve(&carver, writer->types_max * sizeof(struct hs_row_prediction));
	writer->totals = carve(&carver, writer->types_max * sizeof(struct hs_type_total));
	writer->namings = carve(&carver, writer->slot_maps_max * sizeof(struct hs_naming));
	writer->sink.crc32 = carve(&carver, sizeof *writer->sink.crc32);
	writer->sink.seek_table =
		carve(&carver, HS_SKIPPABLE_HEAD_BYTES + HS_SEEK_FOOTER_BYTES +
				       (size_t)options->frames_max * HS_SEEK_ENTRY_BYTES);
	return carver.used;
}

size_t hs_writer_arena_size(const struct hs_writer_options *options)
{
	struct hs_writer dummy;
	void *compressor;
	return lay_out(&dummy, NULL, options, &compressor);
}

static enum hs_status flush_list(struct hs_writer *writer, enum list which, struct hs_error *err)
{
	struct hs_list_frame *list = &writer->lists[which];
	if (list->count == 0)
		return HS_OK;
	size_t length;
	const uint8_t *raw = hs_list_frame_finish(list, &length);
	enum hs_status status = hs_frame_sink_put(&writer->sink, raw, length,
						  (struct hs_seek_entry){.kind = list->kind}, err);
	if (status)
		return status;
	hs_list_frame_restart(list);
	if (which == LIST_TEXTS)
		writer->previous_text_id = 0;
	return HS_OK;
}

/* Envelope and the parts of the rows, one after the other. */
static size_t put_objects(const struct hs_writer *writer)
{
	const struct hs_row_encoder *rows = &writer->rows;
	struct hs_encoder out = {writer->raw_buffer, writer->raw_buffer + FRAME_BYTES, false};
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {{"first", writer->flushed_objects},
		       {"objects", rows->objects},
		       {"rows", rows->rows},
		       {"references", rows->references},
		       {"low", rows->low},
		       {"high", rows->high}};
	hs_encode_array(&out, 2);
	hs_encode_uint(&out, HS_FRAME_OBJECTS);
	hs_encode_map(&out, 8);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		hs_encode_key(&out, numbers[i].key);
		hs_encode_uint(&out, numbers[i].value);
	}
	hs_encode_key(&out, "columns");
	hs_row_encode_columns(&out);
	hs_encode_key(&out, "data");
	hs_encode_array(&out, HS_ROW_PARTS);
	for (int i = 0; i < HS_ROW_PARTS; i++) {
		size_t length = (size_t)(rows->next[i] - rows->begin[i]);
		hs_encode_bytes_head(&out, length);
		memcpy(out.next, rows->begin[i], length);
		out.next += length;
	}
	return (size_t)(out.next - writer->raw_buffer);
}

static enum hs_status flush_rows(struct hs_writer *writer, struct hs_error *err)
{
	static const enum list before[] = {LIST_TYPES, LIST_SLOT_MAPS, LIST_ROOTS};
	const struct hs_row_encoder *rows = &writer->rows;
	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
		enum hs_status status = flush_list(writer, before[i], err);
		if (status)
			return status;
	}
	if (rows->rows == 0)
		return HS_OK;
	struct hs_seek_entry entry = {.kind = HS_FRAME_OBJECTS,
				      .first_ordinal = writer->flushed_objects,
				      .low = rows->low,
				      .high = rows->high,
				      .objects = (uint32_t)rows->objects,
				      .rows = (uint32_t)rows->rows,
				      .references = (uint32_t)rows->references};
	enum hs_status status = hs_frame_sink_put(&writer->sink, writer->raw_buffer,
						  put_objects(writer), entry, err);
	if (status)
		return status;
	writer->flushed_objects += rows->objects;
	hs_row_encoder_start(&writer->rows);
	return HS_OK;
}

/* An encoder over the raw buffer, for header, totals and end record. */
static struct hs_encoder start_record(struct hs_writer *writer, enum hs_frame_kind kind)
{
	struct hs_encoder out = {writer->raw_buffer, writer->raw_buffer + FRAME_BYTES, false};
	hs_encode_array(&out, 2);
	hs_encode_uint(&out, kind);
	return out;
}

static enum hs_status write_record(struct hs_writer *writer, const struct hs_encoder *out,
				   enum hs_frame_kind kind, struct hs_error *err)
{
	if (out->overflow)
		return hs_fail(err, HS_ELIMIT, "a record of more than %zu bytes", FRAME_BYTES);
	return hs_frame_sink_put(&writer->sink, writer->raw_buffer,
				 (size_t)(out->next - writer->raw_buffer),
				 (struct hs_seek_entry){.kind = kind}, err);
}

static enum hs_status write_identity(struct hs_writer *writer, struct hs_error *err)
{
	static const uint8_t identity[] = {0x50,
					   0x2a,
					   0x4d,
					   0x18,
					   12,
					   0,
					   0,
					   0,
					   'h',
					   'e',
					   'a',
					   'p',
					   's',
					   'n',
					   'a',
					   'p',
					   HS_FORMAT_MAJOR,
					   0,
					   HS_FORMAT_MINOR,
					   0};
	return hs_frame_sink_write(&writer->sink, identity, sizeof identity, err);
}

enum hs_status hs_writer_open(struct hs_writer **out, void *arena, size_t arena_size,
			      const struct hs_writer_options *options,
			      const struct hs_header *header, struct hs_error *err)
{
	size_t needed = hs_writer_arena_size(options);
	if (arena_size < needed)
		return hs_fail(err, HS_ENOMEM, "an arena of %zu bytes, %zu are needed", arena_size,
			       needed);
	struct hs_writer *writer = arena;
	void *compressor;
	lay_out(writer, arena, options, &compressor);
	writer->sink.output = (struct hs_output){options->fd, 0, options->max_bytes};
	writer->sink.compressor =
		hs_compressor_init(compressor, hs_compressor_size(options->level), options->level);
	if (!writer->sink.compressor)
		return hs_fail(err, HS_ENOMEM, "no room for compression at level %d",
			       options->level);
	hs_crc32_init(writer->sink.crc32);
	hs_row_encoder_start(&writer->rows);

	struct hs_encoder record = start_record(writer, HS_FRAME_HEADER);
	enum hs_status status = hs_record_header(&record, header, err);
	if (!status)
		status = write_identity(writer, err);
	if (!status)
		status = write_record(writer, &record, HS_FRAME_HEADER, err);
	if (!status)
		*out = writer;
	return status;
}

static enum hs_status encode_record(struct hs_writer *writer, enum list which, const void *record,
				    struct hs_error *err)
{
	struct hs_encoder *out = &writer->lists[which].out;
	switch (which) {
	case LIST_TYPES:
		return hs_record_type(out, record, err);
	case LIST_SLOT_MAPS:
		return hs_record_slot_map(out, record, err);
	case LIST_ROOTS:
		return hs_record_root(out, record, err);
	default:
		return hs_record_text(out, record, writer->previous_text_id, err);
	}
}

/* Appends to a list; where its frame is full that is written and a new one begun. */
static enum hs_status append(struct hs_writer *writer, enum list which, const void *record,
			     struct hs_error *err)
{
	struct hs_list_frame *list = &writer->lists[which];
	for (;;) {
		uint8_t *mark = list->out.next;
		enum hs_status status = encode_record(writer, which, record, err);
		if (!status && !list->out.overflow) {
			list->count++;
			return HS_OK;
		}
		list->out.next = mark;
		list->out.overflow = false;
		if (status)
			return status;
		if (list->count == 0)
			return hs_fail(err, HS_ELIMIT, "a record of %s longer than %zu bytes",
				       list->key, list_traits[which].buffer_bytes);
		status = flush_list(writer, which, err);
		if (status)
			return status;
	}
}

enum hs_status hs_writer_type(struct hs_writer *writer, const struct hs_type *type,
			      struct hs_error *err)
{
	if (type->number != writer->type_count)
		return hs_fail(err, HS_EFORMAT, "type %u defined as number %u", type->number,
			       writer->type_count);
	if (writer->type_count == writer->types_max)
		return hs_fail(err, HS_ELIMIT, "more than %u types", writer->types_max);
	enum hs_status status = append(writer, LIST_TYPES, type, err);
	if (!status)
		writer->type_count++;
	return status;
}

enum hs_status hs_writer_slot_map(struct hs_writer *writer, const struct hs_slot_map *map,
				  struct hs_error *err)
{
	if (map->number != writer->slot_map_count)
		return hs_fail(err, HS_EFORMAT, "slot map %u defined as number %u", map->number,
			       writer->slot_map_count);
	if (writer->slot_map_count == writer->slot_maps_max)
		return hs_fail(err, HS_ELIMIT, "more than %u slot maps", writer->slot_maps_max);
	struct hs_naming naming;
	if (!hs_naming_of(map, &naming))
		return hs_fail(err, HS_ELIMIT, "a naming slot beyond the first 64");
	enum hs_status status = append(writer, LIST_SLOT_MAPS, map, err);
	if (!status)
		writer->namings[writer->slot_map_count++] = naming;
	return status;
}

enum hs_status hs_writer_root(struct hs_writer *writer, const struct hs_root *root,
			      struct hs_error *err)
{
	if (writer->objects > 0)
		return hs_fail(err, HS_EFORMAT, "a root after the first object");
	if (root->object == 0 || root->object & 7 || root->kind > HS_ROOT_GARBAGE)
		return hs_fail(err, HS_EFORMAT, "a root of kind %u at 0x%llx", (unsigned)root->kind,
			       (unsigned long long)root->object);
	return append(writer, LIST_ROOTS, root, err);
}

enum hs_status hs_writer_text(struct hs_writer *writer, const struct hs_object_text *text,
			      struct hs_error *err)
{
	if (text->id == 0 || text->id & 7 || text->kind > HS_TEXT_LITERAL)
		return hs_fail(err, HS_EFORMAT, "a text of kind %u at 0x%llx", (unsigned)text->kind,
			       (unsigned long long)text->id);
	enum hs_status status = append(writer, LIST_TEXTS, text, err);
	if (!status)
		writer->previous_text_id = text->id;
	return status;
}

static enum hs_status refuse_object(const struct hs_object *object, uint32_t count,
				    struct hs_error *err)
{
	return hs_fail(err, HS_EFORMAT,
		       "object 0x%llx with type %u, slot map %u, flags 0x%x, %u slots",
		       (unsigned long long)object->id, object->type, object->slot_map,
		       object->flags, count);
}

static void count_row(struct hs_writer *writer, const struct hs_object *object, uint64_t start,
		      const uint64_t *slots, uint32_t count, uint64_t targets)
{
	const struct hs_naming *naming = &writer->namings[object->slot_map];
	if (naming->head | naming->tail)
		targets -= hs_naming_count(naming, start, slots, count);
	writer->references += targets;
	if (start != 0)
		return;
	struct hs_type_total *total = &writer->totals[object->type];
	uint64_t bytes = object->size + object->extra;
	bool is_tracked = object->flags & HS_TRACKED;
	writer->objects++;
	writer->references += naming->type_reference;
	total->count++;
	total->bytes += bytes;
	total->tracked_count += is_tracked;
	*(is_tracked ? &writer->tracked_bytes : &writer->untracked_bytes) += bytes;
}

enum hs_status hs_writer_object(struct hs_writer *writer, const struct hs_object *object,
				uint64_t start, const uint64_t *slots, uint32_t count,
				struct hs_error *err)
{
	if (object->type >= writer->type_count || object->slot_map >= writer->slot_map_count ||
	    object->flags > HS_OBJECT_FLAGS_MAX || object->id == 0 || count > HS_ROW_REFERENCES_MAX)
		return refuse_object(object, count, err);
	if (hs_row_encoder_bytes(&writer->rows) + hs_row_bytes_max(count) > ROWS_BYTES) {
		enum hs_status status = flush_rows(writer, err);
		if (status)
			return status;
	}
	uint64_t targets = writer->rows.references;
	if (hs_row_encode(&writer->rows, object, start, slots, count) & 7)
		return hs_fail(err, HS_EFORMAT,
			       "object 0x%llx has an id or slot that is no multiple of 8",
			       (unsigned long long)object->id);
	count_row(writer, object, start, slots, count, writer->rows.references - targets);
	return HS_OK;
}

uint64_t hs_writer_object_count(const struct hs_writer *writer)
{
	return writer->objects;
}

uint64_t hs_writer_byte_count(const struct hs_writer *writer)
{
	return writer->sink.output.written;
}

uint64_t hs_writer_heap_bytes(const struct hs_writer *writer)
{
	return writer->tracked_bytes + writer->untracked_bytes;
}

static enum hs_status write_totals(struct hs_writer *writer, struct hs_error *err)
{
	for (uint32_t first = 0; first < writer->type_count; first += TOTALS_PER_FRAME) {
		uint32_t count = writer->type_count - first;
		if (count > TOTALS_PER_FRAME)
			count = TOTALS_PER_FRAME;
		struct hs_encoder out = start_record(writer, HS_FRAME_TOTALS);
		hs_encode_map(&out, 2);
		hs_encode_key(&out, "first");
		hs_encode_uint(&out, first);
		hs_encode_key(&out, "totals");
		hs_encode_array(&out, 3 * (uint64_t)count);
		for (uint32_t i = first; i < first + count; i++) {
			hs_encode_uint(&out, writer->totals[i].count);
			hs_encode_uint(&out, writer->totals[i].bytes);
			hs_encode_uint(&out, writer->totals[i].tracked_count);
		}
		enum hs_status status = write_record(writer, &out, HS_FRAME_TOTALS, err);
		if (status)
			return status;
	}
	return HS_OK;
}

static void fill_end(const struct hs_writer *writer, struct hs_end *end)
{
	end->tracked_objects = 0;
	for (uint32_t i = 0; i < writer->type_count; i++)
		end->tracked_objects += writer->totals[i].tracked_count;
	end->untracked_objects = writer->objects - end->tracked_objects;
	end->tracked_bytes = writer->tracked_bytes;
	end->untracked_bytes = writer->untracked_bytes;
	end->references = writer->references;
}

static enum hs_status write_end(struct hs_writer *writer, struct hs_end *end, bool seek_table,
				struct hs_error *err)
{
	fill_end(writer, end);
	struct hs_end_counts counts = {.types = writer->type_count,
				       .slot_maps = writer->slot_map_count,
				       .roots = writer->lists[LIST_ROOTS].first,
				       .texts = writer->lists[LIST_TEXTS].first,
				       .frames = writer->sink.frame_count,
				       .seek_table = seek_table};
	struct hs_encoder out = start_record(writer, HS_FRAME_END);
	enum hs_status status = hs_record_end(&out, end, &counts, err);
	return status ? status : write_record(writer, &out, HS_FRAME_END, err);
}

enum hs_status hs_writer_flush(struct hs_writer *writer, struct hs_error *err)
{
	enum hs_status status = flush_rows(writer, err);
	return status ? status : flush_list(writer, LIST_TEXTS, err);
}

enum hs_status hs_writer_close(struct hs_writer *writer, struct hs_end *end, struct hs_error *err)
{
	enum hs_status status = hs_writer_flush(writer, err);
	if (!status)
		status = write_totals(writer, err);
	bool seek_table = hs_frame_sink_has_table(&writer->sink);
	if (!status)
		status = write_end(writer, end, seek_table, err);
	return status || !seek_table ? status : hs_frame_sink_put_table(&writer->sink, err);
}
