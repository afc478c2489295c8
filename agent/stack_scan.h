/* Whether a running collection runs in the calling thread. */
#ifndef HEAPSNAP_AGENT_STACK_SCAN_H
#define HEAPSNAP_AGENT_STACK_SCAN_H

#include "agent/rings.h"

/* Looks at the calling thread's own stack and Python frames, under the interpreter's
 * lock. False where nothing proves it. May make frame objects. */
bool collection_is_ours(const struct rings *rings);

#endif
