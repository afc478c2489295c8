"""The collector's verdict asked for in the midst of things: garbage is planted in a heap
that lives, and the dump and the collection that it is compared with are called from inside
a running generator, a callback, a task, an except block ..., where references are held by
frames, by C code and by other threads.

Each context also holds cycles that are no garbage yet, and lets go of them afterwards:
they must be missing first and found then.
"""
from __future__ import print_function

import ctypes
import functools
import gc
import io
import re
import sys
import threading
import time
import unittest

import garbage
import heaps
import matrix
import portable
import verdict

# One or two of each family of garbage.GARBAGE, none with a finalizer.
PLANTED = ("a_list_in_itself", "a_tuple_through_a_list", "instances_both_ways", "an_instance_with_its_dict_made",
           "a_method_bound_to_its_own_instance", "a_closure_on_itself", "a_class_with_instances",
           "a_generator_suspended", "a_generator_in_an_expression", "an_exception_with_its_traceback",
           "a_dead_frame", "a_deque", "a_partial", "a_weakref_with_a_callback")

TASKS = """
import asyncio

async def parked(held, future):
    own = [held]
    own.append(own)
    async with asyncio.Lock():
        len((own, held, await future, own))

async def numbers(held):
    for i in range(3):
        yield held, i

async def asks(look):
    loop = asyncio.get_event_loop()
    futures = [loop.create_future() for _ in range(20)]
    tasks = [asyncio.ensure_future(parked([future], future)) for future in futures]
    await asyncio.sleep(0)
    look("a task")
    async for held, i in numbers([futures]):
        if i == 1:
            look("a loop over an asynchronous generator")
    loop.call_soon(look, "a callback of the loop")
    await asyncio.sleep(0)
    for future in futures:
        future.set_result(future)
    await asyncio.gather(*tasks)
    tasks = futures = None
    look("a task, the others done")

def run(look):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asks(look))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
"""


def cycle():
    """A cycle for somebody to hold."""
    one = [heaps.Plain(1)]
    one.append(one)
    return one


def three(*arguments):
    return arguments


# Generators suspended where references are on their stacks, some of them borrowed (3.14+).
def in_a_call(held):
    a, b = cycle(), (held, cycle())
    three(a, b, (yield))
    three(a, b, held)


def in_a_method_call(held):
    a = cycle()
    held.append((a, held, [a, (yield)], held))


def in_a_display(held):
    a = cycle()
    three({"a": a, "b": [held, a, (yield), a], "c": held})


def in_a_comparison(held):
    a = cycle()
    three(a is (yield), held, [held, a] < [held, (yield)])


def in_a_loop(held):
    a = cycle()
    for one in iter([a, held]):
        for index, other in enumerate((one, a)):
            yield index, other


def in_a_delegate(held):
    a = cycle()
    for one in in_a_loop(held):
        three(a, one, (yield one), a)


def in_a_with_block(held):
    a = cycle()
    with io.BytesIO() as stream:
        three(a, stream, held, (yield), a)


def in_an_except_block(held):
    a = cycle()
    try:
        raise ValueError(a, held)
    except ValueError as error:
        three(a, error, (yield), held)


SUSPENDED = (in_a_call, in_a_method_call, in_a_display, in_a_comparison, in_a_loop, in_a_delegate, in_a_with_block,
             in_an_except_block)


def suspended(make):
    """A cycle through a generator that has begun."""
    kept = []
    kept.append(make(kept))
    next(kept[0])
    return kept


