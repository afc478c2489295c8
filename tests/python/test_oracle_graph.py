"""The graph in a snapshot against the interpreter's own: ids, types, references
with their kinds, refcounts, tracked and frozen flags, object by object.

References: each that gc.get_referents names is there, as often as it names it,
and no other is called traversed. An added one must be owned: its address stands
in the object's own memory (or it is the key of a dict, whose memory is apart),
and no object may be owned more often than its reference count says.
"""
import collections
import ctypes
import gc
import sys
import unittest
import weakref

import follow
import heaps
import heapsnap
import oracle
import portable


class Graph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.heap = heaps.build(oracle.BULK)
        if portable.PYTHON2:
            oracle.Moment().take()  # asking for sizes makes types ready
        heaps.SizeInPython.asked = 0
        del heaps.Hostile.ran[:]
        gc.collect()
        gc.disable()
        snapshot = cls.workplace.file("graph.heapsnap")
        heapsnap.dump(cls.workplace.file("first.heapsnap"))  # what a first call makes is there before
        before, after = oracle.Moment(), oracle.Moment()
        before.take()
        asked, ran = heaps.SizeInPython.asked, len(heaps.Hostile.ran)
        cls.result = heapsnap.dump(snapshot)
        cls.ran_python = (heaps.SizeInPython.asked - asked, len(heaps.Hostile.ran) - ran)
        after.take()
        cls.objects = {id(one): one for one in gc.get_objects()}
        cls.before, cls.after = before.read(), after.read()
        cls.stable = oracle.stable(cls.before, cls.after)
        cls.untracked = oracle.Untracked(cls.objects, cls.stable).objects
        cls.rows = oracle.export(snapshot)

    @classmethod
    def tearDownClass(cls):
        gc.enable()
        heaps.release(cls.heap)
        cls.workplace.close()
        oracle.forget(cls)

    def none(self, wrong, what):
        self.assertEqual(len(wrong), 0, "%d %s, as: %s" % (len(wrong), what, wrong[:5]))

    def describe(self, address):
        row = self.rows.get(address)
        one = self.objects.get(address, self.untracked.get(address))
        return "%#x %s %.60r" % (address, row.type if row else "not in the file", type(one))

    def test_the_heap_is_large_and_hardly_changed_while_it_was_asked(self):
        self.assertGreater(len(self.stable), oracle.BULK * 0.8)
        changed = [one for one in self.before if one not in self.stable]
        self.assertLess(len(changed), 100, [self.describe(one) for one in changed[:10]])

    def test_the_dump_ran_no_python_code(self):
        self.assertEqual(self.ran_python, (0, 0))

    def test_the_result_counts_what_is_in_the_file(self):
        self.assertEqual(self.result.objects, len(self.rows))
        self.assertTrue(self.result.complete)
        self.assertEqual(self.result.mode, "inline")
        self.assertEqual(self.result.bytes, sum(row.size + row.extra for row in self.rows.values()))

    def test_every_tracked_object_is_there_and_is_tracked(self):
        self.none([self.describe(one) for one in self.stable
                   if one not in self.rows or not self.rows[one].tracked], "tracked objects not so in the file")

    def test_nothing_else_is_tracked(self):
        # Frozen ones gc.get_objects does not name: 3.12 freezes tuples at its start.
        extra = [one for one, row in self.rows.items()
                 if row.tracked and not row.frozen and one not in self.before]
        self.assertLess(len(extra), 40, [self.describe(one) for one in extra])
        self.none([self.describe(one) for one in extra if one in self.after and self.rows[one].type.startswith(
            "heaps.")], "objects of the heap tracked only in the file")

    def test_no_object_is_called_frozen_that_gc_names(self):
        self.none([self.describe(one) for one in self.stable if self.rows[one].frozen], "frozen objects")

    def test_every_untracked_referent_is_there_with_its_references(self):
        wrong = []
        for address, one in self.untracked.items():
            row = self.rows.get(address)
            if row is None:
                wrong.append("missing: " + self.describe(address))
            elif row.tracked and not row.frozen:
                wrong.append("called tracked: " + self.describe(address))
            elif gc.is_tracked(one) is False and not isinstance(one, portable.CLASS_TYPES):
                followed = [id(r) for r in gc.get_referents(one)]
                mine = [r for r, kind in zip(row.referents, row.kinds) if kind in ("traversed", "uncounted")]
                if sorted(followed) != sorted(mine):
                    wrong.append("references differ: " + self.describe(address))
        self.none(wrong, "untracked objects wrong")

    def test_types(self):
        wrong = []
        names = {}
        for space in (self.untracked, {one: self.objects[one] for one in self.stable}):
            for address, one in space.items():
                row, cls = self.rows[address], portable.class_of(one)
                if cls not in names:
                    names[cls] = oracle.type_name(cls)
                if row.type != names[cls]:
                    wrong.append("%s, is %s" % (self.describe(address), names[cls]))
        self.none(wrong, "types wrong")

    def test_traversed_references_are_exactly_those_of_gc(self):
        wrong = []
        for address, (_, _, _, referents) in self.stable.items():
            row = self.rows[address]
            mine = [r for r, kind in zip(row.referents, row.kinds) if kind in ("traversed", "uncounted")]
            if sorted(mine) != sorted(referents):
                less, more = collections.Counter(referents), collections.Counter(mine)
                less.subtract(more)
                wrong.append((self.describe(address), [(n, self.describe(r)) for r, n in less.items() if n][:4]))
        self.none(wrong, "objects with other references than gc's")

    def test_every_referent_is_in_the_file(self):
        missing = collections.Counter(
            (row.type, edge, kind) for row in self.rows.values()
            for r, edge, kind in zip(row.referents, row.edges, row.kinds) if r not in self.rows)
        self.none(list(missing.items()), "kinds of references to nowhere")

    def test_edges_and_kinds_belong_to_the_referents(self):
        known = {"traversed", "added", "uncounted", "implied", "weak"}
        self.none([self.describe(row.id) for row in self.rows.values()
                   if not len(row.referents) == len(row.edges) == len(row.kinds) or not known.issuperset(row.kinds)],
                  "rows out of step")

    def test_added_references_are_owned(self):
        memory, wrong, replaced = oracle.Memory(), [], []
        self.addCleanup(memory.close)
        for address, row in self.rows.items():
            one = self.objects.get(address, self.untracked.get(address))
            if address not in self.stable and address not in self.untracked or "added" not in row.kinds:
                continue
            owned = set(memory.words(address - 32, max(type(one).__basicsize__, sys.getsizeof(one)) // 8 + 8))
            if portable.dict_class(one):
                owned.update(map(id, portable.dict_class(one).keys(one)))
            elif oracle.is_code(one):
                owned.update(map(id, oracle.code_parts(one)))
            if sys.version_info >= (3, 12) and isinstance(one, type):
                owned.update(id(r) for r in gc.get_referents(type.__dict__["__dict__"].__get__(one)))
                owned.update(map(id, one.__bases__ + one.__mro__ + (one.__bases__, one.__mro__)))
            if " +ht_cached_keys" in row.edges:
                owned.update(follow.shared_keys(one, memory))
            for r, edge, kind in zip(row.referents, row.edges, row.kinds):
                if kind == "added" and r not in owned:
                    # A class whose table of shared keys was replaced since the dump.
                    (replaced if edge == " +ht_cached_keys" else wrong).append((self.describe(address), edge, self.describe(r)))
        self.none(wrong, "added references that are not owned")
        self.assertLess(len(replaced), 10, replaced)

    def test_keys_of_dicts_are_owned(self):
        wrong, shared = [], 0
        for address in self.stable:
            one = self.objects[address]
            if type(one) is dict and self.stable[address][3] == tuple(map(id, gc.get_referents(one))):
                row = self.rows[address]
                if "uncounted" in row.kinds:
                    continue  # 3.14: the interpreter's own, of interned strs
                keys = collections.Counter(r for r, edge in zip(row.referents, row.edges) if edge == " key")
                if not keys and one and not row.edges.count("[*]"):
                    shared += 1  # the keys are the class's, and only named here
                    keys = collections.Counter(map(id, one))
                    named = {edge for edge in row.edges if edge != ".__class__"}
                    if not gc.get_referents(one):
                        pass  # 3.13.0 to 3.13.12: its values are inside of the instance, which says so
                    elif named != {"[%r]" % key for key in one}:
                        wrong.append("named otherwise: " + self.describe(address))
                if keys != collections.Counter(map(id, one)):
                    wrong.append(self.describe(address))
        self.none(wrong, "dicts whose keys are not those in the file")
        if not portable.PYTHON2:  # each dict has its own there
            self.assertGreater(shared, 0)

    def test_weak_references_are_weak(self):
        weak = {(row.id, r) for row in self.rows.values() for r, kind in zip(row.referents, row.kinds)
                if kind == "weak"}
        alive = [one for one in (self.objects[address] for address in self.stable)
                 if isinstance(one, weakref.ref) and weakref.ref.__call__(one) is not None]
        self.assertGreater(len(alive), 20)
        # Of what is only weakly referred to and not tracked (a thread local's dummy) there is no row.
        there = [one for one in alive if id(weakref.ref.__call__(one)) in self.rows]
        self.assertLess(len(alive) - len(there), 10)
        self.none([self.describe(id(one)) for one in there if (id(one), id(weakref.ref.__call__(one))) not in weak],
                  "weakrefs without their referent")
        proxies = (weakref.ProxyType, weakref.CallableProxyType)
        self.none([self.describe(a) for a, _ in weak
                   if not isinstance(self.objects[a], weakref.ref) and type(self.objects[a]) not in proxies],
                  "weak references of what is no weakref")

    def test_one_reference_to_the_type(self):
        # One counted where the instance owns one (heap types from 3.8 on), else one implied.
        wrong = []
        for address, row in self.rows.items():
            one = self.objects.get(address, self.untracked.get(address))
            if one is None or address not in self.stable and address not in self.untracked:
                continue
            to_class = [kind for r, edge, kind in zip(row.referents, row.edges, row.kinds)
                        if r == id(portable.class_of(one)) and edge == ".__class__"]
            # 3.9 to 3.11: the cache says that it refers to the types of its links; they do not again.
            heap_type = bool(type(one).__flags__ & 1 << 9 or portable.class_of(one) is not type(one)) and row.type != "functools._lru_list_elem"
            if len(to_class) != 1 or to_class[0] == "weak" or (to_class == ["implied"]) == heap_type:
                wrong.append((self.describe(address), to_class, heap_type))
        self.none(wrong, "objects whose reference to their type is wrong")

    def test_refcounts(self):
        wrong, used = [], []
        for address, (_, count, _, _) in self.stable.items():
            said = self.rows[address].refcount
            if count != self.before[address][1] or said == count or min(said, count + 3) >= oracle.IMMORTAL:
                continue
            of_the_heap = self.rows[address].type.startswith("heaps.")
            (wrong if of_the_heap else used).append((self.describe(address), said, count))
        self.none(wrong, "refcounts wrong")
        # While it asks, the oracle itself refers to functions, methods and modules that it uses.
        self.assertLess(len(used), 40, used)

    def test_no_object_is_owned_more_often_than_its_refcount_says(self):
        owned = collections.Counter(r for row in self.rows.values()
                                    for r, kind in zip(row.referents, row.kinds) if kind in ("traversed", "added"))
        wrong = [(self.describe(address), count, self.rows[address].refcount)
                 for address, count in owned.items()
                 if address in self.rows and count > self.rows[address].refcount]
        self.none(wrong, "objects owned too often")

    def test_what_only_the_heap_holds_is_explained_to_the_last_reference(self):
        owned = collections.Counter(r for row in self.rows.values()
                                    for r, kind in zip(row.referents, row.kinds) if kind in ("traversed", "added"))
        wrong, bulk = [], self.heap["bulk"]
        for group in (bulk["instances"], bulk["dicts"], bulk["slots"], bulk["tuples"], bulk["sets"]):
            for one in group:
                # cls.objects, made after the dump, is not in it.
                if owned[id(one)] != self.rows[id(one)].refcount:
                    wrong.append((self.describe(id(one)), owned[id(one)], self.rows[id(one)].refcount))
        self.none(wrong, "objects not explained")


@unittest.skipUnless(portable.HAS_FREEZE, "no gc.freeze in this version")
class Frozen(unittest.TestCase):
    def test_after_gc_freeze(self):
        workplace = oracle.Workplace()
        self.addCleanup(workplace.close)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        kept = heaps.bulk(1000)
        heapsnap.dump(workplace.file("first.heapsnap"))
        first = oracle.Moment().take()
        gc.freeze()
        self.addCleanup(gc.unfreeze)
        after = [heaps.Plain(1) for _ in range(100)]
        heapsnap.dump(workplace.file("frozen.heapsnap"))
        gc.unfreeze()
        heapsnap.dump(workplace.file("unfrozen.heapsnap"))
        second = oracle.Moment().take()
        stable = oracle.stable(first.read(), second.read())
        frozen = oracle.export(workplace.file("frozen.heapsnap"))
        thawed = oracle.export(workplace.file("unfrozen.heapsnap"))
        self.assertGreater(len(stable), 1000)
        self.assertEqual([hex(one) for one in stable if not (frozen[one].frozen and frozen[one].tracked)][:5], [])
        self.assertEqual([hex(one) for one in stable if thawed[one].frozen][:5], [])
        self.assertEqual([hex(id(one)) for one in after if frozen[id(one)].frozen][:5], [])
        for one in kept["instances"][:50]:
            self.assertEqual(sorted(frozen[id(one)].referents), sorted(thawed[id(one)].referents))


class TrackedOnly(unittest.TestCase):
    def test_untracked_objects_and_references_to_them_are_left_out(self):
        workplace = oracle.Workplace()
        self.addCleanup(workplace.close)
        heap = heaps.bulk(2000)
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        heapsnap.dump(workplace.file("first.heapsnap"))
        before = oracle.Moment().take()
        heapsnap.dump(workplace.file("tracked.heapsnap"), untracked=False)
        after = oracle.Moment().take()
        stable = oracle.stable(before.read(), after.read())
        rows = oracle.export(workplace.file("tracked.heapsnap"))
        static = {one for one, row in rows.items() if not row.tracked}
        self.assertTrue(heap)
        # No base knows a type that was never made ready: functools' _lru_list_elem up to 3.7, one of _testcapi.
        unready = {one for one in static if rows[one].type == "type" and not type_flags(one) & TYPE_IS_READY}
        self.assertEqual([(rows[one].type, rows[one].name) for one in static - unready - all_types(object)], [])
        wrong = []
        for address, (_, _, _, referents) in stable.items():
            mine = [r for r, kind in zip(rows[address].referents, rows[address].kinds) if kind == "traversed"]
            if sorted(mine) != sorted(r for r in referents if r in rows):
                wrong.append(rows[address].type)
            if any(r not in rows for r in rows[address].referents):
                wrong.append("to nowhere: " + rows[address].type)
        self.assertEqual(wrong[:5], [])


TYPE_IS_READY = 1 << 12
TYPE_FLAGS_AT = 168  # of PyTypeObject, since 2.5


def type_flags(address):
    return ctypes.c_ulong.from_address(address + TYPE_FLAGS_AT).value


def all_types(cls):
    """Ids of a type and all below it."""
    found, todo = set(), [cls]
    while todo:
        one = todo.pop()
        if id(one) not in found:
            found.add(id(one))
            todo += type.__subclasses__(one)
    return found


if __name__ == "__main__":
    unittest.main()
