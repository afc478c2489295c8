/* Opening snapshots, and saying what a file is before anything is said out of it. */
#include "analyzer/commands/snapshot_input.h"

#include "analyzer/base/messages.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

#include <stdlib.h>
#include <string.h>

const char *snapshot_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static int open_reader(struct hs_reader **out, const char *path)
{
	struct hs_error err;
	if (hs_reader_open(out, path, &err) == HS_OK)
		return EXIT_DONE;
	message_error("'%s': %s", snapshot_name(path), err.message);
	return EXIT_INPUT;
}

static void warn_incomplete(const struct hs_reader *reader, bool quiet)
{
	if (!hs_reader_complete(reader))
		message_warning(quiet,
				"warning: '%s' is incomplete\n  (%s):\n  what follows is only what "
				"is there",
				snapshot_name(hs_reader_path(reader)), hs_reader_damage(reader));
}

int snapshot_open(struct hs_reader **out, const struct invocation *inv, const char *path)
{
	int status = open_reader(out, path);
	if (status != EXIT_DONE)
		return status;
	warn_incomplete(*out, inv->settings.quiet);
	const char *feature = hs_reader_unknown_requirement(*out);
	if (feature != NULL)
		message_warning(inv->settings.quiet,
				"warning: '%s' needs the feature '%s', which this version does not "
				"know: only info, types and verify can be held to be true",
				snapshot_name(path), feature);
	return EXIT_DONE;
}

static int refuse(const struct hs_reader *reader, const char *command)
{
	const char *name = snapshot_name(hs_reader_path(reader));
	message_error("'%s' is incomplete\n  (%s):\n  what %s says of it would not be true; see "
		      "'heapsnap verify', or take\n  the part that is there with --incomplete",
		      name, hs_reader_damage(reader), command);
	return EXIT_INPUT;
}

/* Whether this command may answer from this file. */
static int check_usable(const struct hs_reader *reader, const struct invocation *inv,
			enum incomplete_policy policy)
{
	const char *feature = hs_reader_unknown_requirement(reader);
	if (feature != NULL) {
		message_error("'%s' needs the feature '%s', which this version does not know: only "
			      "info, types and verify can be asked",
			      snapshot_name(hs_reader_path(reader)), feature);
		return EXIT_INPUT;
	}
	if (!hs_reader_complete(reader) && policy == INCOMPLETE_REFUSE &&
	    !option_given(inv, "incomplete"))
		return refuse(reader, inv->command->name);
	warn_incomplete(reader, inv->settings.quiet);
	return EXIT_DONE;
}

int snapshot_failed(const struct hs_reader *reader, const struct hs_error *err)
{
	message_error("'%s': %s", snapshot_name(hs_reader_path(reader)), err->message);
	return EXIT_INPUT;
}

int snapshot_open_usable(struct hs_reader **out, const struct invocation *inv, const char *path,
			 enum incomplete_policy policy)
{
	struct hs_reader *reader;
	int status = open_reader(&reader, path);
	if (status != EXIT_DONE)
		return status;
	status = check_usable(reader, inv, policy);
	if (status != EXIT_DONE)
		hs_reader_free(reader);
	else
		*out = reader;
	return status;
}

int snapshot_load(struct snapshot *out, const struct invocation *inv, const char *path,
		  enum incomplete_policy policy)
{
	struct hs_error err;
	struct hs_reader *reader;
	int status = snapshot_open_usable(&reader, inv, path, policy);
	if (status != EXIT_DONE)
		return status;
	if (graph_load(&out->graph, reader, !hs_reader_complete(reader), &err) != HS_OK) {
		snapshot_failed(reader, &err);
		hs_reader_free(reader);
		return EXIT_INPUT;
	}
	out->reader = reader;
	roots_init(&out->roots, out->graph);
	return EXIT_DONE;
}

struct hs_reader *snapshot_keep_reader(struct snapshot *snapshot)
{
	roots_release(&snapshot->roots);
	graph_free(snapshot->graph);
	return snapshot->reader;
}

