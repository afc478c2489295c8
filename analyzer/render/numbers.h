/* Numbers as people read them. Each appends to an output. */
#ifndef HEAPSNAP_RENDER_NUMBERS_H
#define HEAPSNAP_RENDER_NUMBERS_H

#include "analyzer/render/output.h"

#include <stdint.h>

void number_append_count(struct output *, uint64_t value);       /* 1,727,426 */
void number_append_count_change(struct output *, int64_t value); /* +200,590, 0, -3 */
void number_append_bytes(struct output *, uint64_t bytes);       /* 24 B, 5.9 KiB, 10.5 MiB */
void number_append_bytes_change(struct output *, int64_t bytes); /* +5.9 KiB */
void number_append_duration(struct output *, double seconds);    /* 3.2 ms, 0.9 s, 5 h 30 min */
void number_append_time(struct output *, double unix_time);      /* 2026-11-22 03:14:09Z */

/* "1 object", "3 objects". */
void number_append_counted(struct output *, uint64_t value, const char *one, const char *many);

#endif
