"""The agent as a guest: what a dump must leave alone, bear, refuse and clean up.

What is in the file is held against the interpreter by test_oracle_*.py.
"""
import array
import errno
import fcntl
import gc
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import heapsnap
import portable

NODES = int(os.environ.get("HEAPSNAP_TEST_NODES", "10000000"))
ITEMS = int(os.environ.get("HEAPSNAP_TEST_ITEMS", "5000000"))
OFD_SETLK = 37
PRINT = "from __future__ import print_function\n"


class Attributes(object):
    def __init__(self, number):
        self.number = number
        self.items = [number]


class Base(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)
        self.path = os.path.join(self.directory, "a.heapsnap")

    def left(self):
        return sorted(os.listdir(self.directory))

    def run_python(self, code, *arguments):
        process = subprocess.Popen([sys.executable, "-c", PRINT + code, self.path] + list(arguments),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate()
        self.assertEqual((process.returncode, err.decode()), (0, ""))
        return out.decode().split()


class Unchanged(Base):
    def moment(self, numbers):
        """Into an array, which holds no object: counts of the generations, objects, dicts."""
        counts = gc.get_count()
        objects = gc.get_objects()
        numbers[:3] = array.array("l", counts)
        numbers[3] = len(objects)
        numbers[4] = sum(type(one) is dict for one in objects)
        counts = objects = None

    def test_the_collector_and_the_heap(self):
        kept = [Attributes(n) for n in range(1000)]
        before, after = array.array("l", [0] * 5), array.array("l", [0] * 5)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for options in ({}, {"untracked": False}, {"untracked": False, "labels": False}, {"labels": "keys"}):
            self.moment(before)
            self.moment(before)
            heapsnap.dump(self.path, overwrite=True, **options)
            self.moment(after)
            self.assertEqual(before[3:], after[3:], options)
            self.assertLessEqual(max(abs(a - b) for a, b in zip(before[:3], after[:3])), 5, options)
        self.assertEqual(len(kept), 1000)

    def test_refcounts(self):
        kept = [Attributes(n) for n in range(100)] + [type, dict, len, sys, "spelled", (1, 2), None.__class__]
        heapsnap.dump(self.path)
        before = [sys.getrefcount(one) for one in kept]
        heapsnap.dump(self.path, overwrite=True)
        self.assertEqual([sys.getrefcount(one) for one in kept], before)

    def test_no_instance_gets_a_dict(self):
        kept = [Attributes(n) for n in range(10)]
        before = [[type(r) for r in gc.get_referents(one)] for one in kept]
        heapsnap.dump(self.path)
        self.assertEqual([[type(r) for r in gc.get_referents(one)] for one in kept], before)

    def test_with_the_collector_on_and_thresholds_low(self):
        thresholds = gc.get_threshold()
        self.addCleanup(gc.set_threshold, *thresholds)
        gc.set_threshold(1, 1, 1)
        self.assertTrue(heapsnap.dump(self.path).complete)


class Results(Base):
    def test_what_it_answers(self):
        result = heapsnap.dump(self.path)
        self.assertEqual((result.path, result.mode, result.complete), (self.path, "inline", True))
        self.assertEqual(result.file_bytes, os.path.getsize(self.path))
        self.assertGreater(result.objects, len(gc.get_objects()))
        self.assertGreater(result.bytes, result.objects * 16)
        self.assertTrue(0 < result.pause_s <= result.elapsed_s)
        self.assertIs(result.wait(), result)
        again = heapsnap.last_result()
        for field in ("path", "objects", "bytes", "file_bytes", "pause_s", "elapsed_s", "mode", "complete"):
            self.assertEqual(getattr(again, field), getattr(result, field), field)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(self.left(), ["a.heapsnap"])

    def test_wait_is_accepted(self):
        heapsnap.dump(self.path, wait=False).wait()
        self.assertEqual(self.left(), ["a.heapsnap"])

    def test_every_kind_of_path(self):
        pathlib = portable.library("pathlib")
        third = self.path + "3"
        for path in (self.path + "1", portable.fsencode(self.path + "2"), pathlib.Path(third) if pathlib else u"" + third):
            heapsnap.dump(path)
        self.assertEqual(self.left(), ["a.heapsnap1", "a.heapsnap2", "a.heapsnap3"])


class Refused(Base):
    def refused(self, error, **options):
        with self.assertRaises(error):
            heapsnap.dump(self.path, **options)
        self.assertEqual(self.left(), [])

    def test_options(self):
        for options in ({"values": 10}, {"values": -1}, {"mode": "fork"}, {"mode": "x"}, {"labels": "x"},
                        {"labels": 5}, {"level": 0}, {"level": 10}, {"max_bytes": 0}, {"max_pause": 0},
                        {"max_pause": float("nan")}, {"timeout": -1}):
            self.refused(ValueError, **options)
        self.refused(TypeError, nothing=1)

    def test_a_pause_foreseen(self):
        self.refused(heapsnap.Error, max_pause=1e-9)
        heapsnap.dump(self.path, max_pause=1000)

    def test_time_and_size(self):
        kept = [[n] for n in range(100000)]
        self.refused(heapsnap.Error, timeout=1e-9)
        self.refused(heapsnap.Error, max_bytes=1000)
        self.assertEqual(len(kept), 100000)

    def test_an_existing_path(self):
        with open(self.path, "w") as stream:
            stream.write("mine")
        with self.assertRaises(OSError) as caught:
            heapsnap.dump(self.path)
        self.assertEqual((caught.exception.errno, caught.exception.filename), (errno.EEXIST, self.path))
        with open(self.path) as stream:
            self.assertEqual(stream.read(), "mine")
        self.assertEqual(self.left(), ["a.heapsnap"])
        heapsnap.dump(self.path, overwrite=True)
        self.assertGreater(os.path.getsize(self.path), 1000)
        self.assertEqual(self.left(), ["a.heapsnap"])

    def test_numbers_of_any_size(self):
        for options in ({"level": 2 ** 70}, {"values": 2 ** 70}, {"max_bytes": -2 ** 70}, {"timeout": 10 ** 400},
                        {"max_pause": -10 ** 400}, {"timeout": float("inf")}):
            self.refused(ValueError, **options)
        for options in ({"level": 1.5}, {"values": None}, {"max_bytes": "1"}, {"timeout": "x"}, {"max_pause": []}):
            with self.assertRaises(TypeError) as caught:
                heapsnap.dump(self.path, **options)
            self.assertIn(list(options)[0], str(caught.exception))
        self.assertEqual(self.left(), [])
        for size in (2 ** 70, 2 ** 63, 2 ** 63 - 1):
            self.assertTrue(heapsnap.dump(self.path, max_bytes=size, overwrite=True).complete)

    def test_arguments_of_other_types(self):
        self.refused(TypeError, overwite=True)
        self.refused(TypeError, mode=3)
        self.refused(TypeError, mode=None)
        for path in (3, True, None, 1.5, bytearray(b"a"), [self.path]):
            with self.assertRaises(TypeError):
                heapsnap.dump(path)
        with self.assertRaises(TypeError):
            heapsnap.dump()

    def refused_path(self, number, path, **options):
        with self.assertRaises(OSError) as caught:
            heapsnap.dump(path, **options)
        self.assertEqual((caught.exception.errno, caught.exception.filename), (number, path))

    def test_paths_that_cannot_be(self):
        with open(self.path, "w"):
            pass
        for number, path in ((errno.ENOENT, ""), (errno.ENOENT, self.path + "-none/a"), (errno.ENOTDIR, self.path + "/"),
                             (errno.ENOTDIR, self.path + "/a"), (errno.ENAMETOOLONG, self.path + "x" * 300),
                             (errno.ENAMETOOLONG, self.path + "/x" * 3000)):
            for overwrite in (False, True):
                self.refused_path(number, path, overwrite=overwrite)
        for path in ("a\0b", b"a\0b"):
            with self.assertRaises((ValueError, TypeError)):
                heapsnap.dump(path)
        self.assertEqual(self.left(), ["a.heapsnap"])

    def test_a_directory(self):
        inside, link = os.path.join(self.directory, "d"), os.path.join(self.directory, "l")
        os.mkdir(inside)
        os.symlink("d", link)
        self.addCleanup(os.rmdir, inside)
        for path in (inside, inside + "/", inside + "/.", "/", link, link + "/", self.path + "/"):
            for overwrite in (False, True):
                self.refused_path(errno.EISDIR, path, overwrite=overwrite)
        self.assertEqual((self.left(), os.listdir(inside)), (["d", "l"], []))
        os.unlink(link)

    def test_a_directory_that_may_not_be_written(self):
        inside = os.path.join(self.directory, "d")
        os.mkdir(inside, 0o500)
        self.addCleanup(os.rmdir, inside)
        if os.access(inside, os.W_OK):
            self.skipTest("root may write everywhere")
        self.refused_path(errno.EACCES, os.path.join(inside, "a"))

    def test_what_is_no_file_is_never_replaced(self):
        pipe, link = os.path.join(self.directory, "pipe"), os.path.join(self.directory, "link")
        os.mkfifo(pipe)
        os.symlink("pipe", link)
        for path in (pipe, link, "/dev/null"):
            for overwrite in (False, True):
                self.refused_path(errno.EEXIST, path, overwrite=overwrite)
        self.assertTrue(stat.S_ISFIFO(os.stat(link).st_mode))
        self.assertEqual(self.left(), ["link", "pipe"])
        os.unlink(pipe)
        os.unlink(link)

    def test_a_link_gives_way_itself(self):
        target, link = os.path.join(self.directory, "target"), os.path.join(self.directory, "link")
        with open(target, "w") as stream:
            stream.write("mine")
        for leads_to in ("target", "nowhere"):
            os.symlink(leads_to, link)
            self.refused_path(errno.EEXIST, link)
            self.assertTrue(os.path.islink(link))
            heapsnap.dump(link, overwrite=True)
            self.assertFalse(os.path.islink(link))
            os.unlink(link)
        with open(target) as stream:
            self.assertEqual(stream.read(), "mine")
        self.assertEqual(self.left(), ["target"])
        os.unlink(target)


class Partial(Base):
    def test_a_leftover_is_replaced(self):
        with open(self.path + ".partial", "w") as stream:
            stream.write("from a process that died")
        heapsnap.dump(self.path)
        self.assertEqual(self.left(), ["a.heapsnap"])

    def test_one_that_is_written_is_not(self):
        with open(self.path + ".partial", "wb") as stream:
            whole = b"\1\0" + b"\0" * 6 + b"\0" * 24  # struct flock: F_WRLCK from 0 to the end
            fcntl.fcntl(stream, OFD_SETLK, whole)
            with self.assertRaises(OSError) as caught:
                heapsnap.dump(self.path)
        self.assertEqual(caught.exception.errno, errno.EBUSY)
        self.assertEqual(self.left(), ["a.heapsnap.partial"])

    def test_a_link_is_not_followed(self):
        victim = os.path.join(self.directory, "victim")
        with open(victim, "w") as stream:
            stream.write("precious")
        os.symlink(victim, self.path + ".partial")
        with self.assertRaises(OSError) as caught:
            heapsnap.dump(self.path)
        self.assertEqual(caught.exception.errno, errno.ELOOP)
        with open(victim) as stream:
            self.assertEqual(stream.read(), "precious")


class Failures(Base):
    FULL = r"""
import errno, os, resource, signal, sys, heapsnap
kept = [[str(n)] for n in range(200000)]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100000, resource.RLIM_INFINITY))
try:
    heapsnap.dump(sys.argv[1])
except OSError as error:
    print(errno.errorcode[error.errno], error.filename == sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(os.listdir(os.path.dirname(sys.argv[1])) == [], heapsnap.dump(sys.argv[1]).complete)
"""

    def test_a_file_that_may_not_grow(self):
        self.assertEqual(self.run_python(self.FULL), ["EFBIG", "True", "True", "True"])

    @unittest.skipUnless(os.geteuid() == 0 and os.path.exists("/bin/mount"), "needs root to mount a small disk")
    def test_a_full_disk(self):
        if portable.finished(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.directory])[0] != 0:
            self.skipTest("may not mount here")
        try:
            kept = [[str(n)] for n in range(100000)]
            with self.assertRaises(OSError) as caught:
                heapsnap.dump(self.path)
            self.assertEqual((caught.exception.errno, caught.exception.filename), (errno.ENOSPC, self.path))
            self.assertEqual(self.left(), [])
            self.assertEqual(len(kept), 100000)
        finally:
            subprocess.call(["umount", self.directory])


