/* What is held from outside of all objects: modules, running frames, thread states,
 * interpreter, gc.garbage. To be written before the walk, under the interpreter's lock.
 * All is read in place: nothing is called that may allocate or run Python code. */
#ifndef HEAPSNAP_AGENT_ROOT_RECORDS_H
#define HEAPSNAP_AGENT_ROOT_RECORDS_H

#include "agent/walk.h"

/* Writes all roots. An untracked object that a root holds is met by the walk. */
enum hs_status roots_write(struct walk *walk, const struct rings *rings);

/* ---- between the files of the roots ---- */

/* The id under which `object` is in the file goes into `root`, which is then written; what
 * is not in the file (or NULL) is no root. False once the walk has failed. */
bool root_write(struct walk *walk, struct hs_root *root, PyObject *object);

/* Frames and fields of all threads of the calling interpreter. */
void thread_roots_write(struct walk *walk);

#define THREAD_NAME_CHARACTERS 64
/* The name that threading knows a thread by, else "MainThread" where it is that, else its
 * number; `buffer` holds 6 bytes a character. */
struct hs_text thread_name(PyObject *threads, PyThreadState *thread, bool named, char *buffer);
/* threading._active, or NULL. */
PyObject *thread_table(void);

#endif
