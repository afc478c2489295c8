/* Numbers as people read them. Each appends to an output. */
#ifndef HEAPSNAP_RENDER_NUMBERS_H
#define HEAPSNAP_RENDER_NUMBERS_H

#include "analyzer/render/sink.h"

#include <stdint.h>

void number_append_count(struct sink *, uint64_t value);       /* 1,727,426 */
void number_append_count_change(struct sink *, int64_t value); /* +200,590, 0, -3 */
void number_append_bytes(struct sink *, uint64_t bytes);       /* 24 B, 5.9 KiB, 10.5 MiB */
void number_append_bytes_change(struct sink *, int64_t bytes); /* +5.9 KiB */
void number_append_percent(struct sink *, uint64_t part, uint64_t whole); /* 20.8% */
void number_append_duration(struct sink *, double seconds); /* 3.2 ms, 0.9 s, 5 h 30 min */
void number_append_time(struct sink *, double unix_time);   /* 2026-11-22 03:14:09Z */

/* "1 object", "3 objects". */
void number_append_counted(struct sink *, uint64_t value, const char *one, const char *many);

#endif
