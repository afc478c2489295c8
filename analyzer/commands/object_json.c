/* The JSON of `heapsnap show`: "object" with its references, or "objects". */
#include "analyzer/commands/object_json.h"

#include "analyzer/commands/edge_text.h"

static void json_type(struct json *json, const struct graph *g, node_id n)
{
	const struct hs_text *type = &graph_type(g, n)->name;
	json_string_sized(json, "type", type->data, type->length);
}

static void json_reference(struct json *json, const struct object_view *v,
			   const struct view_reference *r)
{
	const struct graph *g = v->snapshot->graph;
	struct sink edge;
	sink_init(&edge, SINK_IN_MEMORY);
	chain_step_append_edge(&edge, &r->step);
	json_id(json, "id", g->ids[r->node]);
	json_type(json, g, r->node);
	json_string(json, "name", labels_node_text(v->chains.labels, r->node, HS_TEXT_NAME));
	json_number(json, "bytes", graph_bytes(g, r->node));
	json_string_sized(json, "edge", edge.data, edge.used);
	json_string(json, "kind", edge_kind_word(r->kind));
	sink_release(&edge);
}

static void json_record(struct json *json, const struct object_view *v)
{
	const struct hs_object *o = &v->record;
	struct sink text;
	struct chain chain;
	json_object_begin(json, "object");
	json_id(json, "id", o->id);
	json_type(json, v->snapshot->graph, v->node);
	json_string(json, "name", labels_node_text(v->chains.labels, v->node, HS_TEXT_NAME));
	json_number(json, "size", o->size);
	json_number(json, "extra", o->extra);
	json_bool(json, "size_exact", (o->flags & HS_SIZE_EXACT) != 0);
	json_number(json, "refcount", o->refcount);
	json_number(json, "known_references", v->known_references);
	json_bool(json, "tracked", (o->flags & HS_TRACKED) != 0);
	json_bool(json, "frozen", (o->flags & HS_FROZEN) != 0);
	json_bool(json, "immortal", (o->flags & HS_IMMORTAL) != 0);
	json_bool(json, "finalizer", (o->flags & HS_FINALIZER) != 0);
	json_bool(json, "finalized", (o->flags & HS_FINALIZED) != 0);
	json_number(json, "generation", o->flags >> HS_GENERATION_SHIFT & 3);
	sink_init(&text, SINK_IN_MEMORY);
	object_view_append_chain(&text, v);
	json_string_sized(json, "text", text.data, text.used);
	sink_release(&text);
	chain_init(&chain, &v->search.reach, &v->snapshot->roots, v->node);
	chain_json_root(json, "root", v->snapshot, &chain);
	chain_release(&chain);
	json_object_end(json);
}

void object_print_json(const struct invocation *inv, const struct object_view *v)
{
	struct json json;
	struct sink text;
	uint64_t limit = settings_limit(&inv->settings);
	snapshot_json_begin(&json, inv, hs_reader_complete(v->snapshot->reader));
	json_record(&json, v);
	json_array_begin(&json, "referents");
	for (size_t i = 0; i < v->referent_count && i < limit; i++) {
		json_object_begin(&json, NULL);
		json_reference(&json, v, &v->referents[i]);
		json_object_end(&json);
	}
	json_array_end(&json);
	json_array_begin(&json, "holders");
	sink_init(&text, SINK_IN_MEMORY);
	for (size_t i = 0; i < v->labelled_holders; i++) {
		json_object_begin(&json, NULL);
		json_reference(&json, v, &v->holders[i]);
		sink_clear(&text);
		object_view_append_holder(&text, v, i);
		json_string_sized(&json, "text", text.data, text.used);
		json_object_end(&json);
	}
	sink_release(&text);
	json_array_end(&json);
	snapshot_json_end(&json);
}

void object_list_print_json(const struct invocation *inv, const struct snapshot *snapshot,
			    const struct node_set *nodes, uint64_t bytes)
{
	struct json json;
	const struct graph *g = snapshot->graph;
	uint64_t limit = settings_limit(&inv->settings);
	snapshot_json_begin(&json, inv, hs_reader_complete(snapshot->reader));
	json_number(&json, "count", nodes->count);
	json_number(&json, "bytes", bytes);
	json_array_begin(&json, "objects");
	for (size_t i = 0; i < nodes->count && i < limit; i++) {
		node_id n = nodes->nodes[i];
		json_object_begin(&json, NULL);
		json_id(&json, "id", g->ids[n]);
		json_type(&json, g, n);
		json_number(&json, "bytes", graph_bytes(g, n));
		json_number(&json, "refcount", g->refcounts[n]);
		json_bool(&json, "tracked", (g->flags[n] & HS_TRACKED) != 0);
		json_object_end(&json);
	}
	json_array_end(&json);
	snapshot_json_end(&json);
}
