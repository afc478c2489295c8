/* All objects merged by holder path.
 *
 * Walking the search's order, a parent's path is known before its children's: a node's
 * path is the child of its parent's path by (step, type), found in one hash. A namespace
 * dict is counted on the row ".__dict__" of its owner, but what it holds hangs on the owner
 * itself, so `effective` (the path that children hang on) is the owner's.
 *
 *   node:       app --.__dict__--> dict --['CACHE']--> dict --['k']--> Session
 *   row:        app               app.__dict__        app.CACHE       app.CACHE[*]
 *   effective:  app               app                 app.CACHE       app.CACHE[*]
 *
 * Folding: where a path with the same (step, type) stands above already, the node goes to
 * that one, which is marked. So no (step, type) occurs twice on a path, and linked lists
 * and trees of any depth have as many paths as they have different steps. The hash keeps
 * the answer, so the way up is climbed once for each distinct case.
 *
 * Steps and types are numbers of two interners that all snapshots share: the same path is
 * the same number in each, and comparing is subtracting. Totals are summed up from the
 * highest number down, since children are made after their parents. */
#include "analyzer/algorithms/holders.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/interner.h"
#include "analyzer/base/xalloc.h"

#define NO_PATH UINT32_MAX
#define CASES_START 1024
#define ROOT_TEXT_MAX 512

struct path {
	uint32_t parent; /* NO_PATH at a root */
	uint32_t step, type;
	bool folded;
};

/* (parent, step, type) and the path that it goes to. */
struct path_case {
	struct path key;
	uint32_t path; /* NO_PATH: free */
};

struct holders {
	uint32_t snapshot_count;
	struct interner steps, types;
	struct path *paths;
	uint32_t count;
	size_t path_capacity, own_capacity;
	struct holder_sum *own;    /* [count * snapshot_count] */
	struct holder_sum *totals; /* likewise, after holders_sum_up */
	struct path_case *cases;   /* [mask + 1] */
	uint64_t mask;
	uint64_t case_count;
};

/* One call of holders_add. */
struct adding {
	struct holders *h;
	uint32_t snapshot;
	const struct graph *g;
	const struct roots *roots;
	const struct reachability *reach;
	const struct edge_classes *classes;
	uint32_t *steps;     /* by class */
	uint32_t *types;     /* by type number */
	uint32_t *effective; /* by node */
};

static struct path_case *new_cases(uint64_t count)
{
	struct path_case *cases = xmalloc(count, sizeof(*cases));

	for (uint64_t i = 0; i < count; i++)
		cases[i].path = NO_PATH;
	return cases;
}

struct holders *holders_new(uint32_t snapshot_count)
{
	struct holders *h = xcalloc(1, sizeof(*h));

	h->snapshot_count = snapshot_count;
	interner_init(&h->steps);
	interner_init(&h->types);
	h->cases = new_cases(CASES_START);
	h->mask = CASES_START - 1;
	return h;
}

void holders_free(struct holders *h)
{
	if (!h)
		return;
	interner_release(&h->steps);
	interner_release(&h->types);
	free(h->paths);
	free(h->own);
	free(h->totals);
	free(h->cases);
	free(h);
}

static uint64_t hash_case(uint32_t parent, uint32_t step, uint32_t type)
{
	uint64_t hash = ((uint64_t)parent << 32 | step) * UINT64_C(0x9e3779b97f4a7c15);

	hash = (hash ^ hash >> 29 ^ type) * UINT64_C(0xbf58476d1ce4e5b9);
	return hash ^ hash >> 32;
}

/* The case's entry, or the free one where it belongs. */
static struct path_case *probe(const struct holders *h, uint32_t parent, uint32_t step,
			       uint32_t type)
{
	uint64_t at = hash_case(parent, step, type) & h->mask;

	for (;; at = (at + 1) & h->mask) {
		struct path_case *here = &h->cases[at];
		if (here->path == NO_PATH || (here->key.parent == parent &&
					      here->key.step == step && here->key.type == type))
			return here;
	}
}

static void double_cases(struct holders *h)
{
	struct path_case *old = h->cases;
	uint64_t old_count = h->mask + 1;

	h->cases = new_cases(2 * old_count);
	h->mask = 2 * old_count - 1;
	for (uint64_t i = 0; i < old_count; i++) {
		const struct path *key = &old[i].key;
		if (old[i].path != NO_PATH)
			*probe(h, key->parent, key->step, key->type) = old[i];
	}
	free(old);
}

