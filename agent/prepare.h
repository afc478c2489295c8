/* Before the walk: all that may ask the interpreter. */
#ifndef HEAPSNAP_AGENT_PREPARE_H
#define HEAPSNAP_AGENT_PREPARE_H

#include "agent/process_facts.h"
#include "agent/rings.h"
#include "agent/walk.h"

#include "format/writer.h"

/* Finds the types whose addresses no header gives, and compares what versions.h
 * believes with live objects. `python_class`: any class made as a class statement makes
 * it. Once, at load. 0, or -1 with a Python exception. */
int prepare_interpreter(struct known_types *known, PyObject *python_class);

/* Waits for a running collection to end. 0, or -1 with heapsnap.Error set: it runs in
 * this thread, or did not end in time. */
int prepare_collection(const struct rings *rings, PyObject *error);

/* Fills in what the interpreter and the collector say; texts are borrowed from
 * `facts`, and from static memory. */
void prepare_header(struct hs_header *header, const struct process_facts *facts,
		    const struct rings *rings, const struct known_types *known);

#endif
