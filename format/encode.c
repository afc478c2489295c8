/* CBOR heads: three bits of major type, five that hold the value up to 23 or say
 * that it follows in 1, 2, 4 or 8 big-endian bytes. The shortest form is written
 * always, so that equal records are equal bytes (tests hold them against libcbor). */
#include "format/encode.h"

#include <string.h>

enum major {
	MAJOR_UINT = 0,
	MAJOR_NEGATIVE = 1,
	MAJOR_BYTES = 2,
	MAJOR_TEXT = 3,
	MAJOR_ARRAY = 4,
	MAJOR_MAP = 5,
	MAJOR_SIMPLE = 7
};

static bool has_room(struct hs_encoder *encoder, size_t count)
{
	if (encoder->overflow || (size_t)(encoder->end - encoder->next) < count)
		encoder->overflow = true;
	return !encoder->overflow;
}

static void put_big_endian(struct hs_encoder *encoder, uint8_t initial, uint64_t value, unsigned n)
{
	if (!has_room(encoder, n + 1))
		return;
	*encoder->next++ = initial;
	for (unsigned i = n; i-- > 0;)
		*encoder->next++ = (uint8_t)(value >> (8 * i));
}

static void put_head(struct hs_encoder *encoder, enum major major, uint64_t value)
{
	uint8_t initial = (uint8_t)(major << 5);
	if (value < 24)
		put_big_endian(encoder, (uint8_t)(initial | value), 0, 0);
	else if (value <= UINT8_MAX)
		put_big_endian(encoder, initial | 24, value, 1);
	else if (value <= UINT16_MAX)
		put_big_endian(encoder, initial | 25, value, 2);
	else if (value <= UINT32_MAX)
		put_big_endian(encoder, initial | 26, value, 4);
	else
		put_big_endian(encoder, initial | 27, value, 8);
}

static void put_text(struct hs_encoder *encoder, const char *data, size_t length)
{
	put_head(encoder, MAJOR_TEXT, length);
	if (length && has_room(encoder, length)) {
		memcpy(encoder->next, data, length);
		encoder->next += length;
	}
}

void hs_encode_uint(struct hs_encoder *encoder, uint64_t value)
{
	put_head(encoder, MAJOR_UINT, value);
}

void hs_encode_int(struct hs_encoder *encoder, int64_t value)
{
	if (value < 0)
		put_head(encoder, MAJOR_NEGATIVE, ~(uint64_t)value);
	else
		put_head(encoder, MAJOR_UINT, (uint64_t)value);
}

void hs_encode_bytes_head(struct hs_encoder *encoder, uint64_t length)
{
	put_head(encoder, MAJOR_BYTES, length);
}

void hs_encode_array(struct hs_encoder *encoder, uint64_t count)
{
	put_head(encoder, MAJOR_ARRAY, count);
}

void hs_encode_map(struct hs_encoder *encoder, uint64_t pairs)
{
	put_head(encoder, MAJOR_MAP, pairs);
}

void hs_encode_bool(struct hs_encoder *encoder, bool value)
{
	put_head(encoder, MAJOR_SIMPLE, value ? 21 : 20);
}

void hs_encode_null(struct hs_encoder *encoder)
{
	put_head(encoder, MAJOR_SIMPLE, 22);
}

void hs_encode_double(struct hs_encoder *encoder, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	put_big_endian(encoder, MAJOR_SIMPLE << 5 | 27, bits, 8);
}

void hs_encode_key(struct hs_encoder *encoder, const char *key)
{
	put_text(encoder, key, strlen(key));
}

void hs_encode_text(struct hs_encoder *encoder, struct hs_text text)
{
	if (text.escaped)
		hs_encode_array(encoder, 1);
	put_text(encoder, text.data, text.length);
}
