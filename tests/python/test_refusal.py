"""What `import heapsnap` says where it does not load. The interpreters that it refuses are
mostly not here, so their facts are made up and held against the sentence; what can be
had is run: this interpreter without its agent, and with the agent of another build.
"""
from __future__ import print_function

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import heapsnap
from heapsnap import refusal

PACKAGE = os.path.dirname(os.path.abspath(heapsnap.__file__))
FILES = ["__init__.py", "refusal.py", "_agent.cpython-311-x86_64-linux-gnu.so",
         "_agent.cpython-311d-x86_64-linux-gnu.so", "_agent.cpython-36m-x86_64-linux-gnu.so",
         "_agent.cpython-310-x86_64-linux-gnu.so", "_agent.cpython-27mu.so"]


def python(**facts):
    """Facts of an ordinary CPython 3.11, but for those given."""
    made = {"implementation": "CPython", "version": (3, 11, 2), "debug": False, "free_threaded": False,
            "trace_refs": False, "bits": 64, "suffixes": [".cpython-311-x86_64-linux-gnu.so", ".so"]}
    made.update(facts)
    return made


def sentence(facts, files=FILES, complaint="No module named 'heapsnap._agent'"):
    return refusal.sentence(facts, "/where", files, complaint)


class Sentences(unittest.TestCase):
    def test_agents_are_named_in_order(self):
        self.assertEqual(refusal.agents(FILES), ["2.7 UCS4", "3.6", "3.10", "3.11", "3.11 debug"])

    def test_a_version_that_is_not_served(self):
        for version in ((3, 5, 10), (3, 16, 0), (2, 6, 9), (4, 0, 0)):
            said = sentence(python(version=version))
            self.assertIn("serves CPython 2.7 and 3.6 to 3.15", said)
            self.assertIn("this is CPython %d.%d.%d)" % version, said)

    def test_every_version_served_may_be_built(self):
        for version in [(2, 7, 18)] + [(3, minor, 0) for minor in range(6, 16)]:
            self.assertIn("./dev build", sentence(python(version=version), files=[]))

    def test_another_implementation(self):
        said = sentence(python(implementation="PyPy"))
        self.assertIn("CPython alone", said)
        self.assertIn("this is PyPy 3.11.2", said)

    def test_a_free_threaded_build(self):
        said = sentence(python(version=(3, 13, 0), free_threaded=True,
                               suffixes=[".cpython-313t-x86_64-linux-gnu.so", ".so"]))
        self.assertIn("free-threaded builds are not served: use the ordinary build of CPython 3.13", said)
        self.assertIn("this is CPython 3.13.0, a free-threaded build", said)
        self.assertNotIn("./dev build", said)

    def test_other_builds_that_are_not_served(self):
        self.assertIn("Py_TRACE_REFS", sentence(python(trace_refs=True, debug=True)))
        self.assertIn("32-bit", sentence(python(bits=32)))

    def test_an_agent_that_was_not_built(self):
        said = sentence(python(version=(3, 12, 1), debug=True, suffixes=[".cpython-312d-x86_64-linux-gnu.so"]))
        self.assertIn("no agent was built for CPython 3.12.1, a debug build, whose modules end in "
                      ".cpython-312d-x86_64-linux-gnu.so (agents in /where: 2.7 UCS4, 3.6, 3.10, 3.11, 3.11 debug)",
                      said)
        self.assertIn("./dev build", said)
        self.assertIn("agents in /where: none", sentence(python(), files=[]))

    def test_what_an_agent_says_itself_is_kept(self):
        said = sentence(python(), complaint="heapsnap: the collector's rings were not found")
        self.assertTrue(said.startswith("heapsnap: the collector's rings were not found (this is CPython 3.11.2;"), said)

    def test_what_the_linker_says_is_kept(self):
        said = sentence(python(), complaint="libfoo.so.1: cannot open shared object file")
        self.assertEqual(said, "heapsnap: the agent for CPython 3.11.2 does not load: "
                               "libfoo.so.1: cannot open shared object file")


class Interpreters(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.mkdtemp(prefix="heapsnap-test-")
        self.addCleanup(shutil.rmtree, self.place)
        self.package = os.path.join(self.place, "heapsnap")
        os.mkdir(self.package)
        for file in os.listdir(PACKAGE):
            if file.endswith(".py"):
                shutil.copy(os.path.join(PACKAGE, file), self.package)

    def refused(self):
        """The last line that this interpreter prints when it imports the package."""
        environment = dict(os.environ, PYTHONPATH=self.place)
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", "import heapsnap"], env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        complaint = process.communicate()[1].decode()
        self.assertEqual(process.returncode, 1, complaint)
        self.assertNotIn("During handling", complaint)
        self.assertEqual(complaint.count("ImportError"), 1, complaint)
        return complaint.strip().splitlines()[-1]

    def test_without_an_agent(self):
        said = self.refused()
        self.assertIn("no agent was built for CPython %d.%d.%d" % sys.version_info[:3], said)
        self.assertIn("HEAPSNAP_PYTHONS=%s ./dev build" % sys.executable, said)

    @unittest.skipIf(sys.version_info[0] == 2, "2.7 names no build in its modules' names")
    def test_the_agent_of_another_version(self):
        mine = refusal.this_interpreter()["suffixes"][0]
        others = [file for file in sorted(os.listdir(PACKAGE)) if file.startswith("_agent.cpython-3") and
                  refusal.agent_name(file).split()[0] != "%d.%d" % sys.version_info[:2]]
        if not others:
            self.skipTest("one version of CPython alone has an agent here")
        for file in (others[0], others[-1]):
            shutil.copy(os.path.join(PACKAGE, file), os.path.join(self.package, "_agent" + mine))
            said = self.refused()
            self.assertRegex(said, r"this agent is made for CPython %s|does not load" % refusal.agent_name(file))

    @unittest.skipIf(sys.version_info < (3, 8), "before 3.8 modules of ordinary and debug builds are told apart by name")
    def test_the_agent_of_a_debug_build_and_the_reverse(self):
        debug = refusal.this_interpreter()["debug"]
        others = [file for file in os.listdir(PACKAGE) if
                  refusal.agent_name(file) == "%d.%d%s" % (sys.version_info[:2] + ("" if debug else " debug",))]
        if not others:
            self.skipTest("this version has one kind of build here, ordinary or debug")
        mine = refusal.this_interpreter()["suffixes"][0]
        shutil.copy(os.path.join(PACKAGE, others[0]), os.path.join(self.package, "_agent" + mine))
        said = self.refused()
        self.assertRegex(said, "made for (an ordinary|a debug) build of CPython|does not load")


if __name__ == "__main__":
    unittest.main()
