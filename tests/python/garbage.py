"""Kinds of garbage cycles: GARBAGE maps a name to a function that leaves the
cycle behind and returns nothing. Called with the collector off."""
from __future__ import print_function

import abc
import array
import collections
import ctypes
import functools
import io
import itertools
import operator
import sys
import threading
import types
import weakref

import portable
from heaps import ABC, Meta, Plain, Slots

GARBAGE = {}
FINALIZED = []


def garbage(make):
    GARBAGE[make.__name__] = make
    return make


class Finalizer(object):
    def __del__(self):
        FINALIZED.append(1)


class Resurrects(object):
    back = []

    def __del__(self):
        Resurrects.back.append(self)


@garbage
def a_list_in_itself():
    a = []
    a.append(a)


@garbage
def lists_in_a_ring():
    ring = [[] for _ in range(10)]
    for i, one in enumerate(ring):
        one.append(ring[i - 1])


@garbage
def a_dict_value():
    a = {}
    a["me"] = a


@garbage
def a_tuple_through_a_list():
    inner = []
    inner.append((inner, 1, "x"))


@garbage
def nested_untracked_tuples_hang_off():
    a = [(1, (2, (3, "deep"))), {"untracked": 1}]
    a.append(a)


@garbage
def an_instance_attribute():
    one = Plain(1)
    one.link = one


@garbage
def instances_both_ways():
    one, two = Plain(1), Plain(2)
    one.link, two.link = two, one


@garbage
def an_instance_with_its_dict_made():
    one = Plain(1)
    one.__dict__["me"] = one


@garbage
def an_instance_with_a_replaced_dict():
    one = Plain(1)
    one.__dict__ = {"me": one, "x": [1]}


@garbage
def a_dict_of_an_instance_that_is_in_it():
    one = Plain(1)
    one.me = one.__dict__


@garbage
def slots():
    one = Slots(None, None)
    one.left = [one]


@garbage
def a_method_bound_to_its_own_instance():
    one = Plain(1)
    one.link = one.method


@garbage
def a_builtin_method():
    a = []
    a.append(a.append)


@garbage
def a_closure_on_itself():
    def f():
        return f


@garbage
def closures_on_each_other():
    def f():
        return g

    def g():
        return f


@garbage
def a_default_argument():
    def f(held=[]):
        return held

    f.__defaults__[0].append(f)


@garbage
def a_function_attribute():
    def f():
        pass

    f.me = f


@garbage
def a_class():
    class Local(object):
        value = [1]

        def method(self):
            return self


@garbage
def a_class_with_instances():
    class Local(object):
        pass

    Local.instances = [Local() for _ in range(5)]


@garbage
def a_class_with_slots():
    class Local(object):
        __slots__ = ("a", "b")

    one = Local()
    one.a = one


@garbage
def a_metaclass():
    class LocalMeta(type):
        pass

    LocalMeta.made = LocalMeta("Local", (object,), {})


@garbage
def a_class_of_a_metaclass_that_lives():
    made = Meta("Local", (), {})
    made.me = made


@garbage
def an_abstract_class():
    class Local(ABC):
        @abc.abstractmethod
        def f(self):
            pass

    class Real(Local):
        def f(self):
            pass

    Local.register(int)
    isinstance(1, Local)
    isinstance(Real(), Local)


@garbage
def a_namedtuple():
    local = collections.namedtuple("Local", "a b")
    inner = []
    inner.append(local(inner, 1))


@garbage
def a_property_of_a_class():
    class Local(object):
        @property
        def p(self):
            return Local


@garbage
def a_generator_not_started():
    def gen(held):
        yield held

    held = []
    held.append(gen(held))


@garbage
def a_generator_suspended():
    def gen(held):
        for i in [1, 2, 3]:
            yield held

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_in_an_expression():
    def gen(held):
        len([[held], held, (yield), "never counted"])

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_in_with_and_finally():
    def gen(held):
        try:
            with io.StringIO(u"") as stream:
                yield stream, held
        finally:
            FINALIZED.append(2)

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_in_except():
    def gen(held):
        try:
            raise ValueError(held)
        except ValueError:
            yield held

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_done():
    class Holder(object):
        pass

    def gen():
        yield 1

    holder = Holder()
    holder.gen = gen()
    list(holder.gen)
    holder.me = holder


