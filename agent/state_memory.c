/* What the interpreter owns references with stands in variables that no header names: in
 * the writable segments of its library (or of the program, where it is linked into one),
 * and in the interpreter's state, which is there too or was allocated. They are found by
 * what they hold, so that no offset is compiled in. All is read through /proc/self/mem,
 * which fails where nothing is mapped; where that is not to be had nothing is found, and
 * the roots stay missing. Cost: one copy of some hundred KiB, at load, given back at once. */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "agent/state_memory.h"

#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "agent/arena.h"

/* An allocated state is followed by others' memory: so much of it is looked at. */
#define STATE_EXTENT ((size_t)512 << 10)
#define AREA_EXTENT_MAX ((size_t)16 << 20)

struct segment_search {
	struct state_memory *memory;
	uintptr_t inside;
};

static void add_area(struct state_memory *memory, uintptr_t start, size_t size)
{
	struct state_area *area = &memory->areas[memory->count];
	char *copy;
	size_t used = 0;
	ssize_t got = 1;

	if (memory->count == STATE_AREAS_MAX || size == 0 || size > AREA_EXTENT_MAX)
		return;
	copy = pages_map(size);
	if (copy == NULL)
		return;
	while (used < size && got > 0) {
		got = pread(memory->descriptor, copy + used, size - used, (off_t)(start + used));
		used += got > 0 ? (size_t)got : 0;
	}
	/* What was not read is zeros. */
	*area = (struct state_area){start, size, copy};
	memory->count++;
}

static bool holds(const struct dl_phdr_info *module, uintptr_t address)
{
	for (size_t i = 0; i < module->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &module->dlpi_phdr[i];

		if (header->p_type == PT_LOAD &&
		    address - module->dlpi_addr - header->p_vaddr < header->p_memsz)
			return true;
	}
	return false;
}

static int visit_module(struct dl_phdr_info *module, size_t size, void *argument)
{
	struct segment_search *search = argument;

	(void)size;
	if (!holds(module, search->inside))
		return 0;
	for (size_t i = 0; i < module->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &module->dlpi_phdr[i];
		uintptr_t start = (module->dlpi_addr + header->p_vaddr + 7) & ~(uintptr_t)7;
		uintptr_t end = module->dlpi_addr + header->p_vaddr + header->p_memsz;

		if (header->p_type == PT_LOAD && (header->p_flags & PF_W) && start < end)
			add_area(search->memory, start, end - start);
	}
	return 1;
}

void state_memory_read(struct state_memory *memory, const void *inside, const void *state)
{
	struct segment_search search = {memory, (uintptr_t)inside};

	memset(memory, 0, sizeof *memory);
	memory->descriptor = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	if (memory->descriptor < 0)
		return;
	dl_iterate_phdr(visit_module, &search);
	memory->segments = memory->count;
	if (state_memory_copy(memory, state, sizeof(void *)) == NULL)
		add_area(memory, (uintptr_t)state, STATE_EXTENT);
}

void state_memory_release(struct state_memory *memory)
{
	for (size_t i = 0; i < memory->count; i++)
		pages_unmap((void *)(uintptr_t)memory->areas[i].copy, memory->areas[i].size);
	if (memory->descriptor >= 0)
		close(memory->descriptor);
	memory->count = 0;
	memory->descriptor = -1;
}

static uintptr_t word_at(const char *place)
{
	uintptr_t word;

	memcpy(&word, place, sizeof word);
	return word;
}

static bool matches(const char *place, const struct state_word *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (word_at(place + words[i].offset) != words[i].value)
			return false;
	return true;
}

char *state_memory_find(const struct state_memory *memory, const struct state_word *words,
			size_t count, size_t extent)
{
	char *found = NULL;

	for (size_t i = 0; i < memory->count; i++) {
		const struct state_area *area = &memory->areas[i];

		for (size_t at = 0; at + extent <= area->size; at += sizeof(void *)) {
			if (!matches(area->copy + at, words, count))
				continue;
			if (found != NULL)
				return NULL;
			found = (char *)(area->start + at);
		}
	}
	return found;
}

const void *state_memory_copy(const struct state_memory *memory, const void *place, size_t size)
{
	for (size_t i = 0; i < memory->count; i++) {
		const struct state_area *area = &memory->areas[i];
		uintptr_t offset = (uintptr_t)place - area->start;

		if (offset < area->size && size <= area->size - offset)
			return area->copy + offset;
	}
	return NULL;
}

bool state_memory_peek(const struct state_memory *memory, const void *from, void *into, size_t size)
{
	return pread(memory->descriptor, into, size, (off_t)(uintptr_t)from) == (ssize_t)size;
}
