/* The exact size of a node whose 32-bit column cannot hold it. */
#ifndef HEAPSNAP_ANALYZER_BIG_SIZES_H
#define HEAPSNAP_ANALYZER_BIG_SIZES_H

#include "analyzer/graph/graph.h"

struct big_size {
	node_id node;
	uint64_t bytes;
};

#endif
