"""Loads the native module on 2.7, whose names of modules tell no ABI: ours do."""
import imp
import os
import sys


def load():
    debug, wide = hasattr(sys, "gettotalrefcount"), sys.maxunicode > 0xffff
    suffix = ".cpython-27%sm%s.so" % ("d" if debug else "", "u" if wide else "")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_agent" + suffix)
    if not os.path.exists(path):
        raise ImportError("heapsnap: there is no agent for this build of CPython 2.7 (%s%s): %s is missing"
                          % ("UCS4" if wide else "UCS2", ", debug" if debug else "", path))
    return imp.load_dynamic("heapsnap._agent", path)
