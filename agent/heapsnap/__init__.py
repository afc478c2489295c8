"""Snapshots of the Python heap, written by a small agent inside the interpreter."""

from heapsnap._agent import Error, Result, dump, last_result

__all__ = ["Error", "Result", "dump", "last_result"]
