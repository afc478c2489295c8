"""Runs every test_*.py of this directory under the interpreter that runs this.

Says in one line, also appended to $HEAPSNAP_SUMMARY, which interpreter it was
and what came of it. Arguments: names of tests, as unittest takes them. $HEAPSNAP_PART:
these are all that is run here, and why; docs/versions.md then says so.
"""
from __future__ import print_function

import os
import platform
import re
import sys
import time
import unittest


def name_of(test):
    """module.Class.test, or module.Class where the class as a whole could not be set up."""
    found = re.match(r"\w+ \((.*)\)$", test.id())
    return found.group(1) if found else test.id()


class Result(unittest.TextTestResult):
    """Keeps (id, "ok" | "failed" | reason for a skip) of every test, for the matrix."""

    def __init__(self, *arguments, **options):
        super(Result, self).__init__(*arguments, **options)
        self.outcomes = []
        self.seconds = []  # (class, seconds), what sets it up included
        self.stopped = time.time()

    def stopTest(self, test):
        super(Result, self).stopTest(test)
        name, now = name_of(test).rpartition(".")[0], time.time()
        self.seconds.append((name, now - self.stopped))
        self.stopped = now

    def addSuccess(self, test):
        super(Result, self).addSuccess(test)
        self.outcomes.append((name_of(test), "ok"))

    def addSkip(self, test, reason):
        super(Result, self).addSkip(test, reason)
        self.outcomes.append((name_of(test), reason))

    def addFailure(self, test, error):
        super(Result, self).addFailure(test, error)
        self.outcomes.append((name_of(test), "failed"))

    def addError(self, test, error):
        super(Result, self).addError(test, error)
        self.outcomes.append((name_of(test), "failed"))

    def addSubTest(self, test, subtest, error):
        super(Result, self).addSubTest(test, subtest, error)
        if error is not None:
            self.outcomes.append((name_of(test), "failed"))


def slowest(seconds, count):
    total = {}
    for name, one in seconds:
        total[name] = total.get(name, 0) + one
    return sorted(total.items(), key=lambda one: -one[1])[:count]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    import matrix
    os.environ.pop("HEAPSNAP", None)
    loader = unittest.TestLoader()
    names = sys.argv[1:]
    if names:
        suite = loader.loadTestsFromNames(names)
    else:
        suite = loader.discover(here, pattern="test_*.py", top_level_dir=here)
    start = time.time()
    result = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = "".join("\n  skipped %s: %s" % (test.id(), why) for test, why in result.skipped)
    if result.testsRun == 0 and not result.skipped:
        failed = 1
    line = "%s %s (%s): %s, %d tests, %d failed, %d skipped, %.0f s%s" % (
        platform.python_implementation(), platform.python_version(), sys.executable,
        "FAILED" if failed else "passed", result.testsRun, failed, len(result.skipped),
        time.time() - start, skipped)
    print("slowest: " + ", ".join("%s %.0f s" % (name, seconds) for name, seconds in slowest(result.seconds, 12)))
    print(line)
    if "HEAPSNAP_SUMMARY" in os.environ:
        with open(os.environ["HEAPSNAP_SUMMARY"], "a") as summary:
            summary.write(line + "\n")
    part = os.environ.get("HEAPSNAP_PART")
    if not names or part:
        matrix.write(result.outcomes, part)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
