"""Heaps for the tests that ask the interpreter: at least one object of every
kind whose memory looks different, and a bulk of hundreds of thousands.

KINDS is a table: name -> a function that makes an object, or a container of
several. What build() returns must stay referenced for as long as it is asked
about. Nothing here runs after build() but the parked threads, which wait.
"""
from __future__ import print_function

import abc
import array
import collections
import contextlib
import ctypes
import datetime
import decimal
import fractions
import functools
import io
import itertools
import operator
import os
import random
import re
import string
import struct
import sys
import tempfile
import threading
import types
import uuid
import weakref
import zlib

import portable

queue = portable.library("queue") or portable.library("Queue")

KINDS = {}


def kind(make):
    KINDS[make.__name__] = make
    return make


class Plain(object):
    """Instances with inline values where the version has them."""

    shared = ["class attribute"]

    def __init__(self, number, link=None):
        self.number = number
        self.items = [number]
        self.link = link

    def method(self):
        return self

    @classmethod
    def made(cls):
        return cls(0)

    @staticmethod
    def static():
        return None

    @property
    def double(self):
        return self.number * 2


class Child(Plain):
    def __init__(self):
        super(Child, self).__init__(1)
        self.only_here = object()


class Slots(object):
    __slots__ = ("left", "right", "unset", "__weakref__")

    def __init__(self, left, right):
        self.left = left
        self.right = right


class SlotsAndDict(Slots):
    def __init__(self):
        super(SlotsAndDict, self).__init__([1], {2: [3]})
        self.in_dict = ["x"]


class Mangled(object):
    def __init__(self):
        self.__private = ["private"]


class Meta(type):
    def __new__(mcs, name, bases, space, **more):
        made = super(Meta, mcs).__new__(mcs, name, bases, space)
        made.registry = [name]
        return made


WithMeta = Meta("WithMeta", (object,), {"__module__": __name__})
ABC = abc.ABCMeta("ABC", (object,), {"__module__": __name__})


class Abstract(ABC):
    @abc.abstractmethod
    def work(self):
        """To be overridden."""


class Concrete(Abstract):
    def work(self):
        return 1


class MyList(list):
    pass


class MyDict(dict):
    pass


class MyTuple(tuple):
    pass


class MySet(set):
    pass


class MyFrozen(frozenset):
    pass


class MyDeque(collections.deque):
    pass


class MyInt(int):
    pass


class MyLong(portable.integer_types[-1]):
    pass


class MyStr(str):
    pass


class MyText(portable.text_type):
    pass


class MyBytes(bytes):
    pass


class MyFloat(float):
    pass


class SizeInPython(object):
    """Asking for its size runs Python code: a dump must not do that."""

    asked = 0

    def __sizeof__(self):
        SizeInPython.asked += 1
        return 12345


class Hostile(object):
    """Every hook that a careless walk might run."""

    ran = []

    def __getattribute__(self, name):
        Hostile.ran.append(name)
        return object.__getattribute__(self, name)

    def __eq__(self, other):
        Hostile.ran.append("__eq__")
        return self is other

    def __hash__(self):
        return 7

    def __repr__(self):
        Hostile.ran.append("__repr__")
        return "hostile"


Point = collections.namedtuple("Point", "x y")


@kind
def instances():
    many = [Plain(i) for i in range(50)]
    for a, b in zip(many, many[1:]):
        a.link = b
    return many + [Child(), Mangled(), WithMeta(), Concrete(), SizeInPython(), Hostile()]


@kind
def instances_with_their_dict_made():
    many = [Plain(i) for i in range(20)]
    for one in many:
        one.__dict__["extra"] = [1]
    replaced = Plain(1)
    replaced.__dict__ = {"other": [2]}
    odd = Plain(2)
    odd.__dict__[5] = [6]
    deleted = Plain(3)
    del deleted.items
    return many + [replaced, odd, deleted]


@kind
def instances_with_many_attributes():
    many = []
    for n in (1, 5, 29, 30, 31, 60, 200):
        one = type("Wide%d" % n, (), {})()
        for i in range(n):
            setattr(one, "a%d" % i, [i])
        many.append(one)
    return many


