"""Programs that use the standard library, and what of Debian's packages is installed,
each for a moment, and keep what came of it.

WORKLOADS is a table: name -> a function that returns what to keep. One that an
interpreter cannot run (ImportError) is left out; run() says which those are. Written
so that 2.7 runs it too; what only newer syntax can say stands in strings.
"""
from __future__ import print_function

import collections
import contextlib
import ctypes
import datetime
import decimal
import functools
import importlib
import io
import itertools
import json
import logging
import operator
import os
import re
import select
import socket
import sqlite3
import sys
import threading
import unittest
import weakref
import xml.etree.ElementTree

import portable

WORKLOADS = collections.OrderedDict()


def workload(make):
    WORKLOADS[make.__name__.rstrip("_")] = make
    return make


class Given(object):
    """Stops threads and closes what is open, at the end."""

    def __init__(self):
        self.kept, self.left_out, self.ends = {}, {}, []

    def close(self):
        for end in reversed(self.ends):
            end()
        self.kept.clear()


def run(names=None):
    given = Given()
    for name, make in WORKLOADS.items():
        if names is not None and name not in names:
            continue
        try:
            given.kept[name] = make(given)
        except ImportError as error:
            given.left_out[name] = str(error)
    return given


def from_source(source, **names):
    """What only newer syntax can say: the names that `source` defines."""
    space = dict(names, __name__="made_from_source")
    exec(source, space)
    return space


@workload
def json_(given):
    text = json.dumps([{"id": i, "name": "name %d" % i, "tags": ["a", None, 1.5]} for i in range(200)])
    return [json.loads(text), json.JSONDecoder(object_pairs_hook=collections.OrderedDict).decode(text),
            json.JSONEncoder(indent=2), json.encoder.encode_basestring]


@workload
def regular_expressions(given):
    compiled = [re.compile(r"(?P<word>\w+)-%d|(x)+" % i) for i in range(20)]
    return [compiled, [one.match("word-%d" % i) for i, one in enumerate(compiled)], compiled[0].finditer("word-0 x"),
            compiled[0].scanner("word-0")]


@workload
def containers(given):
    ordered = collections.OrderedDict((("k", i), [i]) for i in range(50))
    default = collections.defaultdict(list)
    for i in range(50):
        default[i % 7].append(i)
    point = collections.namedtuple("Point", "x y")
    deque = collections.deque(([i] for i in range(500)), 300)
    mixed = {None: [1], True: [2], -3: [3], 10 ** 40: [4], 1.5: [5], b"bytes": [6], ("t", 1, (2,)): [7], int: [8],
             len: [9], (): [10], ("one",): [11], frozenset([1]): [12], u"na\u00efve": [13], 2.0 ** 70: [14]}
    return [ordered, default, collections.Counter("counted"), [point(i, [i]) for i in range(20)], deque,
            iter(deque), reversed(deque), mixed, set(range(50)), frozenset("abc"), bytearray(b"x" * 100),
            memoryview(b"view"), iter(ordered), iter(ordered.items()), iter(default), iter([1]), iter((1,)), iter({1})]


@workload
def functions(given):
    def outer(value):
        def inner(argument=[1]):
            return value, argument, functions
        return inner

    class Shape(object):
        instances = weakref.WeakValueDictionary()
        by_name = weakref.WeakKeyDictionary()
        every = weakref.WeakSet()

        def __init__(self, sides):
            self.sides = sides
            self.others = [self]
            Shape.instances[sides] = self
            Shape.by_name[self] = [sides]
            Shape.every.add(self)

        @property
        def double(self):
            return 2 * self.sides

        @double.setter
        def double(self, value):
            self.sides = value // 2

        @classmethod
        def made(cls):
            return cls(3)

        @staticmethod
        def nothing():
            return None

    shapes = [Shape(i) for i in range(30)]
    return [[outer([i]) for i in range(20)], shapes, [one.made for one in shapes], Shape,
            [weakref.ref(one, print) for one in shapes], weakref.proxy(shapes[0]), weakref.ref(shapes[1]),
            slice([1], (2,)), [].append, super(Shape, shapes[0]), operator.itemgetter(1, [2]),
            operator.attrgetter("a.b"), operator.methodcaller("m", [1], k=[2])]


