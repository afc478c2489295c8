"""A function that puts an object into a module's list, and returns before it takes it out.

Expected, between the two snapshots:
  growth   OBJ 0 -> 1 (+1), held by __main__._cache[*]
  chain    __main__._cache[0]
"""
import sys

import heapsnap

_cache = []


class OBJ(object):
    pass


def leaks():
    one = OBJ()
    _cache.append(one)
    if True:  # the early return
        return
    _cache.remove(one)


heapsnap.dump(sys.argv[1] + "/before")
leaks()
heapsnap.dump(sys.argv[1] + "/after")
