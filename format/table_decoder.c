/* A table's frame is a map with `first` and one list; both are looked up before the
 * list is decoded, so their order does not matter. Records are arrays by position (or
 * maps, for roots); elements beyond those known here are passed over. All counts are
 * bounded by the bytes that are left and by the pool's limit before memory is taken.
 *
 * Placeholders keep the numbers right where a frame of types or slot maps is lost:
 * a lost table costs names, never references. */
#include "format/table_decoder.h"

#include <stdlib.h>

static const struct hs_text unknown_name = {"?", 1, false};

void hs_tables_release(struct hs_tables *tables)
{
	free(tables->types);
	free(tables->slot_maps);
	free(tables->roots);
	free(tables->totals);
}

static enum hs_status read_text(struct hs_cursor *cursor, struct hs_pool *pool, struct hs_text *out,
				struct hs_error *err)
{
	struct hs_text text;
	uint64_t characters;
	enum hs_status status = hs_cursor_text(cursor, &text, &characters, err);
	return status ? status : hs_pool_text(pool, text, out, err);
}

static enum hs_status skip_elements(struct hs_cursor *cursor, uint64_t count, struct hs_error *err)
{
	enum hs_status status = HS_OK;
	for (; count > 0 && !status; count--)
		status = hs_cursor_skip(cursor, err);
	return status;
}

/* An array of at least `least` elements; *more says how many follow those. */
static enum hs_status read_array(struct hs_cursor *cursor, uint64_t least, uint64_t *more,
				 struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (status)
		return status;
	if (count < least)
		return hs_fail(err, HS_EFORMAT, "a record of %llu elements, should have %llu",
			       (unsigned long long)count, (unsigned long long)least);
	*more = count - least;
	return HS_OK;
}

static enum hs_status check_id(uint64_t id, struct hs_error *err)
{
	if (id & 7)
		return hs_fail(err, HS_EFORMAT, "id 0x%llx is no multiple of 8",
			       (unsigned long long)id);
	return HS_OK;
}

static enum hs_status read_type(struct hs_tables *tables, struct hs_cursor *cursor,
				struct hs_type *out, struct hs_error *err)
{
	uint64_t more = 0, flags = 0;
	enum hs_status status = read_array(cursor, 5, &more, err);
	if (!status)
		status = hs_cursor_uint(cursor, &out->id, err);
	if (!status)
		status = check_id(out->id, err);
	if (!status)
		status = read_text(cursor, tables->pool, &out->name, err);
	if (!status)
		status = hs_cursor_bounded(cursor, UINT32_MAX, &flags, err);
	if (!status)
		status = hs_cursor_uint(cursor, &out->basic_size, err);
	if (!status)
		status = hs_cursor_uint(cursor, &out->item_size, err);
	if (!status)
		status = skip_elements(cursor, more, err);
	out->flags = (uint32_t)flags;
	return status;
}

static enum hs_status set_slot(const struct hs_tables *tables, uint64_t word, struct hs_slot *out,
			       struct hs_error *err)
{
	uint64_t kind = word & 7, label = word >> 3;
	if (kind > HS_NAMING && !tables->lenient)
		return hs_fail(err, HS_EFORMAT, "a slot of the unknown kind %llu",
			       (unsigned long long)kind);
	out->kind = kind > HS_NAMING ? HS_TRAVERSED : (enum hs_reference_kind)kind;
	out->label = label > HS_LABEL_FIELD ? HS_LABEL_NONE : (enum hs_label_kind)label;
	return HS_OK;
}

/* A number, or an array of that number and the label's text or number. */
static enum hs_status read_slot(struct hs_tables *tables, struct hs_cursor *cursor,
				struct hs_slot *out, struct hs_error *err)
{
	struct hs_cursor before = *cursor;
	struct hs_item item;
	enum hs_status status = hs_cursor_next(cursor, &item, err);
	if (status)
		return status;
	if (item.type == HS_ITEM_UINT)
		return set_slot(tables, item.value, out, err);
	uint64_t more = 0, word = 0;
	*cursor = before;
	status = read_array(cursor, 2, &more, err);
	if (!status)
		status = hs_cursor_uint(cursor, &word, err);
	if (!status)
		status = set_slot(tables, word, out, err);
	if (status)
		return status;
	if (out->label == HS_LABEL_OFFSET) {
		uint64_t number = 0;
		status = hs_cursor_bounded(cursor, UINT32_MAX, &number, err);
		out->number = (uint32_t)number;
	} else if (out->label == HS_LABEL_ATTR || out->label == HS_LABEL_ITEM ||
		   out->label == HS_LABEL_LOCAL || out->label == HS_LABEL_FIELD) {
		status = read_text(cursor, tables->pool, &out->text, err);
	} else {
		status = hs_cursor_skip(cursor, err);
	}
	return status ? status : skip_elements(cursor, more, err);
}

