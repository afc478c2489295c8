/* heapsnap cycles SNAP: what only the collector can free, grouped by the shape of the
 * cycle that keeps it. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/cycles_json.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/terminal.h"
#include "analyzer/render/text.h"

static const struct option_spec cycles_options[] = {
	{"ids", 0, NULL, "with --json: the id of every object that a collection would find"},
	OPTION_INCOMPLETE,
	{NULL, 0, NULL, NULL},
};

enum { GC_DEBUG_SAVEALL = 32 };

/* What a verdict comes to, in objects of its groups. */
static uint64_t objects_with(const struct cycle_groups *groups, enum collect_verdict verdict)
{
	uint64_t objects = 0;
	for (uint32_t i = 0; i < groups->count; i++)
		if (groups->groups[i].collect == verdict)
			objects += groups->groups[i].objects;
	return objects;
}

/* Whether it is a leak depends on what the collector will do about it. */
static void print_outlook(struct sink *out, const struct hs_header *header,
			  const struct cycle_groups *groups)
{
	uint64_t uncollectable = objects_with(groups, COLLECT_UNCOLLECTABLE);
	uint64_t never = objects_with(groups, COLLECT_NEVER);
	if (!header->gc_enabled)
		sink_text(out, "gc is DISABLED: it stays until somebody calls gc.collect().\n");
	else if (header->gc_threshold[0] == 0)
		sink_text(out, "gc has threshold 0, so it never runs by itself: it stays until "
			       "somebody\ncalls gc.collect().\n");
	else if (header->gc_debug & GC_DEBUG_SAVEALL)
		sink_text(out, "gc.DEBUG_SAVEALL is set: gc will keep it all in gc.garbage.\n");
	else if (uncollectable + never == 0)
		sink_text(out,
			  "gc is enabled and will free all of it: no leak, but work that could "
			  "be spared.\n");
	if (uncollectable > 0) {
		number_append_counted(out, uncollectable, "object is", "objects are");
		sink_text(out, " uncollectable: gc moves cycles with such finalizers to "
			       "gc.garbage.\n");
	}
	if (never > 0) {
		number_append_counted(out, never, "object is", "objects are");
		sink_text(out, " never found by gc: a type hides a reference from it.\n");
	}
}

/* "342 x 4 objects" where all cycles are alike, else "3 cycles, 14 objects". */
static void append_size(struct sink *out, const struct cycle_group *group)
{
	if (group->objects % group->count == 0) {
		number_append_count(out, group->count);
		sink_text(out, " x ");
		number_append_counted(out, group->objects / group->count, "object", "objects");
	} else {
		number_append_counted(out, group->count, "cycle", "cycles");
		sink_text(out, ", ");
		number_append_counted(out, group->objects, "object", "objects");
	}
	sink_text(out, ", ");
	number_append_bytes(out, group->bytes);
}

static void print_group(struct sink *out, const struct terminal *terminal,
			const struct labelled_cycles *cycles, uint32_t number)
{
	const struct cycle_group *group = &cycles->groups[number];
	const struct hs_text *type = &labelled_cycle_type(cycles, number)->name;
	struct sink line;
	sink_format(out, "\n%u. ", number + 1);
	append_size(out, group);
	sink_text(out, "    ");
	text_append_safe_sized(out, type->data, type->length);
	sink_text(out, group->finalizer ? "    with finalizer" : "    no finalizer");
	if (group->collect == COLLECT_UNCOLLECTABLE)
		sink_text(out, ", uncollectable");
	else if (group->collect == COLLECT_NEVER)
		sink_text(out, ", never found by gc");
	sink_init(&line, SINK_IN_MEMORY);
	sink_text(&line, "   cycle  ");
	labelled_cycle_append(&line, cycles, number);
	sink_char(out, '\n');
	text_append_cut(out, sink_string(&line), terminal->columns, terminal->ellipsis);
	sink_char(out, '\n');
	sink_release(&line);
}

static void print_rest(struct sink *out, const struct cycle_groups *groups, uint32_t shown)
{
	uint64_t objects = 0, bytes = 0;
	if (shown == groups->count)
		return;
	for (uint32_t i = shown; i < groups->count; i++) {
		objects += groups->groups[i].objects;
		bytes += groups->groups[i].bytes;
	}
	sink_text(out, "\nleft out: ");
	number_append_counted(out, groups->count - shown, "group", "groups");
	sink_text(out, ", ");
	number_append_counted(out, objects, "object", "objects");
	sink_text(out, ", ");
	number_append_bytes(out, bytes);
	sink_text(out, " (--limit 0)\n");
}

static void print_text(const struct invocation *inv, const struct snapshot *snapshot,
		       const struct unreachable *unreachable, const struct cycle_groups *groups,
		       const struct labelled_cycles *cycles)
{
	struct sink *out = inv->out;
	struct terminal terminal = terminal_detect(out->fd, inv->settings.color);
	if (unreachable->object_count == 0) {
		sink_text(out, hs_reader_complete(snapshot->reader)
				       ? "nothing unreachable: no cycle waits for the collector\n"
				       : "nothing unreachable in the part that is there\n");
		return;
	}
	number_append_counted(out, unreachable->object_count, "object", "objects");
	sink_text(out, ", ");
	number_append_bytes(out, unreachable->bytes);
	sink_text(out, objects_with(groups, COLLECT_NEVER) == unreachable->object_count
			       ? " unreachable: nothing leads to it.\n"
			       : " unreachable: garbage that gc has not come to yet.\n");
	print_outlook(out, hs_reader_header(snapshot->reader), groups);
	for (uint32_t i = 0; i < cycles->count; i++)
		print_group(out, &terminal, cycles, i);
	print_rest(out, groups, cycles->count);
}

static int run_cycles(const struct invocation *inv)
{
	struct hs_error err;
	struct snapshot snapshot;
	struct unreachable unreachable;
	struct cycle_groups groups;
	struct labelled_cycles cycles;
	int status = snapshot_load(&snapshot, inv, inv->arguments[0], INCOMPLETE_REFUSE);
	if (status != EXIT_DONE)
		return status;
	unreachable_init(&unreachable, snapshot.graph, &snapshot.roots);
	cycle_groups_init(&groups, snapshot.graph, &unreachable);
	uint64_t limit = settings_limit(&inv->settings);
	uint32_t shown = limit < groups.count ? (uint32_t)limit : groups.count;
	if (labelled_cycles_init(&cycles, snapshot.graph, groups.groups, shown, &err) != HS_OK) {
		status = snapshot_failed(snapshot.reader, &err);
	} else {
		if (inv->settings.json)
			cycles_print_json(inv, &snapshot, &unreachable, &cycles);
		else
			print_text(inv, &snapshot, &unreachable, &groups, &cycles);
		labelled_cycles_release(&cycles);
	}
	cycle_groups_release(&groups);
	unreachable_release(&unreachable);
	snapshot_release(&snapshot);
	return status;
}

const struct command command_cycles = {
	.name = "cycles",
	.arguments = "SNAP",
	.summary = "unreachable cycles: garbage that waits for gc",
	.details =
		"The collector's own arithmetic, done offline: a tracked object is garbage when\n"
		"all of its references come from garbage. What hangs off a cycle is counted\n"
		"with it.\n",
	.options = cycles_options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run_cycles,
};
