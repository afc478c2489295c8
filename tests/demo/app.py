"""A small web application with three faults, for the demo and its test.

Each request leaves three things behind:
  1. its Page in CACHE, which nothing ever empties;
  2. a Ticket that refers to itself through a bound method, which only the
     collector could free, and the collector is off;
  3. a Listener in LISTENERS, which only grows.
"""
import gc
import http.server
import urllib.parse

import heapsnap

CACHE = {}
LISTENERS = []


class Page:
    def __init__(self, path, number):
        self.path = path
        self.title = "page %d" % number
        self.words = self.title.split()


class Ticket:
    def __init__(self, page):
        self.page_title = page.title
        self.on_done = self.close  # the cycle: ticket -> method -> ticket

    def close(self):
        self.page_title = None


class Listener:
    def __init__(self, page):
        self.name = page.title

    def notify(self):
        return self.name


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/snapshot":
            return self.answer(self.snapshot(urllib.parse.parse_qs(url.query)["path"][0]))
        page = CACHE[self.path] = Page(self.path, len(CACHE))
        LISTENERS.append(Listener(page))
        Ticket(page)
        self.answer(page.title)

    def snapshot(self, path):
        result = heapsnap.dump(path, overwrite=True)
        return "%d objects, paused %.1f ms" % (result.objects, result.pause_s * 1000)

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def make_server():
    """A server on a free port of the loopback. From here on the collector is off."""
    gc.collect()  # what the imports left behind is no fault of ours
    gc.disable()
    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
