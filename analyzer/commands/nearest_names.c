/* Nearness of names: the edit distance without regard to case, of the whole names or of
 * their last parts (behind the last dot), whichever is less; a name that holds the wanted
 * last part as a whole is near whatever its length. A candidate is kept when no more
 * than a third of its letters differ.
 *
 * Each candidate costs the product of the two lengths; names longer than COMPARED_MAX are
 * compared by their ends, which differ most. */
#include "analyzer/commands/nearest_names.h"

#include "analyzer/base/xalloc.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COMPARED_MAX = 64 };

static int lower(char c)
{
	return tolower((unsigned char)c);
}

/* Levenshtein's distance over one row of the matrix. */
static unsigned edit_distance(const char *a, const char *b)
{
	unsigned row[COMPARED_MAX + 1];
	size_t a_size = strlen(a), b_size = strlen(b);
	if (a_size > COMPARED_MAX)
		a += a_size - COMPARED_MAX;
	if (b_size > COMPARED_MAX) {
		b += b_size - COMPARED_MAX;
		b_size = COMPARED_MAX;
	}
	for (unsigned j = 0; j <= b_size; j++)
		row[j] = j;
	for (; *a != '\0'; a++) {
		unsigned diagonal = row[0];
		row[0]++;
		for (size_t j = 1; j <= b_size; j++) {
			unsigned best = diagonal + (lower(*a) != lower(b[j - 1]));
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b_size];
}

static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot != NULL && dot[1] != '\0' ? dot + 1 : name;
}

static bool holds(const char *name, const char *part)
{
	size_t size = strlen(part);
	for (; *name != '\0'; name++) {
		size_t i = 0;
		while (i < size && lower(name[i]) == lower(part[i]))
			i++;
		if (i == size)
			return true;
	}
	return false;
}

/* Whether the name is near at all, and how near. */
static bool measure(const char *wanted, const char *name, unsigned *distance)
{
	const char *wanted_end = last_part(wanted), *name_end = last_part(name);
	unsigned whole = edit_distance(wanted, name);
	unsigned end = edit_distance(wanted_end, name_end);
	size_t end_size = strlen(wanted_end);
	*distance = whole;
	if (whole <= strlen(wanted) / 3 && end <= end_size / 2)
		return true;
	*distance = end + 1;
	if (end <= end_size / 3)
		return true;
	*distance = (unsigned)end_size / 3 + 2;
	return end_size >= 3 && holds(name_end, wanted_end);
}

void nearest_names_init(struct nearest_names *names, const char *wanted)
{
	*names = (struct nearest_names){.wanted = wanted};
}

static void release_name(struct near_name *name)
{
	free(name->name);
	free(name->description);
}

void nearest_names_release(struct nearest_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		release_name(&names->best[i]);
}

static bool is_known(const struct nearest_names *names, const char *name, const char *description)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->best[i].name, name) == 0 &&
		    strcmp(names->best[i].description, description) == 0)
			return true;
	return false;
}

void nearest_names_offer(struct nearest_names *names, const char *name, const char *description)
{
	unsigned distance;
	if (!measure(names->wanted, name, &distance) || is_known(names, name, description))
		return;
	size_t at = names->count;
	while (at > 0 && names->best[at - 1].distance > distance)
		at--;
	if (at == NEAREST_MAX)
		return;
	if (names->count == NEAREST_MAX)
		release_name(&names->best[--names->count]);
	memmove(&names->best[at + 1], &names->best[at],
		(names->count - at) * sizeof names->best[0]);
	names->best[at] = (struct near_name){
		.name = xstrndup(name, strlen(name)),
		.description = xstrndup(description, strlen(description)),
		.distance = distance,
	};
	names->count++;
}
