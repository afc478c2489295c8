"""An agent serves every patch release of its minor version, whichever release's headers it
was made with. The build makes an agent with each patch release that is here: those that
are not this interpreter's own run a part of the suite in it.
"""
from __future__ import print_function

import glob
import os
import platform
import subprocess
import sys
import unittest

import heapsnap
import matrix
import portable

PART = ["test_oracle_graph", "test_labels", "test_roots"]
ROW = "other patch releases"
RUNNING = platform.python_version() + ("-debug" if hasattr(sys, "gettotalrefcount") else "")


def made_with(package):
    """The release whose headers the agent of a package was made with, None: not for this interpreter."""
    code = "import heapsnap, sys; print(sys.modules['heapsnap._agent'].made_with)"
    status, output, _ = portable.finished([sys.executable, "-c", code], env=dict(os.environ, PYTHONPATH=package))
    return portable.native(output.decode()).strip() if status == 0 else None


def packages():
    """{release: package} of the agents beside the suite's own that this interpreter can load."""
    build = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(heapsnap.__file__))))
    found = {}
    for package in glob.glob(os.path.join(build, "patches", "*")):
        release = os.path.basename(package)
        same_build = release.endswith("-debug") == RUNNING.endswith("-debug")
        if same_build and release.split(".")[:2] == RUNNING.split(".")[:2]:
            found[release] = package
    return found


class PatchReleases(unittest.TestCase):
    def test_agents_of_other_patch_releases(self):
        mine = platform.python_version()
        own = sys.modules["heapsnap._agent"].made_with
        shown = ["%s: all" % own] if own != mine else []
        for release, package in sorted(packages().items()):
            if release.split("-")[0] == mine:
                continue
            self.assertEqual(made_with(package), release.split("-")[0], "the agent for %s does not load" % release)
            self.run_part(package)
            shown.append("%s: part" % release)
        if not shown:
            self.skipTest("%s is the only release of %s here that has headers" % (RUNNING, mine.rpartition(".")[0]))
        matrix.tell(ROW, ", ".join(shown))

    def run_part(self, package):
        here = os.path.dirname(os.path.abspath(__file__))
        environment = dict(os.environ, PYTHONPATH=package, HEAPSNAP_TEST_BULK="2000")
        for name in ("HEAPSNAP_SUMMARY", "HEAPSNAP_MATRIX"):
            environment.pop(name, None)
        process = subprocess.Popen([sys.executable, "-W", "ignore", os.path.join(here, "run_suite.py")] + PART,
                                   env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = process.communicate()[0].decode("utf-8", "replace")
        self.assertEqual(process.returncode, 0, "%s\n%s" % (package, output[-4000:]))


if __name__ == "__main__":
    unittest.main()
