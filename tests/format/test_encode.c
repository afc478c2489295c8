/* Our CBOR heads are libcbor's, byte for byte: around every boundary of width, and for
 * random values. */
#include "format/encode.h"

#include <cbor.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/format/sample_snapshot.h"

struct both {
	uint8_t ours[64], theirs[64];
	struct hs_encoder out;
};

static void start(struct both *both)
{
	both->out = (struct hs_encoder){both->ours, both->ours + sizeof both->ours, false};
}

static void same(const struct both *both, size_t theirs)
{
	size_t ours = (size_t)(both->out.next - both->ours);
	if (both->out.overflow || ours != theirs || memcmp(both->ours, both->theirs, theirs) != 0)
		ck_abort_msg("%zu bytes of ours are not %zu of libcbor's", ours, theirs);
}

static void heads_of(uint64_t value)
{
	struct both both;
	start(&both);
	hs_encode_uint(&both.out, value);
	same(&both, cbor_encode_uint(value, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_bytes_head(&both.out, value);
	same(&both, cbor_encode_bytestring_start(value, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_array(&both.out, value);
	same(&both, cbor_encode_array_start(value, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_map(&both.out, value);
	same(&both, cbor_encode_map_start(value, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_int(&both.out, (int64_t)value);
	same(&both, (int64_t)value < 0 ? cbor_encode_negint(~value, both.theirs, sizeof both.theirs)
				       : cbor_encode_uint(value, both.theirs, sizeof both.theirs));
}

START_TEST(heads_around_every_width)
{
	static const uint64_t widths[] = {0,          23,         24,        UINT8_MAX,
					  UINT16_MAX, UINT32_MAX, INT64_MAX, (uint64_t)1 << 63,
					  UINT64_MAX};
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		heads_of(widths[i] - 1);
		heads_of(widths[i]);
		heads_of(widths[i] + 1);
	}
}
END_TEST

START_TEST(heads_of_random_values)
{
	uint64_t state = 1;
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t value = sample_random(&state);
		heads_of(value >> (i & 63));
	}
}
END_TEST

START_TEST(simple_values_and_reals)
{
	static const double reals[] = {0, -0.0, 1.5, -1e300, 1.6e9, 5e-324};
	struct both both;
	start(&both);
	hs_encode_bool(&both.out, true);
	same(&both, cbor_encode_bool(true, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_bool(&both.out, false);
	same(&both, cbor_encode_bool(false, both.theirs, sizeof both.theirs));
	start(&both);
	hs_encode_null(&both.out);
	same(&both, cbor_encode_null(both.theirs, sizeof both.theirs));
	for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
		start(&both);
		hs_encode_double(&both.out, reals[i]);
		same(&both, cbor_encode_double(reals[i], both.theirs, sizeof both.theirs));
	}
}
END_TEST

START_TEST(texts)
{
	struct both both;
	for (uint32_t length = 0; length < 40; length++) {
		char text[40];
		memset(text, 'x', sizeof text);
		cbor_item_t *item = cbor_build_stringn(text, length);
		start(&both);
		hs_encode_text(&both.out, (struct hs_text){text, length, false});
		same(&both, cbor_serialize(item, both.theirs, sizeof both.theirs));
		cbor_item_t *array = cbor_new_definite_array(1);
		ck_assert(cbor_array_push(array, item));
		start(&both);
		hs_encode_text(&both.out, (struct hs_text){text, length, true});
		same(&both, cbor_serialize(array, both.theirs, sizeof both.theirs));
		cbor_decref(&array);
		cbor_decref(&item);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_said_and_not_written)
{
	for (size_t room = 0; room < 6; room++) {
		uint8_t buffer[6] = {0};
		struct hs_encoder out = {buffer, buffer + room, false};
		hs_encode_key(&out, "abcde");
		ck_assert(out.overflow);
		hs_encode_uint(&out, 1);
		ck_assert(out.next <= buffer + room);
		for (size_t i = room; i < sizeof buffer; i++)
			ck_assert_uint_eq(buffer[i], 0);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("encode");
	tcase_add_test(tcase, heads_around_every_width);
	tcase_add_test(tcase, heads_of_random_values);
	tcase_add_test(tcase, simple_values_and_reals);
	tcase_add_test(tcase, texts);
	tcase_add_test(tcase, what_does_not_fit_is_said_and_not_written);
	Suite *suite = suite_create("encode");
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
