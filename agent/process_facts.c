/* Reads /proc with open and read alone. The boot id with pid and start time names a
 * process for good; memory comes from smaps_rollup, where the kernel has it, else from
 * statm. */
#include "agent/process_facts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock)
{
	struct timespec now;

	return clock_gettime(clock, &now) == 0 ? (double)now.tv_sec + (double)now.tv_nsec / 1e9 : 0;
}

double wall_clock(void)
{
	return seconds(CLOCK_REALTIME);
}

double monotonic_clock(void)
{
	return seconds(CLOCK_MONOTONIC);
}

/* Bytes read, NUL-terminated; 0 where there is nothing. */
static size_t read_whole(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got;

	if (fd >= 0) {
		while (used + 1 < size && (got = read(fd, buffer + used, size - 1 - used)) > 0)
			used += (size_t)got;
		close(fd);
	}
	buffer[used] = '\0';
	return used;
}

static void read_start(struct process_facts *facts)
{
	char buffer[1024];
	const char *field;
	long ticks = sysconf(_SC_CLK_TCK);

	if (read_whole("/proc/self/stat", buffer, sizeof buffer) == 0)
		return;
	/* The name in parentheses may hold anything: count from its end, field 3. */
	field = strrchr(buffer, ')');
	for (int i = 2; field != NULL && i < 22; i++)
		field = strchr(field + 1, ' ');
	if (field == NULL)
		return;
	facts->start_ticks = strtoull(field + 1, NULL, 10);
	if (ticks > 0)
		facts->started_at = wall_clock() - seconds(CLOCK_BOOTTIME) +
				    (double)facts->start_ticks / (double)ticks;
}

static void read_namespace(struct process_facts *facts)
{
	char link[64];
	ssize_t length = readlink("/proc/self/ns/pid", link, sizeof link - 1);
	const char *number;

	if (length <= 0)
		return;
	link[length] = '\0';
	number = strchr(link, '[');
	if (number != NULL)
		facts->pid_namespace = strtoull(number + 1, NULL, 10);
}

static uint64_t kilobytes(const char *text, const char *key)
{
	const char *line = strstr(text, key);

	return line == NULL ? 0 : strtoull(line + strlen(key), NULL, 10) * 1024;
}

static void read_memory(struct process_facts *facts)
{
	char buffer[4096];

	if (read_whole("/proc/self/smaps_rollup", buffer, sizeof buffer) > 0) {
		facts->rss_bytes = kilobytes(buffer, "\nRss:");
		facts->pss_bytes = kilobytes(buffer, "\nPss:");
		facts->anonymous_bytes = kilobytes(buffer, "\nAnonymous:");
		facts->file_bytes = facts->rss_bytes > facts->anonymous_bytes
					    ? facts->rss_bytes - facts->anonymous_bytes
					    : 0;
	} else if (read_whole("/proc/self/statm", buffer, sizeof buffer) > 0) {
		const char *resident = strchr(buffer, ' ');

		if (resident != NULL)
			facts->rss_bytes =
				strtoull(resident + 1, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
	}
}

void process_facts_read(struct process_facts *facts)
{
	struct utsname name;
	ssize_t length;
	size_t used;

	memset(facts, 0, sizeof *facts);
	facts->pid = (uint32_t)getpid();
	used = read_whole("/proc/sys/kernel/random/boot_id", facts->boot_id, sizeof facts->boot_id);
	while (used > 0 && facts->boot_id[used - 1] == '\n')
		facts->boot_id[--used] = '\0';
	length = readlink("/proc/self/exe", facts->executable, sizeof facts->executable - 1);
	facts->executable[length < 0 ? 0 : length] = '\0';
	if (uname(&name) == 0) {
		strncpy(facts->host, name.nodename, sizeof facts->host - 1);
		memcpy(facts->platform, "linux ", 6);
		strncpy(facts->platform + 6, name.machine, sizeof facts->platform - 7);
	}
	read_namespace(facts);
	read_start(facts);
	read_memory(facts);
}
