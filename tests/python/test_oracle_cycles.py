"""`heapsnap cycles` against the collector: its unreachable.ids are exactly the
addresses that gc.collect() prints under DEBUG_COLLECTABLE and
DEBUG_UNCOLLECTABLE right after the dump, for each kind of cycle alone and for
all of them in one heap.
"""
import gc
import sys
import unittest

import garbage
import heaps
import heapsnap
import oracle
import portable


class Cycles(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)

    def compare(self, name):
        """Dumps, collects, compares. The answer and how many the collector printed."""
        snapshot = self.workplace.file(name + ".heapsnap")
        heapsnap.dump(snapshot, overwrite=True)
        printed = oracle.collected_addresses(self.workplace.file("stderr"))
        said = oracle.answer("cycles", snapshot, "--ids")
        mine = {int(one, 16) for one in said["unreachable"]["ids"]}
        if mine != printed:
            rows = oracle.export(snapshot)
            self.fail("%s: the collector alone: %s; the analyzer alone: %s" % tuple(
                [name] + [["%#x %s" % (one, rows[one].type if one in rows else "not in the file")
                           for one in sorted(some)[:8]] for some in (printed - mine, mine - printed)]))
        self.assertEqual(said["unreachable"]["tracked_objects"], len(printed))
        return said, len(printed)

    def test_each_kind_alone(self):
        self.compare("nothing")
        self.assertGreaterEqual(len(garbage.GARBAGE), 30)
        for name, make in garbage.GARBAGE.items():
            with self.subTest(name):
                make()
                said, count = self.compare(name)
                self.assertGreater(count, 0, name)
                self.assertEqual({group["collect"] for group in said["groups"]} - {"yes"}, set())
                for group in said["groups"]:
                    self.check_example(group)
                gc.collect()

    def check_example(self, group):
        """The example is a cycle: it leads from node to node, and its types are the group's."""
        self.assertGreater(len(group["cycle"]), 0)
        for node in group["cycle"]:
            self.assertIn(node["type"], group["types"])
            self.assertTrue(node["edge"])

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
        for make in garbage.GARBAGE.values():
            make()
        garbage.many(oracle.BULK // 20)
        said, count = self.compare("all")
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

    def test_from_inside_frames_that_run(self):
        def generator():
            held = []
            held.append(held)
            yield self.compare("in a generator")[1]
            held = None
            yield self.compare("in a generator, let go")[1]

        self.assertEqual(list(generator()), [0, 1])
        try:
            raise ValueError([1])
        except ValueError as error:
            error.me = error
            self.assertEqual(self.compare("in except")[1], 0)


if __name__ == "__main__":
    unittest.main()
