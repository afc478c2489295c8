/* How many of a node's counted references the snapshot shows. */
#ifndef HEAPSNAP_ANALYZER_EXPLAINED_H
#define HEAPSNAP_ANALYZER_EXPLAINED_H

#include "analyzer/graph/roots.h"

/* counts[node_count]: edges TRAVERSED or ADDED (the type reference too), and counted
 * roots. The caller frees it. One pass over the edges. */
uint32_t *explained_references(const struct graph *, const struct roots *);

/* Something outside the snapshot owns a reference to n (always for immortal objects,
 * whose count says nothing). */
bool explained_is_external(const struct graph *, const uint32_t *counts, node_id n);

#endif
