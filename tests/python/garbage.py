"""Kinds of garbage cycles: GARBAGE maps a name to a function that leaves the
cycle behind and returns nothing. Called with the collector off."""
import abc
import array
import asyncio
import collections
import contextvars
import ctypes
import dataclasses
import enum
import functools
import io
import itertools
import operator
import sys
import threading
import types
import typing
import weakref

from heaps import Meta, Plain, Slots, Waits

GARBAGE = {}
FINALIZED = []


def garbage(make):
    GARBAGE[make.__name__] = make
    return make


class Finalizer:
    def __del__(self):
        FINALIZED.append(1)


class Resurrects:
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
    class Local:
        value = [1]

        def method(self):
            return self


@garbage
def a_class_with_instances():
    class Local:
        pass

    Local.instances = [Local() for _ in range(5)]


@garbage
def a_class_with_slots():
    class Local:
        __slots__ = ("a", "b")

    one = Local()
    one.a = one


@garbage
def a_metaclass():
    class LocalMeta(type):
        pass

    class Local(metaclass=LocalMeta):
        pass

    LocalMeta.made = Local


@garbage
def a_class_of_a_metaclass_that_lives():
    made = Meta("Local", (), {})
    made.me = made


@garbage
def an_abstract_class():
    class Local(abc.ABC):
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
def an_enum():
    class Local(enum.Enum):
        A = 1
        B = [2]


@garbage
def a_dataclass():
    @dataclasses.dataclass
    class Local:
        key: str
        values: list = dataclasses.field(default_factory=list)

    one = Local("k")
    one.values.append(one)


@garbage
def a_namedtuple():
    local = collections.namedtuple("Local", "a b")
    inner = []
    inner.append(local(inner, 1))


@garbage
def a_property_of_a_class():
    class Local:
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
        print([held], held, (yield), "never")

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_in_with_and_finally():
    def gen(held):
        try:
            with io.StringIO() as stream:
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
def a_generator_that_delegates():
    def inner(held):
        yield held

    def gen(held):
        yield from inner(held)

    held = []
    one = gen(held)
    held.append(one)
    next(one)


@garbage
def a_generator_done():
    class Holder:
        pass

    def gen():
        yield 1

    holder = Holder()
    holder.gen = gen()
    list(holder.gen)
    holder.me = holder


@garbage
def a_coroutine():
    async def main(held):
        await Waits(held)

    held = []
    one = main(held)
    held.append(one)
    one.send(None)


@garbage
def an_async_generator():
    async def agen(held):
        await Waits(held)
        yield held

    held = []
    one = agen(held)
    held.append(one)
    held.append(one.__anext__())
    held[1].send(None)


@garbage
def tasks_of_a_loop():
    loop = asyncio.new_event_loop()

    async def waits(future):
        await future

    async def main():
        future = loop.create_future()
        future.add_done_callback(functools.partial(getattr, future, "_state"))
        task = loop.create_task(waits(future))
        await asyncio.sleep(0)
        future.set_result([future, task])
        await task
        return [task, future]

    kept = loop.run_until_complete(main())
    kept[1].result().append(kept)
    loop.close()


@garbage
def an_exception_with_its_traceback():
    def fails(held):
        try:
            raise ValueError(held)
        except ValueError as error:
            held.append(error)

    fails([])


@garbage
def exceptions_that_chain():
    kept = []
    try:
        try:
            raise KeyError(1)
        except KeyError as first:
            raise ValueError(kept) from first
    except ValueError as second:
        kept.append(second)


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
    a.append(functools.partial(print, a, key=a))


@garbage
def an_lru_cache():
    @functools.lru_cache(maxsize=4)
    def f(n):
        return f, n

    for i in range(6):
        f(i)


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
def namespaces():
    a = types.SimpleNamespace()
    a.me = a
    b = types.MappingProxyType({"x": a})
    a.proxy = b


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
def a_context():
    variable = contextvars.ContextVar("v")
    context = contextvars.copy_context()
    context.run(variable.set, [context])


@garbage
def streams():
    a = io.BytesIO(b"x" * 100)
    a.me = a
    b = io.StringIO()
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
def generics():
    class Box(typing.Generic[typing.TypeVar("Local")]):
        pass

    # Box[int] would stay alive in typing's own cache.
    if sys.version_info >= (3, 9):
        Box.alias = list[Box]


@garbage
def type_parameters():
    if sys.version_info >= (3, 12):
        exec("class Box[T]:\n    item: T\ndef f[U: (int, str)](x: U) -> U:\n    return x\nf.me = f\n", {})
    else:
        a_list_in_itself()


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