@workload
def tools(given):
    kept = [functools.partial(print, [1], sep="x"), functools.partial(functools.partial(len), [2]),
            functools.cmp_to_key(lambda a, b: 0)([1]), functools.reduce(operator.add, [[1], [2]])]
    if hasattr(functools, "lru_cache"):
        bounded = functools.lru_cache(maxsize=16)(lambda *a, **k: [a])
        unbounded = functools.lru_cache(maxsize=None)(lambda *a: [a])
        typed = functools.lru_cache(maxsize=8, typed=True)(lambda a: [a])
        for i in range(40):
            bounded(i, [].__len__(), k=i)
            unbounded(i, i)
            unbounded(i)
            typed(i)
        kept += [bounded, unbounded, typed]
    if hasattr(functools, "singledispatch"):
        dispatched = functools.singledispatch(lambda value: value)
        dispatched.register(int, lambda value: [value])
        dispatched(5)
        kept.append(dispatched)
    chained = itertools.chain([[1]], ([2], [3]))
    next(chained)
    grouped = itertools.groupby([[1], [1], [2]])
    teed = itertools.tee([[i] for i in range(200)], 3)
    for i in range(100):
        next(teed[0])
    cycle = itertools.cycle([[1], [2]])
    next(cycle)
    kept += [chained, grouped, next(grouped), teed, cycle, itertools.count(10 ** 30), itertools.repeat([1]),
             itertools.product([[1]], [2]), itertools.permutations([[1], 2, 3], 2), itertools.combinations([[1], 2], 2),
             itertools.islice([[1]], 1), itertools.starmap(print, [([1],)]), itertools.takewhile(len, [[1]]),
             itertools.dropwhile(len, [[1]]), itertools.compress([[1]], [True]), enumerate([[1]]), reversed([[1]]),
             zip([[1]], [[2]]), map(len, [[1]]), filter(len, [[1]]), iter(list, 1)]
    for name in ("accumulate", "zip_longest", "pairwise", "batched", "filterfalse"):
        if hasattr(itertools, name):
            made = getattr(itertools, name)
            kept.append(made(len, [[1]]) if name == "filterfalse" else made([[1], [2]], 2) if name == "batched"
                        else made([[1], [2]]))
    return kept


@workload
def exceptions(given):
    kept = []

    def deep(n, held):
        if n:
            return deep(n - 1, [held])
        try:
            {}["missing"]
        except KeyError:
            raise ValueError("deep", held)

    for n in range(10):
        try:
            deep(n, ["held"])
        except ValueError as error:
            kept.append(error)
            kept.append(sys.exc_info()[2])
    for made in (OSError(2, "no such", "file"), SystemExit([1]), StopIteration([2]), KeyError("k"),
                 UnicodeDecodeError("utf-8", b"x", 0, 1, "why"), SyntaxError("m", ("f", 1, 2, "t")), ImportError("i")):
        kept.append(made)
    return kept


@workload
def generators(given):
    def counting(limit, held):
        for i in range(limit):
            yield [i, held]

    def with_a_block(held):
        with contextlib.closing(io.BytesIO()) as stream:
            yield stream
            yield held

    def chained(held):
        for one in counting(5, held):
            for other in (x for x in one):
                yield other

    made = [counting(5, ["h"]) for _ in range(20)] + [with_a_block(["w"]), chained(["c"])]
    for one in made[1:]:
        next(one)
    return [made, contextlib.contextmanager(counting)(1, [2])]