static enum hs_status read_slots(struct hs_tables *tables, struct hs_cursor *cursor,
				 const struct hs_slot **out, uint32_t *out_count,
				 struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(cursor, &count, err);
	if (status)
		return status;
	if (count > HS_SLOT_MAP_ENTRIES_MAX)
		return hs_fail(err, HS_ELIMIT, "a slot map of %llu entries, at most %u are allowed",
			       (unsigned long long)count, HS_SLOT_MAP_ENTRIES_MAX);
	void *memory;
	status = hs_pool_take(tables->pool, (size_t)count * sizeof(struct hs_slot), &memory, err);
	struct hs_slot *slots = memory;
	for (uint64_t i = 0; i < count && !status; i++)
		status = read_slot(tables, cursor, &slots[i], err);
	if (status)
		return status;
	*out = slots;
	*out_count = (uint32_t)count;
	return HS_OK;
}

static enum hs_status read_slot_map(struct hs_tables *tables, struct hs_cursor *cursor,
				    struct hs_slot_map *out, struct hs_error *err)
{
	uint64_t more = 0, reference = 0;
	enum hs_status status = read_array(cursor, 3, &more, err);
	if (!status)
		status = hs_cursor_bounded(cursor, tables->lenient ? UINT64_MAX : 2, &reference,
					   err);
	if (!status)
		status = read_slots(tables, cursor, &out->head, &out->head_count, err);
	if (!status)
		status = read_slots(tables, cursor, &out->tail, &out->tail_count, err);
	if (!status)
		status = skip_elements(cursor, more, err);
	if (reference <= HS_TYPE_REFERENCE_ADDED)
		out->type_reference = (enum hs_type_reference)reference;
	return status;
}

static enum hs_status read_root_value(struct hs_tables *tables, struct hs_cursor *cursor,
				      struct hs_key key, struct hs_root *out, struct hs_error *err)
{
	uint64_t value;
	enum hs_status status;
	if (hs_key_is(key, "kind")) {
		status = hs_cursor_uint(cursor, &value, err);
		if (!status)
			out->kind = value > HS_ROOT_GARBAGE ? HS_ROOT_INTERPRETER
							    : (enum hs_root_kind)value;
		return status;
	}
	if (hs_key_is(key, "object"))
		return hs_cursor_uint(cursor, &out->object, err);
	if (hs_key_is(key, "counted"))
		return hs_cursor_bool(cursor, &out->counted, err);
	if (hs_key_is(key, "line")) {
		status = hs_cursor_bounded(cursor, UINT32_MAX, &value, err);
		if (!status)
			out->line = (uint32_t)value;
		return status;
	}
	const struct {
		const char *key;
		struct hs_text *text;
	} texts[] = {{"name", &out->name},     {"version", &out->version},   {"label", &out->label},
		     {"thread", &out->thread}, {"function", &out->function}, {"file", &out->file}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (hs_key_is(key, texts[i].key))
			return read_text(cursor, tables->pool, texts[i].text, err);
	}
	return hs_cursor_skip(cursor, err);
}

static enum hs_status read_root(struct hs_tables *tables, struct hs_cursor *cursor,
				struct hs_root *out, struct hs_error *err)
{
	uint64_t pairs;
	enum hs_status status = hs_cursor_map(cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		status = hs_cursor_key(cursor, &key, err);
		if (!status)
			status = read_root_value(tables, cursor, key, out, err);
	}
	if (!status && out->object == 0)
		return hs_fail(err, HS_EFORMAT, "a root without object");
	return status ? status : check_id(out->object, err);
}

static enum hs_status fill_types(struct hs_tables *tables, uint64_t count, struct hs_error *err)
{
	if (count > HS_TYPES_MAX)
		return hs_fail(err, HS_ELIMIT, "%llu types, at most %u are allowed",
			       (unsigned long long)count, HS_TYPES_MAX);
	enum hs_status status =
		hs_pool_grow(tables->pool, (void **)&tables->types, &tables->type_capacity,
			     (size_t)count, sizeof *tables->types, err);
	if (status)
		return status;
	for (; tables->type_count < count; tables->type_count++)
		tables->types[tables->type_count] = (struct hs_type){
			.number = (uint32_t)tables->type_count, .name = unknown_name};
	return HS_OK;
}

static enum hs_status fill_slot_maps(struct hs_tables *tables, uint64_t count, struct hs_error *err)
{
	if (count > HS_SLOT_MAPS_MAX)
		return hs_fail(err, HS_ELIMIT, "%llu slot maps, at most %u are allowed",
			       (unsigned long long)count, HS_SLOT_MAPS_MAX);
	enum hs_status status =
		hs_pool_grow(tables->pool, (void **)&tables->slot_maps, &tables->slot_map_capacity,
			     (size_t)count, sizeof *tables->slot_maps, err);
	if (status)
		return status;
	for (; tables->slot_map_count < count; tables->slot_map_count++)
		tables->slot_maps[tables->slot_map_count] =
			(struct hs_slot_map){.number = (uint32_t)tables->slot_map_count};
	return HS_OK;
}

enum hs_status hs_tables_fill(struct hs_tables *tables, uint64_t types, uint64_t slot_maps,
			      struct hs_error *err)
{
	enum hs_status status = fill_types(tables, types, err);
	return status ? status : fill_slot_maps(tables, slot_maps, err);
}

