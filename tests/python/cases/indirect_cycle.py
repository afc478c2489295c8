"""Two objects that refer to each other.

Expected: one group of one cycle of two OBJ, collect yes, no finalizer:
OBJ .attr_b -> OBJ .attr_a -> OBJ  (up to 3.10 with their namespaces in between).
"""
import gc
import sys

import heapsnap


class OBJ(object):
    pass


def leaves_a_cycle():
    a, b = OBJ(), OBJ()
    a.attr_b = b
    b.attr_a = a


gc.collect()
gc.disable()
leaves_a_cycle()
heapsnap.dump(sys.argv[1] + "/snapshot")
