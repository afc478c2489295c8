/* What standard output is, and what may therefore be printed to it. */
#ifndef HEAPSNAP_RENDER_TERMINAL_H
#define HEAPSNAP_RENDER_TERMINAL_H

#include "analyzer/base/options.h"

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	size_t columns; /* SIZE_MAX where nothing is cut: not a terminal */
	bool color;
	const char *ellipsis; /* one column in UTF-8, three dots elsewhere */
};

/* Looks at the descriptor, COLUMNS, NO_COLOR, TERM and the locale's variables. */
struct terminal terminal_detect(int fd, enum color_choice);

#define TERMINAL_PLAIN ((struct terminal){.columns = SIZE_MAX, .color = false, .ellipsis = "..."})

#endif
