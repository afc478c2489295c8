"""requests.get in a function, its answer dropped when the function returns.

Expected: more tracked objects after the first call than before it, and that is no leak:
growth names modules that the call imported (netrc, shlex) and the caches of abstract classes.
No Response is left after the call, and cycles finds nothing for a collection to free (it
stops tracking some tuples and dicts, so fewer are tracked after it).
"""
import gc
import sys

import requests

import heapsnap
from loopback import Loopback


def call(address):
    response = requests.get(address, timeout=10)
    assert response.status_code == 200


with Loopback() as address:
    gc.collect()
    gc.disable()
    heapsnap.dump(sys.argv[1] + "/before")
    call(address)
    heapsnap.dump(sys.argv[1] + "/after")
    gc.collect()
    heapsnap.dump(sys.argv[1] + "/collected")
