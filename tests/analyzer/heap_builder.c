/* Heaps in code: objects with lists of slots, found by address through an open hash.
 *
 * A slot map is made of each object's slots when it is written: the longest run at the end
 * that repeats one slot or two becomes the tail, the rest the head; equal maps are shared.
 * Everything aborts on failure: a test that cannot build its heap has nothing to say. */
#include "tests/analyzer/heap_builder.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/writer.h"

#define FIRST_ADDRESS UINT64_C(0x7f0000001000)

struct slot {
	uint64_t target;
	struct hs_slot pattern;
};

struct object {
	struct hs_object record;
	bool has_refcount;
	enum hs_type_reference type_reference;
	struct slot *slots;
	uint32_t slot_count, slot_capacity;
};

struct text {
	struct hs_object_text record;
};

struct map_list {
	struct hs_slot_map *maps;
	uint32_t count, capacity;
	uint32_t *hash; /* number + 1 */
	uint32_t mask;
};

struct heap_builder {
	struct hs_header header;
	struct hs_type *types;
	uint32_t type_count;
	struct object *objects;
	uint32_t object_count;
	uint32_t *by_id; /* index + 1 */
	uint32_t mask;
	struct hs_root *roots;
	uint32_t root_count;
	struct text *texts;
	uint32_t text_count;
	uint64_t next_id;
	uint32_t row_limit;
};

static void *must(void *pointer)
{
	if (!pointer)
		abort();
	return pointer;
}

/* Room for one more, doubling at powers of two. */
static void *one_more(void *array, uint32_t count, size_t size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	return must(realloc(array, (count ? (size_t)count * 2 : 1) * size));
}

static struct hs_text text_of(const char *text)
{
	struct hs_text copy = {.data = NULL};

	if (text) {
		copy.data = must(strdup(text));
		copy.length = (uint32_t)strlen(text);
	}
	return copy;
}

static void free_text(const struct hs_text *text)
{
	free((void *)(uintptr_t)text->data);
}

struct heap_builder *heap_builder_new(void)
{
	static const char cpython[] = "CPython", version[] = "3.11.7", platform[] = "linux x86_64",
			  mode[] = "inline", trigger[] = "call", host[] = "test";
	struct heap_builder *b = must(calloc(1, sizeof(*b)));
	struct hs_header *h = &b->header;

	h->implementation = (struct hs_text){cpython, sizeof(cpython) - 1, false};
	h->python_version = (struct hs_text){version, sizeof(version) - 1, false};
	h->platform = (struct hs_text){platform, sizeof(platform) - 1, false};
	h->mode_asked = (struct hs_text){mode, sizeof(mode) - 1, false};
	h->trigger = (struct hs_text){trigger, sizeof(trigger) - 1, false};
	h->host = (struct hs_text){host, sizeof(host) - 1, false};
	h->python_hex = 0x030b07f0;
	h->pointer_bytes = 8;
	h->pid = 4711;
	h->start_ticks = 1;
	h->dump_serial = 1;
	h->started_at = 1700000000;
	h->captured_at = 1700000060;
	h->untracked = true;
	h->labels = HS_LABELS_NAMES;
	h->level = 1;
	h->gc_enabled = true;
	h->interpreters = 1;
	b->next_id = FIRST_ADDRESS;
	b->row_limit = HS_ROW_REFERENCES_MAX;
	b->mask = 255;
	b->by_id = must(calloc(256, sizeof(*b->by_id)));
	return b;
}

void heap_builder_free(struct heap_builder *b)
{
	if (!b)
		return;
	for (uint32_t i = 0; i < b->type_count; i++)
		free_text(&b->types[i].name);
	for (uint32_t i = 0; i < b->object_count; i++) {
		for (uint32_t s = 0; s < b->objects[i].slot_count; s++)
			free_text(&b->objects[i].slots[s].pattern.text);
		free(b->objects[i].slots);
	}
	for (uint32_t i = 0; i < b->root_count; i++)
		free_text(&b->roots[i].name);
	for (uint32_t i = 0; i < b->text_count; i++)
		free_text(&b->texts[i].record.text);
	free(b->types);
	free(b->objects);
	free(b->by_id);
	free(b->roots);
	free(b->texts);
	free(b);
}

struct hs_header *heap_builder_header(struct heap_builder *b)
{
	return &b->header;
}

static uint32_t hash_id(const struct heap_builder *b, uint64_t id)
{
	return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 33) & b->mask;
}

static struct object *find(const struct heap_builder *b, uint64_t id)
{
	for (uint32_t at = hash_id(b, id); b->by_id[at] != 0; at = (at + 1) & b->mask)
		if (b->objects[b->by_id[at] - 1].record.id == id)
			return &b->objects[b->by_id[at] - 1];
	return NULL;
}

