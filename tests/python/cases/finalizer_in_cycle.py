"""Two objects with __del__ that refer to each other.

Expected: one group, finalizer yes. From 3.4 on collect yes: the collector calls __del__ and
frees them. On 2.7 collect uncollectable: after a collection they are in gc.garbage, nothing
is unreachable any more, and that is what holds them: a root of the kind garbage, which the
story before it does not know.
"""
import gc
import sys

import heapsnap


class OBJ(object):
    def __del__(self):
        pass


def leaves_a_cycle():
    a, b = OBJ(), OBJ()
    a.attr_b = b
    b.attr_a = a


gc.collect()
gc.disable()
leaves_a_cycle()
heapsnap.dump(sys.argv[1] + "/before")
gc.collect()
heapsnap.dump(sys.argv[1] + "/after")
