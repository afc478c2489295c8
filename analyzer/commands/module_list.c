/* The module roots sorted by name. A module that stands in sys.modules under several
 * keys has one name and is listed once. */
#include "analyzer/commands/module_list.h"

#include "analyzer/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static int compare_texts(struct hs_text a, struct hs_text b)
{
	uint32_t shorter = a.length < b.length ? a.length : b.length;
	int order = shorter > 0 ? memcmp(a.data, b.data, shorter) : 0;
	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_modules(const void *a, const void *b)
{
	const struct hs_root *left = *(const struct hs_root *const *)a;
	const struct hs_root *right = *(const struct hs_root *const *)b;
	return compare_texts(left->name, right->name);
}

size_t module_list(const struct hs_reader *reader, const struct hs_root ***out)
{
	uint64_t roots = hs_reader_root_count(reader);
	const struct hs_root **modules = xmalloc(roots, sizeof *modules);
	size_t count = 0;
	for (uint64_t i = 0; i < roots; i++) {
		const struct hs_root *root = hs_reader_root(reader, i);
		if (root->kind == HS_ROOT_MODULE)
			modules[count++] = root;
	}
	qsort(modules, count, sizeof *modules, compare_modules);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || compare_texts(modules[kept - 1]->name, modules[i]->name) != 0)
			modules[kept++] = modules[i];
	*out = modules;
	return kept;
}
