"""A process with several interpreters: the one that calls is captured, and the file says
that there are others. Up to 3.8 all share one collector: then it has the others' objects too.
"""
from __future__ import print_function

import gc
import json
import os
import sys
import threading
import unittest

import heapsnap
import oracle
import portable

OWN_COLLECTOR = sys.version_info >= (3, 9)
MODULE = portable.library("_interpreters") or portable.library("_xxsubinterpreters")
# Up to 3.7; 2.7's cannot.
RUN = None if MODULE else getattr(portable.library("_testcapi"), "run_in_subinterp", None)
# What dumps its interpreter, with an object and a cycle of its own, and what it says itself.
INSIDE = """
import gc, json, sys
sys.path[:] = %(path)r
import heapsnap
class InOther(object):
    pass
kept = [InOther()]
gc.collect()
gc.disable()
one, two = InOther(), InOther()
one.other, two.other = two, one
del one, two
heapsnap.dump(%(file)r, labels="keys")
collected = gc.collect()
with open(%(answer)r, "w") as stream:
    json.dump({"tracked": len(gc.get_objects()), "collected": collected}, stream)
%(after)s
"""


class InMain(object):
    pass


def kinds():
    """How other interpreters can be made here: {name: function without arguments}."""
    if MODULE is None:
        return {}
    if sys.version_info >= (3, 13):
        return {"isolated": lambda: MODULE.create("isolated"), "legacy": lambda: MODULE.create("legacy")}
    if sys.version_info >= (3, 9):
        return {"isolated": lambda: MODULE.create(isolated=True), "legacy": lambda: MODULE.create(isolated=False)}
    return {"plain": MODULE.create}


def run(interpreter, source):
    """Runs a source in another interpreter; what it raises is an error here."""
    if sys.version_info >= (3, 13):
        failure = getattr(MODULE, "exec")(interpreter, source)
        if failure is not None:
            raise AssertionError(failure.formatted)
    else:
        MODULE.run_string(interpreter, source)


@unittest.skipUnless(MODULE or RUN, "nothing here makes another interpreter")
class Subinterpreters(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.file = self.workplace.file("one.heapsnap")
        self.said = self.workplace.file("answer.json")

    def inside(self, after=""):
        return INSIDE % {"path": sys.path, "file": self.file, "answer": self.said, "after": after}

    def count(self, name):
        return sum(row["count"] for row in oracle.answer("types", self.file)["types"] if row["type"] == name)

    def check_others(self):
        info = oracle.answer("info", self.file)
        self.assertEqual(info["process"]["interpreters"], 2)
        notes = [note for note in info["capture"]["notes"] if "interpreters" in note]
        self.assertEqual(notes, ["the process has other interpreters: " + (
            "they are not in this file" if OWN_COLLECTOR else
            "their objects are in this file, their modules and threads are not")])
        printed = portable.output_of([oracle.HEAPSNAP, "info", self.file]).decode()
        self.assertIn(notes[0], " ".join(printed.split()))
        return info

    def check_inside(self):
        info = self.check_others()
        with open(self.said) as stream:
            said = json.load(stream)
        # Held by the other's module; its cycle is garbage.
        self.assertEqual(self.count("__main__.InOther"), 3)
        chains = oracle.answer("chain", self.file, "__main__.InOther")["targets"]
        held = [one for one in chains if one["root"] is not None]
        self.assertEqual([(one["text"], one["root"]["kind"]) for one in held], [("__main__.kept[0]", "module")])
        cycles = oracle.answer("cycles", self.file)
        self.assertEqual(cycles["unreachable"]["tracked_objects"], said["collected"])
        self.assertEqual(len([group for group in cycles["groups"] if "__main__.InOther" in group["types"]]), 1)
        # After gc.collect(): what was garbage and the dump's Result are the difference.
        self.assertLess(abs(info["objects"]["tracked"] - said["collected"] - said["tracked"]), 100)
        self.assertEqual(self.count(__name__ + ".InMain"), 0 if OWN_COLLECTOR else len(self.mine))

    def check_alone(self):
        heapsnap.dump(self.file, overwrite=True)
        info = oracle.answer("info", self.file)
        self.assertEqual(info["process"]["interpreters"], 1)
        self.assertEqual([note for note in info["capture"]["notes"] if "interpreters" in note], [])
        self.assertEqual(self.count(__name__ + ".InMain"), len(self.mine))

    def in_a_thread(self):
        """Up to 3.7 another interpreter lives as long as what it was made to run."""
        os.unlink(self.file)
        ready, end = os.pipe(), os.pipe()
        outcomes = []
        source = self.inside("import os\nos.write(%d, b'r')\nos.read(%d, 1)\n" % (ready[1], end[0]))

        def other():
            try:
                outcomes.append(RUN(source))
            finally:
                os.write(ready[1], b"x")

        thread = threading.Thread(target=other)
        thread.start()
        try:
            self.assertEqual(os.read(ready[0], 1), b"r")
            self.check_inside()
            heapsnap.dump(self.file, overwrite=True)
            self.check_others()
            self.assertEqual(self.count("__main__.InOther"), 1)
        finally:
            os.write(end[1], b"e")
            thread.join()
            for one in ready + end:
                os.close(one)
        self.assertEqual(outcomes, [0])
        self.check_alone()

    def test_called_inside_another_and_beside_it(self):
        self.mine = [InMain(), InMain()]
        gc.collect()
        self.check_alone()
        if MODULE is None:
            self.in_a_thread()
        for name, make in sorted(kinds().items()):
            with self.subTest(kind=name):
                os.unlink(self.file)
                interpreter = make()
                try:
                    run(interpreter, self.inside())
                    self.check_inside()
                    heapsnap.dump(self.file, overwrite=True)
                    self.check_others()
                    self.assertEqual(self.count(__name__ + ".InMain"), len(self.mine))
                    self.assertEqual(self.count("__main__.InOther"), 0 if OWN_COLLECTOR else 1)
                finally:
                    MODULE.destroy(interpreter)
                self.check_alone()


if __name__ == "__main__":
    unittest.main()
