/* A table-free check in one pass: the lead byte gives the length and the range that
 * the second byte must lie in (which excludes overlong forms, surrogates and values
 * above U+10FFFF); all others are 0x80-0xbf. */
#include "format/utf8.h"

size_t hs_utf8_length(const char *bytes, size_t left)
{
	const uint8_t *p = (const uint8_t *)bytes;
	uint8_t lead = p[0];
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (length > left)
		return 0;
	uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

bool hs_utf8_count(const char *bytes, size_t length, uint64_t *characters)
{
	uint64_t count = 0;
	for (size_t i = 0; i < length; count++) {
		size_t step = hs_utf8_length(bytes + i, length - i);
		if (step == 0)
			return false;
		i += step;
	}
	*characters = count;
	return true;
}
