/* What the kernel says about this process. Everything is best effort: what cannot be
 * read is 0 or empty. */
#ifndef HEAPSNAP_AGENT_PROCESS_FACTS_H
#define HEAPSNAP_AGENT_PROCESS_FACTS_H

#include <limits.h>
#include <stdint.h>

struct process_facts {
	char boot_id[40], host[256], executable[PATH_MAX], platform[160];
	uint64_t pid_namespace, start_ticks;
	double started_at;
	uint32_t pid;
	uint64_t rss_bytes, pss_bytes, anonymous_bytes, file_bytes;
};

/* Calls no interpreter; may take milliseconds in a large process. */
void process_facts_read(struct process_facts *facts);

double wall_clock(void);
double monotonic_clock(void);

#endif
