"""Fifty abandoned cycles, with the collector disabled.

Expected: 100 OBJ unreachable, fifty cycles of one shape: one group with count 50, 100 OBJ in
its types, the edges .attr_b and .attr_a. No chain leads to any of them (root null).
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
for _ in range(50):
    leaves_a_cycle()
heapsnap.dump(sys.argv[1] + "/snapshot")