@workload
def coroutines(given):
    if sys.version_info < (3, 6):
        raise ImportError("no coroutines in this version")
    space = from_source("""
class Waits:
    def __init__(self, held):
        self.held = held
    def __await__(self):
        yield self
        return self.held

async def inner(held):
    local = [held]
    await Waits(local)

async def outer(held):
    await inner(held)

async def steps(held):
    yield [held]
    await Waits(held)
    yield held

def delegates(held):
    yield from (x for x in [held, [held]])

waiting = [outer([i]) for i in range(10)]
for one in waiting:
    one.send(None)
generator = steps(["s"])
step = generator.asend(None)
try:
    step.send(None)
except StopIteration:
    pass
second = generator.asend(None)
second.send(None)
delegating = delegates(["d"])
next(delegating)
never = steps(["n"]).__anext__()
""")
    given.ends.append(lambda: [one.close() for one in space["waiting"]])
    return space


@workload
def asyncio_(given):
    import asyncio
    space = from_source("""
import asyncio

async def work(queue, held):
    while True:
        item = await queue.get()
        held.append(item)

async def echo(reader, writer):
    try:
        writer.write(await reader.readline())
        await asyncio.sleep(1000)
    finally:
        writer.close()

async def main():
    loop = asyncio.get_event_loop()
    queue, held = asyncio.Queue(), []
    tasks = [loop.create_task(work(queue, held)) for _ in range(5)]
    for i in range(10):
        queue.put_nowait(("item", i))
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    writer.write(b"line\\n")
    line = await reader.readline()
    lock, event, future = asyncio.Lock(), asyncio.Event(), loop.create_future()
    tasks.append(loop.create_task(event.wait()))
    tasks.append(asyncio.ensure_future(asyncio.wait_for(future, 1000)))
    tasks.append(asyncio.ensure_future(asyncio.gather(asyncio.sleep(1000), asyncio.shield(future))))
    handle = loop.call_later(1000, print, [1])
    future.add_done_callback(print)
    await asyncio.sleep(0.01)
    return [tasks, server, reader, writer, lock, event, future, handle, line]
""")
    loop = asyncio.new_event_loop()
    kept = loop.run_until_complete(space["main"]())
    executed = loop.run_until_complete(loop.run_in_executor(None, len, [1]))

    def end():
        # The tasks end first, or the interpreter warns of each.
        pending = asyncio.all_tasks(loop) if hasattr(asyncio, "all_tasks") else asyncio.Task.all_tasks(loop)
        for task in pending:
            task.cancel()
        kept[1].close()
        kept[3].close()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
    given.ends.append(end)
    return [loop, kept, executed, space]


@workload
def unittests(given):
    class Case(unittest.TestCase):
        def setUp(self):
            self.addCleanup(len, [1])

        def test_passes(self):
            self.assertEqual([1], [1])

        def test_fails(self):
            self.assertEqual([1], [2])

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    result = unittest.TestResult()
    suite.run(result)
    kept = [suite, result, Case("test_passes")]
    if sys.version_info >= (3, 3):
        mock = importlib.import_module("unittest.mock")
        double = mock.MagicMock(name="double")
        double.method(1, key=[2]).other()
        kept.append(double)
    return kept


@workload
def web_server(given):
    try:
        from http.server import BaseHTTPRequestHandler, HTTPServer
        from urllib.request import urlopen
    except ImportError:
        from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer
        from urllib2 import urlopen
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.daemon = True
    thread.start()
    answers = [urlopen("http://127.0.0.1:%d/path?%d" % (server.server_port, i), timeout=20) for i in range(3)]
    read = [one.read() for one in answers]

    def end():
        server.shutdown()
        thread.join()
        server.server_close()
    given.ends.append(end)
    return [server, answers, read, seen]


@workload
def databases(given):
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("create table t (id integer, name text)")
    connection.executemany("insert into t values (?, ?)", [(i, "n%d" % i) for i in range(100)])
    connection.create_function("twice", 1, lambda x: x)
    cursor = connection.execute("select twice(id), name from t")
    return [connection, cursor, cursor.fetchmany(20)]


