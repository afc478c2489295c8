/* How a function of format/ (and agent/) says that it failed.
 *
 * Functions return 0 or one of the negative values below, take their out
 * parameter first and `struct hs_error *err` last, and leave `*out` untouched
 * on failure. `err` may not be NULL. */
#ifndef HEAPSNAP_FORMAT_STATUS_H
#define HEAPSNAP_FORMAT_STATUS_H

#include <stddef.h>
#include <stdint.h>

enum hs_status {
	HS_OK = 0,
	HS_EFORMAT = -1,      /* the bytes are not what docs/format.md says */
	HS_EIO = -2,          /* a system call failed; system_errno says how */
	HS_ENOMEM = -3,       /* an allocation failed, or the arena is too small */
	HS_EUNSUPPORTED = -4, /* a newer major version, or a feature unknown here */
	HS_ELIMIT = -5        /* larger than a stated limit */
};

struct hs_error {
	enum hs_status status;
	int system_errno; /* 0 where no system call is to blame */
	char message[240];
};

/* Fills *err with a message (printf's %s %d %u %x %llu %llx %zu %%, cut at the
 * size of err->message; calls neither malloc nor stdio) and returns `status`.
 * Sets system_errno to 0: the caller sets it where there is one. */
enum hs_status hs_fail(struct hs_error *err, enum hs_status status, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* clang-tidy sees one file at a time: tell it that what failed says so. */
#ifdef __clang_analyzer__
#define hs_fail(err, status, ...) ((void)(hs_fail)(err, status, __VA_ARGS__), status)
#endif

#endif
