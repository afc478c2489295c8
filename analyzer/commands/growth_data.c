/* Loading for `growth`. A graph is needed only until its objects are counted by type
 * and by holder, so the peak is the largest snapshot, not the sum. The readers stay
 * open: their headers say which process it was, and names are theirs. */
#include "analyzer/commands/growth_data.h"

#include "analyzer/algorithms/collector.h"
#include "analyzer/base/messages.h"
#include "analyzer/base/xalloc.h"
#include "analyzer/commands/snapshot_input.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(struct hs_text a, struct hs_text b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static bool same_process(const struct hs_header *a, const struct hs_header *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks &&
	       a->pid_namespace == b->pid_namespace && same_text(a->boot_id, b->boot_id) &&
	       same_text(a->host, b->host);
}

static bool is_after(const struct hs_header *a, const struct hs_header *b)
{
	return same_process(a, b) && a->dump_serial != b->dump_serial
		       ? a->dump_serial < b->dump_serial
		       : a->captured_at <= b->captured_at;
}

static void count_objects(struct growth_snapshot *out, const struct graph *g,
			  const struct unreachable *unreachable)
{
	out->objects = g->node_count;
	for (node_id n = 0; n < g->node_count; n++)
		out->bytes += graph_bytes(g, n);
	out->unreachable_objects = unreachable->object_count;
	out->unreachable_bytes = unreachable->bytes;
}

/* Standard input has one snapshot, and it is gone once it is read. */
static int check_names(const struct invocation *inv)
{
	int streams = 0;
	for (int i = 0; i < inv->argument_count; i++)
		streams += strcmp(inv->arguments[i], "-") == 0;
	if (streams <= 1)
		return EXIT_DONE;
	message_error("'-' is given %d times: standard input can be read once", streams);
	return EXIT_USAGE;
}

/* Every object that only one of two files can hold would be growth, and so would every
 * type whose name only one of them hides. */
