/* What holds the memory: all objects merged by their holder path, for any number of
 * snapshots side by side.
 *
 *   app                     module
 *     .CACHE                dict          <- the module's __dict__ is no step
 *       [*]                 app.Session   <- all indexes and keys are one
 *     .head                 app.Node
 *       (.next)*            app.Node      <- a repeated (edge, type) folds
 *
 * A path is that of the search tree (struct reachability), so an object is counted
 * once. The namespace of an object (".__dict__") has a row of its own below it, and what
 * it holds stands below the object itself. */
#ifndef HEAPSNAP_ANALYZER_HOLDERS_H
#define HEAPSNAP_ANALYZER_HOLDERS_H

#include "analyzer/algorithms/reachability.h"
#include "analyzer/graph/edge_classes.h"

struct holders;

struct holder_sum {
	uint64_t count, bytes;
};

/* A path node. Parents have lower numbers than their children. */
struct holder {
	uint32_t parent;  /* UINT32_MAX at a root */
	const char *step; /* ".CACHE", "[*]"; at a root its name; borrowed */
	const char *type; /* borrowed */
	bool folded;      /* the step repeats: (.next)* */
};

struct holders *holders_new(uint32_t snapshot_count);
void holders_free(struct holders *);

/* Adds all reached objects of snapshot number `snapshot`. The graph is not needed
 * afterwards. Cost: one pass over the nodes in the order of the search; 4 bytes a node
 * while it runs, about 60 a distinct path. */
void holders_add(struct holders *, uint32_t snapshot, const struct graph *, const struct roots *,
		 const struct reachability *, const struct edge_classes *);

uint32_t holders_count(const struct holders *);
struct holder holders_get(const struct holders *, uint32_t path);
struct holder_sum holders_own(const struct holders *, uint32_t path, uint32_t snapshot);
/* Itself and all below it. holders_sum_up must have run after the last holders_add. */
struct holder_sum holders_total(const struct holders *, uint32_t path, uint32_t snapshot);
void holders_sum_up(struct holders *);

/* "app.head(.next)*": malloc'd, NUL-terminated. */
char *holders_path_text(const struct holders *, uint32_t path);

struct holder_growth {
	uint32_t path;
	int64_t count_delta, bytes_delta;             /* its own */
	int64_t total_count_delta, total_bytes_delta; /* and all below it */
};
/* The paths whose own count or bytes differ between two snapshots (`all`: every path), in
 * *out (to be freed): largest total_bytes_delta first, then total_count_delta, then number. */
uint32_t holders_compare(const struct holders *, uint32_t old_snapshot, uint32_t new_snapshot,
			 bool all, struct holder_growth **out);

#endif
