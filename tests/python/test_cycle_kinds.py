"""A table of the kinds of cycles that programs leave behind, and the collector's verdict
on each: `heapsnap cycles --ids` names exactly what gc.collect() prints, alone and all
together, and `collect` says what becomes of it.
"""
from __future__ import print_function

import gc
import sys
import unittest

import matrix
import portable
import verdict

VERSION = sys.version_info[:2]
ALWAYS, PY2, PY3 = (0, 99), (0, 3), (3, 99)

# What the sources below are about. They run as the body of a function.
PRELUDE = """
import array, collections, copy, csv, ctypes, datetime, functools, gc, io, itertools
import json, operator, random, re, socket, sqlite3, struct, sys, threading, types, weakref
import xml.etree.ElementTree as etree
try:
    import asyncio, contextvars
except ImportError:
    pass

class Thing(object):
    def __init__(self, **attributes):
        self.__dict__.update(attributes)
    def method(self, *arguments):
        return self

class Slotted(object):
    __slots__ = ("one", "two", "__weakref__")

class Final(object):
    def __del__(self):
        pass

def loop_in(make):
    kept = []
    kept.append(make(kept))
    return kept
"""

# name, first version, first version without it, source
TABLE = [(name, since, before, source) for (since, before), rows in [(ALWAYS, [
    ("list", "a = []; a.append(a)"),
    ("dict by value", "a = {}; a['a'] = a"),
    ("dict by value and number", "a = {}; a[1] = a; a['s'] = 2"),
    ("dict by key", "t = Thing(); t.d = {t: 1}"),
    ("tuple", "a = []; a.append((a,))"),
    ("tuples within tuples", "a = []; a.append(((1, (a,)), 2))"),
    ("set", "t = Thing(); t.s = set([t])"),
    ("frozenset", "t = Thing(); t.s = frozenset([t])"),
    ("attribute", "t = Thing(); t.me = t"),
    ("two attributes", "a = Thing(); b = Thing(me=a); a.other = b"),
    ("namespace made", "t = Thing(); t.me = t; t.__dict__"),
    ("namespace in itself", "class C(object):\n    pass\nc = C(); c.list = []; c.names = c.__dict__"),
    ("namespace replaced", "t = Thing(); t.__dict__ = {'me': t}"),
    ("namespace shared", "t, u = Thing(), Thing(); u.__dict__ = t.__dict__; t.u = u; t.t = t"),
    ("attribute deleted", "t = Thing(); t.x = 1; t.me = t; del t.x"),
    ("many attributes", "t = Thing(); [setattr(t, 'a%d' % i, t) for i in range(50)]"),
    ("slot", "s = Slotted(); s.one = s"),
    ("two slots", "s = Slotted(); t = Slotted(); s.one = t; t.two = s"),
    ("bound method", "t = Thing(); t.call = t.method"),
    ("builtin method", "a = []; a.append(a.append)"),
    ("method wrapper", "a = []; a.append(a.__len__)"),
    ("closure", "def f():\n    return f"),
    ("default", "def f(a=[]):\n    pass\nf.__defaults__[0].append(f)"),
    ("function attribute", "def f():\n    pass\nf.f = f"),
    ("lambda in a dict", "d = {}; d['f'] = lambda: d"),
    ("globals of a function", "exec('def f(): pass', {})"),
    ("class", "class C(object):\n    pass"),
    ("class and instance", "class C(object):\n    pass\nC.one = C()"),
    ("class with slots", "class C(object):\n    __slots__ = 'a'\nc = C()\nc.a = c"),
    ("base class", "class B(object):\n    pass\nclass C(B):\n    pass\nB.c = C"),
    ("metaclass", "class M(type):\n    pass\nM.c = M('C', (object,), {})"),
    ("property", "class C(object):\n    p = property(lambda self: C)"),
    ("static and class methods", "class C(object):\n    s = staticmethod(lambda: C)\n    c = classmethod(lambda c: C)"),
    ("super", "class C(Thing):\n    pass\nc = C()\nc.up = super(C, c)"),
    ("generator, new", "def g(a):\n    yield a\nloop_in(g)"),
    ("generator, suspended", "def g(a):\n    yield\n    a\nnext(loop_in(g)[0])"),
    ("generator in an expression", "def g(a):\n    len((a, (yield), a))\nnext(loop_in(g)[0])"),
    ("generator in a loop", "def g(a):\n    for a.i in [a]:\n        yield\nclass L(list):\n    pass\n"
                            "a = L()\na.append(g(a))\nnext(a[0])"),
    ("generator, done", "def g(a):\n    yield a\na = loop_in(g); list(a[0]); a.append(a)"),
    ("generator expression", "a = []; a.append(x for x in a)"),
    ("exception and its traceback", "try:\n    raise ValueError(1)\nexcept ValueError as e:\n"
                                    "    tb = sys.exc_info()[2]\n    kept = [e, tb]\n    kept.append(kept)"),
    ("exception argument", "a = []; a.append(ValueError(a))"),
    ("exception attribute", "e = ValueError(); e.me = e"),
    ("frame", "f = sys._getframe()"),
    ("weak reference with a callback", "t = Thing(); t.me = t; t.r = weakref.ref(t, t.method)"),
    ("weak proxy", "t = Thing(); t.me = t; t.r = weakref.proxy(t)"),
    ("weak values and keys", "t = Thing(); t.me = t; t.v = weakref.WeakValueDictionary({1: t}); "
                             "t.k = weakref.WeakKeyDictionary({t: 1}); t.s = weakref.WeakSet([t])"),
    ("partial", "a = []; a.append(functools.partial(len, a))"),
    ("deque", "d = collections.deque(); d.append(d)"),
    ("defaultdict", "d = collections.defaultdict(list); d[1] = d"),
    ("OrderedDict", "d = collections.OrderedDict(); d[1] = d"),
    ("Counter", "d = collections.Counter(); d.me = d"),
    ("namedtuple class", "collections.namedtuple('P', 'x y')"),
    ("namedtuple", "P = collections.namedtuple('P', 'x'); a = []; a.append(P(a))"),
    ("itertools", "a = []; a.extend([itertools.chain(a), itertools.cycle(a), itertools.repeat(a), itertools.count(1)])"),
    ("more of itertools", "a = []; a.extend([itertools.islice(a, 2), itertools.takewhile(len, a), itertools.starmap(len, a)])"),
    ("permutations", "a = [1, 2]; a.append(itertools.permutations([a, a])); a.append(itertools.product([a], [a]))"),
    ("tee", "a = []; a.extend(itertools.tee(a, 2))"),
    ("iterators", "a = []; a.extend([iter(a), reversed(a), enumerate(a), iter(a.append, 1)])"),
    ("dict iterators", "d = {1: 2}; d['i'] = [iter(d), iter(d.items()), iter(d.values())]"),
    ("dict views", "d = collections.OrderedDict(); d[1] = [d.keys(), d.items()]"),
    ("set iterator", "t = Thing(); t.s = set([t]); t.i = iter(t.s)"),
    ("itemgetter", "a = []; a.append(operator.itemgetter(a))"),
    ("thread local", "l = threading.local(); l.me = l"),
    ("thread", "t = threading.Thread(target=len, args=([],)); t.me = t; t.start(); t.join()"),
    ("condition and event", "e = threading.Event(); e.me = e; c = threading.Condition(); c.me = c"),
    ("module", "m = types.ModuleType('m'); m.m = m"),
    ("memoryview", "class B(bytearray):\n    pass\nb = B(8); b.view = memoryview(b)"),
    ("subclass of list", "class L(list):\n    pass\nl = L(); l.me = l; l.append(l)"),
    ("subclass of dict", "class D(dict):\n    pass\nd = D(); d.me = d; d[1] = d"),
    ("subclass of tuple", "class T(tuple):\n    pass\nt = T([1]); t.me = t"),
    ("subclass of int and str", "class I(int):\n    pass\nclass S(str):\n    pass\ni = I(5); i.s = S('s'); i.s.i = i"),
    ("array", "class A(array.array):\n    pass\na = A('d', [1.0]); a.me = a"),
    ("text streams", "s = io.StringIO(); s.me = s; b = io.BytesIO(); b.me = b"),
    ("buffered streams", "r = io.BytesIO(b'x'); b = io.BufferedReader(r); t = io.TextIOWrapper(b); r.t = t"),
    ("csv", "a = []; a.append(csv.reader(a))"),
    ("element tree", "e = etree.Element('a'); e.append(e)"),
    ("ctypes structure", "class S(ctypes.Structure):\n    pass\nS._fields_ = [('next', ctypes.POINTER(S))]\n"
                         "s = S(); s.next = ctypes.pointer(s)"),
    ("ctypes callback", "t = Thing(); t.c = ctypes.CFUNCTYPE(None)(t.method)"),
    ("random", "class R(random.Random):\n    pass\nr = R(); r.me = r"),
    ("struct", "class S(struct.Struct):\n    pass\ns = S('i'); s.me = s"),
    ("socket", "class S(socket.socket):\n    pass\ns = S(); s.me = s; s.close()"),
    ("json decoder", "d = json.JSONDecoder(); d.object_hook = d.decode; d.me = d"),
    ("time zone", "class Z(datetime.tzinfo):\n    pass\nz = Z(); z.me = z"),
    ("copied", "a = [1]; a.append(a); copy.deepcopy(a)"),
    ("held by garbage", "a = []; a.append(a); b = [a]; b.append(b)"),
    ("hangs off", "a = [{}, (1, 2), [3], Thing(), 'text' * 9, lambda: 1]; a.append(a)"),
    ("finalizer hangs off", "a = [Final()]; a.append(a)"),
    ("finalizer hangs off with a list", "f = Final(); f.list = [[]]; a = [f]; a.append(a); del f"),
]), (PY3, [
    ("finalizer", "f = Final(); f.me = f"),
    ("finalizers that hold cycles", "f = Final(); a = []; a.append(a); f.a = a; f.f = f"),
    ("finalizer that resurrects", "class R(object):\n    back = []\n    def __del__(self):\n"
                                  "        self.back.append(self)\nr = R(); r.me = r"),
    ("generator in with", "def g(a):\n    with io.StringIO() as s:\n        yield s, a\nnext(loop_in(g)[0])"),
    ("generator in try and finally", "def g(a):\n    try:\n        yield a\n    finally:\n        pass\nnext(loop_in(g)[0])"),
    ("generator in except", "def g(a):\n    try:\n        raise ValueError(a)\n    except ValueError:\n"
                            "        yield a\nnext(loop_in(g)[0])"),
    ("yield from", "def h(a):\n    yield a\ndef g(a):\n    yield from h(a)\nnext(loop_in(g)[0])"),
    ("keyword default", "def f(*, a=[]):\n    pass\nf.__kwdefaults__['a'].append(f)"),
    ("annotations", "def f(a: [1]):\n    pass\nf.__annotations__['a'].append(f)"),
    ("chained exceptions", "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n"
                           "        raise ValueError from e\nexcept ValueError as v:\n    kept = [v]\n    kept.append(kept)"),
    ("coroutine", "async def c(a):\n    pass\na = []; a.append(c(a)); a[0].send; sys.stderr"),
    ("coroutine, suspended", "class W:\n    def __await__(self):\n        yield\nasync def c(a):\n    await W()\n"
                             "loop_in(c)[0].send(None)"),
    ("coroutine in a call", "class W:\n    def __await__(self):\n        yield\nasync def c(a):\n    len((a, await W()))\n"
                            "loop_in(c)[0].send(None)"),
    ("async generator", "async def g(a):\n    yield a\nloop_in(g)"),
    ("future", "l = asyncio.new_event_loop(); f = l.create_future(); f.set_result([f, l]); l.f = f; l.close()"),
    ("SimpleNamespace", "n = types.SimpleNamespace(); n.me = n"),
    ("mapping proxy", "d = {}; d['p'] = types.MappingProxyType(d)"),
    ("lru_cache", "@functools.lru_cache(maxsize=2)\ndef f(n):\n    return f\nf(1); f(2); f(3)"),
    ("singledispatch", "@functools.singledispatch\ndef f(n):\n    return f"),
    ("ABC", "import abc\nclass A(abc.ABC):\n    pass\nclass B(A):\n    pass\nisinstance(1, A)"),
    ("enum", "import enum\nclass E(enum.Enum):\n    A = 1\n    B = [2]"),
    ("slice", "a = []; a.append(slice(a))"),
    ("accumulate and zip_longest", "a = []; a.extend([itertools.accumulate(a), itertools.zip_longest(a)])"),
    ("ExitStack", "import contextlib\ns = contextlib.ExitStack(); s.callback(s.close)"),
]), ((3.07, 99), [
    ("context", "v = contextvars.ContextVar('v'); c = contextvars.copy_context(); c.run(v.set, [c])"),
    ("dataclass", "import dataclasses\nC = dataclasses.make_dataclass('C', ['x']); c = C(1); c.x = c"),
]), ((3.11, 99), [
    ("exception group", "a = []; a.append(ExceptionGroup('g', [ValueError(a)]))"),
]), ((3.12, 99), [
    ("type alias and parameters", "exec('type A = list[A]\\nclass B[T]:\\n    x: T\\n', {})"),
]), ((3.14, 99), [
    ("lazy annotations", "class C:\n    x: C"),
]), ((3.15, 99), [
    ("frozendict", "a = []; a.append(frozendict(a=a))"),
]), (PY2, [
    ("old-style instance", "class O:\n    pass\no = O(); o.me = o"),
    ("old-style class", "class O:\n    pass\nO.me = O"),
    ("old-style method", "class O:\n    def f(self):\n        pass\no = O(); o.f = o.f"),
    ("old-style finalizer hangs off", "class O:\n    def __del__(self):\n        pass\na = [O()]; a.append(a)"),
    ("xrange and buffer", "a = [xrange(3), buffer('x'), u'u', 5L]; a.append(a)"),
])] for name, source in rows]

