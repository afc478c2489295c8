"""Dumps under valgrind: no invalid access with the agent on its stack, and nothing lost
by each of them.

What the interpreter does on its own account is not ours to judge: only errors in
whose stack the agent's module occurs count, and of leaks only those that a dump
repeats (an interpreter frees its modules at exit as it likes, and those that the
agent's import brings in are its own).
"""
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

DUMPS = 4
PROGRAM = """
import sys, heapsnap
class Node: pass
nodes = [Node() for _ in range(200)]
for node in nodes:
    node.next = node
for _ in range(%d):
    result = heapsnap.dump(sys.argv[1], overwrite=True)
    assert result.complete and result.objects > 200
""" % DUMPS


def errors_of_the_agent(report):
    for error in ElementTree.parse(report).getroot().iter("error"):
        frames = [(frame.findtext("obj", ""), frame.findtext("fn", "?"), frame.findtext("line", "?"))
                  for frame in error.iter("frame")]
        if error.findtext("kind").startswith("Leak_"):
            if int(error.findtext("xwhat/leakedblocks")) < DUMPS - 1:
                continue
            if error.findtext("kind") != "Leak_DefinitelyLost":
                continue
            if not any(function in ("dump", "capture") for _, function, _ in frames):
                continue
        if any("/_agent." in module for module, _, _ in frames):
            what = error.findtext("what") or error.findtext("xwhat/text")
            yield what + "".join("\n    %s:%s" % (function, line) for _, function, line in frames[:8])


def main():
    python = os.environ.get("HEAPSNAP_PYTHON")
    if not python or not shutil.which("valgrind"):
        print("skipped: no valgrind, or no agent")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        report = os.path.join(directory, "report.xml")
        subprocess.run(
            # The agent looks for pointers among all words of an object, padding too.
            ["valgrind", "--quiet", "--leak-check=full", "--num-callers=30", "--undef-value-errors=no",
             "--xml=yes", "--xml-file=" + report,
             python, "-c", PROGRAM, os.path.join(directory, "small.heapsnap")],
            env=dict(os.environ, PYTHONMALLOC="malloc"), check=True)
        found = list(errors_of_the_agent(report))
    for error in found:
        print(error)
    print("%d errors in the agent" % len(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
