/* Paths as text: what is printed is parsed back; near names are near. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/commands/chain_text.h"
#include "analyzer/commands/edge_text.h"
#include "analyzer/commands/nearest_names.h"
#include "analyzer/commands/path_steps.h"

START_TEST(a_path_is_taken_apart)
{
	struct path_steps s;
	ck_assert(path_steps_parse(&s, "._cache['k'][\"it's\"][3][*]{*}(.next)* key local x +0x28 "
				       "member +tp_cache[3] +root"));
	static const enum path_step_kind kinds[] = {
		STEP_ATTR,   STEP_ITEM,  STEP_ITEM,  STEP_INDEX, STEP_ANY,
		STEP_MEMBER, STEP_ATTR,  STEP_KEY,   STEP_LOCAL, STEP_OFFSET,
		STEP_MEMBER, STEP_FIELD, STEP_INDEX, STEP_FIELD,
	};
	ck_assert_uint_eq(s.count, sizeof kinds / sizeof kinds[0]);
	for (size_t i = 0; i < s.count; i++) {
		ck_assert_int_eq(s.steps[i].kind, kinds[i]);
		ck_assert_int_eq(s.steps[i].repeats, i == 6);
	}
	ck_assert_str_eq(s.steps[0].text, "_cache");
	ck_assert_str_eq(s.steps[2].text, "it's");
	ck_assert_uint_eq(s.steps[3].number, 3);
	ck_assert_str_eq(s.steps[8].text, "x");
	ck_assert_uint_eq(s.steps[9].number, 0x28);
	ck_assert_str_eq(s.steps[11].text, "tp_cache");
	ck_assert_str_eq(s.steps[13].text, "root");
	path_steps_release(&s);
}
END_TEST

START_TEST(what_is_no_path_is_refused)
{
	static const char *const wrong[] = {
		"app",  "[",   "['k'",   "['k]", "[k]", "[3",   ".",       "..a",    "(.a)",
		"(.a*", ".a)", " keys?", " +0x", " +",  " +.a", " local ", "['k']x", "{}",
	};
	struct path_steps s;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!path_steps_parse(&s, wrong[i]), "%s", wrong[i]);
	ck_assert(path_steps_parse(&s, ""));
	ck_assert_uint_eq(s.count, 0);
	path_steps_release(&s);
}
END_TEST

/* Any bytes but NUL are a key that comes back. */
START_TEST(printed_keys_come_back)
{
	uint64_t state = 7;
	for (int round = 0; round < 5000; round++) {
		char key[12];
		size_t size = 0;
		static const char letters[] = "a'\"\\\n\x01]x\x7f\xc3\xa9 ";
		for (; size < sizeof key - 1 && state % 13 != 0; size++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			key[size] = letters[(state >> 33) % (sizeof letters - 1)];
		}
		key[size] = '\0';
		state = state * 6364136223846793005u + 1442695040888963407u;
		struct sink text;
		struct path_steps s;
		sink_init(&text, SINK_IN_MEMORY);
		edge_append(&text, HS_LABEL_VALUE, key, size, 0);
		ck_assert_msg(path_steps_parse(&s, sink_string(&text)), "%s", sink_string(&text));
		ck_assert_uint_eq(s.count, 1);
		ck_assert_int_eq(s.steps[0].kind, STEP_ITEM);
		ck_assert_uint_eq(s.steps[0].size, size);
		ck_assert_mem_eq(s.steps[0].text, key, size);
		path_steps_release(&s);
		sink_release(&text);
	}
}
END_TEST

START_TEST(namespaces_are_hidden_before_names)
{
	static const struct chain_step steps[] = {
		{HS_LABEL_ATTR, "__dict__", 0, false, false, false},
		{HS_LABEL_VALUE, "cache", 0, false, false, false},
		{HS_LABEL_ITEM, "k", 0, false, false, false},
		{HS_LABEL_INDEX, NULL, 3, false, false, false},
		{HS_LABEL_ATTR, "__dict__", 0, false, false, false},
		{HS_LABEL_VALUE, "no name", 0, false, false, false},
		{HS_LABEL_ATTR, "__dict__", 0, false, false, false},
		{HS_LABEL_KEY, NULL, 0, false, false, false},
		{HS_LABEL_VALUE, NULL, 0, false, false, false},
		{HS_LABEL_ATTR, "__dict__", 0, false, false, false},
	};
	size_t count = sizeof steps / sizeof steps[0];
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	for (size_t i = 0; i < count; i++)
		if (!chain_step_is_hidden(steps, count, i))
			chain_step_append(&text, steps, i);
	ck_assert_str_eq(sink_string(&text), ".cache['k'][3].__dict__['no name'].__dict__ key[*]"
					     ".__dict__");
	sink_release(&text);
}
END_TEST

