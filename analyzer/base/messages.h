/* What heapsnap says to a person, on stderr. Results go to stdout instead. */
#ifndef HEAPSNAP_BASE_MESSAGES_H
#define HEAPSNAP_BASE_MESSAGES_H

#include <stdbool.h>

/* The exit status of every command (docs/json.md lists them for programs). */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_USAGE = 2, /* wrong usage, or a TARGET that is not in the snapshot */
	EXIT_INPUT = 3  /* an input or output cannot be read or written, or is damaged */
};

#ifdef __GNUC__
#define MESSAGE_PRINTF __attribute__((format(printf, 1, 2)))
#define MESSAGE_PRINTF_SECOND __attribute__((format(printf, 2, 3)))
#else
#define MESSAGE_PRINTF
#define MESSAGE_PRINTF_SECOND
#endif

/* Prints "heapsnap: MESSAGE". The message is one lower-case sentence without a full
 * stop that quotes its subject and says what to do next; further lines are indented
 * by the caller. Control characters (names come out of files) are printed as '?'. */
void message_error(const char *format, ...) MESSAGE_PRINTF;

/* The same, for what does not keep the command from answering; silent when `quiet`. */
void message_warning(bool quiet, const char *format, ...) MESSAGE_PRINTF_SECOND;

#endif
