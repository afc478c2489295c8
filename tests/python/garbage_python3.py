"""The kinds of garbage.py that need the syntax or the library of Python 3.6 and later."""
import asyncio
import enum
import functools
import sys
import types
import typing

import portable
from garbage import garbage
from heaps_python3 import Waits

contextvars = portable.library("contextvars")  # 3.7
dataclasses = portable.library("dataclasses")  # 3.7


def garbage_since(*version):
    return garbage if sys.version_info >= version else lambda make: make


@garbage
def an_enum():
    class Local(enum.Enum):
        A = 1
        B = [2]


@garbage_since(3, 7)
def a_dataclass():
    one = dataclasses.make_dataclass("Local", [("values", list)])([])
    one.values.append(one)


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
def an_lru_cache():
    @functools.lru_cache(maxsize=4)
    def f(n):
        return f, n

    for i in range(6):
        f(i)


@garbage
def namespaces():
    a = types.SimpleNamespace()
    a.me = a
    b = types.MappingProxyType({"x": a})
    a.proxy = b


@garbage_since(3, 7)
def a_context():
    variable = contextvars.ContextVar("v")
    context = contextvars.copy_context()
    context.run(variable.set, [context])


@garbage_since(3, 7)
def generics():
    class Box(typing.Generic[typing.TypeVar("Local")]):
        pass

    # Box[int] would stay alive in typing's own cache.
    if sys.version_info >= (3, 9):
        Box.alias = list[Box]


@garbage_since(3, 12)
def type_parameters():
    exec("class Box[T]:\n    item: T\ndef f[U: (int, str)](x: U) -> U:\n    return x\nf.me = f\n", {})