class Collecting(Base):
    def test_inside_a_finalizer_of_the_collector(self):
        caught = []

        class Dumping(object):
            def __del__(inner):
                try:
                    heapsnap.dump(self.path)
                except heapsnap.Error as error:
                    caught.append(str(error))

        one = Dumping()
        portable.hang_off_a_cycle(one)
        del one
        gc.collect()
        self.assertEqual(len(caught), 1)
        self.assertIn("collection", caught[0])
        self.assertEqual(self.left(), [])
        heapsnap.dump(self.path)

    @unittest.skipUnless(hasattr(gc, "callbacks"), "no gc.callbacks")
    def test_inside_a_callback_of_the_collector(self):
        caught = []

        def callback(phase, info):
            try:
                heapsnap.dump(self.path)
            except heapsnap.Error:
                caught.append(phase)

        gc.callbacks.append(callback)
        try:
            gc.collect()
        finally:
            gc.callbacks.remove(callback)
        self.assertEqual(caught, ["start", "stop"])
        self.assertEqual(self.left(), [])

    @unittest.skipUnless(portable.KNOWS_COLLECTING, "this version does not say that another thread collects")
    def test_while_another_thread_collects(self):
        inside = threading.Event()

        class Slow(object):
            def __del__(inner):
                inside.set()
                time.sleep(0.3)

        one = Slow()
        portable.hang_off_a_cycle(one)
        del one
        thread = threading.Thread(target=gc.collect)
        thread.start()
        inside.wait()
        result = heapsnap.dump(self.path)
        thread.join()
        self.assertGreater(result.elapsed_s, 0.1)
        self.assertLess(result.pause_s, result.elapsed_s)