# The same, of which the collector says: uncollectable.
UNCOLLECTABLE = [
    ("new-style", PY2, "f = Final(); f.me = f"),
    ("old-style", PY2, "class O:\n    def __del__(self):\n        pass\no = O(); o.me = [o]"),
    ("an instance's own", PY2, "class O:\n    def m(self):\n        pass\no = O(); o.me = o; o.__del__ = o.m"),
    ("what it holds", PY2, "f = Final(); f.me = f; a = []; a.append(a); f.a = a"),
    ("generator in try and finally", PY2, "def g(a):\n    try:\n        yield a\n    finally:\n        pass\nnext(loop_in(g)[0])"),
    ("generator in try and except", PY2, "def g(a):\n    try:\n        yield a\n    except ValueError:\n"
                                        "        pass\nnext(loop_in(g)[0])"),
    ("generator in with", PY2, "def g(a):\n    with io.BytesIO():\n        yield a\nnext(loop_in(g)[0])"),
    ("tp_del", (3.04, 99), "import _testcapi\n@_testcapi.with_tp_del\nclass D(object):\n    def __tp_del__(self):\n"
                           "        pass\nd = D(); d.me = d; KEPT.append(D)"),
]

# What no collection finds, as a type hides a reference from it, and what releases it.
NEVER = [
    ("constant of a code object", (3.08, 99), "def f():\n    pass\nf.__code__ = f.__code__.replace(co_consts=(None, f))\n"
                                              "KEPT.append(weakref.ref(f))",
     "f = KEPT[0](); f.__code__ = (lambda: 1).__code__"),
    ("range of numbers with attributes", (3.06, 3.10), "class I(int):\n    pass\ni = I(3); i.t = t = Thing(i=i)\n"
                                                       "t.r = range(i)\nKEPT.append(weakref.ref(t))",
     "KEPT[0]().__dict__.clear()"),
    ("constant of a code object, 2.7", PY2,
     "def f():\n    pass\nc = f.__code__\n"
     "f.__code__ = types.CodeType(0, 0, c.co_stacksize, c.co_flags, c.co_code, (None, f), (), (), 'f', 'f', 1, '')\n"
     "KEPT.append(weakref.ref(f))", "f = KEPT[0](); f.__code__ = (lambda: 1).__code__"),
    ("buffer", PY2, "class B(str):\n    pass\nb = B('b'); b.t = t = Thing(); t.b = buffer(b)\n"
                    "KEPT.append(weakref.ref(t))", "KEPT[0]().__dict__.clear()"),
]


