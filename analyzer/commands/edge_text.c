/* Labels of references and roots in words.
 *
 * Keys are quoted as Python's repr does it: single quotes, double ones where the text
 * holds a single and no double quote; backslash, quote and control characters are
 * escaped, so that a path that is printed can be pasted back. */
#include "analyzer/commands/edge_text.h"

#include "analyzer/graph/roots.h"
#include "analyzer/graph/text_map.h"

#include <string.h>

static void append_key(struct sink *out, const char *text, size_t length)
{
	size_t size = text_key_bytes(text, length);
	bool has_single = memchr(text, '\'', size) != NULL;
	char quote = has_single && memchr(text, '"', size) == NULL ? '"' : '\'';
	sink_char(out, '[');
	sink_char(out, quote);
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (i + 1 < size && memcmp(text + i, TEXT_NUL, 2) == 0) {
			sink_text(out, "\\x00");
			i++;
		} else if (byte == '\n') {
			sink_text(out, "\\n");
		} else if (byte < 0x20 || byte == 0x7f) {
			sink_format(out, "\\x%02x", byte);
		} else {
			if (byte == (unsigned char)quote || byte == '\\')
				sink_char(out, '\\');
			sink_char(out, (char)byte);
		}
	}
	if (size < length)
		sink_text(out, TEXT_ELLIPSIS);
	sink_char(out, quote);
	sink_char(out, ']');
}

static void append_literal(struct sink *out, const char *text, size_t length)
{
	const size_t mark = sizeof TEXT_LITERAL - 1;
	size_t size = text_key_bytes(text, length);
	sink_char(out, '[');
	sink_bytes(out, text + mark, size - mark);
	if (size < length)
		sink_text(out, TEXT_ELLIPSIS);
	sink_char(out, ']');
}

static void append_named(struct sink *out, const char *prefix, const char *text, size_t size)
{
	if (text == NULL) {
		sink_text(out, "[*]");
		return;
	}
	sink_text(out, prefix);
	sink_bytes(out, text, size);
}

void edge_append(struct sink *out, enum hs_label_kind kind, const char *text, size_t size,
		 uint64_t number)
{
	switch (kind) {
	case HS_LABEL_ATTR:
		append_named(out, ".", text, size);
		break;
	case HS_LABEL_LOCAL:
		append_named(out, " local ", text, size);
		break;
	case HS_LABEL_FIELD:
		append_named(out, " +", text, size);
		break;
	case HS_LABEL_ITEM:
	case HS_LABEL_VALUE:
		if (text != NULL && text_key_is_literal(text, size))
			append_literal(out, text, size);
		else if (text != NULL)
			append_key(out, text, size);
		else
			sink_text(out, "[*]");
		break;
	case HS_LABEL_INDEX:
		sink_char(out, '[');
		sink_decimal(out, number);
		sink_char(out, ']');
		break;
	case HS_LABEL_KEY:
		sink_text(out, " key");
		break;
	case HS_LABEL_MEMBER:
		sink_text(out, " member");
		break;
	case HS_LABEL_OFFSET:
		sink_text(out, " +");
		sink_hex(out, number);
		break;
	case HS_LABEL_NONE:
	default:
		sink_text(out, "[*]");
	}
}

const char *edge_kind_word(enum hs_reference_kind kind)
{
	static const char *const words[] = {
		[HS_TRAVERSED] = "traversed", [HS_ADDED] = "added", [HS_UNCOUNTED] = "uncounted",
		[HS_IMPLIED] = "implied",     [HS_WEAK] = "weak",   [HS_NAMING] = "naming",
	};
	return words[kind];
}

static bool is_letter(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
	       byte >= 0x80;
}

bool edge_is_identifier(const char *text, size_t size)
{
	if (size == 0 || text_key_bytes(text, size) < size || text_key_is_literal(text, size) ||
	    !is_letter((unsigned char)text[0]))
		return false;
	for (size_t i = 1; i < size; i++)
		if (!is_letter((unsigned char)text[i]) && (text[i] < '0' || text[i] > '9'))
			return false;
	return true;
}

static void append_hs_text(struct sink *out, struct hs_text text)
{
	sink_bytes(out, text.data, text.length);
}

static void append_frame(struct sink *out, const struct hs_root *root)
{
	if (root->thread.length > 0) {
		sink_text(out, "thread '");
		append_hs_text(out, root->thread);
		sink_text(out, "' in ");
	} else {
		sink_text(out, "frame ");
	}
	append_hs_text(out, root->function.length > 0 ? root->function : root->name);
	sink_text(out, "()");
	if (root->line > 0)
		sink_format(out, " line %u", root->line);
}

void root_append_name(struct sink *out, const struct hs_root *root)
{
	switch (root->kind) {
	case HS_ROOT_MODULE:
		append_hs_text(out, root->name);
		return;
	case HS_ROOT_FRAME:
		append_frame(out, root);
		break;
	case HS_ROOT_THREAD:
		sink_text(out, "thread");
		if (root->thread.length > 0) {
			sink_text(out, " '");
			append_hs_text(out, root->thread);
			sink_char(out, '\'');
		}
		break;
	case HS_ROOT_INTERPRETER:
		sink_text(out, "interpreter");
		break;
	case HS_ROOT_GARBAGE:
		sink_text(out, "gc.garbage");
		break;
	}
	if (root->kind != HS_ROOT_FRAME && root->name.length > 0) {
		sink_char(out, ' ');
		append_hs_text(out, root->name);
	}
	if (root->label.length > 0) {
		sink_text(out, root_label_is_local(root) ? " local " : " ");
		append_hs_text(out, root->label);
	}
}

const char *root_kind_word(enum hs_root_kind kind)
{
	static const char *const words[] = {
		[HS_ROOT_MODULE] = "module",   [HS_ROOT_FRAME] = "frame",
		[HS_ROOT_THREAD] = "thread",   [HS_ROOT_INTERPRETER] = "interpreter",
		[HS_ROOT_GARBAGE] = "garbage",
	};
	return words[kind];
}
