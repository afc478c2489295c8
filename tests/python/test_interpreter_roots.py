"""References that the interpreter's own tables own: what is held by nothing else has
that table as its root.
"""
from __future__ import print_function

import signal
import subprocess
import sys
import unittest

import heapsnap
import oracle
import portable


class InterpreterRoots(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.file = self.workplace.file("roots.heapsnap")

    def root(self, address):
        target = oracle.answer("chain", self.file, hex(address))["targets"][0]
        return (target["root"] or {"kind": None})["kind"], target["text"]

    def plant_handler(self):
        def handler(number, frame):
            return kept
        kept = [handler]
        self.addCleanup(signal.signal, signal.SIGUSR2, signal.signal(signal.SIGUSR2, handler))
        return id(handler)

    def test_a_signal_handler(self):
        address = self.plant_handler()
        heapsnap.dump(self.file)
        self.assertEqual(self.root(address), ("interpreter", "interpreter signal handlers"))
        said = oracle.answer("show", self.file, hex(address))["object"]
        self.assertEqual(said["refcount"], said["known_references"])

    def test_classes_of_a_program_in_the_syntax_tree(self):
        """A type's address stands in the cache that its look-up filled; that owns no value."""
        program = (
            "import ast, gc\n"
            "class Visited(object): pass\n"
            "made = [type('N%d' % i, (ast.AST,), {}) for i in range(60)]\n"
            "for one in made: setattr(Visited, one.__name__, one)\n"
            "for one in made: getattr(Visited, one.__name__)\n"
            "import heapsnap, sys\n"
            "heapsnap.dump(sys.argv[1], overwrite=True)\n"
            "print(' '.join(hex(id(one)).rstrip('L') for one in made))\n"
            "sys.stdout.flush()\n"
            "del Visited, made, one\n"
            "gc.collect()\n"
            "kept = [bytearray(b'\\x01' * size) for size in range(16, 2000, 8) for _ in range(20)]\n"
            "heapsnap.dump(sys.argv[1] + '.2', overwrite=True)\n")
        said = subprocess.check_output([sys.executable, "-c", program, self.file]).decode().split()
        rows = oracle.export(self.file)
        surplus = []
        for address in said:
            row = oracle.answer("show", self.file, address)["object"]
            if row["known_references"] > row["refcount"]:
                surplus.append((address, row["known_references"], row["refcount"]))
        self.assertEqual(len(said), 60)
        self.assertTrue(set(int(one, 16) for one in said) <= set(rows))
        self.assertEqual(surplus, [])

    def test_names_that_were_looked_up(self):
        class Asked(object):
            pass
        one = Asked()
        names = [portable.intern("looked_up_%d_times" % i) for i in range(12)]
        for name in names:
            hasattr(one, name)
        heapsnap.dump(self.file)
        said = [oracle.answer("show", self.file, hex(id(name)))["object"] for name in names]
        if all(row["immortal"] for row in said):
            self.skipTest("every interned name is immortal")
        # The list's and the cache's reference; some have lost their place in the cache.
        known = [row["known_references"] for row in said]
        self.assertEqual(known, [row["refcount"] for row in said])
        self.assertGreaterEqual(known.count(2), len(known) // 2)


if __name__ == "__main__":
    unittest.main()