static struct object *must_find(const struct heap_builder *b, uint64_t id)
{
	return must(find(b, id));
}

static void note_id(struct heap_builder *b, uint32_t index)
{
	uint32_t at = hash_id(b, b->objects[index].record.id);

	while (b->by_id[at] != 0)
		at = (at + 1) & b->mask;
	b->by_id[at] = index + 1;
}

uint32_t heap_type(struct heap_builder *b, const char *name, uint32_t flags)
{
	b->types = one_more(b->types, b->type_count, sizeof(*b->types));
	b->types[b->type_count] = (struct hs_type){
		.number = b->type_count,
		/* No object stands there unless heap_type_object puts one. */
		.id = UINT64_C(0x550000000000) + (uint64_t)b->type_count * 1024,
		.name = text_of(name),
		.flags = flags,
		.basic_size = 16,
	};
	return b->type_count++;
}

uint64_t heap_object_at(struct heap_builder *b, uint64_t id, uint32_t type, uint64_t size)
{
	if (id % 8 != 0 || id == 0 || find(b, id) || type >= b->type_count)
		abort();
	b->objects = one_more(b->objects, b->object_count, sizeof(*b->objects));
	b->objects[b->object_count] = (struct object){
		.record = {.id = id,
			   .type = type,
			   .size = size,
			   .flags = HS_TRACKED | HS_SIZE_EXACT},
	};
	note_id(b, b->object_count++);
	if (b->object_count > b->mask / 2) {
		b->mask = b->mask * 2 + 1;
		free(b->by_id);
		b->by_id = must(calloc((size_t)b->mask + 1, sizeof(*b->by_id)));
		for (uint32_t i = 0; i < b->object_count; i++)
			note_id(b, i);
	}
	return id;
}

uint64_t heap_object(struct heap_builder *b, uint32_t type, uint64_t size)
{
	uint64_t id = b->next_id;

	b->next_id += 64;
	return heap_object_at(b, id, type, size);
}

uint64_t heap_type_object(struct heap_builder *b, uint32_t type, uint32_t metatype, uint64_t size)
{
	return heap_object_at(b, b->types[type].id, metatype, size);
}

void heap_object_flags(struct heap_builder *b, uint64_t id, uint32_t flags)
{
	must_find(b, id)->record.flags = flags;
}

void heap_object_refcount(struct heap_builder *b, uint64_t id, uint64_t refcount)
{
	must_find(b, id)->record.refcount = refcount;
	must_find(b, id)->has_refcount = true;
}

void heap_object_extra(struct heap_builder *b, uint64_t id, uint64_t extra)
{
	must_find(b, id)->record.extra = extra;
}

void heap_object_type_reference(struct heap_builder *b, uint64_t id, enum hs_type_reference how)
{
	must_find(b, id)->type_reference = how;
}

static void add_slot(struct heap_builder *b, uint64_t source, uint64_t target,
		     const struct hs_slot *pattern)
{
	struct object *object = must_find(b, source);

	object->slots = one_more(object->slots, object->slot_count, sizeof(*object->slots));
	object->slots[object->slot_count].target = target;
	object->slots[object->slot_count++].pattern = *pattern;
}

void heap_edge(struct heap_builder *b, uint64_t source, uint64_t target,
	       enum hs_reference_kind kind, enum hs_label_kind label, const char *text)
{
	struct hs_slot slot = {.kind = kind, .label = label, .text = text_of(text)};

	add_slot(b, source, target, &slot);
}

void heap_edge_at_offset(struct heap_builder *b, uint64_t source, uint64_t target,
			 enum hs_reference_kind kind, uint32_t offset)
{
	struct hs_slot slot = {.kind = kind, .label = HS_LABEL_OFFSET, .number = offset};

	add_slot(b, source, target, &slot);
}

void heap_item(struct heap_builder *b, uint64_t dict, uint64_t key, uint64_t value,
	       enum hs_reference_kind key_kind)
{
	heap_edge(b, dict, key, key_kind, HS_LABEL_KEY, NULL);
	heap_edge(b, dict, value, HS_TRAVERSED, HS_LABEL_VALUE, NULL);
}

void heap_text(struct heap_builder *b, uint64_t id, enum hs_text_kind kind, const char *text)
{
	uint64_t characters = 0;

	for (const char *c = text; *c != '\0'; c++)
		characters += ((unsigned char)*c & 0xc0) != 0x80;
	b->texts = one_more(b->texts, b->text_count, sizeof(*b->texts));
	b->texts[b->text_count++].record = (struct hs_object_text){
		.id = id, .kind = kind, .text = text_of(text), .full_length = characters};
}