@kind
def instances_with_slots():
    return [Slots([1], (2, [3])), SlotsAndDict(), Slots(None, "right")]


@kind
def subclasses():
    listed = MyList([[1], [2]])
    listed.note = ["n"]
    mapped = MyDict(a=[1])
    mapped.note = ["n"]
    made = MyList([[3]])
    made.note, made.more = ["n"], made.__dict__
    made_of_type = Plain([4])
    made_of_type.link, made_of_type.more = Plain, made_of_type.__dict__.copy()
    return [listed, mapped, made, made_of_type, MyTuple(([1], 2)), MySet([1, "a"]), MyFrozen([2]), MyDeque([[1]]),
            MyInt(10 ** 9), MyLong(10 ** 40), MyStr("cafe"), MyText(u"caf\u00e9"), MyBytes(b"xyz"), MyFloat(1.5)]


@kind
def lists():
    grown = []
    for i in range(100):
        grown.append([i])
    return [[], [1], grown, list(range(300, 400)), [None] * 1000]


@kind
def tuples():
    return [(), (1, 2, 3), ([],), ((1, 2), ("a", (b"b", 2.5))), tuple([[i] for i in range(20)]),
            tuple(range(1000, 1020))]


@kind
def dicts():
    split = Plain(1).__dict__
    emptied = {i: i for i in range(100)}
    for i in range(99):
        del emptied[i]
    mixed = {"a": 1, 2: [3], (4, 5): {6}, None: [7], 1.5: b"x", b"k": [8]}
    return [{}, {"a": 1}, {"a": [1]}, split, emptied, mixed, dict.fromkeys(range(5000)),
            {"k%d" % i: [i] for i in range(1000)}, {1: {2: {3: {4: "deep"}}}},
            portable.FrozenDict({"a": [1], "b": 2}), portable.FrozenDict({1: [1], "b": {2: 3}})]


@kind
def sets():
    big = set(range(10000))
    shrunk = set(range(1000))
    for i in range(990):
        shrunk.discard(i)
    return [set(), {1}, {"a", "b", (1, 2)}, big, shrunk, frozenset(), frozenset({1, 2}),
            frozenset(Plain(i) for i in range(20)), {Hostile()}]


@kind
def strings():
    texts = [u"plain ascii", u"caf\u00e9 latin", u"\u0416\u0443\u043a UCS2", u"\U0001f600 UCS4", u"", u"x", u"\xe9",
             u"a" * 10000, u"\u0416" * 5000, u"\ud800 lone surrogate", "a str", "b" * 5000]
    made = ["".join(random.choice(string.ascii_letters) for _ in range(20)) for _ in range(200)]
    cached = u"caf\u00e9 with cached utf8"
    cached.encode("utf-8")
    passed = u"caf\u00e9 passed to C"
    if not portable.PYTHON2:
        os.path.exists(passed)
    return texts + made + [cached, passed, portable.intern("an interned text")]


@kind
def numbers():
    return [0, 1, -5, 256, 257, 2 ** 30, 2 ** 60, 2 ** 64, -2 ** 90, 10 ** 1000, True, 1.5, float("nan"),
            3 + 4j, decimal.Decimal("1.1"), decimal.Decimal(10) ** 300, fractions.Fraction(1, 3)]


@kind
def buffers():
    grown = bytearray()
    for _ in range(100):
        grown.append(1)
    slid = bytearray(b"0123456789" * 50)
    del slid[:20]
    owner = bytearray(1000)
    view = memoryview(owner)
    return [b"", b"a", b"x" * 5000, grown, slid, bytearray(), owner, view, view[10:20], memoryview(b"xy"),
            array.array("d", range(100)), array.array("B"), array.array("i", [1]), struct.Struct("<IQ"),
            zlib.compressobj(), zlib.crc32(b"x")]