static enum hs_status add_types(struct hs_tables *tables, struct hs_cursor *list, uint64_t first,
				uint64_t count, struct hs_error *err)
{
	enum hs_status status = fill_types(tables, first + count, err);
	for (uint64_t i = first; i < first + count && !status; i++)
		status = read_type(tables, list, &tables->types[i], err);
	return status;
}

static enum hs_status add_slot_maps(struct hs_tables *tables, struct hs_cursor *list,
				    uint64_t first, uint64_t count, struct hs_error *err)
{
	enum hs_status status = fill_slot_maps(tables, first + count, err);
	for (uint64_t i = first; i < first + count && !status; i++)
		status = read_slot_map(tables, list, &tables->slot_maps[i], err);
	return status;
}

static enum hs_status add_roots(struct hs_tables *tables, struct hs_cursor *list, uint64_t count,
				struct hs_error *err)
{
	enum hs_status status =
		hs_pool_grow(tables->pool, (void **)&tables->roots, &tables->root_capacity,
			     tables->root_count + (size_t)count, sizeof *tables->roots, err);
	for (; count > 0 && !status; count--) {
		struct hs_root root = {.kind = HS_ROOT_MODULE};
		status = read_root(tables, list, &root, err);
		if (!status)
			tables->roots[tables->root_count++] = root;
	}
	return status;
}

/* Three numbers a type, one after the other. */
static enum hs_status add_totals(struct hs_tables *tables, struct hs_cursor *list, uint64_t first,
				 uint64_t count, struct hs_error *err)
{
	if (count % 3 != 0 || first + count / 3 > tables->type_count)
		return hs_fail(err, HS_EFORMAT, "totals of types %llu to %llu, %zu are defined",
			       (unsigned long long)first, (unsigned long long)(first + count / 3),
			       tables->type_count);
	enum hs_status status =
		hs_pool_grow(tables->pool, (void **)&tables->totals, &tables->total_capacity,
			     tables->type_count, sizeof *tables->totals, err);
	for (uint64_t i = first; i < first + count / 3 && !status; i++) {
		struct hs_type_total *total = &tables->totals[i];
		status = hs_cursor_uint(list, &total->count, err);
		if (!status)
			status = hs_cursor_uint(list, &total->bytes, err);
		if (!status)
			status = hs_cursor_uint(list, &total->tracked_count, err);
	}
	/* After a gap the count stays behind, so that totals with a hole are never all. */
	if (!status && first == tables->total_count)
		tables->total_count += (size_t)(count / 3);
	return status;
}

/* The list at `list` (its cursor stands at the array's head). */
static enum hs_status add_list(struct hs_tables *tables, struct hs_cursor *list, struct hs_key key,
			       uint64_t first, bool *gap, struct hs_error *err)
{
	uint64_t count;
	enum hs_status status = hs_cursor_array(list, &count, err);
	if (status)
		return status;
	size_t so_far = hs_key_is(key, "types")       ? tables->type_count
			: hs_key_is(key, "slot_maps") ? tables->slot_map_count
			: hs_key_is(key, "roots")     ? tables->root_count
						      : tables->total_count;
	if (first < so_far)
		return hs_fail(err, HS_EFORMAT, "a list of the frame begins at %llu again",
			       (unsigned long long)first);
	*gap |= first > so_far;
	if (first > UINT32_MAX)
		return hs_fail(err, HS_ELIMIT, "a list of the frame begins at %llu",
			       (unsigned long long)first);
	if (hs_key_is(key, "types"))
		return add_types(tables, list, first, count, err);
	if (hs_key_is(key, "slot_maps"))
		return add_slot_maps(tables, list, first, count, err);
	if (hs_key_is(key, "roots"))
		return add_roots(tables, list, count, err);
	return add_totals(tables, list, first, count, err);
}

static bool is_list_of(struct hs_key key, enum hs_frame_kind kind)
{
	if (kind == HS_FRAME_TABLE)
		return hs_key_is(key, "types") || hs_key_is(key, "slot_maps");
	return hs_key_is(key, kind == HS_FRAME_ROOTS ? "roots" : "totals");
}

enum hs_status hs_tables_add(struct hs_tables *tables, struct hs_cursor *cursor,
			     enum hs_frame_kind kind, bool *gap, struct hs_error *err)
{
	struct hs_key list_key = {NULL, 0};
	struct hs_cursor list = *cursor;
	uint64_t pairs, first = 0;
	enum hs_status status = hs_cursor_map(cursor, &pairs, err);
	for (; !status && pairs > 0; pairs--) {
		struct hs_key key;
		status = hs_cursor_key(cursor, &key, err);
		if (status)
			break;
		if (hs_key_is(key, "first")) {
			status = hs_cursor_uint(cursor, &first, err);
			continue;
		}
		if (is_list_of(key, kind)) {
			list_key = key;
			list = *cursor;
		}
		status = hs_cursor_skip(cursor, err);
	}
	if (status || !list_key.data)
		return status;
	return add_list(tables, &list, list_key, first, gap, err);
}
