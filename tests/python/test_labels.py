"""Labels of references: each that can be followed in Python leads where the
snapshot says, in a heap of every kind; and what the contract names is named so.
"""
import collections
import gc
import sys
import unittest

import follow
import heaps
import heapsnap
import oracle
import portable


class Labels(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.heap = heaps.build(oracle.BULK // 20)
        cls.runtime_key = "".join(["made ", "at run time"])
        cls.keyed = {cls.runtime_key: [1], "spelled": [2], 5: [3]}
        cls.made = [cls.closing([1]), heaps.Plain([1]).method]
        gc.collect()
        gc.disable()
        heapsnap.dump(cls.workplace.file("first.heapsnap"))
        before = oracle.Moment().take()
        heapsnap.dump(cls.workplace.file("names.heapsnap"))
        heapsnap.dump(cls.workplace.file("keys.heapsnap"), labels="keys")
        heapsnap.dump(cls.workplace.file("none.heapsnap"), labels=False)
        after = oracle.Moment().take()
        cls.stable = oracle.stable(before.read(), after.read())
        cls.objects = {id(one): one for one in gc.get_objects()}
        cls.untracked = oracle.Untracked(cls.objects, cls.stable).objects
        cls.names, cls.keys, cls.none = [oracle.export(cls.workplace.file(name + ".heapsnap"))
                                         for name in ("names", "keys", "none")]

    @classmethod
    def tearDownClass(cls):
        gc.enable()
        heaps.release(cls.heap)
        cls.workplace.close()
        oracle.forget(cls)

    @staticmethod
    def closing(value):
        def inner():
            return value
        return inner

    def edge(self, one, other, rows=None):
        row = (rows or self.names)[id(one)]
        return {edge for r, edge in zip(row.referents, row.edges) if r == id(other)}

    def check_all(self, rows):
        memory, wrong, followed = oracle.Memory(), collections.defaultdict(list), collections.Counter()
        self.addCleanup(memory.close)
        everything = dict(self.untracked)
        everything.update((one, self.objects[one]) for one in self.stable)
        for address, one in everything.items():
            if address in self.stable and list(self.stable[address][3]) != list(map(id, gc.get_referents(one))):
                continue  # changed since then
            row, known = rows[address], {}
            for r, edge, kind in zip(row.referents, row.edges, row.kinds):
                if edge not in known:
                    try:
                        known[edge] = follow.follow(one, edge, memory)
                    except follow.Unknown:
                        known[edge] = None
                if known[edge] is None:
                    followed["not followed"] += 1
                    continue
                followed[kind] += 1
                if r not in known[edge] and not self.is_cut(one, r, edge):
                    wrong[row.type].append((hex(address), edge, kind))
        self.assertEqual({name: (len(seen), seen[:6]) for name, seen in wrong.items()}, {})
        self.assertGreater(followed["traversed"], 20 * followed["not followed"])
        return followed

    @staticmethod
    def is_cut(one, r, edge):
        """A key longer than 64 characters is named by its beginning."""
        return portable.dict_class(one) and any(
            id(value) == r and isinstance(key, str) and len(key) > 64 and edge[2:60] in repr(key)
            for key, value in portable.dict_class(one).items(one))

    def test_every_label_leads_where_the_snapshot_says(self):
        self.check_all(self.names)

    def test_with_keys_too(self):
        self.check_all(self.keys)

    def test_attributes(self):
        plain = self.heap["instances"][0]
        if sys.version_info >= (3, 11):
            self.assertEqual(self.edge(plain, plain.items), {".items"})
            self.assertEqual(self.edge(plain, plain.link), {".link"})
        else:
            self.assertEqual(self.edge(plain, plain.__dict__), {".__dict__"})
            self.assertEqual(self.edge(plain.__dict__, plain.items), {"['items']"})
        made = self.heap["instances_with_their_dict_made"][0]
        mine = self.edge(made, made.__dict__)
        self.assertTrue(mine <= {".__dict__"}, mine)
        self.assertTrue(mine or self.edge(made, made.items) == {".items"})
        slots, both = self.heap["instances_with_slots"][:2]
        self.assertEqual(self.edge(slots, slots.left), {".left"})
        self.assertEqual(self.edge(slots, slots.right), {".right"})
        self.assertEqual(self.edge(both, both.left), {".left"})
        self.assertTrue(self.edge(both, both.in_dict) == {".in_dict"} or self.edge(both, both.__dict__) == {".__dict__"})
        for wide in self.heap["instances_with_many_attributes"]:
            source = wide if sys.version_info >= (3, 11) and self.edge(wide, wide.a0) else wide.__dict__
            edges = self.edge(source, wide.a0)
            self.assertTrue(edges <= {".a0", "['a0']"} and edges, edges)

    def test_items(self):
        self.assertEqual(self.edge(self.keyed, self.keyed["spelled"]), {"['spelled']"})
        self.assertEqual(self.edge(self.keyed, self.keyed[self.runtime_key]), {"[*]"})
        self.assertEqual(self.edge(self.keyed, self.keyed[self.runtime_key], self.keys), {"['made at run time']"})
        self.assertEqual(self.edge(self.keyed, self.keyed[5]), {"[*]"})
        self.assertEqual(self.edge(self.keyed, self.keyed[5], self.keys), {"[5]"})
        self.assertEqual(self.edge(self.keyed, self.runtime_key), {" key"})
        grown = self.heap["lists"][2]
        self.assertEqual(self.edge(grown, grown[3]), {"[3]"})
        self.assertEqual(self.edge(grown, grown[99]), {"[99]"})
        of_tuple = self.heap["tuples"][4]
        self.assertEqual(self.edge(of_tuple, of_tuple[7]), {"[7]"})
        table = self.heap["bulk"]["keyed"]
        key = next(iter(table))
        self.assertEqual(self.edge(table, table[key]), {"[*]"})
        self.assertEqual(self.edge(table, table[key], self.keys), {"[%r]" % key})
        of_set = self.heap["sets"][7]
        self.assertEqual(self.edge(of_set, next(iter(of_set))), {" member"})

    def test_subclasses_of_containers(self):
        listed, mapped, of_tuple = self.heap["subclasses"][:3]
        self.assertEqual(self.edge(listed, listed[1]), {"[1]"})
        self.assertEqual(self.edge(mapped, mapped["a"]), {"['a']"})
        self.assertEqual(self.edge(of_tuple, of_tuple[0]), {"[0]"})
        self.assertTrue(self.edge(listed, listed.note) == {".note"} or
                        self.edge(listed, listed.__dict__) == {".__dict__"})

    def test_functions_and_methods(self):
        closed, bound = self.made
        cell = closed.__closure__[0]
        self.assertTrue(self.edge(closed, closed.__closure__) == {".__closure__"} or
                        self.edge(closed, cell) == {".__closure__[0]"})
        self.assertEqual(self.edge(cell, cell.cell_contents), {".cell_contents"})
        self.assertEqual(self.edge(closed, closed.__code__), {".__code__"})
        self.assertEqual(self.edge(closed, closed.__globals__), {".__globals__"})
        self.assertEqual(self.edge(bound, bound.__self__), {".__self__"})
        self.assertEqual(self.edge(bound, bound.__func__), {".__func__"})

    def test_classes_and_modules(self):
        plain = heaps.Plain
        direct, space = self.edge(plain, plain.shared), gc.get_referents(plain.__dict__)[0]
        self.assertTrue(direct == {".shared"} or self.edge(space, plain.shared) == {"['shared']"})
        self.assertTrue(direct or self.edge(plain, space) == {".__dict__"})
        module = sys.modules["heaps"]
        direct = self.edge(module, heaps.KINDS)
        self.assertTrue(direct == {".KINDS"} or self.edge(module.__dict__, heaps.KINDS) == {"['KINDS']"})
        self.assertTrue(direct or self.edge(module, module.__dict__) == {".__dict__"})

    def test_without_labels(self):
        plain = self.heap["instances"][0]
        source = plain if sys.version_info >= (3, 11) else plain.__dict__
        self.assertEqual(self.edge(source, plain.items, self.none), {"[*]"})
        texts = {edge for row in self.none.values() for edge in row.edges}
        self.assertEqual([one for one in texts if "spelled" in one or "items" in one or "link" in one], [])

    def test_names_of_objects(self):
        self.assertEqual(self.names[id(sys.modules["heaps"])].name, "heaps")
        self.assertIn(self.names[id(heaps.build)].name, ("build", "heaps.build"))
        self.assertIn(self.names[id(heaps.Plain)].name, ("Plain", "heaps.Plain"))


if __name__ == "__main__":
    unittest.main()