def number(version):
    """3.07 or 3.15 as a tuple: what compares as versions do."""
    return int(version), int(round(version % 1 * 100))


def applies(since, before):
    return number(since) <= VERSION < number(before)


def indented(source):
    return "".join("    " + line + "\n" for line in source.split("\n"))


class Kinds(verdict.Verdict):
    def setUp(self):
        super(Kinds, self).setUp()
        self.names = portable.defined(PRELUDE, KEPT=[])
        gc.collect()  # what the imports left

    def leave(self, source):
        """Runs a source in a function: what it leaves behind is in no frame."""
        exec("def run():\n" + indented(source), self.names)
        try:
            self.names.pop("run")()
        except ImportError as error:
            return str(error)
        return None

    def verdicts(self, said):
        return {str(group["collect"]) for group in said["groups"]}

    def test_the_table_is_long_enough(self):
        kinds = sum(applies(since, before) for _, since, before, _ in TABLE)
        self.assertGreaterEqual(kinds, 66)
        matrix.tell("garbage, kinds of cycles", "%d kinds" % kinds)

    def test_each_alone(self):
        self.compare("nothing")
        for name, since, before, source in TABLE:
            if not applies(since, before):
                continue
            with self.subTest(name):
                self.assertIsNone(self.leave(source))
                said, _ = self.compare(name)
                self.assertGreater(len(said["unreachable"]["ids"]), 0, name)
                self.assertEqual(self.verdicts(said), {"yes"}, name)
                for group in said["groups"]:
                    self.check_example(group)
                gc.collect()

    def test_all_together(self):
        for name, since, before, source in TABLE:
            if applies(since, before):
                self.leave(source)
        said, _ = self.compare("all")
        self.assertGreater(len(said["unreachable"]["ids"]), 300)

    def test_uncollectable(self):
        for name, (since, before), source in UNCOLLECTABLE:
            if not applies(since, before):
                continue
            missing = self.leave(source)
            if missing:
                print("not tried, %s: %s" % (name, missing))
                continue
            with self.subTest(name):
                said, _ = self.compare(name)
                self.assertEqual(self.verdicts(said), {"uncollectable"}, name)
                self.assertIn(True, {group["finalizer"] for group in said["groups"]}, name)
                del gc.garbage[:]
                gc.collect()

    def test_what_hangs_off_is_not_uncollectable(self):
        self.leave("f = Final(); f.list = [[]]; a = [f]; a.append(a)")
        said, _ = self.compare("hangs off")
        self.assertEqual(self.verdicts(said), {"yes"})
        # 2.7 frees the object, its namespace and what it holds by their counts, and names the list.
        self.assertEqual(len(said["unreachable"]["ids"]) == 1, portable.PYTHON2)
        self.assertGreaterEqual(said["unreachable"]["objects"], 4)

    def test_never(self):
        for name, (since, before), source, release in NEVER:
            if not applies(since, before):
                continue
            del self.names["KEPT"][:]
            missing = self.leave(source)
            if missing:
                print("not tried, %s: %s" % (name, missing))
                continue
            with self.subTest(name):
                said, _ = self.compare(name)
                self.assertEqual(self.verdicts(said), {"never"}, name)
                self.assertEqual(said["unreachable"]["ids"], [], name)
                self.assertIsNotNone(self.names["KEPT"][0](), name)  # the collector has not found it
                self.leave(release)
                gc.collect()
                self.assertIsNone(self.names["KEPT"][0](), name)
                self.assertEqual(self.compare(name)[0]["groups"], [], name)


if __name__ == "__main__":
    unittest.main()
