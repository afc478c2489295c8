"""How many references of programs that use the standard library have no label, and
that a dump makes nothing: what is asked is the interpreter, before and after.

At most one in 500 may say nothing at all (with labels="keys": without, keys made at
run time are left out on purpose). One that says its place has a label.
"""
from __future__ import print_function

import array
import collections
import gc
import os
import sys
import unittest

import heapsnap
import matrix
import oracle
import portable
import workloads

LIMIT = 0.002


def resident():
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * 4096


def dicts(objects):
    return sum(type(one) is dict for one in objects)


class Guest(unittest.TestCase):
    def test_a_dump_makes_nothing(self):
        workplace, seen = oracle.Workplace(), array.array("L", [0] * 6)
        self.addCleanup(workplace.close)
        file = workplace.file("again.heapsnap")
        given = workloads.run(["containers", "functions", "generators", "classes"])
        self.addCleanup(given.close)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for _ in range(3):
            heapsnap.dump(file, overwrite=True)
        for moment in (0, 3):
            objects = gc.get_objects()
            seen[moment], seen[moment + 1], seen[moment + 2] = len(objects), dicts(objects), resident()
            del objects
            if moment == 0:
                heapsnap.dump(file, overwrite=True)
        self.assertEqual(seen[0:2], seen[3:5])
        # A sanitizer, preloaded, keeps for a while what was freed.
        self.assertLess(seen[5], seen[2] + ((64 if "LD_PRELOAD" in os.environ else 1) << 20))

    def test_arrays_of_objects_hold_their_items(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        items = [[i] for i in range(5000)]
        filled = numpy.array(items + [None], dtype=object)[:-1].copy()
        view, square = filled[10:20], numpy.array(items[:9] + [0], dtype=object)[:9].reshape(3, 3).copy()
        others = [numpy.zeros(10), numpy.zeros((3, 4), dtype="i2")[::2], numpy.array(["four"]), numpy.array(5),
                  numpy.ma.array([1, 2, 3]), numpy.ma.masked]
        held = [filled, view, square] + others  # a list is tracked; what only locals hold is not in the file
        workplace = oracle.Workplace()
        self.addCleanup(workplace.close)
        file = workplace.file("arrays.heapsnap")
        heapsnap.dump(file, overwrite=True)
        rows = oracle.export(file)
        row = rows[id(filled)]
        edges = dict(zip(row.edges, row.referents))
        for i, one in enumerate(items):
            self.assertEqual(edges["[%d]" % i], id(one))
        self.assertEqual(edges[".dtype"], id(filled.dtype))
        self.assertEqual(row.kinds[row.referents.index(id(items[0]))], "added")
        self.assertEqual(dict(zip(rows[id(view)].edges, rows[id(view)].referents))[".base"], id(filled))
        self.assertNotIn(id(items[10]), rows[id(view)].referents)
        self.assertTrue({id(one) for one in items[:9]} <= set(rows[id(square)].referents))
        for one in held:
            self.assertTrue(rows[id(one)].size_exact, type(one))
            self.assertEqual(rows[id(one)].size, sys.getsizeof(one), type(one))

    def test_sizes_of_numbers_of_numpy(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")

        class Mine(numpy.float64):
            pass

        held = [made(1) for made in (numpy.bool_, numpy.int8, numpy.uint16, numpy.int64, numpy.ulonglong, numpy.float16,
                                     numpy.float64, numpy.longdouble, numpy.complex64, numpy.clongdouble, Mine)]
        held += [numpy.datetime64("2020-01-01"), numpy.timedelta64(5)]
        workplace = oracle.Workplace()
        self.addCleanup(workplace.close)
        file = workplace.file("numbers.heapsnap")
        heapsnap.dump(file)
        rows = oracle.export(file)
        for one in held:
            self.assertTrue(rows[id(one)].size_exact, type(one))
            self.assertEqual(rows[id(one)].size, sys.getsizeof(one), type(one))


ODD_KEYS = {u"lone \ud800": [0], u"\u0436": [1], "\\ud800": [2], "\\xe5": [3], u"it's \udc80": [4]}
if portable.PYTHON2:
    ODD_KEYS["\xe5"], ODD_KEYS["\xe5'\n\\x"] = [5], [6]
    ODD_KEYS[u"\u0436".encode("utf-8")] = [7]


def as_source(text):
    return text.decode("utf-8") if portable.PYTHON2 else text


class Keys(unittest.TestCase):
    """On a heap of its own: one that holds the rows of another snapshot takes long to read."""

    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)

    def test_keys_of_all_common_kinds(self):
        keyed = {"k": [0], 3: [1], -3: [2], (1, "a"): [3], b"b": [4], None: [5], True: [6], 1.5: [7], ("x",): [8],
                 (): [9], 10 ** 300: [10], "it's": [11], 0.1 + 0.2: [12], ((2, None), b"\xff"): [13]}
        file = self.workplace.file("kinds.heapsnap")
        heapsnap.dump(file, labels="keys", overwrite=True)
        row = oracle.export(file)[id(keyed)]
        edges = {target: edge for edge, target in zip(row.edges, row.referents) if edge != " key"}
        for key, value in keyed.items():
            edge = edges[id(value)]
            if key == 10 ** 300:
                self.assertTrue(edge.startswith("[0x") and len(edge) > 60, edge)
                continue
            self.assertEqual(eval(as_source(edge[1:-1])), key)
        self.assertEqual(edges[id(keyed[(1, "a")])], "[(1, 'a')]")
        self.assertEqual(edges[id(keyed[1.5])], "[1.5]")

    def test_keys_that_quotes_do_not_tell(self):
        file = self.workplace.file("quotes.heapsnap")
        heapsnap.dump(file, labels="keys", overwrite=True)
        row = oracle.export(file)[id(ODD_KEYS)]
        edges = {target: edge for edge, target in zip(row.edges, row.referents) if edge != " key"}
        for key, value in ODD_KEYS.items():
            edge = edges[id(value)]
            read = eval(as_source(edge[1:-1]))
            self.assertEqual((type(read), read), (type(key), key), edge)
            said = oracle.answer("show", file, "%s.ODD_KEYS%s" % (__name__, edge))["object"]
            self.assertEqual(int(said["id"], 16), id(value), edge)


class LabelShare(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.given = workloads.run()
        for name, why in sorted(cls.given.left_out.items()):
            print("skipped: %s (%s)" % (name, why))
        gc.collect()
        heapsnap.dump(cls.workplace.file("keys.heapsnap"), labels="keys")
        cls.given.close()
        cls.rows = oracle.export(cls.workplace.file("keys.heapsnap"))

    @classmethod
    def tearDownClass(cls):
        cls.workplace.close()
        oracle.forget(cls)

    def test_nearly_every_reference_has_a_label(self):
        without, total = collections.Counter(), 0
        for row in self.rows.values():
            for edge, kind, target in zip(row.edges, row.kinds, row.referents):
                if kind == "uncounted":
                    continue  # such hold nothing: the dict of interned strs (3.14+)
                total += 1
                if edge == "[*]":
                    without[row.type, self.rows[target].type if target in self.rows else "?"] += 1
        self.assertGreater(total, 100000)
        share = float(sum(without.values())) / total
        matrix.tell("references without a label", "%.2f %%" % (100 * share))
        self.assertLessEqual(share, LIMIT, "%.2f %% of %d: %r" % (100 * share, total, without.most_common(12)))


if __name__ == "__main__":
    unittest.main()
