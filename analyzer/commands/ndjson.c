/* Rows to lines, without loading the graph.
 *
 * An object's line has three parallel arrays (referents, edges, kinds), but its rows
 * come slot by slot; so the arrays are gathered in three buffers and put behind
 * each other when the next object's first row, or the end, shows that the object is
 * whole. Continuing rows follow the first one directly, if need be in the next frame.
 * The key that names a value may be the last slot of the row before, so the slot before
 * is kept too. */
#include "analyzer/commands/ndjson.h"

#include "analyzer/commands/edge_text.h"
#include "analyzer/graph/text_map.h"
#include "analyzer/render/json.h"

#include <string.h>

struct ndjson_state {
	struct sink *out;
	const struct hs_reader *reader;
	struct text_map texts;
	uint64_t limit, lines;
	struct sink referents, edges, kinds; /* of the object that is being gathered */
	struct sink label;
	bool gathering;
	struct hs_object object;
	uint64_t slot_before;
};

static void add_comma(struct sink *array)
{
	if (array->used > 0)
		sink_char(array, ',');
}

static const char *find_text(const struct ndjson_state *s, uint64_t id, enum hs_text_kind kind)
{
	uint32_t number = text_map_find(&s->texts, id, kind);
	return number == TEXT_MAP_NONE ? NULL : s->texts.texts[number];
}

static void add_quoted_label(struct ndjson_state *s, const struct hs_slot *slot)
{
	const char *text = slot->text.data;
	size_t size = slot->text.length;
	if (slot->label == HS_LABEL_VALUE) {
		text = find_text(s, s->slot_before, HS_TEXT_KEY);
		size = text ? strlen(text) : 0;
	}
	if (size == 0) { /* nothing that would need escaping */
		sink_char(&s->edges, '"');
		edge_append(&s->edges, slot->label, text, 0, slot->number);
		sink_char(&s->edges, '"');
		return;
	}
	sink_clear(&s->label);
	edge_append(&s->label, slot->label, text, size, slot->number);
	json_quote(&s->edges, s->label.data, s->label.used);
}

static void add_reference(struct ndjson_state *s, uint64_t target, enum hs_reference_kind kind)
{
	add_comma(&s->referents);
	sink_char(&s->referents, '"');
	sink_hex(&s->referents, target);
	sink_char(&s->referents, '"');
	add_comma(&s->kinds);
	sink_char(&s->kinds, '"');
	sink_text(&s->kinds, edge_kind_word(kind));
	sink_char(&s->kinds, '"');
}

static void add_slots(struct ndjson_state *s, const struct hs_row *row)
{
	const struct hs_slot_map *map = hs_reader_slot_map(s->reader, row->object.slot_map);
	for (uint32_t i = 0; i < row->count; i++) {
		struct hs_slot slot;
		hs_slot_at(map, row->start + i, &slot);
		if (row->slots[i] != 0 && slot.kind != HS_NAMING) {
			add_reference(s, row->slots[i], slot.kind);
			add_comma(&s->edges);
			add_quoted_label(s, &slot);
		}
		s->slot_before = row->slots[i];
	}
}

static void add_type_reference(struct ndjson_state *s)
{
	enum hs_type_reference how =
		hs_reader_slot_map(s->reader, s->object.slot_map)->type_reference;
	if (how == HS_TYPE_REFERENCE_IN_ROW)
		return;
	add_reference(s, hs_reader_type(s->reader, s->object.type)->id,
		      how == HS_TYPE_REFERENCE_ADDED ? HS_ADDED : HS_IMPLIED);
	add_comma(&s->edges);
	sink_text(&s->edges, "\".__class__\"");
}

static void json_gathered(struct json *json, const char *key, const struct sink *items)
{
	json_array_begin(json, key);
	sink_bytes(json->out, items->data, items->used);
	json_array_end(json);
}