@garbage
def an_exception_with_its_traceback():
    def fails(held):
        try:
            raise ValueError(held)
        except ValueError as error:
            held.append(error)

    fails([])


@garbage
def a_dead_frame():
    def f():
        local = [sys._getframe()]
        return local[0].f_code

    f()


@garbage
def a_finalizer():
    one = Finalizer()
    one.me = one


@garbage
def finalizers_in_a_ring():
    ring = [Finalizer() for _ in range(5)]
    for i, one in enumerate(ring):
        one.next = ring[i - 1]


@garbage
def a_finalizer_that_hangs_off():
    a = [Finalizer()]
    a.append(a)


@garbage
def a_finalizer_that_resurrects():
    one = Resurrects()
    one.me = one


@garbage
def a_weakref_with_a_callback():
    one = Plain(1)
    one.link = one
    one.ref = weakref.ref(one, FINALIZED.append)


@garbage
def weak_dictionaries():
    one = Plain(1)
    one.link = one
    one.values = weakref.WeakValueDictionary({1: one})
    one.keys = weakref.WeakKeyDictionary({one: one.values})
    one.members = weakref.WeakSet([one])


@garbage
def a_partial():
    a = []
    a.append(functools.partial(dict, a, key=a))


@garbage
def a_deque():
    a = collections.deque(range(200))
    a.append(a)


@garbage
def a_defaultdict():
    a = collections.defaultdict(list)
    a.default_factory = a.get
    a[1] = a


@garbage
def an_ordered_dict():
    a = collections.OrderedDict()
    for i in range(20):
        a[i] = [a]


@garbage
def a_set_of_an_instance():
    one = Plain(1)
    one.link = {one, frozenset([one])}


@garbage
def a_key_of_a_dict():
    one = Plain(1)
    one.link = {one: 1}


@garbage
def iterators():
    a = []
    for made in (iter(a), map(len, a), zip(a, a), enumerate(a), filter(None, a), reversed(a), itertools.chain(a),
                 itertools.cycle(a), itertools.tee(a), itertools.groupby(a), itertools.islice(a, 1)):
        a.append(made)


@garbage
def operators():
    a = []
    a.append(operator.itemgetter(a))
    a.append(operator.methodcaller("m", a))


@garbage
def a_module():
    module = types.ModuleType("made")
    module.me = module

    def f():
        pass

    module.f = types.FunctionType(f.__code__, module.__dict__)


@garbage
def slices():
    a = []
    a.append(slice(a, None))


@garbage
def arrays_hang_off():
    a = [array.array("d", range(50)), bytearray(100), memoryview(b"abc"), "text " * 10]
    a.append(a)


@garbage
def a_memoryview_of_a_subclass():
    class Buffer(bytearray):
        pass

    one = Buffer(10)
    one.view = memoryview(one)


@garbage
def subclasses_of_builtins():
    class L(list):
        pass

    class D(dict):
        pass

    one = L()
    one.append(one)
    one.attribute = D(me=one)


@garbage
def a_thread_local():
    local = threading.local()
    local.me = local


@garbage
def a_thread_that_ended():
    def work():
        pass

    one = threading.Thread(target=work)
    one.me = one
    one.start()
    one.join()


@garbage
def streams():
    a = io.BytesIO(b"x" * 100)
    a.me = a
    b = io.StringIO(u"")
    b.me = b


@garbage
def ctypes_callbacks():
    class Struct(ctypes.Structure):
        pass

    Struct._fields_ = [("next", ctypes.POINTER(Struct))]
    one = Struct()
    one.next = ctypes.pointer(one)

    def f(x):
        return x

    f.callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(f)


@garbage
def a_cycle_held_by_garbage():
    inner = []
    inner.append(inner)
    outer = {"holds": inner, "also": [[], ()]}
    outer["me"] = outer


def many(count):
    """`count` cycles of three kinds, some 6 objects each."""
    for i in range(count):
        one = Plain(i)
        one.link = {"back": one, "method": one.method}
        ring = [i]
        ring.append((ring, "t%d" % i))
        slots = Slots(None, i)
        slots.left = [slots]


if portable.PYTHON2:
    import garbage_python2  # noqa: F401
else:
    import garbage_python3  # noqa: F401
