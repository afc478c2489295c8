/* Writes the snapshots that the tests of the command line read, all of one small
 * imaginary program:
 *
 *   app                 module, 72 bytes
 *     ._cache           dict: 'k' -> list of sessions, one key without text -> list
 *     .registry         list of the same sessions but the first, in file order
 *     .head             app.Node .next -> app.Node .next -> app.Node
 *   lib                 module: lib.Session, a type whose last part is app.Session's too
 *   thread 'worker'     a running frame, local conn: app.Conn
 *   external            list that something outside refers to, holding an app.Buffer
 *   garbage             app.Ticket .on_done -> method .__self__ -> the Ticket
 *
 * and odd.heapsnap, of a program with a module `odd` of all that is seldom:
 *
 *   odd
 *     .rows             list of odd.Row, a class made at each call: a type for each
 *     .Del              list of an odd.Del and a lib.Del
 *     .Class            class with a __doc__ and a __module__ of its own
 *     .weird            odd.Page with an attribute "we ird" that is no item of a dict
 *     .by_url           dict of odd.Page by a key that was cut and one that is its beginning
 *
 * usage: cli_heaps DIRECTORY */
#include "tests/analyzer/heap_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct program {
	struct heap_builder *b;
	uint32_t module, dict, list, str, session, other_session, node, ticket, method, conn,
		buffer;
};

static uint64_t add_str(struct program *p, const char *text)
{
	uint64_t str = heap_object(p->b, p->str, 50);
	heap_object_flags(p->b, str, HS_SIZE_EXACT);
	if (text != NULL)
		heap_text(p->b, str, HS_TEXT_KEY, text);
	return str;
}

static uint64_t add(struct program *p, uint32_t type, uint64_t size)
{
	uint64_t object = heap_object(p->b, type, size);
	heap_object_flags(p->b, object, HS_TRACKED | HS_SIZE_EXACT);
	return object;
}

/* A module with its namespace, which is returned. */
static uint64_t add_module(struct program *p, const char *name)
{
	uint64_t module = add(p, p->module, 72);
	uint64_t names = add(p, p->dict, 232);
	heap_edge(p->b, module, names, HS_TRAVERSED, HS_LABEL_ATTR, "__dict__");
	heap_root(p->b, HS_ROOT_MODULE, module, name);
	heap_text(p->b, module, HS_TEXT_NAME, name);
	return names;
}

static void set_global(struct program *p, uint64_t names, const char *name, uint64_t value)
{
	heap_item(p->b, names, add_str(p, name), value, HS_ADDED);
}

