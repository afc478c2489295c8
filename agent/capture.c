/* The three phases of a dump. Prepare: may ask the interpreter, allocate, and let its
 * lock go. Walk: under the lock, with memory of its own, see walk.h. End: sync and rename,
 * with the lock released. Whatever fails, the partial file goes and an exception says why. */
#include "agent/capture.h"

#include <errno.h>
#include <string.h>

#include "agent/output_file.h"
#include "agent/prepare.h"
#include "agent/process_facts.h"
#include "agent/root_records.h"

#include "format/writer.h"

#define FRAMES_MAX 32768u
/* Seconds a tracked object takes, as foreseen for max_pause: with all of its
 * references named and followed into what is untracked, and without. */
#define PAUSE_AN_OBJECT_FULL 400e-9
#define PAUSE_AN_OBJECT_GRAPH 200e-9

/* Larger than a small thread's stack should hold. */
struct capture {
	struct process_facts facts;
	struct output_file file;
	struct walk walk;
	struct hs_header header;
	struct hs_end end;
	struct hs_error err;
	struct arena arena;
	struct hs_writer *writer;
};

static int raise_errno(const struct capture_options *options, int number)
{
	errno = number;
	PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, options->path_object);
	return -1;
}

static int raise_status(const struct agent_state *state, const struct capture_options *options,
			const struct hs_error *err)
{
	if (err->status == HS_EIO)
		return raise_errno(options, err->system_errno == 0 ? EIO : err->system_errno);
	PyErr_SetString(err->status == HS_ENOMEM ? PyExc_MemoryError : state->error, err->message);
	return -1;
}

static int check_pause(const struct agent_state *state, const struct capture_options *options)
{
	double each = options->untracked || options->labels != HS_LABELS_NONE
			      ? PAUSE_AN_OBJECT_FULL
			      : PAUSE_AN_OBJECT_GRAPH;
	double foreseen;

	if (options->max_pause <= 0)
		return 0;
	foreseen = (double)rings_count(&state->rings) * each;
	if (foreseen <= options->max_pause)
		return 0;
	PyErr_Format(state->error,
		     "the pause foreseen is %d ms, longer than max_pause: nothing was done",
		     (int)(foreseen * 1000));
	return -1;
}

/* Everything up to the walk that may let the interpreter's lock go. */
static int prepare(struct agent_state *state, const struct capture_options *options,
		   struct capture *capture)
{
	int failure;

	if (!rings_valid(&state->rings)) {
		PyErr_SetString(state->error, "the collector's rings are not as they were");
		return -1;
	}
	if (prepare_collection(&state->rings, state->error) != 0 ||
	    check_pause(state, options) != 0)
		return -1;
	Py_BEGIN_ALLOW_THREADS failure =
		output_file_open(&capture->file, options->path, options->overwrite);
	if (failure == 0)
		process_facts_read(&capture->facts);
	Py_END_ALLOW_THREADS if (failure != 0) return raise_errno(options, failure);
	return prepare_collection(&state->rings, state->error);
}

static enum hs_status open_writer(struct agent_state *state, const struct capture_options *options,
				  struct capture *capture)
{
	struct hs_header *header = &capture->header;
	struct hs_writer_options writer_options = {
		.fd = capture->file.fd,
		.level = options->level,
		.max_bytes = options->max_bytes,
		.types_max = WALK_TYPES_MAX,
		.frames_max = FRAMES_MAX,
	};
	size_t size = hs_writer_arena_size(&writer_options);
	void *memory;

	header->captured_at = wall_clock();
	header->dump_serial = ++state->dump_serial;
	header->untracked = options->untracked;
	header->labels = options->labels;
	header->level = options->level;
	header->mode_asked =
		(struct hs_text){options->mode, (uint32_t)strlen(options->mode), false};
	header->trigger = (struct hs_text){"call", 4, false};
	prepare_header(header, &capture->facts, &state->rings, &state->known);
	if (arena_init(&capture->arena, size + 64) != 0 ||
	    (memory = arena_take(&capture->arena, size)) == NULL)
		return hs_fail(&capture->err, HS_ENOMEM, "no memory for the writer");
	return hs_writer_open(&capture->writer, memory, size, &writer_options, header,
			      &capture->err);
}

static enum hs_status write_heap(struct agent_state *state, const struct capture_options *options,
				 struct capture *capture)
{
	struct walk *walk = &capture->walk;
	enum hs_status status = walk_init(walk, &capture->err);

	if (status != HS_OK)
		return status;
	walk->writer = capture->writer;
	walk->untracked = options->untracked;
	walk->labels = options->labels;
	walk->known = &state->known;
	walk->deadline = options->timeout > 0 ? monotonic_clock() + options->timeout : 0;
	status = roots_write(walk, &state->rings);
	if (status == HS_OK)
		status = walk_run(walk, &state->rings);
	capture->end.skipped_references = walk->skipped;
	walk_release(walk);
	return status;
}

static enum hs_status write_end(struct capture *capture, double called, double began,
				struct capture_result *result)
{
	struct hs_end *end = &capture->end;
	enum hs_status status = hs_writer_flush(capture->writer, &capture->err);
	double now = monotonic_clock();

	if (status != HS_OK)
		return status;
	result->mode = "inline";
	end->mode = (struct hs_text){result->mode, (uint32_t)strlen(result->mode), false};
	end->pause_s = now - began;
	end->elapsed_s = now - called;
	end->rss_bytes = capture->facts.rss_bytes;
	end->pss_bytes = capture->facts.pss_bytes;
	end->anonymous_bytes = capture->facts.anonymous_bytes;
	end->file_bytes_resident = capture->facts.file_bytes;
	result->objects = hs_writer_object_count(capture->writer);
	result->bytes = hs_writer_heap_bytes(capture->writer);
	status = hs_writer_close(capture->writer, end, &capture->err);
	result->file_bytes = hs_writer_byte_count(capture->writer);
	return status;
}

static int run(struct agent_state *state, const struct capture_options *options,
	       struct capture *capture, struct capture_result *result)
{
	double called = monotonic_clock();
	double began;
	enum hs_status status;
	int failure = 0;

	if (prepare(state, options, capture) != 0)
		return -1;
	began = monotonic_clock();
	status = open_writer(state, options, capture);
	if (status == HS_OK)
		status = write_heap(state, options, capture);
	if (status == HS_OK)
		status = write_end(capture, called, began, result);
	result->pause_s = monotonic_clock() - began;
	if (status != HS_OK)
		return raise_status(state, options, &capture->err);
	Py_BEGIN_ALLOW_THREADS failure = output_file_commit(&capture->file);
	Py_END_ALLOW_THREADS result->elapsed_s = monotonic_clock() - called;
	return failure == 0 ? 0 : raise_errno(options, failure);
}

int capture(struct agent_state *state, const struct capture_options *options,
	    struct capture_result *result)
{
	struct capture *capture = pages_map(sizeof *capture);
	int outcome;

	if (capture == NULL) {
		PyErr_NoMemory();
		return -1;
	}
	capture->file.fd = -1;
	outcome = run(state, options, capture, result);
	output_file_abandon(&capture->file);
	arena_release(&capture->arena);
	pages_unmap(capture, sizeof *capture);
	return outcome;
}