void heap_text_cut_from(struct heap_builder *b, uint64_t characters)
{
	b->texts[b->text_count - 1].record.full_length = characters;
}

void heap_root(struct heap_builder *b, enum hs_root_kind kind, uint64_t object, const char *name)
{
	b->roots = one_more(b->roots, b->root_count, sizeof(*b->roots));
	b->roots[b->root_count++] = (struct hs_root){
		.kind = kind, .object = object, .counted = true, .name = text_of(name)};
}

void heap_root_uncounted(struct heap_builder *b)
{
	b->roots[b->root_count - 1].counted = false;
}

void heap_builder_row_limit(struct heap_builder *b, uint32_t slots)
{
	b->row_limit = slots;
}

static bool same_text(const struct hs_text *a, const struct hs_text *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static bool same_slot(const struct hs_slot *a, const struct hs_slot *b)
{
	return a->kind == b->kind && a->label == b->label && a->number == b->number &&
	       same_text(&a->text, &b->text);
}

static bool may_repeat(const struct hs_slot *slot)
{
	return slot->text.length == 0 && slot->label != HS_LABEL_OFFSET;
}

/* Where the slots begin to repeat with this period; slot_count where they do not. */
static uint32_t tail_start(const struct object *o, uint32_t period)
{
	if (o->slot_count < period || !may_repeat(&o->slots[o->slot_count - 1].pattern) ||
	    !may_repeat(&o->slots[o->slot_count - period].pattern))
		return o->slot_count;
	uint32_t start = o->slot_count - period;
	while (start > 0 &&
	       same_slot(&o->slots[start - 1].pattern, &o->slots[start - 1 + period].pattern))
		start--;
	return start;
}

static bool same_slots(const struct hs_slot *a, const struct hs_slot *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!same_slot(&a[i], &b[i]))
			return false;
	return true;
}

static bool same_map(const struct hs_slot_map *a, const struct hs_slot_map *b)
{
	return a->type_reference == b->type_reference && a->head_count == b->head_count &&
	       a->tail_count == b->tail_count && same_slots(a->head, b->head, a->head_count) &&
	       same_slots(a->tail, b->tail, a->tail_count);
}

static uint32_t hash_slots(uint32_t hash, const struct hs_slot *slots, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		hash = (hash ^ (slots[i].kind << 8 | slots[i].label << 4 | slots[i].number)) *
		       2654435761u;
		for (uint32_t c = 0; c < slots[i].text.length; c++)
			hash = (hash ^ (unsigned char)slots[i].text.data[c]) * 16777619u;
	}
	return hash;
}

/* The slot map of an object, whose head and tail borrow their texts. */
static struct hs_slot_map map_of(const struct object *o)
{
	uint32_t one = tail_start(o, 1), two = tail_start(o, 2);
	uint32_t period = two + 2 < one ? 2 : 1;
	uint32_t head = period == 2 ? two : one;
	struct hs_slot *slots = must(calloc((size_t)o->slot_count + 2, sizeof(*slots)));

	for (uint32_t i = 0; i < o->slot_count; i++)
		slots[i] = o->slots[i].pattern;
	struct hs_slot_map map = {.type_reference = o->type_reference,
				  .head = slots,
				  .head_count = head,
				  .tail = slots + head,
				  .tail_count = o->slot_count - head < period ? 0 : period};
	if (map.head_count > HS_SLOT_MAP_ENTRIES_MAX)
		abort();
	return map;
}

/* The number of the object's slot map in the list. */
static uint32_t share_map(struct map_list *list, const struct object *o)
{
	struct hs_slot_map map = map_of(o);
	uint32_t at = hash_slots(hash_slots(map.type_reference, map.head, map.head_count), map.tail,
				 map.tail_count) &
		      list->mask;

	for (; list->hash[at] != 0; at = (at + 1) & list->mask) {
		if (same_map(&list->maps[list->hash[at] - 1], &map)) {
			free((void *)(uintptr_t)map.head);
			return list->hash[at] - 1;
		}
	}
	map.number = list->count;
	list->maps = one_more(list->maps, list->count, sizeof(*list->maps));
	list->maps[list->count++] = map;
	list->hash[at] = list->count;
	return map.number;
}