@workload
def documents(given):
    import email
    import email.message
    import xml.dom.minidom
    root = xml.etree.ElementTree.fromstring(
        "<a x='1'>" + "".join("<b n='%d'><c>text</c>tail</b>" % i for i in range(50)) + "</a>")
    message = email.message_from_string("From: a@b\nTo: c@d\nSubject: s\nContent-Type: text/plain\n\nbody\n")
    walking = root.iter("c")
    next(walking)
    parser = xml.etree.ElementTree.XMLParser()
    parser.feed("<a><b>")
    return [root, xml.etree.ElementTree.ElementTree(root), message, walking, parser,
            xml.dom.minidom.parseString("<a><b c='d'>e</b></a>")]


@workload
def numbers(given):
    import fractions
    context = decimal.Context(prec=50)
    return [[decimal.Decimal(i) / 7 for i in range(30)], context, decimal.getcontext(), fractions.Fraction(1, 3),
            datetime.datetime(2020, 1, 1), datetime.timedelta(1), 10 ** 100, 3 + 4j, range(10 ** 20, 10 ** 21)
            if sys.version_info >= (3,) else xrange(5)]  # noqa: F821 (2.7's)


@workload
def foreign_functions(given):
    class Pair(ctypes.Structure):
        _fields_ = [("number", ctypes.c_int), ("pointer", ctypes.POINTER(ctypes.c_int))]

    number = ctypes.c_int(5)
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(abs)
    library = ctypes.CDLL(None)
    library.strlen.argtypes = [ctypes.c_char_p]
    return [number, ctypes.pointer(number), Pair(1, ctypes.pointer(number)), (Pair * 3)(), ctypes.py_object([1]),
            callback, library, library.strlen(b"four"), ctypes.create_string_buffer(50), ctypes.byref(number)]


@workload
def executors(given):
    futures = importlib.import_module("concurrent.futures")
    pool = futures.ThreadPoolExecutor(max_workers=2)
    done = [pool.submit(len, [i]) for i in range(20)]
    futures.wait(done)
    given.ends.append(pool.shutdown)
    return [pool, done]


@workload
def logs(given):
    logger = logging.getLogger("workload.of.tests")
    logger.propagate = False
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    logger.addHandler(handler)
    # A plain function from 3.2 on.
    logger.addFilter(logging.Filter("workload") if portable.PYTHON2 else lambda record: True)
    logger.warning(u"a message %s", [1])
    given.ends.append(lambda: logger.removeHandler(handler))
    return [logger, handler, logging.makeLogRecord({"msg": "m", "args": ([1],)}), logging.LoggerAdapter(logger, {"e": 1})]


@workload
def threads(given):
    stop, ready = threading.Event(), threading.Semaphore(0)
    local = threading.local()
    local.main = ["main"]

    def work(held):
        local.of_thread = [held]
        ready.release()
        stop.wait()

    started = [threading.Thread(target=work, args=(["t"],), name="works-%d" % i) for i in range(3)]
    for one in started:
        one.daemon = True
        one.start()
        ready.acquire()
    timer = threading.Timer(1000, len, [[1]])
    timer.daemon = True
    timer.start()

    def end():
        stop.set()
        timer.cancel()
        for one in started + [timer]:
            one.join()
    given.ends.append(end)
    return [started, stop, ready, local, timer, threading.Lock(), threading.RLock(), threading.Condition()]


@workload
def sockets(given):
    left, right = socket.socketpair()
    poll = select.poll()
    poll.register(left.fileno())
    kept = [left, right, poll, left.makefile("rb"), select.epoll()]
    if sys.version_info >= (3, 4):
        selectors = importlib.import_module("selectors")
        selector = selectors.DefaultSelector()
        selector.register(right, selectors.EVENT_READ, ["data"])
        kept.append(selector)
        given.ends.append(selector.close)
    given.ends += [left.close, right.close, kept[3].close, kept[4].close]
    return kept


