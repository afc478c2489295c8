/* The roots of a snapshot as nodes, sorted once.
 *
 * A search that takes them in this order gives a module that a person knows before one
 * that only the machinery knows: __main__, then public names, then those with a part that
 * begins with an underscore. Sorting is by a key made of kind, readability and place in
 * the file, so equal keys cannot occur and the order is the same everywhere. */
#include "analyzer/graph/roots.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

struct ranked {
	uint64_t key; /* kind, readability, record */
	node_id node;
};

static bool is_private(const struct hs_text *name)
{
	for (uint32_t i = 0; i < name->length; i++)
		if (name->data[i] == '_' && (i == 0 || name->data[i - 1] == '.'))
			return true;
	return false;
}

static uint64_t readability(const struct hs_root *root)
{
	if (root->kind != HS_ROOT_MODULE)
		return 0;
	if (root->name.length == 8 && memcmp(root->name.data, "__main__", 8) == 0)
		return 0;
	return is_private(&root->name) ? 2 : 1;
}

static int compare_ranked(const void *a, const void *b)
{
	uint64_t left = ((const struct ranked *)a)->key;
	uint64_t right = ((const struct ranked *)b)->key;

	return left < right ? -1 : left > right;
}

static int compare_words(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static void sort_by_node(struct roots *roots)
{
	uint64_t *keys = xmalloc(roots->count, sizeof(*keys));

	for (uint32_t i = 0; i < roots->count; i++)
		keys[i] = (uint64_t)roots->items[i].node << 32 | i;
	qsort(keys, roots->count, sizeof(*keys), compare_words);
	roots->by_node = xmalloc(roots->count, sizeof(*roots->by_node));
	for (uint32_t i = 0; i < roots->count; i++)
		roots->by_node[i] = (uint32_t)keys[i];
	free(keys);
}

void roots_init(struct roots *out, const struct graph *g)
{
	uint64_t record_count = hs_reader_root_count(g->reader);
	struct ranked *ranked = xmalloc(record_count, sizeof(*ranked));
	uint32_t count = 0;

	for (uint64_t i = 0; i < record_count && i < UINT32_MAX; i++) {
		const struct hs_root *root = hs_reader_root(g->reader, i);
		node_id node = graph_find(g, root->object);
		if (node == NODE_NONE || (unsigned)root->kind >= ROOT_KINDS)
			continue;
		ranked[count].node = node;
		ranked[count++].key = (uint64_t)root->kind << 40 | readability(root) << 32 | i;
	}
	qsort(ranked, count, sizeof(*ranked), compare_ranked);

	memset(out, 0, sizeof(*out));
	out->count = count;
	out->items = xmalloc(count, sizeof(*out->items));
	for (uint32_t i = 0; i < count; i++) {
		out->items[i] = (struct root){ranked[i].node, (uint32_t)ranked[i].key};
		out->ends[ranked[i].key >> 40] = i + 1;
	}
	for (unsigned kind = 1; kind < ROOT_KINDS; kind++)
		if (out->ends[kind] == 0)
			out->ends[kind] = out->ends[kind - 1];
	free(ranked);
	sort_by_node(out);
}

void roots_release(struct roots *roots)
{
	free(roots->items);
	free(roots->by_node);
	memset(roots, 0, sizeof(*roots));
}

const struct root *roots_find(const struct roots *roots, node_id node)
{
	uint32_t low = 0, high = roots->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (roots->items[roots->by_node[middle]].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == roots->count || roots->items[roots->by_node[low]].node != node)
		return NULL;
	return &roots->items[roots->by_node[low]];
}
