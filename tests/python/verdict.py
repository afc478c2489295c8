"""A test case that asks the collector and the analyzer for the same thing: which objects
are garbage now.
"""
from __future__ import print_function

import gc
import types
import unittest

import heapsnap
import oracle


def forget_uncollectable():
    """2.7 keeps what it cannot free in gc.garbage: a generator's cycle goes when it is closed."""
    for one in gc.garbage:
        if isinstance(one, types.GeneratorType):
            one.close()
    one = None
    if gc.garbage:
        del gc.garbage[:]
        gc.collect()


class Verdict(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        self.addCleanup(forget_uncollectable)

    def compare(self, name):
        """Dumps, collects, compares. The answer and how many the collector printed."""
        snapshot = self.workplace.file("snapshot")
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

    def check_example(self, group):
        """The example is a cycle: it leads from node to node, and its types are the group's."""
        self.assertGreater(len(group["cycle"]), 0)
        for node in group["cycle"]:
            self.assertIn(node["type"], group["types"])
            self.assertTrue(node["edge"])
