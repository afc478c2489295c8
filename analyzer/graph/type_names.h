/* Types by name: a class that is made at every call of a function is many types, and one
 * class to whoever reads its name. */
#ifndef HEAPSNAP_GRAPH_TYPE_NAMES_H
#define HEAPSNAP_GRAPH_TYPE_NAMES_H

#include "analyzer/graph/graph.h"

/* [type_count] for each type the lowest number of a type so called. The caller frees. */
uint32_t *type_names_new(const struct graph *);

#endif
