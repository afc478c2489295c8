"""The agent compares what it believes of the interpreter's layout with the interpreter, and
does not load where they differ. From 3.13 on the interpreter says itself where things
stand: here it is made to say something else, in processes of their own.
"""
from __future__ import print_function

import subprocess
import sys
import unittest

import portable

SAYS = sys.version_info >= (3, 13)
# Words of the table at _PyRuntime: {field: its number}, by minor version.
COMMON = {"cookie": 0, "version": 1, "free_threaded": 2}
WORDS = {
    (3, 13): {"thread.current_frame": 23, "frame.localsplus": 32, "gc.collecting": 72},
    (3, 14): {"thread.current_frame": 26, "frame.localsplus": 35, "frame.stackpointer": 37},
    (3, 15): {"thread.current_frame": 26, "frame.localsplus": 43, "frame.stackpointer": 45},
}
LIE = """
import ctypes, sys
table = (ctypes.c_uint64 * 128).in_dll(ctypes.pythonapi, "_PyRuntime")
table[int(sys.argv[1])] += int(sys.argv[2])
import heapsnap
print("loaded")
"""


class Layout(unittest.TestCase):
    def import_after(self, source, *arguments):
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", source] + [str(one) for one in arguments],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, complaint = process.communicate()
        return process.returncode, output.decode().strip(), complaint.decode().strip().splitlines()[-1:]

    @unittest.skipUnless(SAYS, "before 3.13 the interpreter does not say where things stand")
    @unittest.skipIf(portable.library("ctypes") is None, "no ctypes here")
    def test_what_the_interpreter_says_is_believed(self):
        self.assertEqual(self.import_after(LIE, 2, 0), (0, "loaded", []))
        words = dict(COMMON, **WORDS[sys.version_info[:2]])
        for field, word in sorted(words.items()):
            with self.subTest(field=field):
                status, output, complaint = self.import_after(LIE, word, 8)
                self.assertEqual((status, output), (1, ""))
                expected = "the collector's flag is not as expected" if field == "gc.collecting" else "%s differs" % field
                self.assertIn(expected, complaint[0])
                self.assertIn("ImportError: heapsnap: ", complaint[0])

    def test_what_programs_replace_is_no_difference(self):
        """Functions of the standard library that the comparison calls, wrapped or gone."""
        for line in ("os.walk = lambda *all, **named: iter(all)", "del os.walk", "os.walk = None",
                     "walk = os.walk\ndef wrapped(*all, **named):\n    yield walk\nos.walk = wrapped",
                     "def walk(top, *rest):\n    def inner():\n        return top\n    yield inner\nos.walk = walk",
                     "import _frozen_importlib as lib\nclass Odd(lib.ModuleSpec):\n    name = property("
                     "lambda self: self.called, lambda self, name: self.__dict__.update(called=name))\n"
                     "lib.ModuleSpec = Odd"):
            if portable.PYTHON2 and "_frozen_importlib" in line:
                continue
            with self.subTest(line=line):
                source = "import os, sys\n%s\nimport heapsnap._agent\nprint('loaded')\n" % line
                self.assertEqual(self.import_after(source), (0, "loaded", []))


if __name__ == "__main__":
    unittest.main()