MEMORY = r"""
def memory(key):
    with open("/proc/self/status") as stream:
        for line in stream:
            if line.startswith(key):
                return int(line.split()[1])
"""


class Large(Base):
    LIST = r"""
import gc, sys, heapsnap
gc.disable()
node = None
for _ in range(int(sys.argv[2])):
    node = [node]
result = heapsnap.dump(sys.argv[1], untracked=False, labels=False)
print(result.objects >= int(sys.argv[2]), result.complete)
import os
sys.stdout.flush()
os._exit(0)
"""
    DICT = MEMORY + r"""
import gc, os, sys, heapsnap
gc.disable()
items = int(sys.argv[2])
numbers = range(items) if sys.version_info >= (3,) else xrange(items)  # no list: its memory would be in the peak
table = dict.fromkeys((str(n) for n in numbers) if sys.argv[3] == "str" else numbers, 0.5)
heapsnap.dump(sys.argv[1] + "0", untracked=False)
before = memory("VmRSS:")
result = heapsnap.dump(sys.argv[1], labels=sys.argv[4] == "labels" and "keys")
print(result.objects >= items, memory("VmHWM:") - before)
sys.stdout.flush()
os._exit(0)
"""

    def test_a_linked_list(self):
        self.assertEqual(self.run_python(self.LIST, str(NODES)), ["True", "True"])

    def test_a_large_dict_needs_no_memory(self):
        for keys in ("str", "int"):
            all_there, kilobytes = self.run_python(self.DICT, str(ITEMS), keys, "labels")
            for name in self.left():
                os.unlink(os.path.join(self.directory, name))
            self.assertEqual(all_there, "True")
            # The arena, and sets of 108 bytes for each 4 KiB page of keys.
            self.assertLess(int(kilobytes), 32 * 1024 + ITEMS * 64 // 4096 * 2 * 108 // 1024 + 8 * 1024)


class Kinds(Base):
    def test_objects_that_are_traps_can_be_walked(self):
        import collections
        import functools
        import weakref

        class Slots(object):
            __slots__ = ("a", "b", "__weakref__")

        class Many(object):
            pass

        many = Many()
        for n in range(3000):
            setattr(many, "attribute_%d" % n, [n])
        slots = Slots()
        slots.b = [1]
        huge = [[n] for n in range(20000)]
        everything = [
            many, slots, weakref.ref(slots), weakref.proxy(slots), huge, tuple(huge), set(map(id, huge)),
            collections.deque(huge), collections.OrderedDict((n, one) for n, one in enumerate(huge)),
            collections.defaultdict(list, a=[1]), functools.partial(len, 2) if portable.PYTHON2 else functools.lru_cache(maxsize=3)(len), functools.partial(len, 1),
            memoryview(bytearray(100)), iter(huge), (n for n in huge), super(Slots, slots), slice(huge, 1, 2),
            u"\ud800\U0001f600", {u"\ud800": [1]}, type("\u00e9", (list,), {})(huge), type(sys)("made"), 1 << 1000,
            collections.namedtuple("Pair", "x y")([1], [2]), range(1 << 10) if portable.PYTHON2 else range(1 << 100), threading.local(), sys.flags,
        ]
        for options in ({}, {"labels": "keys"}, {"labels": False}, {"untracked": False},
                        {"untracked": False, "labels": False}):
            result = heapsnap.dump(self.path, overwrite=True, **options)
            self.assertGreater(result.objects, 20000)
        self.assertTrue(everything)

    def test_a_directory_of_deep_recursion(self):
        nested = []
        for _ in range(200000):
            nested = {"a": nested, "b": (nested,)}
        heapsnap.dump(self.path)
        while nested:
            nested = nested["a"]


if __name__ == "__main__":
    unittest.main()