@kind
def functions_and_closures():
    def outer(value):
        other = [value]

        def inner(argument=[1]):
            return value, other, argument

        inner.attribute = ["on a function"]
        return inner

    def empty_cell():
        def use():
            return late
        yield use
        late = 1

    closures = [outer([i]) for i in range(30)]
    kept = next(empty_cell())
    return closures + [lambda x: x, kept, outer.__code__, compile("a = b + 'c'", "<made>", "exec")]


@kind
def methods_and_descriptors():
    one = Plain(1)
    return [one.method, Plain.made, Plain.__dict__["made"], Plain.__dict__["static"], Plain.__dict__["double"],
            Slots.left, [].append, one.__init__, str.join, "x".join, dict.fromkeys, Plain.__dict__,
            super(Child, Child()), types.MethodType(len, [1]), object().__str__]


@kind
def generators():
    def numbers(limit, held):
        for i in range(limit):
            yield [i, held]

    def catches(held):
        try:
            raise ValueError(held)
        except ValueError as error:
            kept = error
            yield kept
            yield held

    def withs(held):
        with contextlib.closing(io.BytesIO(b"x")) as stream:
            yield [stream, held]

    def called(held):
        len([[held], (yield held), "never counted"])

    new, running, done = numbers(3, ["new"]), numbers(3, ["suspended"]), numbers(1, ["done"])
    next(running)
    list(done)
    rest = [catches(["c"]), withs(["w"]), called(["m"])]
    for one in rest:
        next(one)
    expression = (x for x in [[1], [2]])
    next(expression)
    return [new, running, done, expression] + rest


@kind
def exceptions():
    def deep(n, held):
        if n:
            deep(n - 1, [held])
        raise KeyError(held)

    made = []
    for n in range(5):
        try:
            deep(n, ["held"])
        except KeyError as error:
            made.append(error)
    made += [OSError(2, "no", "file"), UnicodeDecodeError("utf-8", b"x", 0, 1, "why"), UnicodeEncodeError("utf-8", u"x", 0, 1, "why"), StopIteration([1]),
             SystemExit([1]), ImportError("x"), SyntaxError("m", ("f", 1, 2, "t"))]
    return made


@kind
def frames():
    def keep(held):
        local = [held]
        return sys._getframe(), local

    return [keep([i]) for i in range(5)]


@kind
def functional():
    attributed = functools.partial(map, [1])
    attributed.note = [1]
    return [attributed, functools.partial(dict, a=["x"]), functools.cmp_to_key(len)(5),
            operator.attrgetter("a.b", "c"), operator.itemgetter(1, [2]), operator.methodcaller("m", [1], k=[2])]


@kind
def collections_of_the_library():
    ordered = collections.OrderedDict((i, [i]) for i in range(100))
    del ordered[5]
    cleared = collections.OrderedDict.fromkeys("abc")
    cleared.clear()
    default = collections.defaultdict(list, {"a": [1]})
    default["made at run time" * 2].append([2])
    deque = collections.deque(([i] for i in range(1000)), maxlen=300)
    deque.rotate(7)
    return [ordered, cleared, collections.OrderedDict(), default, collections.Counter("hello"), deque,
            collections.deque(), Point([1], 2), queue.Queue(), iter(deque), reversed(deque), iter(ordered),
            default.items(), {}.keys()]


@kind
def weak():
    alive = [Plain(i) for i in range(10)]
    values = weakref.WeakValueDictionary({i: one for i, one in enumerate(alive)})
    keys = weakref.WeakKeyDictionary({one: [1] for one in alive})
    members = weakref.WeakSet(alive)
    dead = weakref.ref(Plain(1))
    called = weakref.ref(alive[0], len)
    proxy = weakref.proxy(alive[1])
    return [alive, values, keys, members, dead, called, proxy]


@kind
def iterators():
    return [iter([[1]]), iter(([1],)), iter({1: [2]}), iter({1}), iter("text"), iter(b"b"), iter(range(10)),
            reversed([1]), zip([1], [2]), map(str, [1]), filter(None, [[1]]), enumerate([[1]]), iter(int, 1),
            itertools.chain([1], [[2]]), itertools.count(10 ** 30), itertools.cycle([[1]]), itertools.repeat([1]),
            itertools.product([1], [[2]]), itertools.permutations([[1], 2]), itertools.groupby([1, [2]]),
            itertools.tee([[1]]), itertools.islice([1, [2]], 2), Seq().__iter__()]