class Contexts(verdict.Verdict):
    asked = set()  # the contexts' names
    planted = None  # how many tracked objects the kinds of PLANTED are

    def setUp(self):
        super(Contexts, self).setUp()
        self.heap = heaps.build(2000)
        self.addCleanup(heaps.release, self.heap)
        self.seen = []
        gc.collect()
        if Contexts.planted is None:
            self.assertEqual(self.compare("nothing planted")[1], 0)
            self.plant()
            Contexts.planted = self.compare("outside")[1]
            self.assertGreater(Contexts.planted, 2 * len(PLANTED))

    @classmethod
    def tearDownClass(cls):
        matrix.tell("garbage, from inside", "%d contexts" % len(cls.asked))

    def plant(self):
        for name in PLANTED:
            garbage.GARBAGE[name]()

    def look(self, name, *_):
        """Plants, compares, and keeps how many there were beside what was planted. Any
        callback may be this one."""
        self.plant()
        said, count = self.compare(name)
        self.assertEqual({str(group["collect"]) for group in said["groups"]} - {"yes"}, set(), name)
        self.seen.append(count - self.planted)
        self.asked.add(name)
        return 0

    def holding(self, name, held, *_):
        """look(), from a frame that holds a cycle and then does not."""
        own = cycle()
        own.append(held)
        return self.look(name)

    def let_go(self, name, at_least):
        """What a context held is garbage after it."""
        del self.seen[:]
        self.look(name)
        self.assertGreaterEqual(self.seen[0], at_least, name)

    def test_generator(self):
        def generator():
            held = cycle()
            for one in [held, 1]:
                yield len(three(held, self.holding("a generator", held), one))
            one = held = cycle()
            yield self.look("a generator that has let go of one and holds another")

        def outer():
            a = cycle()
            for one in generator():
                three(a, one, (yield one), a)

        self.assertEqual(len(list(outer())), 3)
        self.assertEqual(self.seen[0], 0)
        self.assertGreater(self.seen[1], 0)  # of holding(), the first time
        self.assertGreater(self.seen[2], self.seen[1])  # and what was let go of
        self.let_go("generators done", 2)

    def test_generator_expression_and_comprehension(self):
        held = cycle()
        self.assertEqual(sum(self.holding("a generator expression", held) for _ in [held]), 0)
        self.assertEqual([self.holding("a list comprehension", one) for one in [held] for _ in one[:1]], [0])
        self.assertEqual({1: self.holding("a dict comprehension", one) for one in [held]}, {1: 0})
        self.assertEqual(self.seen[0], 0)

    def test_sort_key(self):
        # While a list is sorted it is empty: only C code holds what is in it.
        rows = [cycle() for _ in range(5)]
        last = rows[-1]
        rows.sort(key=lambda one: self.look("a key of list.sort") if one is last else 0)
        sorted((cycle() for _ in range(3)), key=lambda one: self.look("a key of sorted") if not self.seen[1:] else 0)
        self.assertEqual(self.seen, [0, 0])
        rows = last = None
        self.let_go("after the sort", 8 * 2)

    def test_callbacks_of_c_code(self):
        held = cycle()
        three(re.sub("b", lambda match: "x" * self.holding("a callback of re.sub", [match, held]), "abc"))
        three(list(map(functools.partial(self.holding, "a callback of map"), [held])))
        max([held, held], key=functools.partial(self.look, "a callback of max"))
        self.assertEqual(self.seen[0], 0)
        self.assertGreater(self.seen[1], 0)

    def test_special_methods(self):
        case = self

        class Asks(object):
            def __init__(self):
                self.held = cycle()

            def __hash__(self):
                return case.look("__hash__")

            def __eq__(self, other):
                return case.look("__eq__") == 1

            def __getattr__(self, name):
                case.look("__getattr__")
                raise AttributeError(name)

            def __enter__(self):
                case.look("__enter__")

            def __exit__(self, *what):
                case.holding("__exit__", what)
                return True

        one = Asks()
        self.assertFalse(one == Asks())
        three({one: 1}, getattr(one, "missing", None))
        with one:
            raise ValueError(cycle())
        self.assertEqual(len(self.seen), 5)

    def test_ctypes_callback(self):
        held = cycle()
        prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.py_object)
        self.assertEqual(prototype(lambda one: self.holding("a callback of ctypes", one))(held), 0)
        numbers = (ctypes.c_int * 2)(2, 1)
        compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
        ctypes.CDLL(None).qsort(numbers, 2, ctypes.sizeof(ctypes.c_int),
                                compare(lambda *pointers: self.look("a callback of qsort", *pointers)))
        self.assertEqual(self.seen[0], 0)
        self.assertGreater(len(self.seen), 1)

    @unittest.skipIf(portable.PYTHON2, "no coroutines in this version")
    def test_asyncio(self):
        portable.defined(TASKS)["run"](self.look)
        self.assertEqual(self.seen[:3], [0, 0, 0])
        self.assertGreaterEqual(self.seen[3], 20)

    def test_except_block(self):
        def fails(depth, held):
            local = cycle()
            if depth == 0:
                raise ValueError(local, held)
            fails(depth - 1, local)

        try:
            fails(10, [])
        except ValueError as error:
            traceback = sys.exc_info()[2]
            error.me = error
            self.holding("an except block", [error, traceback])
            try:
                raise KeyError(cycle())
            except KeyError:
                self.look("an except block within another")
            finally:
                self.look("a finally block")
            del error, traceback
        self.assertEqual(self.seen[0], 0)
        if portable.PYTHON2:
            sys.exc_clear()
        self.let_go("after the except block", 10)

    def test_threads_parked(self):
        go, threads = threading.Event(), []

        def plain():
            held = cycle()
            go.wait()
            three(held)

        def in_a_sort():
            sorted([cycle(), cycle()], key=lambda one: go.wait())

        def in_an_except():
            def generator(held):
                try:
                    raise ValueError(held)
                except ValueError:
                    three(held, (yield go.wait()), held)

            suspended(generator)

        self.addCleanup(go.set)
        for work in (plain, in_a_sort, in_an_except):
            threads.append(threading.Thread(target=work))
            threads[-1].daemon = True
            threads[-1].start()
        until = time.time() + 60
        while [sys._current_frames()[one.ident].f_code.co_name for one in threads] != ["wait"] * 3:
            self.assertLess(time.time(), until, "the threads do not wait")
            time.sleep(0.01)
        self.look("threads parked")
        self.assertEqual(self.seen, [0])
        go.set()
        for one in threads:
            one.join()
        self.let_go("threads done", 5)

    def test_another_thread(self):
        failed = []

        def work(held):
            try:
                self.holding("another thread", held)
            except BaseException as error:
                failed.append(error)
                raise

        thread = threading.Thread(target=work, args=(cycle(),))
        thread.start()
        thread.join()
        self.assertEqual((failed, self.seen), ([], [0]))

    @unittest.skipUnless(portable.HAS_FREEZE, "no gc.freeze in this version")
    def test_frozen(self):
        held = [suspended(make) for make in SUSPENDED]
        self.plant()
        gc.freeze()
        try:
            held.append(cycle())
            for one in held[:-1]:
                one.append(cycle())  # what frozen objects hold lives
            self.look("frozen objects")
            self.assertEqual(self.seen, [0])
            del held, one
            self.look("frozen garbage")
            # Of all that, only the last cycle is neither frozen nor held by what is.
            self.assertGreater(self.seen[1], 0)
            self.assertLess(self.seen[1], len(SUSPENDED))
        finally:
            gc.unfreeze()
        self.let_go("unfrozen", self.planted + 4 * len(SUSPENDED))

    def test_generators_suspended(self):
        for make in SUSPENDED:
            name = make.__name__.replace("_", " ")
            with self.subTest(name):
                del self.seen[:]
                held = [suspended(make) for _ in range(50)]
                self.look("generators " + name)
                self.assertEqual(self.seen, [0])
                del held
                said, count = self.compare("generators %s, let go" % name)
                # The list, the generator, what is on its stack: the cycle and its instance.
                self.assertGreaterEqual(count, 50 * 4)
                for group in said["groups"]:
                    self.check_example(group)
                verdict.forget_uncollectable()

    def test_generators_suspended_twice(self):
        """Advanced once more, some of them elsewhere by now, some at their end."""
        held = [suspended(make) for make in SUSPENDED for _ in range(20)]
        for one in held:
            next(one[0], None)
        self.look("generators advanced")
        self.assertGreaterEqual(self.seen[0], 0)
        del held, one
        self.assertGreaterEqual(self.compare("generators advanced, let go")[1], len(SUSPENDED) * 20)


if __name__ == "__main__":
    unittest.main()
