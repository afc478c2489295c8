/* Command lines: what a command gets to see of them. */
#include <check.h>
#include <stdio.h>

#include "analyzer/base/options.h"

static int run_nothing(const struct invocation *inv)
{
	(void)inv;
	return 0;
}

static const struct option_spec options[] = {
	{"all", 0, NULL, "everything"},
	{"output", 'o', "OUT", "where to"},
	{NULL, 0, NULL, NULL},
};

static const struct command command = {
	.name = "try",
	.arguments = "A [B]",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 2,
	.run = run_nothing,
};

enum { WORDS_MAX = 8 };

/* Parses "try WORD...": the words end with NULL. */
static bool parse(struct invocation *out, const char *const *words)
{
	static char *argv[WORDS_MAX + 1];
	int argc = 0;
	argv[argc++] = (char *)(uintptr_t) "try";
	while (*words != NULL)
		argv[argc++] = (char *)(uintptr_t)*words++;
	argv[argc] = NULL;
	/* what it says is for tests of the whole command */
	fflush(stderr);
	return invocation_parse(out, &command, argc, argv);
}

#define PARSE(inv, ...) parse(inv, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(arguments_and_options_mix)
{
	struct invocation inv;
	ck_assert(PARSE(&inv, "a", "--all", "b", "-o", "x"));
	ck_assert_int_eq(inv.argument_count, 2);
	ck_assert_str_eq(inv.arguments[0], "a");
	ck_assert_str_eq(inv.arguments[1], "b");
	ck_assert(option_given(&inv, "all"));
	ck_assert_ptr_null(option_argument(&inv, "all"));
	ck_assert_str_eq(option_argument(&inv, "output"), "x");
	ck_assert(!inv.settings.json);

	ck_assert(PARSE(&inv, "--output=y", "--json", "-q", "a"));
	ck_assert(!option_given(&inv, "all"));
	ck_assert_str_eq(option_argument(&inv, "output"), "y");
	ck_assert(inv.settings.json && inv.settings.quiet);
}
END_TEST

START_TEST(a_dash_is_an_argument_and_two_end_the_options)
{
	struct invocation inv;
	ck_assert(PARSE(&inv, "-", "--", "--all"));
	ck_assert_int_eq(inv.argument_count, 2);
	ck_assert_str_eq(inv.arguments[0], "-");
	ck_assert_str_eq(inv.arguments[1], "--all");
	ck_assert(!option_given(&inv, "all"));
}
END_TEST

START_TEST(the_limit_depends_on_what_is_printed)
{
	struct invocation inv;
	ck_assert(PARSE(&inv, "a"));
	ck_assert_uint_eq(settings_limit(&inv.settings), 10);
	ck_assert(PARSE(&inv, "a", "--json"));
	ck_assert_uint_eq(settings_limit(&inv.settings), UINT64_MAX);
	ck_assert(PARSE(&inv, "a", "--json", "--limit", "7"));
	ck_assert_uint_eq(settings_limit(&inv.settings), 7);
	ck_assert(PARSE(&inv, "a", "--limit", "0"));
	ck_assert_uint_eq(settings_limit(&inv.settings), UINT64_MAX);
}
END_TEST

START_TEST(wrong_lines_are_refused)
{
	struct invocation inv;
	ck_assert(!PARSE(&inv, "--all"));
	ck_assert(!PARSE(&inv, "a", "b", "c"));
	ck_assert(!PARSE(&inv, "a", "--none"));
	ck_assert(!PARSE(&inv, "a", "-x"));
	ck_assert(!PARSE(&inv, "a", "--all=yes"));
	ck_assert(!PARSE(&inv, "a", "-o"));
	ck_assert(!PARSE(&inv, "a", "--limit", "x"));
	ck_assert(!PARSE(&inv, "a", "--limit", "-1"));
	ck_assert(!PARSE(&inv, "a", "--limit", "99999999999999999999"));
	ck_assert(!PARSE(&inv, "a", "--color", "red"));
}
END_TEST

START_TEST(help_and_version_need_no_arguments)
{
	struct invocation inv;
	ck_assert(PARSE(&inv, "-h"));
	ck_assert(inv.settings.help);
	ck_assert(PARSE(&inv, "--version"));
	ck_assert(inv.settings.version);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *all = tcase_create("all");
	tcase_add_test(all, arguments_and_options_mix);
	tcase_add_test(all, a_dash_is_an_argument_and_two_end_the_options);
	tcase_add_test(all, the_limit_depends_on_what_is_printed);
	tcase_add_test(all, wrong_lines_are_refused);
	tcase_add_test(all, help_and_version_need_no_arguments);
	suite_add_tcase(suite, all);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
