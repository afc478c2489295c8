/* Names of attributes that the objects of a class share, which the class owns. */
#ifndef HEAPSNAP_AGENT_SHARED_KEYS_H
#define HEAPSNAP_AGENT_SHARED_KEYS_H

#include "agent/walk.h"

/* After the slots of `object`, which the row has all: those of the names, if it is a class
 * that has any, and the slot map that says so. `labelled`: the slots before are those of the
 * plan's template, else its extras and what tp_traverse reported. */
void push_shared_keys(struct walk *walk, struct plan *plan, PyObject *object, bool labelled);

#endif
