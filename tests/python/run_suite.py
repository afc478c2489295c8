"""Runs every test_*.py of this directory under the interpreter that runs this.

Says in one line, also appended to $HEAPSNAP_SUMMARY, which interpreter it was
and what came of it. Arguments: names of tests, as unittest takes them.
"""
import os
import platform
import sys
import time
import unittest


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    os.environ.pop("HEAPSNAP", None)
    loader = unittest.TestLoader()
    if sys.argv[1:]:
        suite = loader.loadTestsFromNames(sys.argv[1:])
    else:
        suite = loader.discover(here, pattern="test_*.py", top_level_dir=here)
    start = time.time()
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = "".join("\n  skipped %s: %s" % (test.id(), why) for test, why in result.skipped)
    if result.testsRun == 0 and not result.skipped:
        failed = 1
    line = "%s %s (%s): %s, %d tests, %d failed, %d skipped, %.0f s%s" % (
        platform.python_implementation(), platform.python_version(), sys.executable,
        "FAILED" if failed else "passed", result.testsRun, failed, len(result.skipped),
        time.time() - start, skipped)
    print(line)
    if "HEAPSNAP_SUMMARY" in os.environ:
        with open(os.environ["HEAPSNAP_SUMMARY"], "a") as summary:
            summary.write(line + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
