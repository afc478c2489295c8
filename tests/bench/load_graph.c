/* `load_graph SNAPSHOT`: nothing but what every command that answers about references does
 * first, loading the graph; prints objects, edges and seconds. */
#include <stdio.h>
#include <time.h>

#include "analyzer/graph/graph.h"

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int argc, char **argv)
{
	struct hs_reader *reader;
	struct graph *graph;
	struct hs_error err;
	if (argc != 2) {
		fprintf(stderr, "usage: load_graph SNAPSHOT\n");
		return 2;
	}
	double begin = now();
	if (hs_reader_open(&reader, argv[1], &err) || graph_load(&graph, reader, false, &err)) {
		fprintf(stderr, "load_graph: %s\n", err.message);
		return 3;
	}
	printf("%lu %lu %.6f\n", (unsigned long)graph->node_count, (unsigned long)graph->edge_count,
	       now() - begin);
	graph_free(graph);
	hs_reader_free(reader);
	return 0;
}
