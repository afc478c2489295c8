/* Entries of sets, and blocks of collections.deque. */
#ifndef HEAPSNAP_AGENT_VERSIONS_SET_LAYOUT_H
#define HEAPSNAP_AGENT_VERSIONS_SET_LAYOUT_H

#include "agent/versions/supported.h"

/* What was learnt about the running interpreter at load. */
struct set_layout {
	PyObject *removed; /* 2.7: the key of an entry that was removed */
};
extern struct set_layout set_layout;

/* `emptied`: a set whose one member was removed. False: it is not as expected. */
static inline bool set_layout_learn(PyObject *emptied)
{
#if PYTHON2
	const PySetObject *set = (const PySetObject *)(void *)emptied;

	for (Py_ssize_t i = 0; i <= set->mask; i++)
		if (set->table[i].key != NULL)
			set_layout.removed = set->table[i].key;
	return set->used == 0 && set_layout.removed != NULL;
#else
	(void)emptied;
	return true;
#endif
}

static inline bool set_entry_is_member(const setentry *entry)
{
#if PYTHON2
	return entry->key != NULL && entry->key != set_layout.removed;
#else
	/* A removed entry is a marker with hash -1. */
	return entry->key != NULL && entry->hash != -1;
#endif
}

#if PYTHON2
struct mirror_deque {
	PyObject head;
	void *left_block, *right_block;
	Py_ssize_t left_index, right_index, length;
};
#define DEQUE_BLOCK_ITEMS 62
#else
struct mirror_deque {
	PyVarObject head;
	void *left_block, *right_block;
	Py_ssize_t left_index, right_index;
};
#define DEQUE_BLOCK_ITEMS 64
#endif
/* A block is its items and two links. */
#define DEQUE_BLOCK_SIZE ((DEQUE_BLOCK_ITEMS + 2) * sizeof(void *))

static inline size_t deque_blocks(PyObject *object)
{
	const struct mirror_deque *deque = (const struct mirror_deque *)(const void *)object;
#if PYTHON2
	size_t used = (size_t)(deque->left_index + deque->length);
#else
	size_t used = (size_t)(deque->left_index + deque->head.ob_size);
#endif

	return (used + DEQUE_BLOCK_ITEMS - 1) / DEQUE_BLOCK_ITEMS;
}

#endif