/* A class's own __doc__ is not what C.__doc__ says; its __module__ is. */
START_TEST(what_is_shadowed_keeps_its_namespace)
{
	static const struct {
		const char *name, *of_object, *of_class;
	} cases[] = {
		{"__doc__", ".__doc__", ".__dict__['__doc__']"},
		{"__name__", ".__name__", ".__dict__['__name__']"},
		{"__class__", ".__dict__['__class__']", ".__dict__['__class__']"},
		{"__dict__", ".__dict__['__dict__']", ".__dict__['__dict__']"},
		{"__module__", ".__module__", ".__module__"},
		{"we ird", ".__dict__['we ird']", ".__dict__['we ird']"},
	};
	for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
		bool of_class = i % 2 == 1;
		const struct chain_step steps[] = {
			{HS_LABEL_ATTR, "__dict__", 0, false, of_class, false},
			{HS_LABEL_VALUE, cases[i / 2].name, 0, false, false, false},
		};
		struct sink text;
		sink_init(&text, SINK_IN_MEMORY);
		for (size_t k = 0; k < 2; k++)
			if (!chain_step_is_hidden(steps, 2, k))
				chain_step_append(&text, steps, k);
		ck_assert_str_eq(sink_string(&text),
				 of_class ? cases[i / 2].of_class : cases[i / 2].of_object);
		sink_release(&text);
	}
}
END_TEST

/* C.f is the function of a staticmethod f; an instance's own f is the object. */
START_TEST(what_a_class_binds_keeps_its_namespace)
{
	for (int of_class = 0; of_class < 2; of_class++) {
		const struct chain_step steps[] = {
			{HS_LABEL_ATTR, "__dict__", 0, false, of_class, false},
			{HS_LABEL_VALUE, "f", 0, false, false, true},
			{HS_LABEL_ATTR, "__func__", 0, false, false, false},
		};
		struct sink text;
		sink_init(&text, SINK_IN_MEMORY);
		for (size_t k = 0; k < 3; k++)
			if (!chain_step_is_hidden(steps, 3, k))
				chain_step_append(&text, steps, k);
		ck_assert_str_eq(sink_string(&text),
				 of_class ? ".__dict__['f'].__func__" : ".f.__func__");
		sink_release(&text);
	}
}
END_TEST

START_TEST(an_attribute_that_is_no_identifier_is_one_step)
{
	const struct chain_step step = {HS_LABEL_ATTR, "we ird", 0, false, false, false};
	struct path_steps s;
	struct sink text;
	sink_init(&text, SINK_IN_MEMORY);
	chain_step_append(&text, &step, 0);
	ck_assert_str_eq(sink_string(&text), ".__dict__['we ird']");
	ck_assert(path_steps_parse(&s, sink_string(&text)));
	ck_assert_uint_eq(s.count, 1);
	ck_assert_int_eq(s.steps[0].kind, STEP_ATTR);
	ck_assert_str_eq(s.steps[0].text, "we ird");
	path_steps_release(&s);
	ck_assert(path_steps_parse(&s, ".__dict__['plain']"));
	ck_assert_uint_eq(s.count, 2);
	path_steps_release(&s);
	sink_release(&text);
}
END_TEST

static void offer_all(struct nearest_names *names, const char *const *candidates)
{
	for (; *candidates != NULL; candidates++)
		nearest_names_offer(names, *candidates, "a name");
}

START_TEST(near_names_are_found)
{
	static const char *const candidates[] = {
		"tidewire.retry",
		"tidewire.retry.RetryPolicy",
		"tidewire",
		"os.path",
		"tidewire.errors",
		"json",
		NULL,
	};
	struct nearest_names names;
	nearest_names_init(&names, "tidewire.Retry");
	offer_all(&names, candidates);
	ck_assert_uint_eq(names.count, 2);
	ck_assert_str_eq(names.best[0].name, "tidewire.retry");
	ck_assert_str_eq(names.best[1].name, "tidewire.retry.RetryPolicy");
	offer_all(&names, candidates);
	ck_assert_uint_eq(names.count, 2);
	nearest_names_release(&names);
}
END_TEST

START_TEST(only_the_nearest_are_kept)
{
	static const char *const candidates[] = {
		"sessionXX", "sessionX", "sessions", "Session",
		"session1",  "session2", "sessio",   NULL,
	};
	struct nearest_names names;
	nearest_names_init(&names, "session");
	offer_all(&names, candidates);
	ck_assert_uint_eq(names.count, NEAREST_MAX);
	ck_assert_str_eq(names.best[0].name, "Session");
	for (size_t i = 1; i < names.count; i++)
		ck_assert_str_ne(names.best[i].name, "sessionXX");
	nearest_names_release(&names);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("paths");
	TCase *all = tcase_create("all");
	tcase_add_test(all, a_path_is_taken_apart);
	tcase_add_test(all, what_is_no_path_is_refused);
	tcase_add_test(all, printed_keys_come_back);
	tcase_add_test(all, namespaces_are_hidden_before_names);
	tcase_add_test(all, what_is_shadowed_keeps_its_namespace);
	tcase_add_test(all, what_a_class_binds_keeps_its_namespace);
	tcase_add_test(all, an_attribute_that_is_no_identifier_is_one_step);
	tcase_add_test(all, near_names_are_found);
	tcase_add_test(all, only_the_nearest_are_kept);
	suite_add_tcase(suite, all);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
