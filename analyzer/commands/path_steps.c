/* The grammar of printed paths behind the root's name:
 *
 *   steps  = *( step / "(" step ")*" )
 *   step   = "." name / "[" ( quoted / digits / literal / "*" ) "]" / "{*}"
 *          / " key" / " member" / " local " name / " +0x" hex / " +" name
 *   quoted = a string in single or double quotes with Python's \\ \' \" \n \xNN
 *   literal = any other key as it is printed, also a str that UTF-8 cannot hold: up to the
 *             "]" outside of quotes
 *
 * An attribute that is no identifier is .__dict__[quoted]: one step too. A name goes on to the next
 * character that can begin a step, or ")". */
#include "analyzer/commands/path_steps.h"

#include "analyzer/base/xalloc.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/graph/text_map.h"

#include <stdlib.h>
#include <string.h>

static void release_last(struct path_steps *s)
{
	free(s->steps[--s->count].text);
}

void path_steps_release(struct path_steps *s)
{
	while (s->count > 0)
		release_last(s);
	free(s->steps);
	*s = (struct path_steps){.count = 0};
}

static const char *skip_word(const char *at, const char *word)
{
	size_t size = strlen(word);
	return strncmp(at, word, size) == 0 ? at + size : NULL;
}

static const char *parse_name(struct path_step *step, const char *at)
{
	size_t size = strcspn(at, ".[{( )");
	if (size == 0)
		return NULL;
	step->text = xstrndup(at, size);
	step->size = size;
	return at + size;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* One character of a quoted text at *at, which moves behind it. */
static char unescape(const char **at)
{
	const char *p = *at;
	*at = p + 1;
	if (*p != '\\' || p[1] == '\0')
		return *p;
	*at = p + 2;
	if (p[1] == 'n')
		return '\n';
	if (p[1] == 'x' && hex_digit(p[2]) >= 0 && hex_digit(p[3]) >= 0) {
		*at = p + 4;
		return (char)(hex_digit(p[2]) * 16 + hex_digit(p[3]));
	}
	return p[1];
}

static const char *parse_quoted(struct path_step *step, const char *at)
{
	char quote = *at++;
	step->kind = STEP_ITEM;
	step->text = xmalloc(strlen(at) + 1, 1);
	while (*at != '\0' && *at != quote) {
		char c = unescape(&at);
		if (c != '\0') {
			step->text[step->size++] = c;
			continue;
		}
		memcpy(step->text + step->size, TEXT_NUL, 2);
		step->size += 2;
	}
	step->text[step->size] = '\0';
	return at[0] == quote && at[1] == ']' ? at + 2 : NULL;
}

/* Whether a key that is printed as it is may begin so. */
static bool begins_literal(const char *at)
{
	static const char *const words[] = {"'",    "b'",    "u'",  "None",
					    "True", "False", "...", "float"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (skip_word(at, words[i]) != NULL)
			return true;
	return *at != '\0' && strchr("0123456789-(<", *at) != NULL;
}

/* Kept as text maps keep it, so that keys are found by comparing. */
static const char *parse_literal(struct path_step *step, const char *at)
{
	const size_t mark = sizeof TEXT_LITERAL - 1;
	const char *end = at;
	char quote = '\0';
	if (!begins_literal(at))
		return NULL;
	for (; *end != '\0' && (quote != '\0' || *end != ']'); end++) {
		if (quote != '\0' && *end == '\\' && end[1] != '\0')
			end++;
		else if (*end == quote)
			quote = '\0';
		else if (quote == '\0' && *end == '\'')
			quote = '\'';
	}
	if (*end == '\0')
		return NULL;
	step->kind = STEP_ITEM;
	step->size = mark + (size_t)(end - at);
	step->text = xmalloc(step->size + 1, 1);
	memcpy(step->text, TEXT_LITERAL, mark);
	memcpy(step->text + mark, at, step->size - mark);
	step->text[step->size] = '\0';
	return end + 1;
}

/* Whether the quoted text escapes what UTF-8 cannot hold: such a key is kept as printed. */
static bool escapes_no_character(const char *at)
{
	char quote = *at++;
	for (; *at != '\0' && *at != quote; at++) {
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u' || (*at == 'x' && hex_digit(at[1]) >= 8))
			return true;
		if (*at == '\0')
			return false;
	}
	return false;
}

static const char *parse_bracket(struct path_step *step, const char *at)
{
	if ((*at == '\'' || *at == '"') && !escapes_no_character(at))
		return parse_quoted(step, at);
	if (at[0] == '*' && at[1] == ']') {
		step->kind = STEP_ANY;
		return at + 2;
	}
	char *end;
	if (*at < '0' || *at > '9')
		return parse_literal(step, at);
	step->kind = STEP_INDEX;
	step->number = strtoull(at, &end, 10);
	return *end == ']' && end - at < 20 ? end + 1 : parse_literal(step, at);
}

static const char *parse_spaced(struct path_step *step, const char *at)
{
	const char *behind;
	if ((behind = skip_word(at, " key")) != NULL) {
		step->kind = STEP_KEY;
		return behind;
	}
	if ((behind = skip_word(at, " member")) != NULL) {
		step->kind = STEP_MEMBER;
		return behind;
	}
	if ((behind = skip_word(at, " local ")) != NULL) {
		step->kind = STEP_LOCAL;
		return parse_name(step, behind);
	}
	if ((behind = skip_word(at, " +0x")) != NULL) {
		char *end;
		step->kind = STEP_OFFSET;
		step->number = strtoull(behind, &end, 16);
		return end > behind ? end : NULL;
	}
	if ((behind = skip_word(at, " +")) != NULL) {
		step->kind = STEP_FIELD;
		return parse_name(step, behind);
	}
	return NULL;
}

static const char *parse_step(struct path_step *step, const char *at)
{
	const char *behind;
	switch (*at) {
	case '.':
		step->kind = STEP_ATTR;
		return parse_name(step, at + 1);
	case '[':
		return parse_bracket(step, at + 1);
	case '{':
		step->kind = STEP_MEMBER;
		behind = skip_word(at, "{*}");
		return behind;
	case ' ':
		return parse_spaced(step, at);
	default:
		return NULL;
	}
}

/* .__dict__['we ird'] is how an attribute is written that has no other way. */
static void join_attribute(struct path_steps *s)
{
	struct path_step *item = &s->steps[s->count - 1], *before = item - 1;
	if (s->count < 2 || item->kind != STEP_ITEM || item->repeats || before->repeats ||
	    before->kind != STEP_ATTR || strcmp(before->text, "__dict__") != 0 ||
	    edge_is_identifier(item->text, item->size))
		return;
	free(before->text);
	before->text = item->text;
	before->size = item->size;
	s->count--;
}

bool path_steps_parse(struct path_steps *out, const char *text)
{
	struct path_steps s = {.count = 0};
	const char *at = text;
	while (*at != '\0') {
		s.steps = xgrow(s.steps, &s.capacity, s.count + 1, sizeof *s.steps);
		struct path_step *step = &s.steps[s.count++];
		*step = (struct path_step){.source = at, .repeats = *at == '('};
		at = parse_step(step, at + step->repeats);
		if (at != NULL && step->repeats)
			at = skip_word(at, ")*");
		if (at == NULL) {
			path_steps_release(&s);
			return false;
		}
		join_attribute(&s);
	}
	*out = s;
	return true;
}
