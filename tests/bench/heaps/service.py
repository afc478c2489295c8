"""An asyncio service after many requests over its own in-memory streams: tasks
that wait, timers, futures with callbacks, response objects with headers, a
request log, and the coroutines and contexts that hang off them."""

import asyncio
import collections
import contextvars
import email.message
import http
import itertools
import logging
import random
import types
import urllib.parse
import uuid

REQUEST = contextvars.ContextVar("request")


class Request:
    def __init__(self, method, target, headers, body):
        self.method = method
        self.url = urllib.parse.urlsplit(target)
        self.query = urllib.parse.parse_qs(self.url.query)
        self.headers = headers
        self.body = body
        self.state = types.SimpleNamespace(user=None, trace=uuid.uuid4())


class Response:
    def __init__(self, status, body):
        self.status = http.HTTPStatus(status)
        self.body = body
        self.headers = email.message.Message()
        self.headers["Content-Type"] = "application/json"
        self.headers["Content-Length"] = str(len(body))


class Service:
    def __init__(self):
        self.cache = collections.OrderedDict()
        self.waiting = set()
        self.log = collections.deque(maxlen=50000)
        self.counts = collections.defaultdict(collections.Counter)
        self.handlers = {}
        self.choose = random.Random(3)

    def route(self, path):
        def register(handler):
            self.handlers[path] = handler
            return handler

        return register


def routes(service):
    @service.route("/item")
    async def item(request):
        key = request.query["id"][0]
        if key not in service.cache:
            service.cache[key] = {"id": key, "items": [{"n": n, "v": n * 1.5} for n in range(len(key))]}
            if len(service.cache) > 20000:
                service.cache.popitem(last=False)
        return Response(200, repr(service.cache[key]).encode())

    @service.route("/poll")
    async def poll(request):
        event = asyncio.Event()
        request.state.event = event
        await asyncio.wait_for(event.wait(), 3600)
        return Response(204, b"")

    @service.route("/fail")
    async def fail(request):
        raise LookupError(request.url.path, request)


async def handle(service, request):
    REQUEST.set(request)
    try:
        response = await service.handlers[request.url.path](request)
    except LookupError as error:
        service.log.append(("error", error, request))
        return None
    service.counts[request.url.path][response.status] += 1
    service.log.append((request.url.path, request.state.trace, response))
    return response


async def serve(service, requests):
    for number in range(requests):
        path = service.choose.choices(("/item", "/poll", "/fail"), (20, 2, 1))[0]
        headers = {"host": "example.org", "x-number": str(number), "accept": "*/*"}
        request = Request("GET", "%s?id=%d&v=2" % (path, service.choose.randrange(10**6)), headers, b"")
        task = asyncio.get_running_loop().create_task(handle(service, request), name="request-%d" % number)
        if path == "/poll":
            service.waiting.add(task)
            task.add_done_callback(service.waiting.discard)
            if len(service.waiting) > 10000:
                for old in list(itertools.islice(service.waiting, 100)):
                    old.cancel()
        if number % 50 == 0:
            await asyncio.sleep(0)


def build(scale):
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    service = Service()
    routes(service)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(serve(service, int(60000 * scale)))
    return service, loop
