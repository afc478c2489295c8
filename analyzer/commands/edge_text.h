/* References as text: ".attr", "['key']", "[3]", "[(1, 'a')]", "[*]", " key", " member", " local
 * x", " +0x28". */
#ifndef HEAPSNAP_COMMANDS_EDGE_TEXT_H
#define HEAPSNAP_COMMANDS_EDGE_TEXT_H

#include "analyzer/render/sink.h"
#include "format/records.h"

/* `text` (of `size` bytes; NULL: not known) is the attribute's, item's or local's name, or
 * the text of a VALUE's key, which ends in an ellipsis if it was cut (TEXT_CUT); `number` an index
 * or offset. */
void edge_append(struct sink *, enum hs_label_kind, const char *text, size_t size, uint64_t number);

/* "traversed", "added", "uncounted", "implied", "weak". */
const char *edge_kind_word(enum hs_reference_kind);

/* Whether Python could write `.text`: an identifier in ASCII, or any of its letters beyond. */
bool edge_is_identifier(const char *text, size_t size);

/* "module app", or whatever root->kind, name, label, thread, function and line say, as a
 * chain begins: "app", "thread 'worker' in app.handle() line 42 local conn". */
void root_append_name(struct sink *, const struct hs_root *);

/* "module", "frame", "thread", "interpreter", "garbage". */
const char *root_kind_word(enum hs_root_kind);

#endif