/* Writes the object that has been gathered, if any. */
static void finish_object(struct ndjson_state *s)
{
	if (!s->gathering)
		return;
	const struct hs_object *o = &s->object;
	const struct hs_text *type = &hs_reader_type(s->reader, o->type)->name;
	struct json json;

	add_type_reference(s);
	json_init(&json, s->out);
	json_object_begin(&json, NULL);
	json_id(&json, "id", o->id);
	json_string_sized(&json, "type", type->data, type->length);
	json_number(&json, "size", o->size);
	json_number(&json, "extra", o->extra);
	json_bool(&json, "size_exact", (o->flags & HS_SIZE_EXACT) != 0);
	json_number(&json, "refcount", o->refcount);
	json_bool(&json, "tracked", (o->flags & HS_TRACKED) != 0);
	json_bool(&json, "frozen", (o->flags & HS_FROZEN) != 0);
	json_gathered(&json, "referents", &s->referents);
	json_gathered(&json, "edges", &s->edges);
	json_gathered(&json, "kinds", &s->kinds);
	json_string(&json, "name", find_text(s, o->id, HS_TEXT_NAME));
	json_object_end(&json);
	sink_char(s->out, '\n');
	s->gathering = false;
	s->lines++;
}

static void begin_object(struct ndjson_state *s, const struct hs_object *object)
{
	finish_object(s);
	sink_clear(&s->referents);
	sink_clear(&s->edges);
	sink_clear(&s->kinds);
	s->object = *object;
	s->slot_before = 0;
	s->gathering = true;
}

static bool wants_more(const struct ndjson_state *s)
{
	return !sink_failed(s->out) && s->lines < s->limit;
}

static enum hs_status write_frame(struct ndjson_state *s, struct hs_frame *frame, uint32_t number,
				  struct hs_error *err)
{
	struct hs_row row;
	enum hs_status status = hs_frame_load(frame, s->reader, number, err);
	if (status != HS_OK)
		return status;
	int more = 0;
	while (wants_more(s) && (more = hs_frame_next_row(frame, &row, err)) > 0) {
		/* a continuing row whose first one was lost is an object of its own */
		if (row.start == 0 || !s->gathering || row.object.id != s->object.id)
			begin_object(s, &row.object);
		if (s->lines < s->limit)
			add_slots(s, &row);
	}
	return more < 0 ? (enum hs_status)more : HS_OK;
}

static enum hs_status write_frames(struct ndjson_state *s, struct hs_error *err)
{
	struct hs_frame *frame;
	enum hs_status status = hs_frame_new(&frame, err);
	if (status != HS_OK)
		return status;
	for (uint32_t i = 0; i < hs_reader_frame_count(s->reader) && wants_more(s); i++) {
		if (hs_reader_frame_info(s->reader, i)->kind != HS_FRAME_OBJECTS)
			continue;
		status = write_frame(s, frame, i, err);
		if (status != HS_OK && hs_reader_complete(s->reader))
			break;
		status = HS_OK;
	}
	if (s->lines < s->limit)
		finish_object(s);
	hs_frame_free(frame);
	return status;
}

enum hs_status ndjson_write(struct sink *out, const struct hs_reader *reader, uint64_t limit,
			    struct hs_error *err)
{
	struct ndjson_state state = {.out = out, .reader = reader, .limit = limit};
	const unsigned kinds = 1u << HS_TEXT_KEY | 1u << HS_TEXT_NAME;
	text_map_init(&state.texts);
	enum hs_status status = text_map_read(&state.texts, reader, kinds, err);
	if (status != HS_OK) {
		text_map_release(&state.texts);
		return status;
	}
	sink_init(&state.referents, SINK_IN_MEMORY);
	sink_init(&state.edges, SINK_IN_MEMORY);
	sink_init(&state.kinds, SINK_IN_MEMORY);
	sink_init(&state.label, SINK_IN_MEMORY);
	status = write_frames(&state, err);
	sink_release(&state.referents);
	sink_release(&state.edges);
	sink_release(&state.kinds);
	sink_release(&state.label);
	text_map_release(&state.texts);
	return status;
}
