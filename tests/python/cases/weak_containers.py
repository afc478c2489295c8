"""Objects in a WeakSet and a WeakValueDictionary of a module.

Expected: KEPT is held by __main__.kept alone: that is its chain, although SET and VALUES,
which come before it in the module, refer to it too, weakly. DROPPED is not in the file.
"""
import gc
import sys
import weakref

import heapsnap


class KEPT(object):
    pass


class DROPPED(object):
    pass


SET = weakref.WeakSet()
VALUES = weakref.WeakValueDictionary()
kept = KEPT()
SET.add(kept)
SET.add(DROPPED())
VALUES["kept"] = kept
VALUES["dropped"] = DROPPED()
gc.collect()
heapsnap.dump(sys.argv[1] + "/snapshot")
