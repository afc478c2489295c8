/* A terminal's width and abilities.
 *
 * The size is the kernel's, or COLUMNS where that is not known (some multiplexers
 * say 0). Whether the terminal shows UTF-8 is read from the locale's variables in
 * the order that setlocale uses, without calling it: the program's own output
 * must not change with the locale. Colour follows the no-color.org convention. */
#include "analyzer/render/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_DEFAULT = 80, COLUMNS_MIN = 40 };

static size_t terminal_columns(int fd)
{
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
	const char *variable = getenv("COLUMNS");
	long columns = variable ? strtol(variable, NULL, 10) : 0;
	return columns >= COLUMNS_MIN && columns <= UINT16_MAX ? (size_t)columns : COLUMNS_DEFAULT;
}

static bool locale_is_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);
		if (value == NULL || *value == '\0')
			continue;
		const char *charset = strchr(value, '.');
		return charset != NULL && (strncasecmp(charset, ".utf-8", 6) == 0 ||
					   strncasecmp(charset, ".utf8", 5) == 0);
	}
	return false;
}

static bool wants_color(bool is_terminal, enum color_choice choice)
{
	if (choice != COLOR_AUTO)
		return choice == COLOR_ALWAYS;
	const char *refused = getenv("NO_COLOR");
	const char *type = getenv("TERM");
	return is_terminal && (refused == NULL || *refused == '\0') && type != NULL &&
	       strcmp(type, "dumb") != 0;
}

struct terminal terminal_detect(int fd, enum color_choice choice)
{
	bool is_terminal = isatty(fd) == 1;
	return (struct terminal){
		.columns = is_terminal ? terminal_columns(fd) : SIZE_MAX,
		.color = wants_color(is_terminal, choice),
		.ellipsis = locale_is_utf8() ? "\xe2\x80\xa6" : "...",
	};
}
