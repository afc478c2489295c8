"""An OrderedDict that is dropped.

Expected: on 2.7, where it is written in Python, its root list refers to itself (list [0] ->
list) and stays for the collector, with collect yes. From 3.5 on it is written in C: nothing
is left.
"""
import gc
import sys
from collections import OrderedDict

import heapsnap

gc.collect()
gc.disable()
OrderedDict([("a", 1), ("b", 2)])
heapsnap.dump(sys.argv[1] + "/snapshot")
