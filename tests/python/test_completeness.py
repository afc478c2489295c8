"""`heapsnap info --complete`: how much of the reference counts the snapshot explains,
in a bare interpreter and in one that uses much of the standard library.
"""
import os
import subprocess
import sys
import unittest

import heapsnap
import matrix
import oracle

WORKLOAD = """
import ctypes, decimal, email, json, logging, sqlite3, sys, unittest
import xml.etree.ElementTree
if sys.version_info >= (3,):
    import asyncio, concurrent.futures, http.server
    pool = concurrent.futures.ThreadPoolExecutor(2)
    list(pool.map(str, range(20)))
else:
    import BaseHTTPServer, multiprocessing.pool, urllib2
    multiprocessing.pool.ThreadPool(2).map(str, range(20))
kept = [json.loads('{"a": [1, 2, {"b": null}]}'), decimal.Decimal("1.5"), email.message_from_string("a: b"),
        xml.etree.ElementTree.fromstring("<a><b c='d'/></a>"), ctypes.c_int(3), sqlite3.connect(":memory:"),
        [str(i) * 3 for i in range(1000)], logging.getLogger("x")]
"""
LIBRARY = """
import atexit, os, sys
sys.path.insert(0, os.environ["WORKLOADS"])
import workloads
given = workloads.run([name for name in workloads.WORKLOADS if %s])
def end():
    sys.stderr = open(os.devnull, "w")  # what is cancelled complains
    given.close()
atexit.register(end)
"""
LEAST = 0.99
# What is compiled by Cython keeps names and code objects in variables of its own modules.
LEAST_WITH_FOREIGN_MODULES = 0.97


class Completeness(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.file = self.workplace.file("complete.heapsnap")

    def complete(self, program, least=LEAST):
        subprocess.check_call([sys.executable, "-c", program + "\nimport gc, heapsnap, sys\ngc.collect()\n"
                               "heapsnap.dump(sys.argv[1], overwrite=True)\n", self.file],
                              env=dict(os.environ, PYTHONPATH=os.path.dirname(os.path.dirname(heapsnap.__file__)),
                                       WORKLOADS=os.path.dirname(os.path.abspath(__file__))))
        said = oracle.answer("info", self.file, "--complete")["completeness"]
        self.assertGreaterEqual(said["explained"], least, said["worst"][:5])
        self.assertEqual(said["surplus"], 0, "objects are owned more often than they count")
        return said

    def test_bare(self):
        said = self.complete("")
        matrix.tell("refcounts explained, bare", "%.1f %%" % (100 * said["explained"]))
        self.assertEqual(said["unexplained"], sum(row["unexplained"] for row in said["worst"]))
        missing = [row["unexplained"] for row in said["worst"]]
        self.assertEqual(missing, sorted(missing, reverse=True))
        for row in said["worst"]:
            share = 1 - row["unexplained"] / float(row["references"])
            self.assertAlmostEqual(row["explained"], share, delta=2e-6)

    def test_workload(self):
        said = self.complete(WORKLOAD)
        matrix.tell("refcounts explained, libraries", "%.1f %%" % (100 * said["explained"]))

    def test_library(self):
        self.complete(LIBRARY % "name not in ('arrays', 'frames_of_data')")

    def test_foreign_modules(self):
        self.complete(LIBRARY % "name in ('arrays', 'frames_of_data')", LEAST_WITH_FOREIGN_MODULES)

    def test_what_nobody_explains_is_seen(self):
        plain = self.complete("class Owned(object): pass\nkept = [Owned() for _ in range(50)]\n")
        self.assertEqual([row for row in plain["worst"] if row["type"] == "__main__.Owned"], [])
        lost = self.complete("import ctypes\nclass Owned(object): pass\nkept = [Owned() for _ in range(50)]\n"
                             "for one in kept: ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))\n", LEAST - 0.01)
        rows = [row for row in lost["worst"] if row["type"] == "__main__.Owned"]
        self.assertEqual([(row["references"], row["unexplained"]) for row in rows], [(101, 50)])

    def test_text(self):
        self.complete("")
        text = oracle.heapsnap("info", self.file, "--complete")
        self.assertRegex(text, r"(?m)^complete   9\d\.\d% of reference counts explained$")


if __name__ == "__main__":
    unittest.main()
