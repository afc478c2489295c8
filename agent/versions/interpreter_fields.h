/* Objects that the interpreter itself owns, where their place is known: 2.7's state is
 * public and its last release made. */
#ifndef HEAPSNAP_AGENT_VERSIONS_INTERPRETER_FIELDS_H
#define HEAPSNAP_AGENT_VERSIONS_INTERPRETER_FIELDS_H

#include "agent/versions/supported.h"

/* X(expression, label), of a PyInterpreterState `interpreter`; all may be NULL. */
#if PYTHON2
#define INTERPRETER_FIELDS(X)                                           \
	X(interpreter->codec_search_path, "codec search functions")     \
	X(interpreter->codec_search_cache, "codec cache")               \
	X(interpreter->codec_error_registry, "codec error handlers")    \
	X(interpreter->modules_reloading, "modules being reloaded")     \
	X(PyExc_MemoryErrorInst, "MemoryError kept for want of memory") \
	X(PyExc_RecursionErrorInst, "RuntimeError kept for want of stack")
#else
#define INTERPRETER_FIELDS(X) X(NULL, NULL)
#endif

#endif
