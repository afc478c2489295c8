"""`heapsnap growth`: two dumps one after the other show no growth at all, and
growth that is made on purpose is shown in exactly its number, under the path
that holds it.
"""
import gc
import sys
import unittest
import warnings

import heaps
import heapsnap
import oracle

KEPT = []
TABLE = {}


class Listeners(object):
    def __init__(self):
        self.listeners = []


EVENTS = Listeners()


def empty_cache():
    """Lets go of names that the cache of attribute look-ups alone still holds: they would end
    between two dumps, when other look-ups take their places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        getattr(sys, "_clear_internal_caches", lambda: None)()
        getattr(sys, "_clear_type_cache", lambda: None)()


class Growth(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.files = [self.workplace.file("%d.heapsnap" % i) for i in range(6)]
        self.heap = heaps.build(oracle.BULK // 20)
        self.addCleanup(heaps.release, self.heap)
        empty_cache()
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)

    def grown(self, old, new):
        return oracle.answer("growth", old, new)

    def test_dumps_one_after_the_other_show_nothing(self):
        for file in self.files:
            heapsnap.dump(file)
        for old, new in zip(self.files, self.files[1:]):
            self.assert_nothing_grew(old, new)

    def assert_nothing_grew(self, old, new):
        said = self.grown(old, new)
        self.assertEqual((said["types"], said["holders"]), ([], []))
        self.assertTrue(said["same_process"])
        self.assertEqual(said["unreachable"]["old_objects"], said["unreachable"]["new_objects"])

    def test_growth_on_purpose_is_counted_exactly(self):
        del KEPT[:]
        TABLE.clear()
        heapsnap.dump(self.files[0])
        heapsnap.dump(self.files[1])
        KEPT.extend(heaps.Slots([i], None) for i in range(1000))
        for i in range(300):
            TABLE["key %d" % i] = heaps.Plain(i)
        for i in range(50):
            EVENTS.listeners.append(lambda: i)
        heapsnap.dump(self.files[2])
        said = self.grown(self.files[1], self.files[2])
        by_type = {row["type"]: row for row in said["types"]}
        self.assertEqual(by_type["heaps.Slots"]["count_delta"], 1000)
        self.assertEqual(by_type["heaps.Plain"]["count_delta"], 300)
        self.assertEqual(by_type["function"]["count_delta"], 50)
        by_path = {(row["path"], row["type"]): row for row in said["holders"]}
        name = __name__
        for path, kind, number in ((name + ".KEPT[*]", "heaps.Slots", 1000), (name + ".TABLE[*]", "heaps.Plain", 300),
                                   (name + ".EVENTS.listeners[*]", "function", 50)):
            row = by_path.get((path, kind))
            self.assertIsNotNone(row, "%s not among %s" % (path, sorted(by_path)[:20]))
            self.assertEqual(row["count_delta"], number)
            self.assertEqual(row["new_count"] - row["old_count"], number)
            self.assertGreaterEqual(row["total_count_delta"], number)
        self.assertEqual(by_type["heaps.Slots"]["bytes_delta"] % 1000, 0)
        # A tuple is a closure; of the ints the small ones were there.
        wanted = {"heaps.Slots": 1000, "heaps.Plain": 300, "list": 1300, "str": 300, "function": 50, "tuple": 50}
        if sys.version_info < (3, 11):
            wanted["dict"] = 300  # of the instances
        self.assertEqual({row["type"]: row["count_delta"] for row in said["types"]
                          if row["count_delta"] and row["type"] != "int"}, wanted)
        back = self.grown(self.files[2], self.files[1])
        self.assertEqual({row["type"]: -row["count_delta"] for row in back["types"]},
                         {row["type"]: row["count_delta"] for row in said["types"]})

    def test_garbage_counts_apart(self):
        import garbage
        heapsnap.dump(self.files[0])
        heapsnap.dump(self.files[1])
        for _ in range(100):
            garbage.GARBAGE["instances_both_ways"]()
        heapsnap.dump(self.files[2])
        said = self.grown(self.files[1], self.files[2])
        self.assertNotIn("heaps.Plain", [row["type"] for row in said["types"]])
        delta = said["unreachable"]["new_objects"] - said["unreachable"]["old_objects"]
        self.assertGreaterEqual(delta, 400)  # two instances and their two lists a cycle


if __name__ == "__main__":
    unittest.main()
