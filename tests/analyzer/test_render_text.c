/* Numbers and text for people: what is printed, byte by byte. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/render/numbers.h"
#include "analyzer/render/text.h"

/* Compares what a number_append function writes. */
#define CHECK_NUMBER(call, expected)                           \
	do {                                                   \
		struct sink out;                               \
		sink_init(&out, SINK_IN_MEMORY);               \
		call;                                          \
		ck_assert_str_eq(sink_string(&out), expected); \
		sink_release(&out);                            \
	} while (0)

START_TEST(counts_have_thousands_apart)
{
	CHECK_NUMBER(number_append_count(&out, 0), "0");
	CHECK_NUMBER(number_append_count(&out, 999), "999");
	CHECK_NUMBER(number_append_count(&out, 1000), "1,000");
	CHECK_NUMBER(number_append_count(&out, 1727426), "1,727,426");
	CHECK_NUMBER(number_append_count(&out, UINT64_MAX), "18,446,744,073,709,551,615");
	CHECK_NUMBER(number_append_count_change(&out, 200590), "+200,590");
	CHECK_NUMBER(number_append_count_change(&out, 0), "0");
	CHECK_NUMBER(number_append_count_change(&out, -3), "-3");
	CHECK_NUMBER(number_append_count_change(&out, INT64_MIN), "-9,223,372,036,854,775,808");
	CHECK_NUMBER(number_append_counted(&out, 1, "object", "objects"), "1 object");
	CHECK_NUMBER(number_append_counted(&out, 0, "object", "objects"), "0 objects");
}
END_TEST

START_TEST(bytes_have_units_of_1024)
{
	CHECK_NUMBER(number_append_bytes(&out, 0), "0 B");
	CHECK_NUMBER(number_append_bytes(&out, 1023), "1023 B");
	CHECK_NUMBER(number_append_bytes(&out, 1024), "1.0 KiB");
	CHECK_NUMBER(number_append_bytes(&out, 1536), "1.5 KiB");
	CHECK_NUMBER(number_append_bytes(&out, 1024 * 1024 - 1), "1.0 MiB");
	CHECK_NUMBER(number_append_bytes(&out, 1024 * 1024 - 60), "1023.9 KiB");
	CHECK_NUMBER(number_append_bytes(&out, 11010048), "10.5 MiB");
	CHECK_NUMBER(number_append_bytes(&out, UINT64_C(3) << 60), "3.0 EiB");
	CHECK_NUMBER(number_append_bytes(&out, UINT64_MAX), "16.0 EiB");
	CHECK_NUMBER(number_append_bytes_change(&out, -1536), "-1.5 KiB");
	CHECK_NUMBER(number_append_bytes_change(&out, 1), "+1 B");
}
END_TEST

/* The printed number times its unit is never further from the truth than half a tenth. */
START_TEST(bytes_are_rounded_to_the_nearest_tenth)
{
	static const char units[] = "KMGTPE";
	uint64_t state = 1;
	for (int i = 0; i < 20000; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		uint64_t bytes = state >> (state % 50);
		if (bytes < 1024)
			continue;
		struct sink out;
		char unit;
		double shown;
		sink_init(&out, SINK_IN_MEMORY);
		number_append_bytes(&out, bytes);
		ck_assert_int_eq(sscanf(sink_string(&out), "%lf %c", &shown, &unit), 2);
		double scale = 1;
		for (const char *u = units; u <= strchr(units, unit); u++)
			scale *= 1024;
		double wrong = shown - (double)bytes / scale;
		ck_assert_msg(wrong <= 0.0501 && wrong >= -0.0501, "%s", sink_string(&out));
		ck_assert_msg(shown < 1024, "%s", sink_string(&out));
		sink_release(&out);
	}
}
END_TEST

