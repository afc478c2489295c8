/* A collection that runs finalizers or callbacks is a C function of ours' callers: its
 * frame, or one that it called, keeps the address of the collector's state (saved
 * registers, spilled locals). So a word between our frame and the end of the stack's
 * mapping that points into that state says that this thread collects; another thread's
 * collection leaves none here. Only our own stack is read. Seen from finalizers on every
 * version, from gc.callbacks on 3.13 alone: there the older ones keep nothing of it, and
 * the caller waits in vain. A stale word in a frame that never wrote it can deceive: the
 * dump is then refused at once instead of after waiting, as it would be if the collection
 * did not end. Cost: the stack in use, once, and only while a collection runs. */
#include "agent/stack_scan.h"

#include <fcntl.h>
#include <unistd.h>

/* The collector's state reaches a little before the first ring's head. */
#define BEFORE_FIRST 32
#define AFTER_PERMANENT 128

/* Every word of the frames is read, also those between their variables. */
__attribute__((no_sanitize("address"))) static bool
has_pointer_into(const uintptr_t *from, const uintptr_t *end, uintptr_t low, uintptr_t high)
{
	for (; from < end; from++)
		if (*from >= low && *from < high)
			return true;
	return false;
}

/* The end of the mapping that holds `address`, from the lines of /proc/self/maps
 * ("low-high perms ..."); 0 where it is not found. */
static uintptr_t mapping_end(uintptr_t address)
{
	char buffer[4096];
	uintptr_t number = 0, low = 0, found = 0;
	int field = 0; /* 0 low, 1 high, 2 the rest of the line */
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	while (found == 0 && fd >= 0 && (got = read(fd, buffer, sizeof buffer)) > 0) {
		for (ssize_t i = 0; i < got && found == 0; i++) {
			char c = buffer[i];

			if (c == '\n') {
				field = 0;
				number = 0;
			} else if (field == 2) {
				continue;
			} else if (c == '-') {
				low = number;
				number = 0;
				field = 1;
			} else if (c == ' ') {
				if (address >= low && address < number)
					found = number;
				field = 2;
			} else {
				number = number << 4 |
					 (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
			}
		}
	}
	if (fd >= 0)
		close(fd);
	return found;
}

bool collection_is_ours(const struct rings *rings)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	return has_pointer_into((const uintptr_t *)here, (const uintptr_t *)mapping_end(here),
				(uintptr_t)rings->generations[0] - BEFORE_FIRST,
				(uintptr_t)rings->generations[GC_GENERATIONS] + AFTER_PERMANENT);
}
