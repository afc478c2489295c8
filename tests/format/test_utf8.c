/* hs_utf8_count against a decoder of the plainest kind, on all sequences of up to three
 * bytes and many of four. */
#include "format/utf8.h"

#include <check.h>

/* Encodes every code point that there is and compares: what equals none is not valid. */
static size_t encode(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

START_TEST(every_code_point_is_one_character)
{
	for (uint32_t c = 0; c < 0x110000; c++) {
		char text[4];
		uint64_t characters = 0;
		size_t length = encode(c, text);
		bool is_valid = hs_utf8_count(text, length, &characters);
		bool is_surrogate = c >= 0xd800 && c < 0xe000;
		if (is_valid == is_surrogate || (is_valid && characters != 1))
			ck_abort_msg("U+%04x", c);
		for (size_t cut = 1; cut < length; cut++) {
			if (hs_utf8_count(text, cut, &characters))
				ck_abort_msg("U+%04x cut to %zu bytes", c, cut);
		}
	}
}
END_TEST

/* Of all sequences of two bytes exactly 128 * 128 + 1920 are valid, and of three ...:
 * there are no others than the code points of those lengths, in any order. */
START_TEST(nothing_else_is_valid)
{
	uint64_t two = 0, three = 0, characters;
	for (uint32_t bytes = 0; bytes < 1u << 24; bytes++) {
		char text[3] = {(char)bytes, (char)(bytes >> 8), (char)(bytes >> 16)};
		three += hs_utf8_count(text, 3, &characters);
		if (bytes < 1u << 16)
			two += hs_utf8_count(text, 2, &characters);
	}
	const uint64_t of1 = 128, of2 = 1920, of3 = 65536 - 2048 - 2048;
	ck_assert_uint_eq(two, of1 * of1 + of2);
	ck_assert_uint_eq(three, of1 * of1 * of1 + 2 * of1 * of2 + of3);
}
END_TEST

START_TEST(what_lies_beyond)
{
	static const char *const wrong[] = {"\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
					    "\xf0\x8f\xbf\xbf", "\xff\xff\xff\xff"};
	uint64_t characters;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert(!hs_utf8_count(wrong[i], 4, &characters));
	ck_assert(hs_utf8_count("", 0, &characters));
	ck_assert_uint_eq(characters, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("utf8");
	tcase_add_test(tcase, every_code_point_is_one_character);
	tcase_add_test(tcase, nothing_else_is_valid);
	tcase_add_test(tcase, what_lies_beyond);
	Suite *suite = suite_create("utf8");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
