/* Literals, written by our own code: repr() allocates and may run anything. What is
 * written reads back as an equal object: an int in decimal, beyond 18 of its digits in
 * hexadecimal (which needs no division of the whole); a float as the shortest decimal
 * that an exact division proves, else by float.fromhex; a str or bytes quoted, what
 * does not print as an escape. Characters past the limit are counted, not kept. Cost:
 * the length of the text, for an int its digits squared, of which there are few. */
#include "agent/literals.h"

#include "agent/names.h"

#include <math.h>
#include <string.h>

#define NESTING_MAX 4
#define DECIMAL_DIGITS_MAX 18 /* of 15 or 30 bits */
#define DECIMAL_TEXT_MAX 192
#define EXACT_PLACES 19 /* powers of ten that a double holds, and a number of 64 bits */

static const char hexadecimal[] = "0123456789abcdef";

struct literal {
	char *data;
	size_t used;
	Py_ssize_t characters; /* of the whole */
};

static void put(struct literal *out, const char *bytes, size_t count)
{
	if (out->characters++ >= LITERAL_CHARACTERS)
		return;
	memcpy(out->data + out->used, bytes, count);
	out->used += count;
}

static void put_ascii(struct literal *out, const char *text)
{
	for (; *text != '\0'; text++)
		put(out, text, 1);
}

static void put_hexadecimal(struct literal *out, uint64_t value, unsigned digits)
{
	while (digits-- > 0)
		put(out, &hexadecimal[value >> 4 * digits & 15], 1);
}

static void put_decimal(struct literal *out, uint64_t value)
{
	char text[24];
	size_t at = sizeof text - 1;

	text[at] = '\0';
	do
		text[--at] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	put_ascii(out, text + at);
}

/* ---- int ---- */

/* The digits of a big number are divided by ten until nothing is left. */
static void put_digits_decimal(struct literal *out, const digit *digits, size_t count)
{
	uint64_t left[DECIMAL_DIGITS_MAX];
	char text[DECIMAL_TEXT_MAX];
	size_t at = sizeof text - 1;

	for (size_t i = 0; i < count; i++)
		left[i] = digits[i];
	text[at] = '\0';
	while (count > 0) {
		uint64_t rest = 0;

		for (size_t i = count; i-- > 0;) {
			uint64_t value = rest << PyLong_SHIFT | left[i];

			left[i] = value / 10;
			rest = value % 10;
		}
		text[--at] = (char)('0' + rest);
		while (count > 0 && left[count - 1] == 0)
			count--;
	}
	put_ascii(out, text + at);
}

static unsigned bit_of(const digit *digits, size_t bit)
{
	return (unsigned)(digits[bit / PyLong_SHIFT] >> bit % PyLong_SHIFT) & 1;
}

static void put_digits_hexadecimal(struct literal *out, const digit *digits, size_t count)
{
	size_t bits = count * PyLong_SHIFT;
	size_t nibbles;

	while (bits > 0 && bit_of(digits, bits - 1) == 0)
		bits--;
	nibbles = (bits + 3) / 4;
	put_ascii(out, "0x");
	for (size_t n = nibbles; n-- > 0;) {
		unsigned value = 0;

		if (out->characters >= LITERAL_CHARACTERS) {
			out->characters += (Py_ssize_t)n + 1;
			return;
		}
		for (size_t bit = 4 * n + 4; bit-- > 4 * n;)
			value = value << 1 | (bit < bits ? bit_of(digits, bit) : 0);
		put(out, &hexadecimal[value], 1);
	}
}

static void put_int(struct literal *out, PyObject *object)
{
	const digit *digits;
	bool negative;
	size_t count;
	long plain;

	if (plain_int_value(object, &plain)) {
		if (plain < 0)
			put(out, "-", 1);
		put_decimal(out, plain < 0 ? -(uint64_t)plain : (uint64_t)plain);
		return;
	}
	count = int_digits(object, &digits, &negative);

	while (count > 0 && digits[count - 1] == 0)
		count--;
	if (negative)
		put(out, "-", 1);
	if (count == 0)
		put(out, "0", 1);
	else if (count <= DECIMAL_DIGITS_MAX)
		put_digits_decimal(out, digits, count);
	else
		put_digits_hexadecimal(out, digits, count);
	put_ascii(out, LONG_SUFFIX);
}

/* ---- float ---- */

/* Dividing two numbers that are exact rounds once, as reading the text does: so if it
 * gives the value again, the text reads back as it. */
static bool put_short_float(struct literal *out, double value)
{
	uint64_t unit = 1;

	for (unsigned places = 0; places < EXACT_PLACES; places++, unit *= 10) {
		double power = (double)unit, whole = value * power;
		uint64_t number;

		if (whole >= 9007199254740992.0)
			return false;
		number = (uint64_t)(whole + 0.5);
		if ((double)number / power != value)
			continue;
		put_decimal(out, number / unit);
		put(out, ".", 1);
		if (places == 0)
			put(out, "0", 1);
		while ((unit /= 10) > 0)
			put(out, &hexadecimal[number / unit % 10], 1);
		return true;
	}
	return false;
}

