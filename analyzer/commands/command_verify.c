/* heapsnap verify SNAP...: is every byte as written?
 *
 * Every frame is decompressed against its checksum and decoded to the last row, and
 * the counts of the end record and the seek table are held against what is there. */
#include "analyzer/commands/command_list.h"

#include "analyzer/base/messages.h"
#include "analyzer/commands/snapshot_input.h"
#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

static const struct option_spec verify_options[] = {{NULL, 0, NULL, NULL}};

/* What is known of one file; sizes are 0 where it cannot even be opened. */
struct verdict {
	bool ok;
	uint64_t file_bytes, objects;
	uint32_t frames;
	struct hs_error err;
};

static struct verdict verify_file(const char *path)
{
	struct verdict verdict = {.ok = false};
	struct hs_reader *reader;
	if (hs_reader_open(&reader, path, &verdict.err) != HS_OK)
		return verdict;
	verdict.file_bytes = hs_reader_file_bytes(reader);
	verdict.objects = snapshot_object_count(reader);
	verdict.frames = hs_reader_frame_count(reader);
	if (!hs_reader_complete(reader))
		hs_fail(&verdict.err, HS_EFORMAT, "%s", hs_reader_damage(reader));
	else
		verdict.ok = hs_reader_verify(reader, &verdict.err) == HS_OK;
	hs_reader_free(reader);
	return verdict;
}

static void print_text(const struct invocation *inv, const char *path, const struct verdict *v)
{
	if (!v->ok) {
		message_error("'%s' is not as it was written: %s", snapshot_name(path),
			      v->err.message);
		return;
	}
	text_append_safe(inv->out, snapshot_name(path));
	sink_text(inv->out, ": every byte as written: ");
	number_append_bytes(inv->out, v->file_bytes);
	sink_text(inv->out, ", ");
	number_append_counted(inv->out, v->objects, "object", "objects");
	sink_text(inv->out, " in ");
	number_append_counted(inv->out, v->frames, "frame", "frames");
	sink_char(inv->out, '\n');
}

static void print_json(struct json *json, const char *path, const struct verdict *v)
{
	json_object_begin(json, NULL);
	json_string(json, "path", path);
	json_bool(json, "ok", v->ok);
	json_string(json, "error", v->ok ? NULL : v->err.message);
	json_number(json, "file_bytes", v->file_bytes);
	json_number(json, "objects", v->objects);
	json_number(json, "frames", v->frames);
	json_object_end(json);
}

static int run_verify(const struct invocation *inv)
{
	struct json json;
	bool all_ok = true;
	if (inv->settings.json) {
		json_init(&json, inv->out);
		json_object_begin(&json, NULL);
		json_string(&json, "command", inv->command->name);
		json_number(&json, "schema", 1);
		json_array_begin(&json, "snapshots");
	}
	for (int i = 0; i < inv->argument_count; i++) {
		struct verdict verdict = verify_file(inv->arguments[i]);
		all_ok = all_ok && verdict.ok;
		if (inv->settings.json)
			print_json(&json, inv->arguments[i], &verdict);
		else
			print_text(inv, inv->arguments[i], &verdict);
	}
	if (inv->settings.json) {
		json_array_end(&json);
		json_bool(&json, "complete", all_ok);
		snapshot_json_end(&json);
	}
	return all_ok ? EXIT_DONE : EXIT_INPUT;
}

const struct command command_verify = {
	.name = "verify",
	.arguments = "SNAP...",
	.summary = "is every byte as written?",
	.details = "Decodes every frame and holds all counts against what is there. Exit status 3 "
		   "if\nany file is damaged, unfinished or unreadable.\n",
	.options = verify_options,
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = run_verify,
};