@workload
def classes(given):
    import abc
    kept = []
    base = abc.ABCMeta("Base", (object,), {"work": abc.abstractmethod(lambda self: None)})
    concrete = type("Concrete", (base,), {"work": lambda self: 1, "__slots__": ("a", "b")})
    made = concrete()
    made.a = [1]
    isinstance(5, base)
    kept += [base, concrete, made]
    if sys.version_info >= (3, 7):
        kept.append(from_source("""
import dataclasses, enum, typing

class Colour(enum.Enum):
    RED = 1
    GREEN = [2]

class Bits(enum.IntFlag):
    READ = 1
    WRITE = 2

@dataclasses.dataclass
class Record:
    key: str
    values: typing.List[int] = dataclasses.field(default_factory=list)

class Typed(typing.NamedTuple):
    name: str
    value: list

T = typing.TypeVar("T")

class Box(typing.Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item

records = [Record(str(i), [i]) for i in range(20)]
by_colour = {Colour.RED: [1], Colour.GREEN: [2], Bits.READ | Bits.WRITE: [3], Record: [4], Colour: [5]}
typed = [Typed("n", [i]) for i in range(10)]
boxes = [Box[int](5), Box([1])]
aliases = [typing.Dict[str, typing.Optional[int]], typing.Callable[[int], str], typing.Union[int, str]]
"""))
    if sys.version_info >= (3, 12):
        kept.append(from_source("""
class Box[T]:
    item: T
def first[T: (int, str)](of: list[T]) -> T:
    return of[0]
type Pair[A] = tuple[A, A]
alias = Box[int]
"""))
    return kept


@workload
def paths(given):
    pathlib = importlib.import_module("pathlib")
    here = pathlib.Path(os.getcwd())
    return [here, here / "a" / "b", list(here.parents), pathlib.PurePosixPath("x/y").parts, os.stat("."), os.environ]


@workload
def tornado_server(given):
    importlib.import_module("tornado")
    importlib.import_module("tornado.web")
    space = from_source("""
import tornado.gen, tornado.httpserver, tornado.ioloop, tornado.web, tornado.iostream, tornado.tcpserver, asyncio

class Handler(tornado.web.RequestHandler):
    def get(self):
        self.write("ok")

application = tornado.web.Application([(r"/(x)?", Handler, {}, "named")])
""")
    return space


@workload
def requests_(given):
    requests = importlib.import_module("requests")
    session = requests.Session()
    session.headers["X-Key"] = "value"
    prepared = session.prepare_request(requests.Request("GET", "http://127.0.0.1/", params={"a": 1}))
    given.ends.append(session.close)
    return [session, prepared]


@workload
def soup(given):
    bs4 = importlib.import_module("bs4")
    return bs4.BeautifulSoup("<html><body>" + "<p class='c'>text <b>bold</b></p>" * 30 + "</body></html>", "html.parser")


@workload
def arrays(given):
    numpy = importlib.import_module("numpy")
    held = [[i] for i in range(50)]
    objects = numpy.array(held + [None], dtype=object)
    return [objects, objects[3:9], objects.reshape(3, 17), numpy.zeros((10, 10)), numpy.zeros(5)[::2],
            numpy.array(["text", "other"]), numpy.float64(1.5), numpy.dtype([("a", "i4"), ("o", "O")]),
            numpy.array([(1, [2])], dtype=[("a", "i4"), ("o", "O")]), numpy.arange(5).flat, numpy.random.RandomState(1),
            numpy.ma.masked_array([1, 2], [True, False]), numpy.vectorize(len), numpy.add, numpy.int32(5)]


@workload
def frames_of_data(given):
    pandas = importlib.import_module("pandas")
    frame = pandas.DataFrame({"number": range(50), "text": ["text %d" % i for i in range(50)],
                              "list": [[i] for i in range(50)]}, index=["row %d" % i for i in range(50)])
    return [frame, frame["list"], frame.groupby("number"), frame.index, pandas.Series([[1], None], dtype=object),
            pandas.Timestamp("2020-01-01"), pandas.Categorical(["a", "b", "a"])]
