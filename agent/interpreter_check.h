/* Whether the interpreter that runs is one that this agent was made for. */
#ifndef HEAPSNAP_AGENT_INTERPRETER_CHECK_H
#define HEAPSNAP_AGENT_INTERPRETER_CHECK_H

/* Its version and kind of build, before anything else is asked of it. 0, or -1 with an
 * ImportError. */
int interpreter_check_build(void);

/* What versions.h believes of frames, threads and instances against what the interpreter
 * says of itself and what live objects show. May make objects and run the standard
 * library's code: at load. 0, or -1 with an ImportError. */
int interpreter_check_layout(void);

#endif
