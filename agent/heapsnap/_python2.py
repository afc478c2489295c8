"""Loads the native module on 2.7, whose names of modules tell no ABI: ours do."""
import imp
import os
import sys


def load():
    suffix = ".cpython-27%sm%s.so" % ("d" if hasattr(sys, "gettotalrefcount") else "",
                                      "u" if sys.maxunicode > 0xffff else "")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_agent" + suffix)
    if not os.path.exists(path):
        raise ImportError("heapsnap: there is no %s: it was not built for this CPython" % path)
    return imp.load_dynamic("heapsnap._agent", path)
