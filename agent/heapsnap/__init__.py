"""Snapshots of the Python heap, written by a small agent inside the interpreter."""
import sys

if sys.version_info[0] == 2:
    from heapsnap._python2 import load
    load()
    del load
del sys

from heapsnap._agent import Error, Result, dump, last_result  # noqa: E402

__all__ = ["Error", "Result", "dump", "last_result"]
