/* Running frames of all threads of the calling interpreter, innermost first, and what the
 * thread states own. Each local is a root of its own. Up to 3.10 the frame is an object
 * that owns them: it is a root too, and theirs then are not counted. What a frame's stack
 * holds can be told only where the version keeps its end while the frame waits. Cost: a
 * record a local. */
#include "agent/root_records.h"

#include <string.h>

#include "agent/names.h"

#define FUNCTION_CHARACTERS 256
#define FILE_CHARACTERS 512

struct frame_texts {
	char function[12 * FUNCTION_CHARACTERS + 1];
	char file[6 * FILE_CHARACTERS];
	char label[6 * NAME_CHARACTERS];
};

/* module.qualname of what runs. */
static struct hs_text function_text(const struct running_frame *frame, char *buffer)
{
	struct hs_text module, name;
	size_t used = 0;

	if (name_text(name_lookup(frame->globals, "__name__"), buffer, FUNCTION_CHARACTERS,
		      &module) > 0) {
		used = module.length;
		buffer[used++] = '.';
	}
	name_text(code_display_name(frame->code), buffer + used, FUNCTION_CHARACTERS, &name);
	return (struct hs_text){buffer, (uint32_t)used + name.length,
				(used > 0 && module.escaped) || name.escaped};
}

static void set_label(const struct walk *walk, struct hs_root *root, const char *label)
{
	root->label = (struct hs_text){NULL, 0, false};
	if (walk->labels != HS_LABELS_NONE)
		root->label = (struct hs_text){label, (uint32_t)strlen(label), false};
}

static void write_slots(struct walk *walk, const struct running_frame *frame, struct hs_root *root,
			char *buffer)
{
	for (size_t i = 0; i < frame->used; i++) {
		PyObject *name = code_local_name(frame->code, i);
		PyObject *object = stack_reference_object(frame->slots[i]);

		if (object == NULL)
			continue;
		root->counted =
			frame->slots_counted && !stack_reference_is_borrowed(frame->slots[i]);
		set_label(walk, root, i < frame->named ? "" : "(stack)");
		if (i < frame->named && walk->labels != HS_LABELS_NONE)
			name_text(name, buffer, NAME_CHARACTERS, &root->label);
		if (!root_write(walk, root, object))
			return;
	}
}

static void write_frame(struct walk *walk, const struct running_frame *frame, struct hs_text thread)
{
	struct frame_texts texts;
	struct hs_root root;
	int line = frame_line(frame);
	const struct {
		PyObject *object;
		const char *label;
	} parts[] = {
		{frame->namespace, "(namespace)"}, {frame->function, "(function)"},
		{frame->code_owned, "(code)"},     {frame->object, "(frame)"},
		{frame->self, "(frame)"},
	};

	memset(&root, 0, sizeof root);
	root.kind = HS_ROOT_FRAME;
	root.thread = thread;
	root.function = function_text(frame, texts.function);
	name_text(frame->code->co_filename, texts.file, FILE_CHARACTERS, &root.file);
	root.line = line < 0 ? 0 : (uint32_t)line;
	write_slots(walk, frame, &root, texts.label);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		set_label(walk, &root, parts[i].label);
		root.counted = parts[i].object != frame->self || frame->self_counted;
		if (!root_write(walk, &root, parts[i].object))
			return;
	}
}

static void write_fields(struct walk *walk, const PyThreadState *thread, struct hs_text name)
{
#define THREAD_FIELD(field, text) {thread->field, text},
	const struct {
		PyObject *object;
		const char *label;
	} fields[] = {THREAD_FIELDS(THREAD_FIELD)};
#undef THREAD_FIELD
	struct hs_root root;

	memset(&root, 0, sizeof root);
	root.kind = HS_ROOT_THREAD;
	root.thread = name;
	root.counted = true;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		set_label(walk, &root, fields[i].label);
		if (!root_write(walk, &root, fields[i].object))
			return;
	}
}

void thread_roots_write(struct walk *walk)
{
	PyThreadState *thread = PyInterpreterState_ThreadHead(PyThreadState_Get()->interp);
	PyObject *threads = thread_table();
	char buffer[6 * THREAD_NAME_CHARACTERS];

	for (; thread != NULL && walk->status == HS_OK; thread = PyThreadState_Next(thread)) {
		struct hs_text name =
			thread_name(threads, thread, walk->labels != HS_LABELS_NONE, buffer);
		struct running_frame shown;

		for (frame_cursor frame = frame_innermost(thread);
		     frame != NULL && walk->status == HS_OK; frame = frame_outer(frame))
			if (frame_show(frame, walk->untracked, &shown))
				write_frame(walk, &shown, name);
		write_fields(walk, thread, name);
	}
}
