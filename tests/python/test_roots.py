"""What is held from outside of all objects: locals of the running frames of every
thread, thread states, gc.garbage. The interpreter's own view of its frames
(sys._current_frames()) is the oracle.
"""
import gc
import sys
import threading
import unittest

import heapsnap
import oracle
import portable


class Held(object):
    """What only the local of a running frame holds."""


class Parked(object):
    """A thread that waits two calls deep, each call with a local of its own."""

    def __init__(self, name):
        self.ready, self.end, self.ids = threading.Event(), threading.Event(), {}
        self.thread = threading.Thread(target=self.outer, name=name)
        self.thread.start()
        self.ready.wait()

    def outer(self):
        in_outer = Held()
        self.ids["in_outer"] = id(in_outer)
        self.inner([Held()])
        return in_outer

    def inner(self, in_inner):
        in_cell = Held()

        def reads():
            return in_cell
        self.ids["in_inner"] = id(in_inner)
        self.ids["in_cell"] = id(in_cell)
        self.ready.set()
        self.end.wait()
        return reads

    def frames(self):
        """{function: line} of the waiting thread."""
        frame, lines = sys._current_frames()[self.thread.ident], {}
        while frame is not None:
            lines.setdefault(frame.f_code.co_name, frame.f_lineno)
            frame = frame.f_back
        return lines

    def stop(self):
        self.end.set()
        self.thread.join()


def qualified(cls, name):
    return "%s.%s" % (__name__, name if sys.version_info < (3, 11) else "%s.%s" % (cls.__name__, name))


