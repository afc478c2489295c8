/* heapsnap info SNAP: what this file is, and whether to believe it.
 *
 * Everything comes from the header, the roots and the end record: the time depends
 * on the number of types and modules, not on that of objects. --complete loads the graph
 * besides, and holds the references against the objects' counts. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/completeness_answer.h"
#include "analyzer/commands/info_json.h"
#include "analyzer/commands/module_list.h"
#include "analyzer/commands/snapshot_input.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec info_options[] = {
	{"complete", 0, NULL, "the share of reference counts that is explained"},
	{NULL, 0, NULL, NULL},
};

enum { LINE_COLUMNS = 80 };

/* A sentence in the column of the values, "note       ..." */
static void print_sentence(struct sink *out, const char *name, const char *text, size_t size)
{
	struct sink safe;
	sink_init(&safe, SINK_IN_MEMORY);
	text_append_safe_sized(&safe, text, size);
	sink_format(out, "%-11s", name);
	text_append_wrapped(out, sink_string(&safe), 11, LINE_COLUMNS);
	sink_char(out, '\n');
	sink_release(&safe);
}

static void print_objects(struct sink *out, const struct hs_reader *reader)
{
	const struct hs_end *end = hs_reader_end(reader);
	sink_text(out, "objects    ");
	if (end == NULL) {
		number_append_count(out, snapshot_object_count(reader));
		sink_text(out, " before the end of the file; how many are tracked is not known\n");
		return;
	}
	number_append_count(out, end->tracked_objects);
	sink_text(out, " tracked by gc, ");
	number_append_bytes(out, end->tracked_bytes);
	if (hs_reader_header(reader)->untracked) {
		sink_text(out, "; ");
		number_append_count(out, end->untracked_objects);
		sink_text(out, " untracked, ");
		number_append_bytes(out, end->untracked_bytes);
	} else {
		sink_text(out, "; untracked ones are left out");
	}
	sink_text(out, "\nreferences ");
	number_append_count(out, end->references);
	sink_text(out, " among objects of ");
	number_append_counted(out, hs_reader_type_count(reader), "type", "types");
	sink_char(out, '\n');
}

static void print_gc(struct sink *out, const struct hs_header *header)
{
	sink_format(out, "gc         %s, thresholds %u %u %u, counts %u %u %u; ",
		    header->gc_enabled ? "enabled" : "DISABLED", header->gc_threshold[0],
		    header->gc_threshold[1], header->gc_threshold[2], header->gc_count[0],
		    header->gc_count[1], header->gc_count[2]);
	number_append_count(out, header->gc_garbage);
	sink_text(out, " in gc.garbage\n");
	if (header->gc_collecting != 0)
		sink_text(out,
			  header->gc_collecting > 0
				  ? "           a collection was running: some objects may be "
				    "missing\n"
				  : "           whether a collection was running is not known\n");
}

static void print_holds(struct sink *out, const struct hs_header *header)
{
	static const char *const labels[] = {"no names", "names; no other keys",
					     "names and the keys of all dicts"};
	sink_format(out, "holds      %s, ", labels[header->labels]);
	if (header->values > 0)
		sink_format(out, "values up to %u bytes\n", header->values);
	else
		sink_text(out, "no values\n");
}

/* `completeness`: NULL where it was not asked for. */
static void print_text(struct sink *out, const struct hs_reader *reader,
		       const struct completeness *completeness)
{
	const struct hs_header *header = hs_reader_header(reader);
	const struct hs_end *end = hs_reader_end(reader);
	const struct hs_root **modules;

	snapshot_print_identity(out, reader);
	if (!hs_reader_complete(reader)) {
		const char *damage = hs_reader_damage(reader);
		print_sentence(out, "damage", damage, strlen(damage));
	}
	sink_char(out, '\n');
	if (end != NULL && end->rss_bytes > 0) {
		sink_text(out, "memory     ");
		number_append_bytes(out, end->rss_bytes);
		sink_text(out, " resident, of which objects ");
		number_append_bytes(out, end->tracked_bytes + end->untracked_bytes);
		sink_char(out, '\n');
	}
	print_objects(out, reader);
	print_gc(out, header);
	sink_text(out, "modules    ");
	number_append_count(out, module_list(reader, &modules));
	sink_char(out, '\n');
	free(modules);
	if (completeness != NULL)
		completeness_print_line(out, completeness);
	print_holds(out, header);
	for (uint32_t i = 0; i < header->note_count; i++)
		print_sentence(out, "note", header->notes[i].data, header->notes[i].length);
}

static int run_complete(const struct invocation *inv)
{
	struct snapshot snapshot;
	struct completeness completeness;
	int status = snapshot_load(&snapshot, inv, inv->arguments[0], INCOMPLETE_WARN);
	if (status != EXIT_DONE)
		return status;
	completeness_init(&completeness, snapshot.graph, &snapshot.roots);
	if (inv->settings.json) {
		info_print_json(inv, snapshot.reader, &snapshot, &completeness);
	} else {
		print_text(inv->out, snapshot.reader, &completeness);
		completeness_print_worst(inv, &snapshot, &completeness);
	}
	completeness_release(&completeness);
	snapshot_release(&snapshot);
	return EXIT_DONE;
}

static int run_info(const struct invocation *inv)
{
	struct hs_reader *reader;
	if (option_given(inv, "complete"))
		return run_complete(inv);
	int status = snapshot_open(&reader, inv, inv->arguments[0]);
	if (status != EXIT_DONE)
		return status;
	if (inv->settings.json)
		info_print_json(inv, reader, NULL, NULL);
	else
		print_text(inv->out, reader, NULL);
	hs_reader_free(reader);
	return EXIT_DONE;
}

const struct command command_info = {
	.name = "info",
	.arguments = "SNAP",
	.summary = "what this file is, and whether to believe it",
	.details = "--complete holds the references that the snapshot shows against the objects'\n"
		   "reference counts; what is missing is owned by something that it does not\n"
		   "know. Immortal objects, whose count says nothing, are left aside.\n",
	.options = info_options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run_info,
};
