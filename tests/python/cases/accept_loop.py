"""A server that waits for connections in tornado's loop; its callback is a partial that
holds the listening socket.

Expected: the chain of the socket begins at a module (or at the running frame's local, which
comes after modules) and passes through the partial: ... functools.partial .args -> tuple [0]
-> socket.socket.
"""
import functools
import socket
import sys

import tornado.ioloop

import heapsnap


def connection_ready(listener, descriptor, events):
    connection, _ = listener.accept()
    connection.close()


def serve():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setblocking(False)
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    loop = tornado.ioloop.IOLoop.current()
    loop.add_handler(listener.fileno(), functools.partial(connection_ready, listener), loop.READ)


serve()
loop = tornado.ioloop.IOLoop.current()
loop.call_later(0.05, loop.stop)
loop.start()
heapsnap.dump(sys.argv[1] + "/snapshot")
