"""The kinds of heaps.py that need the syntax or the library of Python 3.6 and later."""
import asyncio
import collections
import contextlib
import datetime
import enum
import functools
import itertools
import pathlib
import queue
import sys
import types
import typing
import weakref

import portable
from heaps import Plain, kind

contextvars = portable.library("contextvars")  # 3.7
dataclasses = portable.library("dataclasses")  # 3.7


class Colour(enum.Enum):
    RED = 1
    GREEN = [2]


class Bits(enum.IntFlag):
    READ = 1
    WRITE = 2


class Typed(typing.NamedTuple):
    name: str
    value: list


@kind
def coroutines():
    async def sleeper(held):
        await Waits(held)

    async def agen(held):
        yield [held]
        await Waits(held)

    new, waiting = sleeper(["new"]), sleeper(["waiting"])
    waiting.send(None)
    started = agen(["agen"])
    step = started.asend(None)
    try:
        step.send(None)
    except StopIteration:
        pass

    async def waits_first(held):
        await Waits(held)
        yield held

    unfinished = waits_first(["pending"]).__anext__()
    unfinished.send(None)
    return [new, waiting, started, step, unfinished]


class Waits(object):
    def __init__(self, held):
        self.held = held

    def __await__(self):
        yield self
        return self.held


@kind
def exceptions_that_chain():
    made = []
    try:
        try:
            raise ValueError("first")
        except ValueError:
            raise RuntimeError("second") from KeyError([1])
    except RuntimeError as error:
        made.append(error)
    made.append(ImportError("x", name="n", path="p"))
    if sys.version_info >= (3, 11):
        made.append(eval("ExceptionGroup('g', [ValueError([1])])"))
        made[0].add_note("a note")
    return made


@kind
def functions_with_annotations():
    def keyword_only(value):
        def inner(argument=[1], *, keyword={2: [3]}):
            return value, argument, keyword
        return inner

    def annotated(a: "int", b: list = []) -> Plain:
        return a, b

    return [keyword_only([1]), annotated]


@kind
def functional_of_python3():
    @functools.lru_cache(maxsize=8)
    def cached(n):
        return [n]

    @functools.lru_cache(maxsize=None)
    def unbounded(n):
        return [n]

    @functools.singledispatch
    def dispatch(value):
        return value

    for i in range(20):
        cached(i)
        unbounded(i)
    attributed = functools.partial(print, [1], sep=["x"])
    attributed.note = [1]
    made = [cached, unbounded, dispatch, attributed, functools.partialmethod(len)]
    if hasattr(functools, "cached_property"):
        made.append(functools.cached_property(len))
    return made


@kind
def generators_that_delegate():
    def numbers(held):
        for i in range(5):
            yield [i, held]

    def delegates(held):
        yield from numbers(held)

    def stacks(held):
        with contextlib.ExitStack() as stack:
            stack.callback(len, held)
            yield stack

    made = [delegates(["d"]), stacks(["s"])]
    for one in made:
        next(one)
    return made


@kind
def classes_of_python3():
    made = [Colour, Bits, Typed, Typed("n", [1]), Colour.RED, Colour.GREEN, Bits.READ | Bits.WRITE]
    if dataclasses:
        record = dataclasses.make_dataclass("Record", [("key", str), ("values", list)])
        made += [record, record("k", [[1]])]
    return made


@kind
def collections_of_python3():
    ordered = collections.OrderedDict((i, [i]) for i in range(20))
    ordered.move_to_end(5)
    made = [ordered, collections.ChainMap({}, {1: [2]}), collections.UserDict({"u": [1]}),
            types.MappingProxyType({"a": [1]}), types.SimpleNamespace(a=[1], b=2), itertools.accumulate([1, 2])]
    if hasattr(queue, "SimpleQueue"):
        made.append(queue.SimpleQueue())
    return made


@kind
def weak_in_python3():
    alive = [Plain(i) for i in range(2)]
    method = weakref.WeakMethod(alive[0].method)
    weakref.finalize(alive[1], print, [1]).atexit = False
    return [alive, method]


@kind
def small_types_of_python3():
    made = [range(10 ** 30, 10 ** 31, 10 ** 29), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
            datetime.timezone(datetime.timedelta(hours=1), "name"), pathlib.PurePosixPath("a/b")]
    if contextvars:
        made += [contextvars.ContextVar("cv"), contextvars.copy_context()]
    return made


@kind
def typing_things():
    alias = [typing.List[int], typing.Dict[str, typing.Any], typing.Optional[int], typing.TypeVar("T"),
             typing.Callable[[int], str], typing.Generic]
    if sys.version_info >= (3, 9):
        alias.append(list[int])
    if sys.version_info >= (3, 10):
        alias.append(eval("int | None"))
    if sys.version_info >= (3, 12):
        space = {}
        exec("class Box[T]:\n    item: T\n"
             "def first[T: (int, str)](of: list[T]) -> T:\n    return of[0]\n"
             "type Pair[A] = tuple[A, A]\n", space)
        alias.append({name: space[name] for name in ("Box", "first", "Pair")})
        alias.append(space["Box"][int])
    return alias


@kind
def asyncio_things():
    loop = asyncio.new_event_loop()

    async def inner(future):
        await future

    async def main():
        future = loop.create_future()
        task = loop.create_task(inner(future))
        await asyncio.sleep(0)
        return future, task

    kept = loop.run_until_complete(main())
    return [loop, kept]


def release(made):
    for one in made["coroutines"][:2]:
        one.close()  # else the interpreter warns that they were never awaited
    made["asyncio_things"][1][1].cancel()
    loop = made["asyncio_things"][0]
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