static uint32_t add_path(struct holders *h, const struct path *path)
{
	size_t width = h->snapshot_count;

	h->paths = xgrow(h->paths, &h->path_capacity, (size_t)h->count + 1, sizeof(*h->paths));
	h->own = xgrow(h->own, &h->own_capacity, ((size_t)h->count + 1) * width, sizeof(*h->own));
	memset(&h->own[h->count * width], 0, width * sizeof(*h->own));
	h->paths[h->count] = *path;
	return h->count++;
}

/* The path at or above `path` with this step and type, or NO_PATH. A root's name is no
 * step that could repeat. */
static uint32_t find_above(const struct holders *h, uint32_t path, uint32_t step, uint32_t type)
{
	for (; path != NO_PATH && h->paths[path].parent != NO_PATH; path = h->paths[path].parent)
		if (h->paths[path].step == step && h->paths[path].type == type)
			return path;
	return NO_PATH;
}

static uint32_t find_child(struct holders *h, uint32_t parent, uint32_t step, uint32_t type)
{
	struct path_case *here = probe(h, parent, step, type);

	if (here->path != NO_PATH)
		return here->path;
	here->key = (struct path){.parent = parent, .step = step, .type = type};
	here->path = find_above(h, parent, step, type);
	if (here->path != NO_PATH)
		h->paths[here->path].folded = true;
	else
		here->path = add_path(h, &here->key);
	uint32_t path = here->path;
	if (++h->case_count * 2 > h->mask)
		double_cases(h);
	return path;
}

static size_t append(char *buffer, size_t used, const char *text, size_t length)
{
	if (length > ROOT_TEXT_MAX - used)
		length = ROOT_TEXT_MAX - used;
	if (length > 0)
		memcpy(buffer + used, text, length);
	return used + length;
}

/* A root as the first step of a path: a module by its name; a frame without its thread and
 * line, which differ from one snapshot to the next. */
static uint32_t intern_root(struct holders *h, const struct hs_root *record)
{
	static const char *const unnamed[ROOT_KINDS] = {
		"(module)", "(frame)", "thread", "interpreter", "gc.garbage",
	};
	char buffer[ROOT_TEXT_MAX];
	size_t used = 0;

	if (!record)
		return interner_add(&h->steps, "(external)", strlen("(external)"));
	if (record->kind == HS_ROOT_FRAME && record->function.length > 0) {
		used = append(buffer, used, record->function.data, record->function.length);
		used = append(buffer, used, "()", 2);
	} else if (record->name.length > 0 && record->kind != HS_ROOT_THREAD) {
		used = append(buffer, used, record->name.data, record->name.length);
	} else {
		used = append(buffer, used, unnamed[record->kind], strlen(unnamed[record->kind]));
	}
	if (record->kind != HS_ROOT_MODULE && record->label.length > 0) {
		const char *before = root_label_is_local(record) ? " local " : " ";
		used = append(buffer, used, before, strlen(before));
		used = append(buffer, used, record->label.data, record->label.length);
	}
	return interner_add(&h->steps, buffer, used);
}

static uint32_t path_of_root(struct adding *a, node_id n, uint32_t type)
{
	const struct root *root = roots_find(a->roots, n);
	const struct hs_root *record = root ? hs_reader_root(a->g->reader, root->record) : NULL;

	return find_child(a->h, NO_PATH, intern_root(a->h, record), type);
}

/* The row that the node counts on; sets what its children hang on. */
static uint32_t place(struct adding *a, node_id n)
{
	node_id parent = a->reach->parents[n];
	uint32_t type = a->types[a->g->types[n]];

	if (parent == NODE_NONE)
		return a->effective[n] = path_of_root(a, n, type);
	uint32_t edge_class = a->classes->classes[n];
	uint32_t path = find_child(a->h, a->effective[parent], a->steps[edge_class], type);
	bool is_namespace = edge_class == EDGE_CLASS_DICT && bitset_has(&a->g->namespaces, n);
	a->effective[n] = is_namespace ? a->effective[parent] : path;
	return path;
}

static uint32_t *intern_classes(struct holders *h, const struct edge_classes *classes)
{
	uint32_t *steps = xmalloc(classes->texts.count, sizeof(*steps));

	for (uint32_t i = 0; i < classes->texts.count; i++)
		steps[i] = interner_add(&h->steps, classes->texts.texts[i],
					strlen(classes->texts.texts[i]));
	return steps;
}

static uint32_t *intern_types(struct holders *h, const struct graph *g)
{
	uint32_t *types = xmalloc(g->type_count, sizeof(*types));

	for (uint32_t i = 0; i < g->type_count; i++) {
		const struct hs_text *name = &hs_reader_type(g->reader, i)->name;
		types[i] = interner_add(&h->types, name->data, name->length);
	}
	return types;
}

