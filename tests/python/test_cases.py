"""The cases of cases/, each a small program that says at its head what is expected of the
analyzer; here it is run and held to that.
"""
from __future__ import print_function

import os
import sys
import unittest

import oracle
import portable

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")


def without_namespaces(cycle):
    """The types and edges of an example, an attribute read as one step where it is two."""
    steps = [(node["type"].rsplit(".", 1)[-1], node["edge"]) for node in cycle]
    read, at = [], 0
    while at < len(steps):
        kind, edge = steps[at]
        if edge == ".__dict__":
            at += 1
            edge = "." + steps[at % len(steps)][1].strip("[']")
        read.append((kind, edge))
        at += 1
    return read


class Cases(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)

    def run_case(self, name, needs=None):
        if needs and not portable.library(needs):
            self.skipTest("%s is not installed" % needs)
        portable.output_of([sys.executable, os.path.join(CASES, name + ".py"), self.workplace.path])

    def answer(self, command, *arguments):
        return oracle.answer(command, *[self.workplace.file(one) if one[0] != "-" and "." not in one else one
                                        for one in arguments])

    def group(self, snapshot="snapshot", containing="__main__.OBJ"):
        """The one group of `cycles` that has objects of a type."""
        groups = [group for group in self.answer("cycles", snapshot)["groups"] if containing in group["types"]]
        self.assertEqual(len(groups), 1)
        return groups[0]

    def chain(self, snapshot, target):
        targets = self.answer("chain", snapshot, target)["targets"]
        self.assertGreater(len(targets), 0)
        return targets[0]

    def count(self, snapshot, name):
        return sum(row["count"] for row in self.answer("types", snapshot)["types"] if row["type"] == name)

    def test_early_return(self):
        self.run_case("early_return")
        said = self.answer("growth", "before", "after")
        rows = [row for row in said["types"] if row["type"] == "__main__.OBJ"]
        self.assertEqual([(row["old_count"], row["new_count"], row["count_delta"]) for row in rows], [(0, 1, 1)])
        held = [row for row in said["holders"] if row["type"] == "__main__.OBJ"]
        self.assertEqual([(row["path"], row["count_delta"]) for row in held], [("__main__._cache[*]", 1)])
        chain = self.chain("after", "__main__.OBJ")
        self.assertEqual(chain["text"], "__main__._cache[0]")
        self.assertEqual(chain["root"], {"kind": "module", "name": "__main__"})

    def test_direct_cycle(self):
        self.run_case("direct_cycle")
        group = self.group()
        self.assertEqual((group["count"], group["collect"], group["finalizer"]), (1, "yes", False))
        self.assertEqual(without_namespaces(group["cycle"]), [("OBJ", ".attr")])

    def test_indirect_cycle(self):
        self.run_case("indirect_cycle")
        group = self.group()
        self.assertEqual((group["count"], group["collect"], group["finalizer"]), (1, "yes", False))
        self.assertEqual(sorted(without_namespaces(group["cycle"])), [("OBJ", ".attr_a"), ("OBJ", ".attr_b")])

    def test_fifty_cycles(self):
        self.run_case("fifty_cycles")
        group = self.group()
        self.assertEqual((group["count"], group["types"]["__main__.OBJ"]), (50, 100))
        self.assertEqual(sorted(without_namespaces(group["cycle"])), [("OBJ", ".attr_a"), ("OBJ", ".attr_b")])
        self.assertIsNone(self.chain("snapshot", "__main__.OBJ")["root"])

    def test_finalizer_in_cycle(self):
        self.run_case("finalizer_in_cycle")
        group = self.group("before")
        self.assertEqual((group["count"], group["types"]["__main__.OBJ"], group["finalizer"]), (1, 2, True))
        self.assertEqual(group["collect"], "uncollectable" if portable.PYTHON2 else "yes")
        self.assertEqual(self.count("after", "__main__.OBJ"), 2 if portable.PYTHON2 else 0)
        self.assertEqual(self.answer("info", "after")["gc"]["garbage"], 2 if portable.PYTHON2 else 0)

    def test_msg_handlers(self):
        self.run_case("msg_handlers")
        group = self.group(containing="__main__.Connection")
        steps = without_namespaces(group["cycle"])
        self.assertEqual((group["count"], group["collect"]), (1, "yes"))
        self.assertEqual((steps[0], steps[-1][1]), (("Connection", ".msg_handlers"), ".__self__"))
        self.assertEqual(self.count("snapshot", "__main__.WeakConnection"), 0)

    def test_ordered_dict(self):
        self.run_case("ordered_dict")
        groups = self.answer("cycles", "snapshot")["groups"]
        found = [(group["count"], group["collect"], without_namespaces(group["cycle"])) for group in groups]
        self.assertEqual(sorted(found), [(1, "yes", [("list", "[0]")]), (1, "yes", [("list", "[0]"), ("list", "[1]")])]
                         if portable.PYTHON2 else [])

    def test_weak_containers(self):
        self.run_case("weak_containers")
        said = self.answer("chain", "snapshot", "__main__.KEPT")["targets"]
        self.assertEqual([target["text"] for target in said], ["__main__.kept"])
        self.assertEqual(self.count("snapshot", "__main__.DROPPED"), 0)

    def test_urlopen(self):
        self.run_case("urlopen")
        if not portable.PYTHON2:
            self.assertEqual(self.answer("cycles", "snapshot")["groups"], [])
            return
        group = self.group(containing="httplib.HTTPResponse")
        self.assertEqual((group["count"], group["collect"], group["types"]["httplib.HTTPResponse"]), (5, "yes", 5))
        self.assertEqual(without_namespaces(group["cycle"]),
                         [("HTTPResponse", ".recv"), ("instancemethod", ".__self__")])
        self.assertEqual(self.answer("cycles", "snapshot")["unreachable"]["tracked_objects"], 5 * 7)

    def test_requests_get(self):
        self.run_case("requests_get", "requests")
        tracked = [self.answer("info", one)["objects"]["tracked"] for one in ("before", "after", "collected")]
        self.assertGreater(tracked[1], tracked[0])
        self.assertEqual(self.count("after", "requests.models.Response"), 0)
        self.assertEqual(self.answer("cycles", "after")["unreachable"]["tracked_objects"], 0)
        grown = [row["path"] for row in self.answer("growth", "before", "after")["holders"] if row["type"] == "module"]
        self.assertIn("netrc", grown)
        print("requests.get: %d tracked objects before, %d after, %d after a collection" % tuple(tracked))

    def test_accept_loop(self):
        self.run_case("accept_loop", "tornado")
        chains = [one for one in self.answer("chain", "snapshot", "socket.socket")["targets"]
                  if "functools.partial" in [node["type"] for node in one["path"]]]
        self.assertEqual(len(chains), 1)
        self.assertEqual(chains[0]["root"]["kind"], "module")
        self.assertEqual([node["edge"] for node in chains[0]["path"]][-3:], [".args", "[0]", None])

    def test_navigable_string(self):
        self.run_case("navigable_string", "bs4")
        held = {row["path"]: row for row in self.answer("growth", "before", "after")["holders"]}
        row = held["__main__.Crawler.seen[*]"]
        self.assertEqual((row["type"], row["count_delta"]), ("bs4.element.NavigableString", 20))
        self.assertGreater(row["total_count_delta"], 20 * 20)
        chain = self.chain("after", "__main__.Crawler.seen[*]")
        self.assertEqual((chain["text"], chain["path"][-1]["type"]),
                         ("__main__.Crawler.seen[*]", "bs4.element.NavigableString"))


if __name__ == "__main__":
    unittest.main()
