/* Names that C code of the interpreter and of its modules has asked for by a static
 * variable (_Py_Identifier), each owned by the interpreter until it ends. Two of our own are
 * made: the table that then knows both, the later one where a later one would be, is it. */
#include "agent/state_words.h"

#if IDENTIFIERS_ARE_LISTED || IDENTIFIERS_ARE_NUMBERED

_Py_static_string(first_identifier, "heapsnap");
_Py_static_string(second_identifier, "heapsnap.dump");

/* False: no memory, or made before, by another interpreter of the process. */
bool identifiers_probe(void)
{
#if IDENTIFIERS_ARE_LISTED
	if (first_identifier.object != NULL || second_identifier.object != NULL)
		return false;
#endif
	return _PyUnicode_FromId(&first_identifier) != NULL &&
	       _PyUnicode_FromId(&second_identifier) != NULL;
}

#endif

#if IDENTIFIERS_ARE_LISTED

/* The list's newest element is ours, and leads to the one before it. */
void identifiers_find(struct state_words *words, const struct state_memory *memory)
{
	const struct state_word newest = {0, (uintptr_t)&second_identifier};

	if (second_identifier.next == &first_identifier)
		words->identifiers.place =
			state_memory_find(memory, &newest, 1, sizeof newest.value);
}

#elif IDENTIFIERS_ARE_NUMBERED

#define IDENTIFIERS_MAX 65536

static bool holds_name(const struct state_memory *memory, const struct identifier_array *array,
		       _Py_Identifier *identifier)
{
	/* Most of what is looked at is no array: its address may be any number. */
	uintptr_t place =
		(uintptr_t)array->names + (size_t)identifier->index * sizeof *array->names;
	PyObject *name;

	return identifier->index >= 0 && identifier->index < array->size &&
	       state_memory_peek(memory, (const void *)place, &name, sizeof name) &&
	       name == _PyUnicode_FromId(identifier);
}

void identifiers_find(struct state_words *words, const struct state_memory *memory)
{
	for (size_t i = 0; i < memory->count; i++) {
		const struct state_area *area = &memory->areas[i];

		for (size_t at = 0; at + sizeof(struct identifier_array) <= area->size;
		     at += sizeof(void *)) {
			const struct identifier_array *array =
				(const struct identifier_array *)(const void *)(area->copy + at);

			if (array->size <= second_identifier.index ||
			    array->size > IDENTIFIERS_MAX || array->names == NULL ||
			    !holds_name(memory, array, &first_identifier) ||
			    !holds_name(memory, array, &second_identifier))
				continue;
			words->identifiers.place = (const void *)(area->start + at);
			return;
		}
	}
}

#else

bool identifiers_probe(void)
{
	return false;
}

void identifiers_find(struct state_words *words, const struct state_memory *memory)
{
	(void)words;
	(void)memory;
}

#endif