void snapshot_release(struct snapshot *snapshot)
{
	hs_reader_free(snapshot_keep_reader(snapshot));
}

uint64_t snapshot_object_count(const struct hs_reader *reader)
{
	const struct hs_end *end = hs_reader_end(reader);
	if (end != NULL)
		return end->tracked_objects + end->untracked_objects;
	uint64_t objects = 0;
	for (uint32_t i = 0; i < hs_reader_frame_count(reader); i++)
		objects += hs_reader_frame_info(reader, i)->objects;
	return objects;
}

static void append_text(struct sink *out, struct hs_text text)
{
	text_append_safe_sized(out, text.data, text.length);
}

static void print_file_line(struct sink *out, const struct hs_reader *reader)
{
	uint64_t objects = snapshot_object_count(reader);
	uint64_t bytes = hs_reader_file_bytes(reader);
	text_append_safe(out, snapshot_name(hs_reader_path(reader)));
	if (hs_reader_complete(reader))
		sink_text(out, ": complete, ");
	else
		sink_text(out, ": INCOMPLETE, ");
	number_append_bytes(out, bytes);
	sink_text(out, ", ");
	number_append_counted(out, objects, "object", "objects");
	if (objects > 0) {
		uint64_t tenths = (bytes * 10 + objects / 2) / objects;
		sink_format(out, " (%llu.%u bytes each)", (unsigned long long)(tenths / 10),
			    (unsigned)(tenths % 10));
	}
	if (hs_reader_header(reader)->redacted)
		sink_text(out, ", redacted");
	sink_char(out, '\n');
}

static void print_process_line(struct sink *out, const struct hs_header *header)
{
	append_text(out, header->implementation);
	sink_char(out, ' ');
	append_text(out, header->python_version);
	if (header->python_debug)
		sink_text(out, " debug");
	if (header->python_free_threaded)
		sink_text(out, " free-threaded");
	sink_text(out, ", ");
	append_text(out, header->platform);
	sink_format(out, ", pid %u", header->pid);
	if (header->host.length > 0) {
		sink_text(out, " on ");
		append_text(out, header->host);
	}
	if (header->started_at > 0 && header->captured_at >= header->started_at) {
		sink_text(out, ", up ");
		number_append_duration(out, header->captured_at - header->started_at);
	}
	sink_char(out, '\n');
}

static bool text_is(struct hs_text text, const char *word)
{
	return text.length == strlen(word) && memcmp(text.data, word, text.length) == 0;
}

static void print_capture_line(struct sink *out, const struct hs_reader *reader)
{
	const struct hs_header *header = hs_reader_header(reader);
	const struct hs_end *end = hs_reader_end(reader);
	sink_text(out, "taken ");
	number_append_time(out, header->captured_at);
	if (text_is(header->trigger, "call")) {
		sink_text(out, " by a call");
	} else if (header->trigger.length > 0) {
		sink_text(out, " on ");
		append_text(out, header->trigger);
	}
	if (end != NULL) {
		sink_text(out, "; mode ");
		append_text(out, end->mode);
		sink_text(out, ", paused ");
		number_append_duration(out, end->pause_s);
		sink_text(out, ", took ");
		number_append_duration(out, end->elapsed_s);
	}
	sink_char(out, '\n');
}

void snapshot_print_identity(struct sink *out, const struct hs_reader *reader)
{
	print_file_line(out, reader);
	print_process_line(out, hs_reader_header(reader));
	print_capture_line(out, reader);
}

void snapshot_json_begin(struct json *json, const struct invocation *inv, bool complete)
{
	json_init(json, inv->out);
	json_object_begin(json, NULL);
	json_string(json, "command", inv->command->name);
	json_number(json, "schema", 1);
	json_bool(json, "complete", complete);
}

void snapshot_json_end(struct json *json)
{
	json_object_end(json);
	sink_char(json->out, '\n');
}