void holders_add(struct holders *h, uint32_t snapshot, const struct graph *g,
		 const struct roots *roots, const struct reachability *reach,
		 const struct edge_classes *classes)
{
	struct adding a = {h, snapshot, g, roots, reach, classes, NULL, NULL, NULL};

	a.steps = intern_classes(h, classes);
	a.types = intern_types(h, g);
	a.effective = xmalloc(g->node_count, sizeof(*a.effective));
	for (uint32_t i = 0; i < reach->reached_count; i++) {
		node_id n = reach->order[i];
		size_t path = place(&a, n);
		struct holder_sum *sum = &h->own[path * h->snapshot_count + snapshot];
		sum->count++;
		sum->bytes += graph_bytes(g, n);
	}
	free(a.steps);
	free(a.types);
	free(a.effective);
	free(h->totals);
	h->totals = NULL;
}

uint32_t holders_count(const struct holders *h)
{
	return h->count;
}

struct holder holders_get(const struct holders *h, uint32_t path)
{
	const struct path *p = &h->paths[path];

	return (struct holder){p->parent, h->steps.texts[p->step], h->types.texts[p->type],
			       p->folded};
}

struct holder_sum holders_own(const struct holders *h, uint32_t path, uint32_t snapshot)
{
	return h->own[(size_t)path * h->snapshot_count + snapshot];
}

struct holder_sum holders_total(const struct holders *h, uint32_t path, uint32_t snapshot)
{
	return h->totals[(size_t)path * h->snapshot_count + snapshot];
}

void holders_sum_up(struct holders *h)
{
	size_t width = h->snapshot_count;

	free(h->totals);
	h->totals = xmalloc(h->count * width, sizeof(*h->totals));
	if (h->count > 0)
		memcpy(h->totals, h->own, h->count * width * sizeof(*h->totals));
	for (uint32_t path = h->count; path-- > 0;) {
		uint32_t parent = h->paths[path].parent;
		for (size_t s = 0; s < width && parent != NO_PATH; s++) {
			h->totals[parent * width + s].count += h->totals[path * width + s].count;
			h->totals[parent * width + s].bytes += h->totals[path * width + s].bytes;
		}
	}
}

char *holders_path_text(const struct holders *h, uint32_t path)
{
	size_t length = 0;

	for (uint32_t p = path; p != NO_PATH; p = h->paths[p].parent)
		length += strlen(h->steps.texts[h->paths[p].step]) + (h->paths[p].folded ? 3 : 0);
	char *text = xmalloc(length + 1, 1);
	text[length] = '\0';
	for (uint32_t p = path; p != NO_PATH; p = h->paths[p].parent) {
		const char *step = h->steps.texts[h->paths[p].step];
		size_t step_length = strlen(step);
		if (h->paths[p].folded) {
			text[--length] = '*';
			text[--length] = ')';
		}
		length -= step_length;
		memcpy(text + length, step, step_length);
		if (h->paths[p].folded)
			text[--length] = '(';
	}
	return text;
}

static int compare_growth(const void *a, const void *b)
{
	const struct holder_growth *left = a, *right = b;

	if (left->total_bytes_delta != right->total_bytes_delta)
		return left->total_bytes_delta > right->total_bytes_delta ? -1 : 1;
	if (left->total_count_delta != right->total_count_delta)
		return left->total_count_delta > right->total_count_delta ? -1 : 1;
	return left->path < right->path ? -1 : left->path > right->path;
}

static int64_t difference(uint64_t old_value, uint64_t new_value)
{
	return (int64_t)(new_value - old_value);
}

uint32_t holders_compare(const struct holders *h, uint32_t old_snapshot, uint32_t new_snapshot,
			 bool all, struct holder_growth **out)
{
	struct holder_growth *rows = NULL;
	size_t capacity = 0;
	uint32_t count = 0;

	for (uint32_t path = 0; path < h->count; path++) {
		struct holder_sum old_own = holders_own(h, path, old_snapshot);
		struct holder_sum new_own = holders_own(h, path, new_snapshot);
		struct holder_sum old_total = holders_total(h, path, old_snapshot);
		struct holder_sum new_total = holders_total(h, path, new_snapshot);
		if (!all && old_own.count == new_own.count && old_own.bytes == new_own.bytes)
			continue;
		rows = xgrow(rows, &capacity, (size_t)count + 1, sizeof(*rows));
		rows[count++] = (struct holder_growth){
			.path = path,
			.count_delta = difference(old_own.count, new_own.count),
			.bytes_delta = difference(old_own.bytes, new_own.bytes),
			.total_count_delta = difference(old_total.count, new_total.count),
			.total_bytes_delta = difference(old_total.bytes, new_total.bytes),
		};
	}
	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_growth);
	*out = rows;
	return count;
}
