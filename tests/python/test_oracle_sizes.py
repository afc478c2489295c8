"""Sizes in a snapshot against sys.getsizeof, object by object.

Where a row says size_exact its size is what sys.getsizeof says. It must say so
for all types of the interpreter and the standard library, and for classes in
Python that leave __sizeof__ alone; it must not for those that define their own.
`extra` is what getsizeof forgets: the values of instances, on 3.11 and later.
"""
import collections
import gc
import sys
import unittest
import xml.etree.ElementTree

import heaps
import heapsnap
import oracle

# Whose size is not claimed: the types of _ctypes lay a private structure over those of
# their instances on 3.13.
PRIVATE = set()
if sys.version_info >= (3, 13):
    PRIVATE = {"_ctypes.PyCArrayType", "_ctypes.PyCFuncPtrType", "_ctypes.PyCPointerType", "_ctypes.PyCSimpleType",
               "_ctypes.PyCStructType", "_ctypes.UnionType", "ctypes._endian._swapped_struct_meta",
               "ctypes._endian._swapped_union_meta"}


class Sizes(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.heap = heaps.build(oracle.BULK // 2)
        cls.trees = [xml.etree.ElementTree.fromstring("<a>%s</a>" % ("<b x='1'><c/></b>" * n)) for n in (0, 1, 3, 5, 40)]
        gc.collect()
        gc.disable()
        heapsnap.dump(cls.workplace.file("first.heapsnap"))
        before, after = oracle.Moment(), oracle.Moment()
        before.take()
        cls.result = heapsnap.dump(cls.workplace.file("sizes.heapsnap"))
        after.take()
        cls.objects = {id(one): one for one in gc.get_objects()}
        arrays = {id(before.words), id(after.words)}  # they grow as the oracle speaks
        before, after = before.read(), after.read()
        cls.stable = {one: seen for one, seen in oracle.stable(before, after).items() if before[one][2] == seen[2]}
        untracked = oracle.Untracked(cls.objects, cls.stable).objects
        cls.sizes = {one: sys.getsizeof(untracked[one]) for one in untracked if one not in arrays}
        cls.sizes.update((one, after[one][2]) for one in cls.stable)
        cls.objects.update(untracked)
        cls.rows = oracle.export(cls.workplace.file("sizes.heapsnap"))

    @classmethod
    def tearDownClass(cls):
        gc.enable()
        heaps.release(cls.heap)
        cls.workplace.close()
        oracle.forget(cls)

    def test_what_is_called_exact_is_exact(self):
        wrong = collections.defaultdict(list)
        exact = 0
        for one, size in self.sizes.items():
            row = self.rows[one]
            exact += row.size_exact
            if row.size_exact and row.size != size:
                wrong[row.type].append((hex(one), row.size, size))
        self.assertEqual({name: (len(seen), seen[:3]) for name, seen in wrong.items()}, {})
        self.assertGreater(exact, oracle.BULK * 0.5)

    def test_which_types_are_exact(self):
        inexact = collections.Counter()
        for one in self.sizes:
            cls, row = type(self.objects[one]), self.rows[one]
            if not row.size_exact and not has_own_size(cls):
                inexact[row.type] += 1
                said = cls.__basicsize__ + cls.__itemsize__ * 64 + 64
                self.assertTrue(cls.__basicsize__ <= row.size <= said, row.type)
        self.assertEqual({name: count for name, count in inexact.items() if name not in PRIVATE}, {},
                         "sizes of these types could be exact")

    def test_a_size_that_python_code_answers_is_not_claimed(self):
        mine = [one for one in self.heap["instances"] if type(one) is heaps.SizeInPython]
        for one in mine:
            self.assertFalse(self.rows[id(one)].size_exact)
            self.assertGreaterEqual(self.rows[id(one)].size, type(one).__basicsize__)
            self.assertNotEqual(self.rows[id(one)].size, 12345)

    def test_a_class_of_a_familiar_name(self):
        """The name of a class says nothing of how its objects are laid out."""
        for name in ("Struct", "StgDict", "array.array"):
            cls = type(str(name), (object,), {"__slots__": ("a", "b", "c", "d"), "__sizeof__": object.__sizeof__})
            one = cls()
            one.c = b"x" * 1000000
            kept, file = [one], self.workplace.file("named.heapsnap")
            heapsnap.dump(file, overwrite=True)
            row = oracle.answer("show", file, hex(id(kept[0])))["object"]
            self.assertLess(row["size"], 1000)

    def test_values_of_instances_are_extra(self):
        inline = sys.version_info >= (3, 11)
        for one in self.heap["bulk"]["instances"][:100]:
            extra = self.rows[id(one)].extra
            # Three attributes; keys of a class have room for at most 30.
            self.assertTrue(24 <= extra <= 8 * 34 if inline else extra == 0, extra)

    def test_nothing_else_is_huge(self):
        said = sum(row.size + row.extra for row in self.rows.values())
        with open("/proc/self/statm") as stream:
            resident = int(stream.read().split()[1]) * 4096
        self.assertLess(said, resident)


def has_own_size(cls):
    """Does Python code, or a third party, answer for its size?"""
    for base in cls.__mro__:
        own = type.__dict__["__dict__"].__get__(base).get("__sizeof__")
        if own is not None:
            return type(own) is not type(list.__dict__["__sizeof__"])
    return False


if __name__ == "__main__":
    unittest.main()
