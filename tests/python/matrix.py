"""The matrix of interpreters and points, docs/versions.md: what its rows are, what a test
tells about a row, and what is kept of a run of the suite for versions_table.py.

A row names the tests that hold it. A test may tell a figure for its row with tell().
"""
from __future__ import print_function

import json
import os
import platform
import sys

ROWS = [
    # (name of the row, tests that hold it: prefixes of module.Class.test)
    ("tracked set", ["test_oracle_graph.Graph.test_every_tracked",
                     "test_oracle_graph.Graph.test_nothing_else",
                     "test_oracle_graph.Frozen"]),
    ("untracked objects", ["test_oracle_graph.Graph.test_every_untracked",
                           "test_oracle_graph.TrackedOnly"]),
    ("references and kinds", ["test_oracle_graph.Graph.test_traversed",
                              "test_oracle_graph.Graph.test_every_referent",
                              "test_oracle_graph.Graph.test_added",
                              "test_oracle_graph.Graph.test_weak"]),
    ("refcounts", ["test_oracle_graph.Graph.test_refcounts",
                   "test_oracle_graph.Graph.test_no_object_is_owned"]),
    ("nothing is made", ["test_agent_walk.Unchanged"]),
    ("labels", ["test_labels"]),
    ("sizes", ["test_oracle_sizes"]),
    ("garbage, kinds of cycles", ["test_cycle_kinds"]),
    ("garbage, whole heaps", ["test_oracle_cycles"]),
    ("garbage, from inside", ["test_cycle_contexts"]),
    ("chains", ["test_oracle_chains"]),
    ("growth of nothing", ["test_growth_zero"]),
    ("no secrets", ["test_secrets"]),
    ("subinterpreters", ["test_subinterpreters"]),
    ("other patch releases", ["test_patch_releases"]),
    ("the host unharmed", ["test_agent_host", "test_agent_walk.Failures",
                           "test_agent_walk.Refused"]),
    ("case: early return", ["test_cases.Cases.test_early_return"]),
    ("case: direct cycle", ["test_cases.Cases.test_direct_cycle"]),
    ("case: indirect cycle", ["test_cases.Cases.test_indirect_cycle"]),
    ("case: fifty cycles", ["test_cases.Cases.test_fifty_cycles"]),
    ("case: finalizer in a cycle", ["test_cases.Cases.test_finalizer_in_cycle"]),
    ("case: message handlers", ["test_cases.Cases.test_msg_handlers"]),
    ("case: OrderedDict", ["test_cases.Cases.test_ordered_dict"]),
    ("case: weak containers", ["test_cases.Cases.test_weak_containers"]),
    ("case: urlopen", ["test_cases.Cases.test_urlopen"]),
    ("case: requests.get", ["test_cases.Cases.test_requests_get"]),
    ("case: accept loop", ["test_cases.Cases.test_accept_loop"]),
    ("case: NavigableString", ["test_cases.Cases.test_navigable_string"]),
]

told = {}


def tell(row, figure):
    """What the matrix shows in this row for this interpreter, in a word or two."""
    assert row in [name for name, _ in ROWS], row
    told[row] = figure


def build_name():
    """The interpreter as a column is called: version, and what is unusual about the build."""
    name = platform.python_version()
    if hasattr(sys, "gettotalrefcount"):
        name += " debug"
    if sys.version_info[0] == 2:
        name += " UCS4" if sys.maxunicode > 0xffff else " UCS2"
    return name


def cell(prefixes, outcomes, figure):
    """{text, reasons}: one cell. `outcomes`: (id of a test, "ok", "failed" or a reason for
    which it was skipped)."""
    mine = [outcome for test, outcome in outcomes
            if any(test == p or test.startswith(p) for p in prefixes)]
    passed = sum(outcome == "ok" for outcome in mine)
    reasons = sorted(set(outcome for outcome in mine if outcome not in ("ok", "failed")))
    if not mine:
        text = ""
    elif "failed" in mine:
        text = "FAILED"
    elif not passed:
        text = "-"
    else:
        text = figure or "%d test%s" % (passed, "" if passed == 1 else "s")
    return {"text": text, "reasons": reasons}


def write(outcomes):
    """Keeps the column of this interpreter in $HEAPSNAP_MATRIX, a directory, if there is one."""
    directory = os.environ.get("HEAPSNAP_MATRIX")
    if not directory:
        return
    if not os.path.isdir(directory):
        os.makedirs(directory)
    column = {"name": build_name(), "version": list(sys.version_info[:3]),
              "cells": dict((row, cell(prefixes, outcomes, told.get(row)))
                            for row, prefixes in ROWS)}
    path = os.path.join(directory, build_name().replace(" ", "-") + ".json")
    with open(path, "w") as out:
        json.dump(column, out, indent=1, sort_keys=True)
