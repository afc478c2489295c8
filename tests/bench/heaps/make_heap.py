"""make_heap.py NAME SCALE OUT: builds one of the heaps beside this file (1 is 0.3 to
2.5 million objects) and takes two snapshots of it: OUT-graph.heapsnap (tracked
objects, no labels) and OUT-full.heapsnap (all objects, labels of names).
"""

import importlib
import os
import sys


def main():
    name, scale, out = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import heapsnap

    heap = importlib.import_module(name).build(scale)
    for kind, options in (("graph", {"untracked": False, "labels": False}), ("full", {})):
        made = heapsnap.dump("%s-%s.heapsnap" % (out, kind), overwrite=True, **options)
        print("%s: %d objects, %.2f bytes an object" % (made.path, made.objects, made.file_bytes / made.objects))
    return heap


if __name__ == "__main__":
    kept = main()
