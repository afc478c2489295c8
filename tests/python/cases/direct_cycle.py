"""An object that refers to itself.

Expected: one group of one cycle, collect yes, no finalizer:  OBJ .attr -> OBJ
(up to 3.10 with its namespace in between: OBJ .__dict__ -> dict ['attr'] -> OBJ).
"""
import gc
import sys

import heapsnap


class OBJ(object):
    pass


def leaves_a_cycle():
    a = OBJ()
    a.attr = a


gc.collect()
gc.disable()
leaves_a_cycle()
heapsnap.dump(sys.argv[1] + "/snapshot")