START_TEST(percents_and_times)
{
	CHECK_NUMBER(number_append_percent(&out, 1, 3), "33.3%");
	CHECK_NUMBER(number_append_percent(&out, 2, 2), "100.0%");
	CHECK_NUMBER(number_append_percent(&out, 0, 0), "0.0%");
	CHECK_NUMBER(number_append_duration(&out, 0.0032), "3.2 ms");
	CHECK_NUMBER(number_append_duration(&out, 0.9), "0.9 s");
	CHECK_NUMBER(number_append_duration(&out, 90), "1 min 30 s");
	CHECK_NUMBER(number_append_duration(&out, 5.5 * 3600), "5 h 30 min");
	CHECK_NUMBER(number_append_duration(&out, 79 * 3600), "3 d 7 h");
	CHECK_NUMBER(number_append_duration(&out, -1), "0 s");
	CHECK_NUMBER(number_append_duration(&out, 0.0 / 0.0), "0 s");
	CHECK_NUMBER(number_append_time(&out, 1795317249.7), "2026-11-22 03:14:09Z");
}
END_TEST

START_TEST(text_is_safe_for_a_terminal)
{
	CHECK_NUMBER(text_append_safe(&out, "app._cache"), "app._cache");
	CHECK_NUMBER(text_append_safe(&out, "a\x1b[2J\nb\x7f"), "a\\x1b[2J\\x0ab\\x7f");
	CHECK_NUMBER(text_append_safe(&out, "caf\xc3\xa9"), "caf\xc3\xa9");
	CHECK_NUMBER(text_append_safe(&out, "\xc2\x9b"), "\\x9b"); /* C1: CSI */
	CHECK_NUMBER(text_append_safe(&out, "a\xe2\x80\xae"
					    "b"),
		     "a\\u202eb");                                               /* RLO */
	CHECK_NUMBER(text_append_safe(&out, "\xff\xc3"), "\\xff\\xc3");          /* no UTF-8 */
	CHECK_NUMBER(text_append_safe(&out, "\xc0\xaf"), "\\xc0\\xaf");          /* overlong */
	CHECK_NUMBER(text_append_safe(&out, "\xed\xa0\x80"), "\\xed\\xa0\\x80"); /* surrogate */
	CHECK_NUMBER(text_append_safe(&out, "\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}
END_TEST

START_TEST(width_is_in_columns)
{
	ck_assert_uint_eq(text_width(""), 0);
	ck_assert_uint_eq(text_width("abc"), 3);
	ck_assert_uint_eq(text_width("caf\xc3\xa9"), 4);
	ck_assert_uint_eq(text_width("e\xcc\x81"), 1);
	ck_assert_uint_eq(text_width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
}
END_TEST

START_TEST(text_is_cut_in_the_middle)
{
	CHECK_NUMBER(text_append_cut(&out, "abcdefghij", 10, "..."), "abcdefghij");
	CHECK_NUMBER(text_append_cut(&out, "abcdefghijk", 8, "..."), "ab...ijk");
	CHECK_NUMBER(text_append_cut(&out, "abcdefghijk", 6, "\xe2\x80\xa6"), "ab\xe2\x80\xa6ijk");
	CHECK_NUMBER(text_append_cut(&out, "abcdef", 2, "..."), "");
	/* at every width: never wider than asked for, and valid still */
	for (size_t columns = 3; columns < 24; columns++) {
		struct sink out;
		sink_init(&out, SINK_IN_MEMORY);
		text_append_cut(&out, "\xe6\x97\xa5\xe6\x9c\xac.caf\xc3\xa9[*].\xe6\x97\xa5.abcd",
				columns, "...");
		const char *cut = sink_string(&out);
		ck_assert_uint_le(text_width(cut), columns);
		for (size_t at = 0, size = strlen(cut); at < size;) {
			uint32_t code;
			at += text_decode(cut + at, size - at, &code);
			ck_assert_uint_ne(code, UINT32_MAX);
		}
		sink_release(&out);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("render_text");
	TCase *all = tcase_create("all");
	tcase_add_test(all, counts_have_thousands_apart);
	tcase_add_test(all, bytes_have_units_of_1024);
	tcase_add_test(all, bytes_are_rounded_to_the_nearest_tenth);
	tcase_add_test(all, percents_and_times);
	tcase_add_test(all, text_is_safe_for_a_terminal);
	tcase_add_test(all, width_is_in_columns);
	tcase_add_test(all, text_is_cut_in_the_middle);
	suite_add_tcase(suite, all);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