static void add_sessions(struct program *p, uint64_t names, unsigned count)
{
	uint64_t cache = add(p, p->dict, 232);
	uint64_t list = add(p, p->list, 56 + 8 * (uint64_t)count);
	uint64_t nameless = add(p, p->list, 56);
	uint64_t registry = add(p, p->list, 56 + 8 * (uint64_t)count);
	set_global(p, names, "_cache", cache);
	heap_item(p->b, cache, add_str(p, "k"), list, HS_ADDED);
	heap_item(p->b, cache, add_str(p, NULL), nameless, HS_ADDED);
	set_global(p, names, "registry", registry);
	for (unsigned i = 0; i < count; i++) {
		uint64_t session = add(p, p->session, 48);
		heap_object_extra(p->b, session, 16);
		heap_edge(p->b, list, session, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
		heap_edge(p->b, session, add_str(p, NULL), HS_TRAVERSED, HS_LABEL_ATTR, "user");
		if (i > 0)
			heap_edge(p->b, registry, session, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	}
}

static void add_nodes(struct program *p, uint64_t names, unsigned count)
{
	uint64_t before = 0;
	for (unsigned i = 0; i < count; i++) {
		uint64_t node = add(p, p->node, 48);
		if (before == 0)
			set_global(p, names, "head", node);
		else
			heap_edge(p->b, before, node, HS_TRAVERSED, HS_LABEL_ATTR, "next");
		before = node;
	}
}

static void add_garbage(struct program *p, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t ticket = add(p, p->ticket, 48);
		uint64_t method = add(p, p->method, 64);
		heap_edge(p->b, ticket, method, HS_TRAVERSED, HS_LABEL_ATTR, "on_done");
		heap_edge(p->b, method, ticket, HS_TRAVERSED, HS_LABEL_ATTR, "__self__");
	}
}

static void add_outside(struct program *p)
{
	uint64_t list = add(p, p->list, 64);
	uint64_t buffer = add(p, p->buffer, 100);
	heap_edge(p->b, list, buffer, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	heap_object_refcount(p->b, list, 1);
	uint64_t conn = add(p, p->conn, 80);
	heap_root(p->b, HS_ROOT_FRAME, conn, "app.serve");
}

static struct program program_new(void)
{
	const uint32_t builtin = HS_TYPE_GC, heap = HS_TYPE_HEAP | HS_TYPE_GC;
	struct program p = {.b = heap_builder_new()};
	p.module = heap_type(p.b, "module", builtin);
	p.dict = heap_type(p.b, "dict", builtin);
	p.list = heap_type(p.b, "list", builtin);
	p.str = heap_type(p.b, "str", 0);
	p.session = heap_type(p.b, "app.Session", heap);
	p.other_session = heap_type(p.b, "lib.Session", heap);
	p.node = heap_type(p.b, "app.Node", heap);
	p.ticket = heap_type(p.b, "app.Ticket", heap);
	p.method = heap_type(p.b, "method", builtin);
	p.conn = heap_type(p.b, "app.Conn", heap);
	p.buffer = heap_type(p.b, "app.Buffer", heap);
	return p;
}

struct variant {
	const char *name;
	unsigned sessions, nodes, tickets;
	bool outside;
	uint32_t serial;      /* of the dump: 30 s apart */
	uint64_t start_ticks; /* another number: another process */
	bool gc_enabled;
	bool untracked;
	enum hs_labels labels;
};

static void write_variant(const char *directory, const struct variant *v)
{
	char path[4096];
	struct program p = program_new();
	struct hs_header *header = heap_builder_header(p.b);
	header->dump_serial = v->serial;
	header->captured_at = header->started_at + 30.0 * v->serial;
	header->start_ticks = v->start_ticks;
	header->gc_enabled = v->gc_enabled;
	header->untracked = v->untracked;
	header->labels = v->labels;
	header->gc_threshold[0] = 700;
	header->gc_threshold[1] = header->gc_threshold[2] = 10;

	uint64_t app = add_module(&p, "app");
	uint64_t lib = add_module(&p, "lib");
	set_global(&p, lib, "session", add(&p, p.other_session, 48));
	add_nodes(&p, app, v->nodes);
	if (v->outside)
		add_outside(&p);
	add_garbage(&p, v->tickets);
	add_sessions(&p, app, v->sessions);
	snprintf(path, sizeof path, "%s/%s.heapsnap", directory, v->name);
	heap_builder_write(p.b, path);
	heap_builder_free(p.b);
}

static void write_odd(const char *directory)
{
	char path[4096];
	struct program p = program_new();
	uint64_t odd = add_module(&p, "odd");
	uint64_t rows = add(&p, p.list, 80);
	set_global(&p, odd, "rows", rows);
	for (int i = 0; i < 3; i++) {
		uint64_t row = add(&p, heap_type(p.b, "odd.Row", HS_TYPE_HEAP | HS_TYPE_GC), 48);
		heap_edge(p.b, rows, row, HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	}
	uint64_t dels = add(&p, p.list, 72);
	set_global(&p, odd, "Del", dels);
	for (int i = 0; i < 2; i++) {
		uint32_t type = heap_type(p.b, i == 0 ? "odd.Del" : "lib.Del", HS_TYPE_HEAP);
		heap_edge(p.b, dels, add(&p, type, 48), HS_TRAVERSED, HS_LABEL_INDEX, NULL);
	}
	uint64_t by_url = add(&p, p.dict, 232);
	uint32_t page = heap_type(p.b, "odd.Page", HS_TYPE_HEAP | HS_TYPE_GC);
	set_global(&p, odd, "by_url", by_url);
	for (int i = 0; i < 2; i++) {
		uint64_t key = add_str(&p, "http://example.org/b\xc3\xbc"
					   "cher");
		if (i == 0)
			heap_text_cut_from(p.b, 200);
		heap_item(p.b, by_url, key, add(&p, page, 48 + (uint64_t)i), HS_ADDED);
	}
	uint32_t metaclass = heap_type(p.b, "type", HS_TYPE_IS_TYPE | HS_TYPE_GC);
	uint64_t class = add(&p, metaclass, 1000), class_dict = add(&p, p.dict, 232);
	set_global(&p, odd, "Class", class);
	heap_edge(p.b, class, class_dict, HS_ADDED, HS_LABEL_ATTR, "__dict__");
	set_global(&p, class_dict, "__doc__", add(&p, page, 50));
	set_global(&p, class_dict, "__module__", add(&p, page, 51));
	uint64_t weird = add(&p, page, 52);
	set_global(&p, odd, "weird", weird);
	heap_edge(p.b, weird, add(&p, page, 53), HS_TRAVERSED, HS_LABEL_ATTR, "we ird");
	static const char note[] = "threads that run no Python code at the moment of the capture "
				   "are not shown with what they hold on their stacks";
	struct hs_header *header = heap_builder_header(p.b);
	header->notes[header->note_count++] = (struct hs_text){note, sizeof note - 1, false};
	snprintf(path, sizeof path, "%s/odd.heapsnap", directory);
	heap_builder_write(p.b, path);
	heap_builder_free(p.b);
}

int main(int argc, char **argv)
{
	static const struct variant variants[] = {
		{"old", 4, 3, 1, true, 1, 1, true, true, HS_LABELS_NAMES},
		{"new", 1004, 3, 3, true, 2, 1, true, true, HS_LABELS_NAMES},
		{"newest", 2004, 3, 3, true, 3, 1, true, true, HS_LABELS_NAMES},
		{"stopped", 4, 3, 2, true, 4, 1, false, true, HS_LABELS_NAMES},
		{"healthy", 4, 3, 0, false, 1, 2, true, true, HS_LABELS_NAMES},
		{"keys", 1004, 3, 1, true, 2, 1, true, true, HS_LABELS_KEYS},
		{"tracked", 1004, 3, 1, true, 2, 1, true, false, HS_LABELS_NAMES},
	};
	if (argc != 2) {
		fputs("usage: cli_heaps DIRECTORY\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
		write_variant(argv[1], &variants[i]);
	write_odd(argv[1]);
	return 0;
}