class Roots(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.file = self.workplace.file("roots.heapsnap")

    def chains(self, *ids):
        said = oracle.answer("chain", self.file, *["%#x" % one for one in ids])
        return [(one["root"] or {"kind": None, "name": None}, one["text"]) for one in said["targets"]]

    def test_locals_of_other_threads(self):
        parked = Parked("worker one")
        self.addCleanup(parked.stop)
        heapsnap.dump(self.file)
        lines = parked.frames()
        outer, inner, cell = self.chains(*[parked.ids[one] for one in ("in_outer", "in_inner", "in_cell")])
        where = "thread 'worker one' in %s() line %d local %s"
        self.assertEqual(outer[0], {"kind": "frame",
                                    "name": where % (qualified(Parked, "outer"), lines["outer"], "in_outer")})
        self.assertEqual(inner[0], {"kind": "frame",
                                    "name": where % (qualified(Parked, "inner"), lines["inner"], "in_inner")})
        self.assertEqual(outer[1], outer[0]["name"])
        # A cell's content is one step further, whoever shows the cell first.
        self.assertEqual(cell[0]["kind"], "frame")
        self.assertTrue(cell[1].endswith(".cell_contents"), cell)

    def test_locals_of_the_calling_thread(self):
        mine = Held()
        heapsnap.dump(self.file)
        root, text = self.chains(id(mine))[0]
        self.assertEqual(root["kind"], "frame")
        function = qualified(Roots, "test_locals_of_the_calling_thread")
        self.assertTrue(root["name"].startswith("thread 'MainThread' in %s() line " % function), root)
        self.assertTrue(text.endswith(" local mine"), text)

    def test_a_running_generator(self):
        def generate():
            inside = Held()
            seen.append(id(inside))
            heapsnap.dump(self.file)
            yield inside
        seen = []
        for one in generate():
            del one
            break
        root, text = self.chains(seen[0])[0]
        self.assertEqual(root["kind"], "frame")
        self.assertTrue(text.endswith(" local inside"), text)
        self.assertIn("generate() line ", text)

    @unittest.skipIf(portable.OWN_FRAMES, "frames are no objects while they run")
    def test_the_frame_of_a_running_generator_is_the_generators(self):
        seen = []

        def generate():
            frame = sys._getframe()
            heapsnap.dump(self.file)
            seen.append(id(frame))
            yield

        next(generate())
        said = oracle.answer("show", self.file, hex(seen[0]))["object"]
        self.assertEqual(said["known_references"], said["refcount"])

    def test_a_module_is_preferred(self):
        global KEPT
        KEPT = local = Held()
        self.addCleanup(globals().pop, "KEPT")
        heapsnap.dump(self.file)
        root, text = self.chains(id(local))[0]
        self.assertEqual((root["kind"], text), ("module", __name__ + ".KEPT"))

    def test_locals_are_explained_to_the_last_reference(self):
        parked = Parked("counted")
        self.addCleanup(parked.stop)
        heapsnap.dump(self.file)
        # Up to 3.10 the stack of a frame that runs, where arguments wait, has no known end.
        for name in ("in_outer", "in_cell") + (("in_inner",) if sys.version_info >= (3, 11) else ()):
            said = oracle.answer("show", self.file, hex(parked.ids[name]))
            self.assertEqual(said["object"]["refcount"], said["object"]["known_references"], name)

    @unittest.skipUnless(portable.PYTHON2, "the place of the interpreter's own fields is known on 2.7 alone")
    def test_what_only_the_interpreter_holds(self):
        program = ("import codecs, heapsnap, sys\n"
                   "def search(name):\n"
                   "    pass\n"
                   "codecs.register(search)\n"
                   "print(id(search))\n"
                   "del search\n"
                   "heapsnap.dump(sys.argv[1])\n")
        address = int(portable.output_of([sys.executable, "-c", program, self.file]))
        root, text = self.chains(address)[0]
        self.assertEqual(root["kind"], "interpreter")
        self.assertTrue(text.startswith("interpreter codec search functions["), text)

    def test_garbage_list(self):
        one = Held()
        gc.garbage.append([one])
        self.addCleanup(gc.garbage.pop)
        address = id(one)
        del one
        heapsnap.dump(self.file)
        root, text = self.chains(address)[0]
        # The module gc holds the list too, and modules come first; the collector's own count is known.
        self.assertEqual((root["kind"], text.split("[")[0]), ("module", "gc.garbage"))
        said = oracle.answer("show", self.file, hex(id(gc.garbage)))["object"]
        self.assertEqual(said["refcount"], said["known_references"])

    def test_exception_being_handled(self):
        try:
            raise KeyError(Held())
        except KeyError:
            address = id(sys.exc_info()[1])
            heapsnap.dump(self.file)
        root, text = self.chains(address)[0]
        self.assertEqual((root["kind"], text), ("module", "sys.exc_value") if portable.PYTHON2 else
                         ("thread", "thread 'MainThread' exception being handled"))

    def test_without_labels_nothing_is_named(self):
        parked = Parked("unnamed by me")
        self.addCleanup(parked.stop)
        heapsnap.dump(self.file, labels=False)
        root, text = self.chains(parked.ids["in_outer"])[0]
        self.assertEqual(root["kind"], "frame")
        self.assertNotIn("unnamed", text)
        self.assertNotIn("in_outer", text)

    def test_tracked_only(self):
        parked = Parked("tracked")
        self.addCleanup(parked.stop)
        heapsnap.dump(self.file, untracked=False)
        root, text = self.chains(parked.ids["in_outer"])[0]
        self.assertEqual(root["kind"], "frame")
        self.assertTrue(text.endswith(" local in_outer"), text)

    def test_many_frames(self):
        def deep(left):
            mine = Held()
            if left:
                return deep(left - 1)
            gc.collect()
            heapsnap.dump(self.file)
            return id(mine)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(3000)
        self.addCleanup(sys.setrecursionlimit, limit)
        address = deep(1500)
        self.assertEqual(self.chains(address)[0][0]["kind"], "frame")
        said = oracle.answer("chain", self.file, __name__ + ".Held")["targets"]
        self.assertEqual(len(said), 1501)
        self.assertEqual(set(one["root"]["kind"] for one in said), set(["frame"]))

    def test_nothing_is_said_of_missing_locals(self):
        heapsnap.dump(self.file)
        notes = oracle.answer("info", self.file)["capture"]["notes"]
        self.assertEqual([note for note in notes if "local" in note], [])


if __name__ == "__main__":
    unittest.main()
