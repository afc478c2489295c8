/* Sinks, JSON and tables: the bytes that leave the program. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/render/json.h"
#include "analyzer/render/table.h"

START_TEST(a_sink_keeps_every_byte_in_order)
{
	char path[] = "/tmp/heapsnap-sink-XXXXXX";
	struct sink file, memory;
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	sink_init(&file, fd);
	sink_init(&memory, SINK_IN_MEMORY);
	for (unsigned i = 0; i < 200000; i++) {
		sink_decimal(&file, i * i);
		sink_char(&file, ' ');
		sink_format(&memory, "%u ", i * i);
	}
	/* larger than the buffer, in one piece */
	size_t size = 1 << 20;
	char *block = malloc(size);
	memset(block, 'x', size);
	sink_bytes(&file, block, size);
	sink_bytes(&memory, block, size);
	free(block);
	ck_assert_int_eq(sink_flush(&file), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), (off_t)memory.used);
	char *read_back = malloc(memory.used);
	ck_assert_int_eq(pread(fd, read_back, memory.used, 0), (ssize_t)memory.used);
	ck_assert_mem_eq(read_back, memory.data, memory.used);
	free(read_back);
	sink_release(&file);
	sink_release(&memory);
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_sink_remembers_that_writing_failed)
{
	int ends[2];
	struct sink out;
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	sink_init(&out, ends[1]);
	ck_assert(!sink_failed(&out));
	for (int i = 0; i < 1000000; i++)
		sink_char(&out, 'x');
	ck_assert(sink_failed(&out));
	ck_assert_int_eq(sink_flush(&out), EPIPE);
	sink_release(&out);
	close(ends[1]);
}
END_TEST

static void check_quoted(const char *text, size_t size, const char *expected)
{
	struct sink out;
	sink_init(&out, SINK_IN_MEMORY);
	json_quote(&out, text, size);
	ck_assert_str_eq(sink_string(&out), expected);
	sink_release(&out);
}

START_TEST(json_strings_are_escaped)
{
	check_quoted("", 0, "\"\"");
	check_quoted("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
	check_quoted("\n\t\x01\x7f", 4, "\"\\n\\u0009\\u0001\\u007f\"");
	check_quoted("a\0b", 3, "\"a\\u0000b\"");
	check_quoted("caf\xc3\xa9", 5, "\"caf\xc3\xa9\"");
	check_quoted("\xf0\x9f\x90\x8d", 4, "\"\xf0\x9f\x90\x8d\"");
	check_quoted("\xff\xc3", 2, "\"\\ufffd\\ufffd\"");
	check_quoted("\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"");
}
END_TEST

START_TEST(json_nests_with_commas_between)
{
	struct sink out;
	struct json json;
	sink_init(&out, SINK_IN_MEMORY);
	json_init(&json, &out);
	json_object_begin(&json, NULL);
	json_array_begin(&json, "empty");
	json_array_end(&json);
	json_array_begin(&json, "list");
	json_number(&json, NULL, UINT64_MAX);
	json_signed(&json, NULL, INT64_MIN);
	json_object_begin(&json, NULL);
	json_object_end(&json);
	json_id(&json, NULL, 0x7f3a00);
	json_array_end(&json);
	json_seconds(&json, "s", 0.0032);
	json_seconds(&json, "whole", 1700000000);
	json_seconds(&json, "nan", 0.0 / 0.0);
	json_string(&json, "none", NULL);
	json_bool(&json, "yes", true);
	json_null(&json, "null");
	json_object_end(&json);
	ck_assert_str_eq(
		sink_string(&out),
		"{\"empty\":[],\"list\":[18446744073709551615,-9223372036854775808,{},"
		"\"0x7f3a00\"],\"s\":0.003200,\"whole\":1700000000,\"nan\":0,\"none\":null,"
		"\"yes\":true,\"null\":null}");
	sink_release(&out);
}
END_TEST

static void print_table(struct sink *out, size_t columns, bool color)
{
	static const struct table_column layout[] = {
		{"n", ALIGN_RIGHT, false},
		{NULL, ALIGN_LEFT, false},
		{"path", ALIGN_LEFT, true},
		{"type", ALIGN_LEFT, true},
	};
	struct terminal terminal = {.columns = columns, .color = color, .ellipsis = "..."};
	struct table table;
	table_init(&table, layout, 4);
	table_cell_count(&table, 1000);
	table_cell_text(&table, "");
	table_cell_text(&table, "app.one_long_name[*]");
	table_cell_text(&table, "dict");
	table_cell_count(&table, 7);
	table_cell_text(&table, "");
	table_cell_text(&table, "x");
	table_cell_text(&table, "");
	table_print(&table, out, &terminal);
	table_release(&table);
}

START_TEST(tables_align_and_end_without_spaces)
{
	struct sink out;
	sink_init(&out, SINK_IN_MEMORY);
	print_table(&out, SIZE_MAX, false);
	ck_assert_str_eq(sink_string(&out), "    n  path                  type\n"
					    "1,000  app.one_long_name[*]  dict\n"
					    "    7  x\n");
	sink_release(&out);
}
END_TEST

START_TEST(tables_are_cut_where_they_may_be)
{
	struct sink out;
	sink_init(&out, SINK_IN_MEMORY);
	print_table(&out, 28, false);
	ck_assert_str_eq(sink_string(&out), "    n  path             type\n"
					    "1,000  app.o...name[*]  dict\n"
					    "    7  x\n");
	sink_release(&out);
}
END_TEST

START_TEST(headings_alone_are_coloured)
{
	struct sink out;
	sink_init(&out, SINK_IN_MEMORY);
	print_table(&out, SIZE_MAX, true);
	const char *text = sink_string(&out);
	ck_assert_int_eq(strncmp(text, "\x1b[2m", 4), 0);
	const char *end = strstr(text, "\x1b[0m");
	ck_assert_ptr_nonnull(end);
	ck_assert_ptr_null(strchr(end + 4, '\x1b'));
	sink_release(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("render_output");
	TCase *all = tcase_create("all");
	tcase_add_test(all, a_sink_keeps_every_byte_in_order);
	tcase_add_test(all, a_sink_remembers_that_writing_failed);
	tcase_add_test(all, json_strings_are_escaped);
	tcase_add_test(all, json_nests_with_commas_between);
	tcase_add_test(all, tables_align_and_end_without_spaces);
	tcase_add_test(all, tables_are_cut_where_they_may_be);
	tcase_add_test(all, headings_alone_are_coloured);
	suite_add_tcase(suite, all);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
