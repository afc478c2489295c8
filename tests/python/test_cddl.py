"""Real snapshots against format/heapsnap.cddl, by a checker that reads that file
itself: every item fits it, and an item in which anything is missing, too much or
of another type does not. Needs cbor2, so only Debian's own python3 runs it.
"""
import copy
import gc
import io
import os
import unittest

import cddl
import heaps
import heapsnap
import oracle
import portable

try:
    import cbor2
except ImportError:
    cbor2 = None

GRAMMAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "format", "heapsnap.cddl")
WRONG = cbor2 and cbor2.CBORTag(54321, "a tag that nothing is")


def items(file):
    """All items of a snapshot, decoded from what `zstd -dc` gives."""
    stream = io.BytesIO(portable.output_of(["zstd", "-dcq", file]))
    size = len(stream.getvalue())
    while stream.tell() < size:
        yield cbor2.load(stream)


def places(value, path=()):
    """Paths to everything inside a value; of a long array only some."""
    yield path
    if isinstance(value, dict):
        for key in value:
            for place in places(value[key], path + (key,)):
                yield place
    elif isinstance(value, list):
        for index in {0, 1, 2, len(value) // 2, len(value) - 1}:
            if 0 <= index < len(value):
                for place in places(value[index], path + (index,)):
                    yield place


def replaced(value, path, new):
    if not path:
        return new
    made = copy.copy(value)
    made[path[0]] = replaced(value[path[0]], path[1:], new)
    return made


def at(value, path):
    for step in path:
        value = value[step]
    return value


@unittest.skipIf(portable.PYTHON2, "text and bytes are one type in 2.7")
class Checker(unittest.TestCase):
    """The checker itself, on a grammar with everything that it knows."""

    GRAMMAR = """
    item = header / objects   ; a comment
    header = [0, {1: tstr, ? 2: uint .size 4, "k": 0..5, ? names: [* name], * tstr => any}]
    name = tstr .size (1..10)
    pair = (a: uint, b: int)
    objects = [1, { 3 => [+ pair], 4 => thing<uint>, ? 5 => (tstr / nil), 6 => &kinds }]
    thing<t> = [t, ~inner, ?bytes]
    inner = bool
    kinds = (one: 1, two: 2)
    """

    def test_what_fits(self):
        grammar = cddl.Grammar(self.GRAMMAR)
        for item in ([0, {1: "x", "k": 3}], [0, {1: "x", 2: 7, "k": 0, "names": ["a"], "new": 4}],
                     [1, {3: [1, -2, 3, 4], 4: [5, True], 6: 1}], [1, {3: [1, -2], 4: [5, True, b"x"], 5: None, 6: 2}]):
            self.assertIsNone(grammar.check(item))

    def test_what_does_not(self):
        grammar = cddl.Grammar(self.GRAMMAR)
        for item in ([0, {1: 1, "k": 3}], [0, {"k": 3}], [0, {1: "x", "k": 6}], [0, {1: "x", 2: 2 ** 32, "k": 0}],
                     [0, {1: "x", "k": 0, "names": [""]}], [0, {1: "x", "k": 0, 7: 1}], [0, {1: "x", "k": True}],
                     [1, {3: [1, -2, 3], 4: [5, True], 6: 1}], [1, {3: [], 4: [5, True], 6: 1}],
                     [1, {3: [1, 1], 4: [-5, True], 6: 1}], [1, {3: [1, 1], 4: [5, True], 6: 3}],
                     [1, {3: [1, 1], 4: [5, True, b"", 1], 6: 1}], [1, {3: [1, 1], 4: [5, True], 5: 1, 6: 1}],
                     [2, {}], [0], [0, {1: "x", "k": 0}, 0], 0, None, {}):
            self.assertIsNotNone(grammar.check(item), item)

    def test_a_wrong_grammar_is_said(self):
        for text in ("a = [", "a = b = c", "a = { 1: }", "a = %", "a = int\na = int"):
            with self.assertRaises(cddl.SyntaxWrong):
                cddl.Grammar(text)
        with self.assertRaises(cddl.SyntaxWrong):
            cddl.Grammar("a = unknown").check(1)


@unittest.skipUnless(cbor2, "cbor2 is missing here (Debian: python3-cbor2, for its own python3)")
class Cddl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.grammar = cddl.Grammar(portable.read_text(GRAMMAR))
        cls.workplace = oracle.Workplace()
        cls.heap = heaps.build(2000)
        cls.items = []
        gc.collect()
        for number, options in enumerate(({}, {"untracked": False, "labels": False}, {"labels": "keys"})):
            file = cls.workplace.file("%d.heapsnap" % number)
            heapsnap.dump(file, **options)
            cls.items += list(items(file))

    @classmethod
    def tearDownClass(cls):
        heaps.release(cls.heap)
        cls.workplace.close()
        oracle.forget(cls)

    def test_every_item_fits(self):
        self.assertGreater(len(self.items), 10)
        for number, item in enumerate(self.items):
            self.assertIsNone(self.grammar.check(item), "item %d of kind %r" % (number, item[0]))

    def small_items(self):
        """One of each kind, the smallest, so that thousands of mutants are cheap."""
        kinds = {}
        for item in self.items:
            kinds.setdefault((item[0], frozenset(item[1])), []).append(item)
        self.assertEqual(len(kinds), 8)  # kind 1 is types and slot maps
        return [min(seen, key=lambda one: len(cbor2.dumps(one))) for seen in kinds.values()]

    def test_another_type_anywhere_does_not_fit(self):
        accepted, tried = set(), 0
        for item in self.small_items():
            for path in places(item):
                tried += 1
                if self.grammar.check(replaced(item, path, WRONG)) is None:
                    accepted.add((item[0],) + tuple(step for step in path[1:] if isinstance(step, str)))
        self.assertEqual(accepted, set(), "of %d" % tried)
        self.assertGreater(tried, 100)

    def test_too_much_or_too_little_does_not_fit(self):
        for item in self.small_items():
            for broken in (item + [1], item[:1], [], [item], [item[1], item[0]], {}, [WRONG, item[1]],
                           [item[0], {}]):
                self.assertIsNotNone(self.grammar.check(broken), "kind %r" % item[0])

    def test_most_keys_are_required(self):
        required = optional = 0
        for item in self.small_items():
            for path in places(item):
                if isinstance(at(item, path), dict):
                    for key in at(item, path):
                        less = {one: what for one, what in at(item, path).items() if one != key}
                        if self.grammar.check(replaced(item, path, less)) is None:
                            optional += 1
                        else:
                            required += 1
        self.assertGreater(required, 20, "optional: %d" % optional)


if __name__ == "__main__":
    unittest.main()
