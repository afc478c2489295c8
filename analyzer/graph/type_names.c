/* Every type's name goes through an interner once, so the cost is that of reading all
 * names; what stays is 4 bytes a type. */
#include "analyzer/graph/type_names.h"

#include <stdlib.h>

#include "analyzer/base/interner.h"
#include "analyzer/base/xalloc.h"

uint32_t *type_names_new(const struct graph *g)
{
	struct interner names;
	uint32_t *firsts = xmalloc(g->type_count, sizeof(*firsts));
	uint32_t *result = xmalloc(g->type_count, sizeof(*result));

	interner_init(&names);
	for (uint32_t t = 0; t < g->type_count; t++) {
		const struct hs_text *name = &hs_reader_type(g->reader, t)->name;
		uint32_t known = names.count;
		uint32_t number = interner_add(&names, name->data, name->length);
		if (number == known)
			firsts[number] = t;
		result[t] = firsts[number];
	}
	interner_release(&names);
	free(firsts);
	return result;
}
