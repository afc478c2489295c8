/* Strings as dense numbers: an open hash of numbers with linear probing, at most half
 * full, over an array of strings. */
#include "analyzer/base/interner.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/xalloc.h"

#define SLOTS_START 256

void interner_init(struct interner *out)
{
	memset(out, 0, sizeof(*out));
	out->slots = xcalloc(SLOTS_START, sizeof(*out->slots));
	out->mask = SLOTS_START - 1;
}

void interner_release(struct interner *interner)
{
	for (uint32_t i = 0; i < interner->count; i++)
		free(interner->texts[i]);
	free(interner->texts);
	free(interner->slots);
	memset(interner, 0, sizeof(*interner));
}

static uint32_t hash_text(const char *text, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(hash ^ hash >> 32);
}

static void double_slots(struct interner *interner)
{
	interner->mask = interner->mask * 2 + 1;
	free(interner->slots);
	interner->slots = xcalloc((size_t)interner->mask + 1, sizeof(*interner->slots));
	for (uint32_t i = 0; i < interner->count; i++) {
		const char *text = interner->texts[i];
		uint32_t at = hash_text(text, strlen(text)) & interner->mask;
		while (interner->slots[at] != 0)
			at = (at + 1) & interner->mask;
		interner->slots[at] = i + 1;
	}
}

uint32_t interner_add(struct interner *interner, const char *text, size_t length)
{
	/* A text ends at its first NUL, as every reader of it will see it. */
	if (length == 0)
		text = "";
	length = strnlen(text, length);

	uint32_t at = hash_text(text, length) & interner->mask;
	for (; interner->slots[at] != 0; at = (at + 1) & interner->mask) {
		const char *here = interner->texts[interner->slots[at] - 1];
		if (strncmp(here, text, length) == 0 && here[length] == '\0')
			return interner->slots[at] - 1;
	}
	uint32_t number = interner->count;
	interner->texts = xgrow(interner->texts, &interner->capacity, (size_t)number + 1,
				sizeof(*interner->texts));
	interner->texts[number] = xstrndup(text, length);
	interner->count++;
	interner->slots[at] = number + 1;
	if (interner->count > interner->mask / 2)
		double_slots(interner);
	return number;
}
