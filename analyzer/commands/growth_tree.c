/* From a flat list of paths to the tree that is printed.
 *
 *   1. the paths that changed come from holders_compare, sorted by what they total;
 *   2. each finds the nearest path above it that is a line too (a walk up the parents);
 *   3. the lines with the highest rank are kept, with those above them;
 *   4. they are put in tree order, siblings by total.
 *
 * Cost: the paths that changed, times their depth. */
#include "analyzer/commands/growth_tree.h"

#include "analyzer/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define NO_LINE UINT32_MAX
enum { RANK_SHARE = 4 };

struct candidate {
	struct growth_line line; /* above: a candidate */
	uint64_t rank;
	bool shown;
	uint32_t first_below, last_below, next; /* candidates, in order of their totals */
};

struct building {
	const struct growth_data *data;
	struct candidate *candidates; /* by total, largest first */
	uint32_t count;
	uint32_t *candidate_of; /* [paths] candidate + 1 */
};

static bool is_line(const struct growth_data *data, const struct holder_growth *row)
{
	return data->all || growth_holder_rose(data, row->path, GROWTH_BYTES) ||
	       growth_holder_rose(data, row->path, GROWTH_COUNT);
}

static void collect(struct building *b, struct growth_tree *tree)
{
	struct holder_growth *rows;
	const struct growth_data *data = b->data;
	uint32_t count = holders_compare(data->holders, 0, data->count - 1, data->all, &rows);
	b->candidates = xcalloc(count, sizeof *b->candidates);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_line(data, &rows[i])) {
			tree->irregular++;
			tree->irregular_bytes += rows[i].bytes_delta;
			continue;
		}
		struct candidate *c = &b->candidates[b->count++];
		c->line = (struct growth_line){
			.path = rows[i].path,
			.bytes_delta = rows[i].total_bytes_delta,
			.count_delta = rows[i].total_count_delta,
		};
		c->first_below = c->last_below = c->next = NO_LINE;
		b->candidate_of[rows[i].path] = b->count;
	}
	free(rows);
}

/* Finds what each candidate hangs below. What grew all in all can hold less than what
 * hangs below it (something else shrank), so the order of totals does not help here. */
static void link_candidates(struct building *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct candidate *c = &b->candidates[i];
		uint32_t path = holders_get(b->data->holders, c->line.path).parent;
		while (path != UINT32_MAX && b->candidate_of[path] == 0)
			path = holders_get(b->data->holders, path).parent;
		c->line.above = path == UINT32_MAX ? NO_LINE : b->candidate_of[path] - 1;
		if (c->line.above == NO_LINE)
			continue;
		struct candidate *above = &b->candidates[c->line.above];
		if (above->last_below == NO_LINE)
			above->first_below = i;
		else
			b->candidates[above->last_below].next = i;
		above->last_below = i;
	}
}

static uint32_t depth_of(const struct building *b, uint32_t i)
{
	uint32_t depth = 0;
	while (b->candidates[i].line.above != NO_LINE) {
		i = b->candidates[i].line.above;
		depth++;
	}
	return depth;
}

static void rank_candidates(struct building *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct candidate *c = &b->candidates[i];
		c->line.depth = depth_of(b, i);
		c->rank = c->line.bytes_delta > 0 ? (uint64_t)c->line.bytes_delta : 0;
		for (uint32_t d = 0; d < c->line.depth; d++)
			c->rank /= RANK_SHARE;
	}
}

struct ranked {
	uint64_t rank;
	uint32_t candidate;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	if (left->rank != right->rank)
		return left->rank < right->rank ? 1 : -1;
	return (left->candidate > right->candidate) - (left->candidate < right->candidate);
}

/* Marks at most `limit` candidates: a line only if all above it fit too. */
static uint32_t choose(struct building *b, uint64_t limit)
{
	struct ranked *order = xmalloc(b->count, sizeof *order);
	uint32_t shown = 0;
	for (uint32_t i = 0; i < b->count; i++)
		order[i] = (struct ranked){b->candidates[i].rank, i};
	if (b->count > 0)
		qsort(order, b->count, sizeof *order, compare_ranks);
	for (uint32_t i = 0; i < b->count && shown < limit; i++) {
		uint32_t missing = 0;
		for (uint32_t c = order[i].candidate; c != NO_LINE; c = b->candidates[c].line.above)
			missing += !b->candidates[c].shown;
		if (missing > limit - shown)
			continue;
		for (uint32_t c = order[i].candidate; c != NO_LINE; c = b->candidates[c].line.above)
			b->candidates[c].shown = true;
		shown += missing;
	}
	free(order);
	return shown;
}

/* Appends the shown lines in tree order, from this sibling on. The stack is the way up:
 * `above` of the candidates themselves. */
static void put_in_order(const struct building *b, struct growth_tree *tree)
{
	uint32_t *line_of = xcalloc(b->count, sizeof *line_of);
	for (uint32_t top = 0; top < b->count; top++) {
		if (b->candidates[top].line.above != NO_LINE)
			continue;
		uint32_t at = top;
		while (at != NO_LINE) {
			const struct candidate *c = &b->candidates[at];
			if (c->shown) {
				struct growth_line line = c->line;
				if (line.above != NO_LINE)
					line.above = line_of[line.above];
				line_of[at] = tree->count;
				tree->lines[tree->count++] = line;
			}
			uint32_t next = c->shown ? c->first_below : NO_LINE;
			while (next == NO_LINE && at != top) {
				next = b->candidates[at].next;
				at = b->candidates[at].line.above;
			}
			at = next;
		}
	}
	free(line_of);
}

void growth_tree_init(struct growth_tree *out, const struct growth_data *data, uint64_t limit)
{
	struct building b = {.data = data};
	*out = (struct growth_tree){.count = 0};
	b.candidate_of = xcalloc(holders_count(data->holders), sizeof *b.candidate_of);
	collect(&b, out);
	link_candidates(&b);
	rank_candidates(&b);
	uint32_t shown = choose(&b, limit);
	out->lines = xmalloc(shown, sizeof *out->lines);
	out->hidden = b.count - shown;
	put_in_order(&b, out);
	free(b.candidates);
	free(b.candidate_of);
}

void growth_tree_release(struct growth_tree *tree)
{
	free(tree->lines);
}

char *growth_tree_text(const struct growth_data *data, const struct growth_tree *tree,
		       uint32_t line)
{
	const struct growth_line *l = &tree->lines[line];
	char *whole = holders_path_text(data->holders, l->path);
	if (l->above == NO_LINE)
		return whole;
	char *above = holders_path_text(data->holders, tree->lines[l->above].path);
	size_t skip = strlen(above);
	char *rest = xstrndup(whole + skip, strlen(whole + skip));
	free(above);
	free(whole);
	return rest;
}
