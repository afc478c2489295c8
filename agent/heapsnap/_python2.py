"""Loads the native module on 2.7, whose names of modules tell no ABI: ours do."""
import imp
import os

from heapsnap.refusal import python2_suffix


def load():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_agent" + python2_suffix())
    return imp.load_dynamic("heapsnap._agent", path)
