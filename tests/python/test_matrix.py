"""The table of versions: every test stands in a row and every row has tests, and what the
suite left of its runs becomes a table or a complaint.
"""
from __future__ import print_function

import json
import os
import shutil
import sys
import tempfile
import unittest

import matrix
import portable
import run_suite
import versions_table

HERE = os.path.dirname(os.path.abspath(__file__))


def tests_of(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            for test in tests_of(one):
                yield test
        else:
            yield run_suite.name_of(one)


class Rows(unittest.TestCase):
    def setUp(self):
        # Found in the files: loading them once more would make their classes anew.
        self.tests = set()
        for file in os.listdir(HERE):
            if file.startswith("test_") and file.endswith(".py"):
                module = __import__(file[:-3])
                self.tests.update(tests_of(unittest.defaultTestLoader.loadTestsFromModule(module)))

    def test_every_row_has_tests(self):
        for row, prefixes in matrix.ROWS:
            for prefix in prefixes:
                self.assertTrue(any(matrix.is_held(test, [prefix]) for test in self.tests), (row, prefix))

    def test_every_test_is_in_a_row(self):
        prefixes = [prefix for _, some in matrix.ROWS for prefix in some] + matrix.ASIDE
        self.assertEqual(sorted(test for test in self.tests if not matrix.is_held(test, prefixes)), [])

    def test_names_of_rows_are_unique(self):
        names = [row for row, _ in matrix.TABLE]
        self.assertEqual(len(names), len(set(names)))

    def test_only_rows_have_figures(self):
        self.assertRaises(AssertionError, matrix.tell, "no such row", "1")


class Cells(unittest.TestCase):
    def cell(self, *outcomes, **named):
        return matrix.cell(["m.C.test_a", "m.D"], outcomes, named.get("figure"), named.get("part"))

    def test_what_a_cell_says(self):
        for outcomes, expected in (
                ([("m.C.test_a", "ok")], ("1 test", [])),
                ([("m.C.test_a", "ok"), ("m.D.test_b", "ok"), ("m.C.test_z", "failed")], ("2 tests", [])),
                ([("m.C.test_a", "ok"), ("m.D.test_b", "no b here")], ("1 test", ["no b here"])),
                ([("m.C.test_a", "no a"), ("m.D.test_b", "no b")], ("-", ["no a", "no b"])),
                ([("m.C.test_a", "ok"), ("m.D.test_b", "failed")], ("FAILED", [])),
                ([("m.C", "failed")], ("FAILED", [])),
                ([("m.E.test_c", "ok")], ("", []))):
            cell = self.cell(*outcomes)
            self.assertEqual((cell["text"], cell["reasons"]), expected)

    def test_a_figure_is_shown_where_a_test_passed(self):
        self.assertEqual(self.cell(("m.C.test_a", "ok"), figure="66 kinds")["text"], "66 kinds")
        self.assertEqual(self.cell(("m.C.test_a", "failed"), figure="66 kinds")["text"], "FAILED")

    def test_a_part_of_the_suite_says_so(self):
        self.assertEqual(self.cell(part="slow"), {"text": "-", "reasons": ["slow"]})
        self.assertEqual(self.cell(("m.D.test_b", "ok"), part="slow"), {"text": "1 test", "reasons": []})


class Tables(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.mkdtemp(prefix="heapsnap-test-")
        self.addCleanup(shutil.rmtree, self.place)
        self.out = os.path.join(self.place, "versions.md")

    def column(self, version, name, **changes):
        """Keeps a column all of whose cells are full, but for those that are given: ROW="TEXT:REASON"."""
        cells = dict((row, {"text": "1 test", "reasons": []}) for row, _ in matrix.ROWS)
        for row, text in changes.items():
            text, _, reason = text.partition(":")
            cells[row] = {"text": text, "reasons": [reason] if reason else []}
        with open(os.path.join(self.place, name + ".json"), "w") as stream:
            json.dump({"name": name, "version": version, "cells": cells}, stream)

    def write(self):
        status, output, complaint = portable.finished(
            [sys.executable, os.path.join(HERE, "versions_table.py"), self.place, self.out])
        return status, (output if status == 0 else complaint).decode()

    def test_a_whole_table(self):
        self.column([3, 10, 13], "3.10.13", labels="9 tests", chains="-:means nothing")
        self.column([3, 9, 18], "3.9.18", chains="-:means nothing", sizes="2 tests:no numpy")
        self.assertEqual(self.write()[0], 0)
        text = portable.read_text(self.out)
        self.assertIn("| | 3.9.18 | 3.10.13 |\n", text)
        self.assertIn("| labels | 1 test | 9 tests |\n", text)
        self.assertIn("| chains | - [2] | - [2] |\n", text)
        self.assertIn("| sizes | 2 tests [1] | 1 test |\n", text)
        self.assertIn("| **Cases** | | |\n", text)
        self.assertIn("\n1. no numpy\n2. means nothing\n", text)
        self.assertIn("not there to be tested: 2.7, 3.6, 3.7, 3.8, 3.11, 3.12, 3.13, 3.14, 3.15.", text)
        rows = [line for line in text.splitlines() if line.startswith("| ")]
        self.assertEqual(len(rows), 1 + len(matrix.TABLE))

    def test_nothing_is_written_where_a_cell_is_wrong(self):
        for text, said in (("", "no test"), ("FAILED", "FAILED"), ("-", "-")):
            self.column([3, 9, 18], "3.9.18", labels=text)
            status, complaint = self.write()
            self.assertEqual(status, 1)
            self.assertIn("3.9.18, labels: %s\n" % said, complaint)
            self.assertFalse(os.path.exists(self.out))

    def test_an_old_column_lacks_a_row(self):
        self.column([3, 9, 18], "3.9.18")
        path = os.path.join(self.place, "3.9.18.json")
        with open(path) as stream:
            column = json.load(stream)
        del column["cells"]["chains"]
        with open(path, "w") as stream:
            json.dump(column, stream)
        self.assertIn("3.9.18, chains: no test\n", self.write()[1])

    def test_no_column(self):
        status, complaint = self.write()
        self.assertEqual(status, 1)
        self.assertIn("run the suite first", complaint)

    def test_what_the_suite_leaves(self):
        """A part of the suite, run under each of the two rules."""
        environment = dict(os.environ, HEAPSNAP_MATRIX=self.place)
        environment.pop("HEAPSNAP_SUMMARY", None)
        environment.pop("HEAPSNAP_PART", None)
        command = [sys.executable, "-W", "ignore", os.path.join(HERE, "run_suite.py"), "test_matrix.Cells",
                   "test_growth_zero.Growth.test_growth_on_purpose_is_counted_exactly"]
        self.assertEqual(portable.finished(command, env=environment)[0], 0)
        self.assertEqual(os.listdir(self.place), [])
        environment["HEAPSNAP_PART"] = "one alone"
        self.assertEqual(portable.finished(command, env=environment)[0], 0)
        self.assertEqual(len(os.listdir(self.place)), 1)
        self.assertEqual(self.write()[0], 0)
        text = portable.read_text(self.out)
        self.assertIn("| %s |\n" % matrix.build_name(), text)
        self.assertIn("| growth of nothing | 1 test |\n", text)
        self.assertIn("| tracked set | - [1] |\n", text)
        self.assertIn("\n1. one alone\n", text)


if __name__ == "__main__":
    unittest.main()