class Seq(object):
    def __getitem__(self, index):
        return [index]

    def __iter__(self):
        return iter(self.__getitem__, None)


@kind
def small_types():
    return [slice([1], "b", (2,)), slice(None), range(10), Ellipsis,
            NotImplemented, object(), datetime.datetime(2020, 1, 1), datetime.timedelta(1), uuid.UUID(int=5),
            string.Template("$x"), random.Random(1), re.compile("(a|b)(?P<name>c)+"), re.match("(a)(b)", "ab"),
            threading.Lock(), threading.RLock(), threading.Event(), threading.local(), types.ModuleType("made")]


@kind
def files_and_streams():
    read, write = os.pipe()
    opened = os.fdopen(read, "r")
    os.close(write)
    temporary = tempfile.TemporaryFile()
    temporary.write(b"x" * 1000)
    return [io.BytesIO(b"x" * 1000), io.StringIO(u"text" * 100), opened, temporary,
            io.TextIOWrapper(io.BytesIO(b"line\n" * 100)), io.BufferedReader(io.BytesIO(b"y"))]


@kind
def of_ctypes():
    class Struct(ctypes.Structure):
        _fields_ = [("a", ctypes.c_int), ("p", ctypes.POINTER(ctypes.c_int))]

    number = ctypes.c_int(5)
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(abs)
    return [number, ctypes.pointer(number), Struct(1, ctypes.pointer(number)), (ctypes.c_int * 10)(),
            ctypes.py_object([1]), callback, ctypes.create_string_buffer(100)]


@kind
def classes():
    made = [Meta("Made%d" % i, (Plain,), {"value": [i]}) for i in range(20)]
    mixed = type("Mixed", (MyList, Concrete), {"__slots__": ("s",)})
    return made + [mixed, Point]


@kind
def self_referring():
    loop = []
    loop.append(loop)
    table = {}
    table["self"] = table
    one = Plain(1)
    one.link = one
    return [loop, table, one]


@kind
def threads():
    stop = threading.Event()
    ready = threading.Semaphore(0)

    def worker(argument, stop):
        in_thread = [argument, {"of": "thread"}]
        ready.release()
        stop.wait()
        return in_thread

    started = [threading.Thread(target=worker, args=(["t%d" % i], stop), name="parked-%d" % i) for i in range(3)]
    for one in started:
        one.daemon = True
        one.start()
    for one in started:
        ready.acquire()
    return started + [stop]


def bulk(count):
    """`count` or some more tracked objects of a few shapes, about as many untracked ones."""
    unit = max(count // 8, 1)
    made = {
        "instances": [Plain(i + 1000) for i in range(unit)],
        "dicts": [{"number": i + 1000, "items": [i], "text": "text %d" % i} for i in range(unit)],
        "slots": [Slots([i], "right %d" % i) for i in range(unit // 2)],
        "tuples": [(i + 1000, "t%d" % i, [i]) for i in range(unit // 2)],
        "untracked tuples": [(i + 1000, "u%d" % i, (i, i + 2000)) for i in range(unit // 4)],
        "sets": [{i, "m%d" % i} for i in range(unit // 4)],
        "keyed": {"key %d" % i: [i] for i in range(unit // 2)},
        "numbered": {i: Plain(i) for i in range(unit // 4)},
    }
    for a, b in zip(made["instances"], made["instances"][1:]):
        a.link = b
    return made


def build(count):
    """Every kind, and a bulk: {name: objects}."""
    random.seed(1)
    made = {name: make() for name, make in KINDS.items()}
    made["bulk"] = bulk(count)
    return made


def release(made):
    """Ends what would keep the process from ending."""
    made["threads"][-1].set()
    for one in made["threads"][:-1]:
        one.join()
    if not portable.PYTHON2:
        heaps_python3.release(made)


if portable.PYTHON2:
    import heaps_python2  # noqa: F401
else:
    import heaps_python3
