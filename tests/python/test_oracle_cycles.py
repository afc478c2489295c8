"""`heapsnap cycles` against the collector: its unreachable.ids are exactly the
addresses that gc.collect() prints under DEBUG_COLLECTABLE and
DEBUG_UNCOLLECTABLE right after the dump, in heaps of many kinds. Each kind alone is
test_cycle_kinds.py's, from inside other code test_cycle_contexts.py's.
"""
import gc
import sys
import unittest

import garbage
import heaps
import oracle
import portable
import verdict


class Cycles(verdict.Verdict):
    def test_nothing_is_garbage_in_a_heap_that_lives(self):
        heap = heaps.build(2000)
        self.addCleanup(heaps.release, heap)
        gc.collect()
        _, count = self.compare("living")
        self.assertEqual(count, 0)

    def test_all_kinds_among_hundreds_of_thousands_of_objects(self):
        heap = heaps.build(oracle.BULK // 2)
        self.addCleanup(heaps.release, heap)
        gc.collect()
        self.assertGreaterEqual(len(garbage.GARBAGE), 30)
        for make in garbage.GARBAGE.values():
            make()
        garbage.many(oracle.BULK // 20)
        said, count = self.compare("all")
        allowed = {"yes", "uncollectable"} if portable.PYTHON2 else {"yes"}
        self.assertEqual({str(group["collect"]) for group in said["groups"]} - allowed, set())
        for group in said["groups"]:
            self.check_example(group)
        self.assertGreater(count, oracle.BULK // 20 * 5)
        self.assertGreaterEqual(said["unreachable"]["objects"], count)

    def test_equal_cycles_are_one_group(self):
        for _ in range(500):
            garbage.GARBAGE["instances_both_ways"]()
        said, _ = self.compare("equal")
        self.assertEqual(said["groups"][0]["count"], 500)
        self.assertEqual(said["groups"][0]["types"].get("heaps.Plain"), 1000)
        steps = [("heaps.Plain", ".link")]
        if sys.version_info < (3, 11):  # an instance's values are in a dict, an object of its own
            steps = [("heaps.Plain", ".__dict__"), ("dict", "['link']")]
        self.assertEqual([(node["type"], node["edge"]) for node in said["groups"][0]["cycle"]], steps * 2)

    def test_finalizers_are_named(self):
        garbage.GARBAGE["a_finalizer"]()
        said, _ = self.compare("finalizer")
        self.assertEqual([group["finalizer"] for group in said["groups"]], [True])
        garbage.GARBAGE["a_list_in_itself"]()
        said, _ = self.compare("none")
        self.assertEqual([group["finalizer"] for group in said["groups"]], [False])

    @unittest.skipUnless(portable.HAS_FREEZE, "no gc.freeze in this version")
    def test_frozen_garbage_is_not_reported(self):
        garbage.GARBAGE["lists_in_a_ring"]()
        gc.freeze()
        try:
            _, count = self.compare("frozen")
            self.assertEqual(count, 0)
        finally:
            gc.unfreeze()
        _, count = self.compare("unfrozen")
        self.assertGreaterEqual(count, 10)


if __name__ == "__main__":
    unittest.main()
