/* Whether a running collection runs in the calling thread. */
#ifndef HEAPSNAP_AGENT_STACK_SCAN_H
#define HEAPSNAP_AGENT_STACK_SCAN_H

#include "agent/rings.h"

/* Looks for the collector's state on the calling thread's own stack. False where it is
 * not there, or where the stack's bounds are not known. */
bool collection_is_ours(const struct rings *rings);

#endif
