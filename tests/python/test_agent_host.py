"""The agent and programs that do odd things while it works: nothing of theirs runs inside
a dump, nothing of its own is left behind, and a dump that cannot be is refused at once."""
import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref

import heapsnap
import portable


class Host(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="heapsnap-test-")
        self.path = os.path.join(self.folder, "h.heapsnap")
        gc.collect()

    def tearDown(self):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        os.rmdir(self.folder)

    def test_the_last_result_may_be_asked_for_while_it_is_replaced(self):
        # In a process of its own: what this guards against is a crash.
        program = (
            "from __future__ import print_function\n"
            "import heapsnap, sys\n"
            "class Path(str):\n"
            "    def __del__(self):\n"
            "        seen.append(heapsnap.last_result())\n"
            "seen = []\n"
            "for i in range(3):\n"
            "    heapsnap.dump(Path(sys.argv[1]), overwrite=True)\n"
            "    heapsnap.last_result().objects\n"
            "assert type(heapsnap.last_result().path) is str\n"
            "print('alive', len(seen))\n")
        output = subprocess.check_output([sys.executable, "-c", program, self.path])
        self.assertEqual(output.decode().split(), ["alive", "3"])

    def test_loading_leaves_no_class_behind(self):
        program = (
            "import collections, gc; gc.collect(); gc.disable()\n"
            "import heapsnap\n"
            "gc.set_debug(gc.DEBUG_SAVEALL); gc.collect()\n"
            "print([c for c in gc.garbage if isinstance(c, type)])\n")
        output = subprocess.check_output([sys.executable, "-c", program])
        self.assertEqual(output.decode().strip(), "[]")

    @unittest.skipUnless(portable.PYTHON2, "the interpreter tells ABIs apart by the names of modules")
    def test_an_agent_for_another_unicode_is_not_taken(self):
        program = (
            "import sys\n"
            "sys.maxunicode = 0xffff if sys.maxunicode > 0xffff else 0x10ffff\n"
            "try:\n"
            "    import heapsnap\n"
            "except ImportError as error:\n"
            "    print(error)\n")
        output = subprocess.check_output([sys.executable, "-c", program])
        wide = sys.maxunicode > 0xffff
        self.assertIn("whose modules end in .cpython-27m%s.so" % ("" if wide else "u"), output.decode())
        self.assertIn("2.7 UCS4" if wide else "2.7", output.decode())

    def test_keys_of_sys_modules_are_not_compared(self):
        ran = []

        class Key(str):
            def __hash__(self):
                return hash("collections")

            def __eq__(self, other):
                ran.append(other)
                return str.__eq__(self, other)

        # Looking up "collections" comes to the odd key first, and would ask it.
        key, real = Key("odd"), sys.modules.pop("collections")
        sys.modules[key] = gc
        sys.modules["collections"] = real
        try:
            del ran[:]
            heapsnap.dump(self.path)
            self.assertEqual(ran, [])
        finally:
            del sys.modules[key]

    def test_import_hooks_do_not_run(self):
        builtins = portable.library("builtins") or portable.library("__builtin__")
        original, ran = builtins.__import__, []

        def hook(*args, **keywords):
            ran.append(args[0])
            return original(*args, **keywords)

        builtins.__import__ = hook
        try:
            heapsnap.dump(self.path)
        finally:
            builtins.__import__ = original
        self.assertEqual(ran, [])

    def dump_in_a_finalizer(self, program_has_threads):
        outcomes = []
        path = self.path

        class Finalized(object):
            def __del__(self):
                began = time.time()
                try:
                    heapsnap.dump(path)
                except heapsnap.Error:
                    outcomes.append(time.time() - began)

        leave = threading.Event()
        other = threading.Thread(target=leave.wait)
        if program_has_threads:
            other.start()
        try:
            finalized = Finalized()
            portable.hang_off_a_cycle(finalized)
            del finalized
            gc.collect()
        finally:
            leave.set()
            if program_has_threads:
                other.join()
        self.assertEqual(len(outcomes), 1)
        self.assertFalse(os.listdir(self.folder))
        return outcomes[0]

    def test_a_collection_of_our_own_is_refused(self):
        self.dump_in_a_finalizer(False)

    def test_a_collection_of_our_own_is_not_waited_for_beside_threads(self):
        # Waiting for it takes 5 s: this tells the two apart, it measures nothing.
        self.assertLess(self.dump_in_a_finalizer(True), 4)

    def refused_at_once(self, collect):
        """collect(attempt) gets attempt() run by the collector, in a program with threads."""
        outcomes = []

        def attempt(*ignored):
            began = time.time()
            try:
                heapsnap.dump(self.path)
            except heapsnap.Error:
                outcomes.append(time.time() - began)

        leave = threading.Event()
        other = threading.Thread(target=leave.wait)
        other.start()
        try:
            collect(attempt)
        finally:
            leave.set()
            other.join()
        self.assertTrue(outcomes)
        self.assertLess(max(outcomes), 4, outcomes)
        self.assertFalse(os.listdir(self.folder))

    def in_callback(self, callback, collect=gc.collect):
        gc.callbacks.append(callback)
        try:
            collect()
        finally:
            gc.callbacks.remove(callback)

    @unittest.skipUnless(hasattr(gc, "callbacks"), "no gc.callbacks")
    def test_inside_a_callback_of_the_collector(self):
        class Callable(object):
            def __init__(self, attempt):
                self.attempt = attempt

            def method(self, phase, info):
                self.attempt()

            __call__ = method

        def deeper(attempt, depth):
            return deeper(attempt, depth - 1) if depth else attempt()

        def automatically():
            threshold = gc.get_threshold()
            gc.set_threshold(1)
            kept = [[] for _ in range(1000)]
            gc.set_threshold(*threshold)
            return kept

        self.refused_at_once(lambda attempt: self.in_callback(lambda phase, info: attempt()))
        self.refused_at_once(lambda attempt: self.in_callback(lambda phase, info: deeper(attempt, 40)))
        self.refused_at_once(lambda attempt: self.in_callback(Callable(attempt)))
        self.refused_at_once(lambda attempt: self.in_callback(Callable(attempt).method))
        self.refused_at_once(lambda attempt: self.in_callback(lambda phase, info: attempt(), automatically))

    def test_inside_what_a_collection_finalizes(self):
        class Node(object):
            pass

        class Finalized(object):
            def __init__(self, attempt):
                self.attempt = attempt

            def __del__(self):
                self.attempt()

        def cycle(**attributes):
            node = Node()
            node.__dict__.update(attributes, itself=node)
            return node

        def weakref_callback(attempt):
            kept = weakref.ref(cycle(), attempt)
            gc.collect()
            return kept

        def generator(attempt):
            def generate():
                try:
                    yield
                finally:
                    attempt()
            made = generate()
            next(made)
            cycle(generator=made)
            del made
            gc.collect()

        def hanging_off_a_cycle(attempt):
            cycle(finalized=Finalized(attempt))
            gc.collect()

        self.refused_at_once(weakref_callback)
        self.refused_at_once(generator)
        self.refused_at_once(hanging_off_a_cycle)

    def test_what_earlier_collections_left_on_our_stack_proves_nothing(self):
        def at_depth(depth, do):
            return sorted([depth], key=lambda one: (at_depth(depth - 1, do) if depth else do()))

        def collect_slowly(started):
            class Slow(object):
                def __del__(self):
                    started.set()
                    time.sleep(0.05)
            slow = Slow()
            portable.hang_off_a_cycle(slow)
            del slow
            gc.collect()

        if hasattr(gc, "callbacks"):
            def callback(phase, info):
                pass
            gc.callbacks.append(callback)
            self.addCleanup(gc.callbacks.remove, callback)
        for depth in range(6):
            at_depth(depth, gc.collect)
            started = threading.Event()
            thread = threading.Thread(target=collect_slowly, args=(started,))
            thread.start()
            started.wait()
            try:
                at_depth(5 - depth, lambda: heapsnap.dump(self.path, overwrite=True).objects)
            finally:
                thread.join()

    @unittest.skipUnless(portable.KNOWS_COLLECTING, "this version does not say that another thread collects")
    def test_a_collection_of_another_thread_is_waited_for(self):
        started, ended = threading.Event(), []

        class Slow(object):
            def __del__(self):
                started.set()
                time.sleep(0.3)
                ended.append(True)

        def collect():
            slow = Slow()
            portable.hang_off_a_cycle(slow)
            del slow
            gc.collect()

        thread = threading.Thread(target=collect)
        thread.start()
        started.wait()
        result = heapsnap.dump(self.path)
        self.assertEqual(ended, [True])
        self.assertTrue(result.complete)
        thread.join()

    def test_the_time_limit_holds_inside_one_large_list(self):
        large = [None] * 3000000
        with self.assertRaises(heapsnap.Error) as raised:
            heapsnap.dump(self.path, timeout=1e-6)
        self.assertIn("timeout", str(raised.exception))
        self.assertEqual(os.listdir(self.folder), [])
        del large

    def test_a_path_of_bytes(self):
        self.assertEqual(heapsnap.dump(portable.fsencode(self.path)).path, portable.fsencode(self.path))


if __name__ == "__main__":
    unittest.main()
