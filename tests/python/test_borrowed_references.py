"""A generator suspended in the middle of an expression may hold on its stack what it
owns no count of (3.14 and later): such a reference is followed and not counted.
Taken for a counted one it would make garbage of what a running frame holds.
"""
import gc
import sys
import unittest

import heapsnap
import oracle

BORROWS = sys.version_info >= (3, 14)


def suspended(held):
    [held, held, (yield held)]


def ready(held):
    one = suspended(held)
    next(one)
    return one


class Borrowed(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)

    def dump(self, **options):
        file = self.workplace.file("borrowed.heapsnap")
        heapsnap.dump(file, overwrite=True, **options)
        return file

    def counts(self, one, target, **options):
        """Kinds of references from one to the other, the target's count, and how often it is owned.
        The rows are let go: they would be most of what the next dump writes."""
        rows = oracle.export(self.dump(**options))
        row = rows[id(one)]
        kinds = sorted(kind for r, kind in zip(row.referents, row.kinds) if r == id(target))
        owned = sum(k in ("traversed", "added") for row in rows.values()
                    for r, k in zip(row.referents, row.kinds) if r == id(target))
        return kinds, rows[id(target)].refcount, owned

    def test_kinds_of_a_generators_references(self):
        target = ["held"]
        one = ready(target)
        followed = gc.get_referents(one if sys.version_info >= (3, 11) else one.gi_frame)
        times = sum(r is target for r in followed)
        self.assertEqual(times, 3)
        for labels in ("names", "keys", False):
            kinds, count, owned = self.counts(one if sys.version_info >= (3, 11) else one.gi_frame, target, labels=labels)
            self.assertEqual(len(kinds), times)
            self.assertLessEqual(owned, count, (labels, kinds))
            self.assertEqual("uncounted" in kinds, BORROWS, (labels, kinds))
            self.assertIn("traversed", kinds)

    def test_what_a_running_frame_holds_is_no_garbage(self):
        held = []
        held.append(ready(held))
        file = self.dump()
        said = oracle.answer("cycles", file, "--ids")["unreachable"]["ids"]
        self.assertNotIn(id(held), [int(one, 16) for one in said])

    def test_the_same_let_go_is_garbage(self):
        held = []
        held.append(ready(held))
        address = id(held)
        del held
        file = self.dump()
        printed = oracle.collected_addresses(self.workplace.file("stderr"))
        said = oracle.answer("cycles", file, "--ids")["unreachable"]["ids"]
        mine = [int(one, 16) for one in said]
        self.assertIn(address, mine)
        self.assertEqual(set(mine), printed)

    def test_arguments_of_a_call_that_waits(self):
        def collects(held, answer):
            return [(held, one, answer) for one in [held]]

        def waits(held):
            collects(held, (yield))

        held = {"own": []}
        held["own"].append(waits(held))
        next(held["own"][0])
        file = self.dump()
        said = oracle.answer("cycles", file, "--ids")["unreachable"]["ids"]
        self.assertEqual([one for one in said if int(one, 16) in (id(held), id(held["own"]))], [])


if __name__ == "__main__":
    unittest.main()
