/* The JSON of `heapsnap cycles`: the sum, the ids where asked for, the groups. */
#include "analyzer/commands/cycles_json.h"

#include <stdio.h>

/* {"name": count} */
static void json_types(struct json *json, const struct graph *g, const struct cycle_group *group)
{
	json_object_begin(json, "types");
	for (uint32_t i = 0; i < group->type_count; i++) {
		char key[512];
		const struct hs_text *name = &hs_reader_type(g->reader, group->types[i].type)->name;
		snprintf(key, sizeof key, "%.*s", (int)name->length, name->data);
		json_number(json, key, group->types[i].count);
	}
	json_object_end(json);
}

static void json_groups(struct json *json, const struct labelled_cycles *cycles)
{
	static const char *const verdicts[] = {
		[COLLECT_YES] = "yes",
		[COLLECT_UNCOLLECTABLE] = "uncollectable",
		[COLLECT_NEVER] = "never",
	};
	json_array_begin(json, "groups");
	for (uint32_t i = 0; i < cycles->count; i++) {
		const struct cycle_group *group = &cycles->groups[i];
		json_object_begin(json, NULL);
		json_number(json, "count", group->count);
		json_number(json, "objects", group->objects);
		json_number(json, "bytes", group->bytes);
		json_types(json, cycles->g, group);
		json_string(json, "collect", verdicts[group->collect]);
		json_bool(json, "finalizer", group->finalizer);
		labelled_cycle_json(json, "cycle", cycles, i);
		json_object_end(json);
	}
	json_array_end(json);
}

void cycles_print_json(const struct invocation *inv, const struct snapshot *snapshot,
		       const struct unreachable *unreachable, const struct labelled_cycles *cycles)
{
	struct json json;
	const struct bitset *found = &unreachable->found;
	snapshot_json_begin(&json, inv, hs_reader_complete(snapshot->reader));
	json_object_begin(&json, "unreachable");
	json_number(&json, "objects", unreachable->object_count);
	json_number(&json, "bytes", unreachable->bytes);
	json_number(&json, "tracked_objects", unreachable->found_count);
	if (option_given(inv, "ids")) {
		json_array_begin(&json, "ids");
		for (size_t n = bitset_next(found, 0); n < found->size;
		     n = bitset_next(found, n + 1))
			json_id(&json, NULL, snapshot->graph->ids[n]);
		json_array_end(&json);
	}
	json_object_end(&json);
	json_groups(&json, cycles);
	snapshot_json_end(&json);
}
