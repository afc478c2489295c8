/* hs_fail writes what printf would, for the conversions that it knows, and cuts what does
 * not fit. */
#include "format/status.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SAME(...)                                                             \
	do {                                                                  \
		struct hs_error err;                                          \
		char want[sizeof err.message];                                \
		snprintf(want, sizeof want, __VA_ARGS__);                     \
		ck_assert_int_eq(hs_fail(&err, HS_EIO, __VA_ARGS__), HS_EIO); \
		ck_assert_str_eq(err.message, want);                          \
		ck_assert_int_eq(err.status, HS_EIO);                         \
		ck_assert_int_eq(err.system_errno, 0);                        \
	} while (0)

START_TEST(every_conversion)
{
	SAME("plain");
	SAME("%s and %s%%", "one", "");
	SAME("%d %d %d", 0, INT_MIN, INT_MAX);
	SAME("%u %x %u", 0u, UINT_MAX, UINT_MAX);
	SAME("%llu %llx", ULLONG_MAX, ULLONG_MAX);
	SAME("%lld %lu %lx", LLONG_MIN, ULONG_MAX, 0x123456789abcul);
	SAME("%zu, %zx", (size_t)SIZE_MAX, (size_t)7);
	SAME("frame %u at byte %llu: %s", 12u, 1048600ull, "checksum mismatch");
}
END_TEST

START_TEST(what_does_not_fit_is_cut)
{
	char longer[1000];
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	struct hs_error err;
	ck_assert_int_eq(hs_fail(&err, HS_ELIMIT, "%s", longer), HS_ELIMIT);
	ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
	ck_assert_mem_eq(err.message, longer, sizeof err.message - 1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("status");
	tcase_add_test(tcase, every_conversion);
	tcase_add_test(tcase, what_does_not_fit_is_cut);
	Suite *suite = suite_create("status");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
