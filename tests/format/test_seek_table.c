/* The CRC-32 against its known value and a bit by bit one; the seek table's entries and
 * how it is found. */
#include "format/seek_table.h"

#include <check.h>
#include <string.h>

#include "format/frame.h"
#include "tests/format/sample_snapshot.h"

static uint32_t naive_crc32(const uint8_t *bytes, size_t length)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
	}
	return ~crc;
}

START_TEST(crc32_is_the_one_of_zlib)
{
	struct hs_crc32 crc32;
	uint8_t bytes[300];
	uint64_t state = 1;
	hs_crc32_init(&crc32);
	ck_assert_uint_eq(hs_crc32_of(&crc32, (const uint8_t *)"123456789", 9), 0xcbf43926u);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)sample_random(&state);
	for (size_t from = 0; from < 9; from++) {
		for (size_t length = 0; length <= sizeof bytes - from; length++)
			ck_assert_uint_eq(hs_crc32_of(&crc32, bytes + from, length),
					  naive_crc32(bytes + from, length));
	}
}
END_TEST

static uint8_t table[HS_SKIPPABLE_HEAD_BYTES + 3 * 80 + HS_SEEK_FOOTER_BYTES];

static size_t make_table(const struct hs_seek_entry *entries, uint32_t count)
{
	struct hs_crc32 crc32;
	hs_crc32_init(&crc32);
	for (uint32_t i = 0; i < count; i++)
		hs_seek_entry_put(table + HS_SKIPPABLE_HEAD_BYTES + i * HS_SEEK_ENTRY_BYTES,
				  &entries[i]);
	return hs_seek_table_close(table, count, &crc32);
}

START_TEST(entries_come_back)
{
	struct hs_seek_entry entries[3];
	struct hs_seek_table found;
	struct hs_error err;
	uint64_t state = 2;
	for (size_t i = 0; i < 3; i++) {
		struct hs_seek_entry *e = &entries[i];
		memset(e, 0, sizeof *e);
		e->offset = sample_random(&state);
		e->first_ordinal = sample_random(&state);
		e->low = sample_random(&state);
		e->high = sample_random(&state);
		e->file_bytes = (uint32_t)sample_random(&state);
		e->raw_bytes = (uint32_t)sample_random(&state);
		e->kind = (uint32_t)sample_random(&state);
		e->objects = (uint32_t)sample_random(&state);
		e->rows = (uint32_t)sample_random(&state);
		e->references = (uint32_t)sample_random(&state);
		e->crc32 = (uint32_t)sample_random(&state);
	}
	size_t length = make_table(entries, 3);
	ck_assert_int_eq(hs_seek_table_find(table, length, &found, &err), HS_OK);
	ck_assert_uint_eq(found.count, 3);
	ck_assert_uint_eq(found.offset, 0);
	for (uint32_t i = 0; i < 3; i++) {
		struct hs_seek_entry got;
		memset(&got, 0, sizeof got);
		hs_seek_table_entry(&found, i, &got);
		ck_assert_mem_eq(&got, &entries[i], sizeof got);
	}
}
END_TEST

START_TEST(every_byte_of_it_is_checked)
{
	struct hs_seek_table found;
	struct hs_error err;
	size_t length = make_table(&(struct hs_seek_entry){.offset = 20, .kind = 3}, 1);
	for (size_t i = 0; i < length; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			table[i] ^= (uint8_t)(1u << bit);
			ck_assert_int_eq(hs_seek_table_find(table, length, &found, &err),
					 HS_EFORMAT);
			table[i] ^= (uint8_t)(1u << bit);
		}
	}
	for (size_t cut = 0; cut < length; cut++)
		ck_assert_int_eq(hs_seek_table_find(table, cut, &found, &err), HS_EFORMAT);
	ck_assert_int_eq(hs_seek_table_find(table, length, &found, &err), HS_OK);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("seek_table");
	tcase_add_test(tcase, crc32_is_the_one_of_zlib);
	tcase_add_test(tcase, entries_come_back);
	tcase_add_test(tcase, every_byte_of_it_is_checked);
	Suite *suite = suite_create("seek_table");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