static uint64_t *count_references(const struct heap_builder *b)
{
	uint64_t *counts = must(calloc((size_t)b->object_count + 1, sizeof(*counts)));

	for (uint32_t i = 0; i < b->object_count; i++) {
		const struct object *o = &b->objects[i];
		for (uint32_t s = 0; s < o->slot_count; s++) {
			const struct object *target = find(b, o->slots[s].target);
			enum hs_reference_kind kind = o->slots[s].pattern.kind;
			if (target && (kind == HS_TRAVERSED || kind == HS_ADDED))
				counts[target - b->objects]++;
		}
		const struct object *type = find(b, b->types[o->record.type].id);
		if (type && o->type_reference == HS_TYPE_REFERENCE_ADDED)
			counts[type - b->objects]++;
	}
	for (uint32_t i = 0; i < b->root_count; i++) {
		const struct object *object = find(b, b->roots[i].object);
		if (object && b->roots[i].counted)
			counts[object - b->objects]++;
	}
	return counts;
}

static void check(enum hs_status status, const struct hs_error *err)
{
	if (status == HS_OK)
		return;
	fprintf(stderr, "heap_builder: %s\n", err->message);
	abort();
}

static void write_object(struct hs_writer *writer, const struct heap_builder *b,
			 const struct object *o, const struct hs_object *record)
{
	uint64_t *slots = must(calloc((size_t)b->row_limit, sizeof(*slots)));
	struct hs_error err;
	uint32_t done = 0;

	do {
		uint32_t count = o->slot_count - done;
		if (count > b->row_limit)
			count = b->row_limit;
		for (uint32_t i = 0; i < count; i++)
			slots[i] = o->slots[done + i].target;
		check(hs_writer_object(writer, record, done, slots, count, &err), &err);
		done += count;
	} while (done < o->slot_count);
	free(slots);
}

static void write_objects(struct hs_writer *writer, const struct heap_builder *b,
			  const uint32_t *map_numbers)
{
	uint64_t *counts = count_references(b);

	for (uint32_t i = 0; i < b->object_count; i++) {
		struct hs_object record = b->objects[i].record;
		record.slot_map = map_numbers[i];
		if (!b->objects[i].has_refcount)
			record.refcount = counts[i] > 0 ? counts[i] : 1;
		write_object(writer, b, &b->objects[i], &record);
	}
	free(counts);
}

static void write_tables(struct hs_writer *writer, const struct heap_builder *b,
			 const struct map_list *list)
{
	struct hs_error err;

	for (uint32_t i = 0; i < b->type_count; i++)
		check(hs_writer_type(writer, &b->types[i], &err), &err);
	for (uint32_t i = 0; i < list->count; i++)
		check(hs_writer_slot_map(writer, &list->maps[i], &err), &err);
	for (uint32_t i = 0; i < b->root_count; i++)
		check(hs_writer_root(writer, &b->roots[i], &err), &err);
}

static void write_to(const struct heap_builder *b, int fd)
{
	struct hs_writer_options options = {.fd = fd,
					    .level = 1,
					    .types_max = b->type_count + 1,
					    .frames_max = 64 + b->object_count / 100};
	size_t arena_size = (hs_writer_arena_size(&options) + 63) / 64 * 64;
	/* Zero pages that are never touched cost nothing; thousands of heaps are written. */
	char *block = must(calloc(1, arena_size + 64));
	void *arena = block + (64 - (uintptr_t)block % 64);
	struct hs_writer *writer;
	struct hs_error err;
	struct map_list list = {.mask = 255};
	uint32_t *map_numbers = must(calloc((size_t)b->object_count + 1, sizeof(*map_numbers)));

	while (list.mask / 2 < b->object_count)
		list.mask = list.mask * 2 + 1;
	list.hash = must(calloc((size_t)list.mask + 1, sizeof(*list.hash)));
	for (uint32_t i = 0; i < b->object_count; i++)
		map_numbers[i] = share_map(&list, &b->objects[i]);

	check(hs_writer_open(&writer, arena, arena_size, &options, &b->header, &err), &err);
	write_tables(writer, b, &list);
	write_objects(writer, b, map_numbers);
	for (uint32_t i = 0; i < b->text_count; i++)
		check(hs_writer_text(writer, &b->texts[i].record, &err), &err);
	struct hs_end end = {.pause_s = 0.001, .elapsed_s = 0.002, .mode = b->header.mode_asked};
	check(hs_writer_close(writer, &end, &err), &err);

	for (uint32_t i = 0; i < list.count; i++)
		free((void *)(uintptr_t)list.maps[i].head);
	free(list.maps);
	free(list.hash);
	free(map_numbers);
	free(block);
}

void heap_builder_write(const struct heap_builder *b, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		abort();
	write_to(b, fd);
	if (close(fd) != 0)
		abort();
}

char *heap_builder_write_temporary(const struct heap_builder *b)
{
	const char *directory = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/heapsnap-test-XXXXXX", directory ? directory : "/tmp");
	int fd = mkstemp(path);
	if (fd < 0)
		abort();
	write_to(b, fd);
	if (close(fd) != 0)
		abort();
	return must(strdup(path));
}