static int check_contents(const struct hs_reader *first, const struct hs_reader *other)
{
	const struct hs_header *a = hs_reader_header(first), *b = hs_reader_header(other);
	const char *names[] = {snapshot_name(hs_reader_path(first)),
			       snapshot_name(hs_reader_path(other))};
	if (a->untracked != b->untracked) {
		message_error("not the same contents: '%s' holds untracked objects, '%s' leaves "
			      "them out:\n  nothing in them can be compared; take both the "
			      "same way",
			      names[a->untracked ? 0 : 1], names[a->untracked ? 1 : 0]);
		return EXIT_USAGE;
	}
	if (a->redacted != b->redacted) {
		message_error("not the same contents: '%s' is redacted, '%s' is not:\n  their "
			      "names cannot be compared; take both the same way",
			      names[a->redacted ? 0 : 1], names[a->redacted ? 1 : 0]);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int add_snapshot(struct growth_data *data, uint32_t number, const struct invocation *inv)
{
	struct hs_error err;
	struct snapshot snapshot;
	struct unreachable unreachable;
	struct reachability reach;
	struct edge_classes classes;
	int status = snapshot_load(&snapshot, inv, inv->arguments[number], INCOMPLETE_REFUSE);
	if (status != EXIT_DONE)
		return status;
	const struct graph *g = snapshot.graph;
	unreachable_init(&unreachable, g, &snapshot.roots);
	const struct bitset *left_out = data->all ? NULL : &unreachable.objects;
	reachability_init(&reach, g, &snapshot.roots, left_out);
	if (edge_classes_init(&classes, g, reach.parents, &err) == HS_OK) {
		count_objects(&data->snapshots[number], g, &unreachable);
		type_growth_add(data->types, number, g, left_out);
		holders_add(data->holders, number, g, &snapshot.roots, &reach, &classes);
		edge_classes_release(&classes);
	} else {
		status = snapshot_failed(snapshot.reader, &err);
	}
	reachability_release(&reach);
	unreachable_release(&unreachable);
	data->snapshots[number].reader = snapshot_keep_reader(&snapshot);
	return status;
}

static void compare_headers(struct growth_data *data)
{
	data->complete = data->same_process = data->in_order = data->same_labels = true;
	for (uint32_t i = 0; i < data->count; i++) {
		const struct hs_reader *reader = data->snapshots[i].reader;
		data->complete = data->complete && hs_reader_complete(reader);
		if (i == 0)
			continue;
		const struct hs_header *before = hs_reader_header(data->snapshots[i - 1].reader);
		const struct hs_header *now = hs_reader_header(reader);
		data->same_process = data->same_process && same_process(before, now);
		data->in_order = data->in_order && is_after(before, now);
		data->same_labels = data->same_labels && before->labels == now->labels;
	}
}

int growth_data_init(struct growth_data *out, const struct invocation *inv)
{
	struct growth_data data = {
		.count = (uint32_t)inv->argument_count,
		.all = option_given(inv, "all"),
	};
	int status = check_names(inv);
	data.snapshots = xcalloc(data.count, sizeof *data.snapshots);
	data.types = type_growth_new(data.count);
	data.holders = holders_new(data.count);
	for (uint32_t i = 0; i < data.count && status == EXIT_DONE; i++) {
		status = add_snapshot(&data, i, inv);
		if (status == EXIT_DONE && i > 0)
			status = check_contents(data.snapshots[0].reader, data.snapshots[i].reader);
	}
	if (status != EXIT_DONE) {
		growth_data_release(&data);
		return status;
	}
	compare_headers(&data);
	holders_sum_up(data.holders);
	*out = data;
	return EXIT_DONE;
}

void growth_data_release(struct growth_data *data)
{
	for (uint32_t i = 0; i < data->count; i++)
		hs_reader_free(data->snapshots[i].reader);
	free(data->snapshots);
	type_growth_free(data->types);
	holders_free(data->holders);
}

bool growth_type_rose(const struct growth_data *data, uint32_t row, enum growth_measure measure)
{
	for (uint32_t s = 1; s < data->count; s++) {
		struct type_sum before = type_growth_sum(data->types, row, s - 1);
		struct type_sum now = type_growth_sum(data->types, row, s);
		if (measure == GROWTH_COUNT ? now.count <= before.count : now.bytes <= before.bytes)
			return false;
	}
	return true;
}

bool growth_holder_rose(const struct growth_data *data, uint32_t path, enum growth_measure measure)
{
	for (uint32_t s = 1; s < data->count; s++) {
		struct holder_sum before = holders_total(data->holders, path, s - 1);
		struct holder_sum now = holders_total(data->holders, path, s);
		if (measure == GROWTH_COUNT ? now.count <= before.count : now.bytes <= before.bytes)
			return false;
	}
	return true;
}

struct sort_row {
	struct type_row row;
	const char *name;
};

static int compare_rows(const void *a, const void *b)
{
	const struct sort_row *left = a, *right = b;
	if (left->row.bytes_delta != right->row.bytes_delta)
		return left->row.bytes_delta < right->row.bytes_delta ? 1 : -1;
	if (left->row.count_delta != right->row.count_delta)
		return left->row.count_delta < right->row.count_delta ? 1 : -1;
	return strcmp(left->name, right->name);
}

static bool type_changed(const struct growth_data *data, uint32_t row)
{
	struct type_sum first = type_growth_sum(data->types, row, 0);
	for (uint32_t s = 1; s < data->count; s++) {
		struct type_sum sum = type_growth_sum(data->types, row, s);
		if (sum.count != first.count || sum.bytes != first.bytes)
			return true;
	}
	return false;
}

uint32_t growth_type_rows(const struct growth_data *data, struct type_row **out)
{
	uint32_t types = type_growth_count(data->types), count = 0;
	struct sort_row *rows = xmalloc(types, sizeof *rows);
	for (uint32_t i = 0; i < types; i++) {
		struct type_sum old = type_growth_sum(data->types, i, 0);
		struct type_sum new = type_growth_sum(data->types, i, data->count - 1);
		if (!data->all && !type_changed(data, i))
			continue;
		rows[count].name = type_growth_name(data->types, i);
		rows[count++].row = (struct type_row){
			.row = i,
			.count_delta = (int64_t)(new.count - old.count),
			.bytes_delta = (int64_t)(new.bytes - old.bytes),
		};
	}
	if (count > 0)
		qsort(rows, count, sizeof *rows, compare_rows);
	*out = xmalloc(count, sizeof **out);
	for (uint32_t i = 0; i < count; i++)
		(*out)[i] = rows[i].row;
	free(rows);
	return count;
}
