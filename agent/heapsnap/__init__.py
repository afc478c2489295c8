"""Snapshots of the Python heap, written by a small agent inside the interpreter."""
import sys

try:
    if sys.version_info[0] == 2:
        from heapsnap._python2 import load
        load()
        del load
    from heapsnap._agent import Error, Result, dump, last_result
except ImportError as failure:
    from heapsnap import refusal
    raise refusal.error(failure)
del sys

__all__ = ["Error", "Result", "dump", "last_result"]
