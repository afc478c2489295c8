"""`heapsnap chain` against a plain search in Python: a chain is never longer than
the one found by breadth-first search from sys.modules over gc.get_referents, it
starts at a module, every step is a reference, and where its text is Python,
evaluating it gives the target.
"""
import collections
import gc
import random
import re
import sys
import unittest

import follow
import garbage
import heaps
import heapsnap
import oracle
import portable

IMMORTAL = 999000000  # counts of static objects of 3.11
TARGETS = 1500


def search(roots, graph):
    """Steps from the nearest root: {id: number}. Only through what `graph` knows."""
    steps, ring = {one: 0 for one in roots}, list(roots)
    while ring:
        further = []
        for one in ring:
            for other in graph.get(one, ()):
                if other not in steps:
                    steps[other] = steps[one] + 1
                    further.append(other)
        ring = further
    return steps


def borrows(seen, stable):
    """3.11's tuples in static memory never took references to None, True or False."""
    return seen[0] == id(tuple) and seen[1] >= IMMORTAL and any(
        one in stable and stable[one][1] < IMMORTAL for one in seen[3])


class Chains(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        heaps.BUILT = cls.heap = heaps.build(oracle.BULK // 4)
        cls.snapshot = cls.workplace.file("chains.heapsnap")
        gc.collect()
        gc.disable()
        for make in garbage.GARBAGE.values():
            make()
        heapsnap.dump(cls.workplace.file("first.heapsnap"))
        before, after = oracle.Moment(), oracle.Moment()
        cls.roots = {id(module): name for name, module in sys.modules.items()}
        before.take(untracked=True)
        heapsnap.dump(cls.snapshot)
        after.take(untracked=True)
        cls.objects = {id(one): one for one in gc.get_objects()}
        stable = oracle.stable(before.read(), after.read())
        # What an object refers to counts only where it did both before and after the dump,
        # untracked ones included: they change too, and their addresses are used again.
        cls.graph = {one: seen[3] for one, seen in stable.items() if not borrows(seen, stable)}
        tracked = {one: seen for one, seen in stable.items() if one in cls.objects}
        cls.objects.update(oracle.Untracked(cls.objects, tracked).objects)
        cls.steps = search(cls.roots, cls.graph)
        known = sorted(one for one in cls.graph if one in cls.objects)
        random.seed(2)
        cls.targets = random.sample(known, min(TARGETS, len(known)))
        for name, made in cls.heap.items():
            if isinstance(made, list):
                cls.targets += [id(one) for one in made if id(one) in cls.graph]
        cls.targets = list(collections.OrderedDict.fromkeys(cls.targets))
        said = oracle.answer("chain", cls.snapshot, *["%#x" % one for one in cls.targets])
        cls.said = {int(one["id"], 16): one for one in said["targets"]}
        cls.rows = oracle.export(cls.snapshot)
        said = oracle.answer("cycles", cls.snapshot, "--ids")
        cls.unreachable = {int(one, 16) for one in said["unreachable"]["ids"]}

    @classmethod
    def tearDownClass(cls):
        gc.enable()
        heaps.release(cls.heap)
        heaps.BUILT = None  # its tracebacks hold what this frame held
        cls.workplace.close()
        oracle.forget(cls)

    def test_every_target_is_answered(self):
        self.assertEqual(set(self.said), set(self.targets))

    def test_chains_start_at_a_module_where_one_holds_the_target(self):
        for one in self.targets:
            chain = self.said[one]
            if one in self.steps:
                self.assertIsNotNone(chain["root"], hex(one))
                self.assertEqual(chain["root"]["kind"], "module", chain)
                start = int(chain["path"][0]["id"], 16)
                self.assertIn(start, self.roots)
                self.assertIs(sys.modules.get(chain["root"]["name"]), self.objects[start])

    def test_no_root_only_for_garbage(self):
        # What garbage owns in a way that the collector does not follow (the constants of a
        # function's code) goes with it, though gc.collect() does not print it.
        gone, todo = set(self.unreachable), list(self.unreachable)
        while todo:
            row = self.rows[todo.pop()]
            for r, kind in zip(row.referents, row.kinds):
                if kind in ("traversed", "added") and r not in gone:
                    gone.add(r)
                    todo.append(r)
        for one, chain in self.said.items():
            if chain["root"] is None:
                self.assertTrue(one in gone, self.rows[one].type)
            else:
                self.assertFalse(one in self.unreachable, chain["text"])

    def test_chains_are_never_longer_than_a_plain_search(self):
        compared = 0
        for one, chain in self.said.items():
            if one in self.steps:
                compared += 1
                self.assertLessEqual(len(chain["path"]) - 1, self.steps[one], chain["text"])
        self.assertGreater(compared, len(self.targets) * 3 // 4)

    def test_every_step_is_a_real_reference(self):
        for one, chain in self.said.items():
            path = chain["path"]
            if chain["root"] is None:
                continue
            self.assertEqual(int(path[-1]["id"], 16), one)
            self.assertIsNone(path[-1]["edge"])
            for step, following in zip(path, path[1:]):
                source, target = int(step["id"], 16), int(following["id"], 16)
                self.assertEqual(step["type"], self.rows[source].type)
                slots = [(r, edge) for r, edge, kind in zip(self.rows[source].referents, self.rows[source].edges,
                                                            self.rows[source].kinds)
                         if kind not in ("weak", "uncounted")]
                self.assertIn((target, step["edge"]), slots, chain["text"])
                if target not in self.graph.get(source, ()):
                    self.check_added(source, target, step["edge"], chain)

    def check_added(self, source, target, edge, chain):
        one = self.objects.get(source)
        if one is None:  # untracked, and only what the collector does not follow leads there
            return
        if edge == " key":
            self.assertIn(target, map(id, portable.dict_class(one).keys(one)), chain["text"])
        elif edge == ".__class__":
            self.assertEqual(target, id(type(one)), chain["text"])
        else:
            self.assertTrue(isinstance(one, portable.CLASS_TYPES) or edge.startswith((".", "[", " ")), chain["text"])

    def leads(self, module, text, target, memory):
        """What Python shows may be bound, copied or made by a descriptor: the field itself counts too."""
        reached, ids = [module], {id(module)}
        for step in follow.STEP.findall(text):
            ids = set()
            for one in reached:
                try:
                    ids |= follow.follow(one, step, memory)
                except Exception:
                    pass
            # The collector is not shown what code objects own, nor static types.
            others = {id(part): part for one in reached if oracle.is_code(one) for part in oracle.code_parts(one)}
            others.update((id(type(one)), type(one)) for one in reached)
            reached = [others.get(one, self.objects.get(one)) for one in ids if one in others or one in self.objects]
        return target in ids

    def test_texts_that_are_python_lead_to_the_target(self):
        evaluated, wrong, memory = 0, [], oracle.Memory()
        self.addCleanup(memory.close)
        for one, chain in self.said.items():
            text = chain["text"]
            if "._abc_" in text:
                continue  # up to 3.6 a cache of a class, made anew when it is asked after another has registered
            if not chain["root"] or chain["root"]["kind"] != "module" or re.search(
                    r"\[\*\]| (key|member|local)| \+|[^\x20-\x7e]|__subclasses__|co_localsplus|__annotations__\[", text):
                continue
            name = chain["root"]["name"]
            self.assertTrue(text.startswith(name), text)
            # First: being evaluated, a function's __annotations__ become another object.
            leads = self.leads(sys.modules[name], text[len(name):], one, memory)
            try:
                found = eval("ROOT" + text[len(name):], {"ROOT": sys.modules[name]})
            except Exception as error:  # any failure to follow the path is the finding
                found = error
            evaluated += id(found) == one
            if id(found) != one and not leads:
                wrong.append((text, "leads to %.80r" % (found,)))
        self.assertEqual(wrong[:10], [], "%d of %d" % (len(wrong), evaluated))
        self.assertGreater(evaluated, len(self.said) // 2)


if __name__ == "__main__":
    unittest.main()
