"""Two OrderedDicts that are dropped, an empty one and one with items.

Expected: on 2.7, where it is written in Python, both leave cycles for the collector, with
collect yes. The root list of the empty one refers to itself (list [0] -> list); with items
it is a ring of lists, each of which refers to the one before it and to the next (list [0] ->
list [1] -> list). From 3.5 on it is written in C: nothing is left.
"""
import gc
import sys
from collections import OrderedDict

import heapsnap

gc.collect()
gc.disable()
OrderedDict()
OrderedDict([("a", 1), ("b", 2)])
heapsnap.dump(sys.argv[1] + "/snapshot")