static void put_hexadecimal_float(struct literal *out, uint64_t bits)
{
	uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
	int exponent = (int)(bits >> 52 & 0x7ff);

	put_ascii(out, exponent == 0 ? "float.fromhex('0x0." : "float.fromhex('0x1.");
	put_hexadecimal(out, fraction, 13);
	exponent = exponent == 0 ? -1022 : exponent - 1023;
	put_ascii(out, exponent < 0 ? "p-" : "p+");
	put_decimal(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
	put_ascii(out, "')");
}

static void put_float(struct literal *out, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	if (bits >> 63) {
		put(out, "-", 1);
		value = -value;
		bits &= ~((uint64_t)1 << 63);
	}
	if (isnan(value))
		put_ascii(out, "float('nan')");
	else if (isinf(value))
		put_ascii(out, "float('inf')");
	else if (!((value == 0 || value >= 1e-4) && put_short_float(out, value)))
		put_hexadecimal_float(out, bits);
}

/* ---- str, bytes ---- */

static void put_character(struct literal *out, uint32_t c)
{
	char utf8[8];
	bool escaped = false;

	if (c == '\\' || c == '\'') {
		put(out, "\\", 1);
	} else if (c == '\n') {
		put_ascii(out, "\\n");
		return;
	} else if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
		put_ascii(out, "\\x");
		put_hexadecimal(out, c, 2);
		return;
	} else if (c >= 0xd800 && c < 0xe000) {
		put_ascii(out, "\\u");
		put_hexadecimal(out, c, 4);
		return;
	}
	put(out, utf8, name_encode(c, utf8, &escaped));
}

static bool put_str(struct literal *out, PyObject *str)
{
	const void *data;
	Py_ssize_t length;
	unsigned kind = str_characters(str, &data, &length);

	if (kind == 0)
		return false;
	put_ascii(out, STR_PREFIX "'");
	for (Py_ssize_t i = 0; i < length; i++) {
		if (out->characters >= LITERAL_CHARACTERS) {
			out->characters += length - i;
			break;
		}
		put_character(out, name_character(data, kind, (size_t)i));
	}
	put(out, "'", 1);
	return true;
}

static void put_bytes(struct literal *out, PyObject *bytes)
{
	const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(bytes);
	Py_ssize_t length = PyBytes_GET_SIZE(bytes);

	put_ascii(out, BYTES_PREFIX "'");
	for (Py_ssize_t i = 0; i < length; i++) {
		if (out->characters >= LITERAL_CHARACTERS) {
			out->characters += length - i;
			break;
		}
		if (data[i] < 0x80) {
			put_character(out, data[i]);
		} else {
			put_ascii(out, "\\x");
			put_hexadecimal(out, data[i], 2);
		}
	}
	put(out, "'", 1);
}

/* ---- all ---- */

bool literal_is_constant(PyObject *object)
{
	return object == Py_None || object == Py_True || object == Py_False ||
	       object == Py_Ellipsis;
}

static bool put_atom(struct literal *out, PyObject *object)
{
	long ignored;

	if (literal_is_constant(object))
		put_ascii(out, object == Py_None    ? "None"
			       : object == Py_True  ? "True"
			       : object == Py_False ? "False"
						    : "...");
	else if (PyLong_CheckExact(object) || plain_int_value(object, &ignored))
		put_int(out, object);
	else if (PyFloat_CheckExact(object))
		put_float(out, PyFloat_AS_DOUBLE(object));
	else if (PyBytes_CheckExact(object))
		put_bytes(out, object);
	else if (PyUnicode_CheckExact(object))
		return put_str(out, object);
	else
		return false;
	return true;
}

/* Tuples one within another, by a stack of our own. */
Py_ssize_t literal_text(PyObject *object, char *buffer, struct hs_text *text)
{
	struct literal out = {.data = buffer};
	struct {
		PyObject *tuple;
		Py_ssize_t next;
	} stack[NESTING_MAX];
	unsigned depth = 0;

	for (;;) {
		if (object != NULL && PyTuple_CheckExact(object)) {
			if (depth == NESTING_MAX)
				return -1;
			stack[depth].tuple = object;
			stack[depth++].next = 0;
			put(&out, "(", 1);
		} else if (object == NULL || !put_atom(&out, object)) {
			return -1;
		}
		while (depth > 0 &&
		       stack[depth - 1].next == PyTuple_GET_SIZE(stack[depth - 1].tuple)) {
			put_ascii(&out, stack[--depth].next == 1 ? ",)" : ")");
		}
		if (depth == 0)
			break;
		if (stack[depth - 1].next > 0)
			put_ascii(&out, ", ");
		object = PyTuple_GET_ITEM(stack[depth - 1].tuple, stack[depth - 1].next++);
	}
	*text = (struct hs_text){buffer, (uint32_t)out.used, false};
	return out.characters;
}
