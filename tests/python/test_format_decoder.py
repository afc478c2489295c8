"""An independent decoder, spec_reader.py, written from docs/format.md alone on
top of cbor2 and `zstd -dc`, gets from a snapshot what the analyzer gets, object
by object: types, sizes, references with their kinds, and what the interpreter
says of its own. Needs cbor2, so only Debian's own python3 runs it.
"""
import collections
import gc
import sys
import unittest

try:
    import cbor2
except ImportError:
    cbor2 = None
if cbor2:
    import spec_reader
import heaps
import heapsnap
import oracle


@unittest.skipUnless(cbor2, "cbor2 is missing here (Debian: python3-cbor2, for its own python3)")
class Decoder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.heap = heaps.build(oracle.BULK // 4)
        cls.large = {i: [i] for i in range(20000)}  # more references than a row holds
        cls.file = cls.workplace.file("decoded.heapsnap")
        gc.collect()
        gc.disable()
        heapsnap.dump(cls.workplace.file("first.heapsnap"))
        before, after = oracle.Moment(), oracle.Moment()
        before.take()
        cls.result = heapsnap.dump(cls.file)
        after.take()
        cls.stable = oracle.stable(before.read(), after.read())
        cls.decoded = spec_reader.read(cls.file)
        cls.rows = oracle.export(cls.file)

    @classmethod
    def tearDownClass(cls):
        gc.enable()
        heaps.release(cls.heap)
        cls.workplace.close()
        oracle.forget(cls)

    def test_the_same_objects(self):
        self.assertEqual(set(self.decoded), set(self.rows))
        self.assertEqual(len(self.decoded), self.result.objects)

    def test_the_same_types_sizes_and_flags(self):
        wrong = [(one, mine, self.rows[one].type) for one, mine in self.decoded.items()
                 if (mine.type, mine.size, mine.extra, mine.refcount, mine.tracked, mine.frozen, mine.size_exact) !=
                 tuple(getattr(self.rows[one], name) for name in
                       ("type", "size", "extra", "refcount", "tracked", "frozen", "size_exact"))]
        self.assertEqual(wrong[:5], [])

    def test_the_same_references(self):
        wrong = []
        for one, mine in self.decoded.items():
            row = self.rows[one]
            if collections.Counter(mine.references) != collections.Counter(zip(row.referents, row.kinds)):
                wrong.append((hex(one), row.type, mine.references[:5], list(zip(row.referents, row.kinds))[:5]))
        self.assertEqual(wrong[:5], [])

    def test_the_references_of_gc(self):
        wrong = []
        for one, (_, _, _, referents) in self.stable.items():
            mine = [r for r, kind in self.decoded[one].references if kind in ("traversed", "uncounted")]
            if sorted(mine) != sorted(referents):
                wrong.append((hex(one), self.decoded[one].type))
        self.assertEqual(wrong[:5], [])
        self.assertEqual(sum(kind == "traversed" for _, kind in self.decoded[id(self.large)].references), 40000)

    def test_what_the_end_says(self):
        header, end = spec_reader.ends(self.file)
        self.assertEqual(header["python_version"], sys.version.split()[0])
        self.assertEqual(end["tracked_objects"] + end["untracked_objects"], len(self.decoded))


if __name__ == "__main__":
    unittest.main()
