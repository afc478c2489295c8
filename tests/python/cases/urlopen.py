"""Five times urlopen of a page, each answer dropped at once.

Expected: on 2.7 every call leaves a cycle for the collector. urllib2 gives the HTTPResponse
an attribute `recv`, its own method `read`, so that it can pass for a socket:
HTTPResponse .recv -> instancemethod .__self__ -> HTTPResponse. Five groups of one shape, 7
tracked objects each: the response and its namespace, the message and its namespace and its
two lists, the method. (Three calls made the 21 that the articles counted.)
On 3.x nothing is left.
"""
import gc
import sys

import heapsnap
from loopback import Loopback

try:
    from urllib2 import urlopen
except ImportError:
    from urllib.request import urlopen

with Loopback() as address:
    urlopen(address).read()  # what the first call makes and keeps is no matter of ours
    gc.collect()
    gc.disable()
    for _ in range(5):
        urlopen(address)
    heapsnap.dump(sys.argv[1] + "/snapshot")
