"""A connection that keeps its own bound methods in a dict, and a twin that keeps them by a
weak reference to itself.

Expected: Connection is unreachable, in one group of one cycle:
Connection .msg_handlers -> dict [..] -> method .__self__ -> Connection.
WeakConnection was freed when it was dropped: there is none in the file.
"""
import gc
import sys
import weakref

import heapsnap

CHAT, CONTROL = 1, 2


class Connection(object):
    def __init__(self):
        self.msg_handlers = {CHAT: self.on_chat, CONTROL: self.on_control}

    def on_chat(self, message):
        pass

    def on_control(self, message):
        pass


class WeakConnection(object):
    def __init__(self):
        me = weakref.ref(self)
        self.msg_handlers = {CHAT: lambda message: me().on_chat(message)}

    def on_chat(self, message):
        pass


gc.collect()
gc.disable()
Connection()
WeakConnection()
heapsnap.dump(sys.argv[1] + "/snapshot")
