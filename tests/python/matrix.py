"""The matrix of interpreters and points, docs/versions.md: what its rows are, what a test
tells about a row, and what is kept of a run of the suite for versions_table.py.

A row names the tests that hold it. A test may tell a figure for its row with tell().
"""
from __future__ import print_function

import json
import os
import platform
import sys

# (name of the row, tests that hold it: prefixes of module.Class.test). A name that ends in
# ":" begins a group of rows.
TABLE = [
    ("What is in the file:", []),
    ("tracked set", ["test_oracle_graph.Graph.test_every_tracked",
                     "test_oracle_graph.Graph.test_nothing_else"]),
    ("tracked set, frozen", ["test_oracle_graph.Frozen",
                             "test_oracle_graph.Graph.test_no_object_is_called_frozen"]),
    ("untracked objects", ["test_oracle_graph.Graph.test_every_untracked",
                           "test_oracle_graph.TrackedOnly"]),
    ("arrays of objects", ["test_label_share.Guest.test_arrays_of_objects"]),
    ("types", ["test_oracle_graph.Graph.test_types"]),
    ("nothing is made", ["test_agent_walk.Unchanged", "test_label_share.Guest.test_a_dump_makes_nothing",
                         "test_oracle_graph.Graph.test_the_"]),
    ("references and kinds", ["test_oracle_graph.Graph.test_traversed",
                              "test_oracle_graph.Graph.test_every_referent",
                              "test_oracle_graph.Graph.test_edges_and_kinds",
                              "test_oracle_graph.Graph.test_added",
                              "test_oracle_graph.Graph.test_keys_of_dicts",
                              "test_oracle_graph.Graph.test_one_reference",
                              "test_oracle_graph.Graph.test_weak"]),
    ("borrowed references", ["test_borrowed_references"]),
    ("refcounts", ["test_oracle_graph.Graph.test_refcounts",
                   "test_oracle_graph.Graph.test_what_only_the_heap_holds",
                   "test_oracle_graph.Graph.test_no_object_is_owned"]),
    ("labels", ["test_labels", "test_field_names"]),
    ("labels, keys of all kinds", ["test_label_share.Keys"]),
    ("references without a label", ["test_label_share.LabelShare.test_nearly"]),
    ("sizes", ["test_oracle_sizes", "test_label_share.Guest.test_sizes"]),
    ("no secrets", ["test_secrets"]),
    ("the format as specified", ["test_format_decoder", "test_cddl"]),
    ("The collector's verdict:", []),
    ("garbage, kinds of cycles", ["test_cycle_kinds.Kinds.test_the_table", "test_cycle_kinds.Kinds.test_each",
                                  "test_cycle_kinds.Kinds.test_all",
                                  "test_cycle_kinds.Kinds.test_what_hangs"]),
    ("garbage, whole heaps", ["test_oracle_cycles.Cycles.test_nothing", "test_oracle_cycles.Cycles.test_all",
                              "test_oracle_cycles.Cycles.test_equal"]),
    ("garbage, frozen", ["test_oracle_cycles.Cycles.test_frozen", "test_cycle_contexts.Contexts.test_frozen"]),
    ("garbage, from inside", ["test_cycle_contexts"]),
    ("garbage never collected", ["test_cycle_kinds.Kinds.test_never"]),
    ("uncollectable", ["test_cycle_kinds.Kinds.test_uncollectable"]),
    ("finalizers", ["test_oracle_cycles.Cycles.test_finalizers"]),
    ("Roots and growth:", []),
    ("frames, threads, gc.garbage", ["test_roots"]),
    ("the interpreter's own tables", ["test_interpreter_roots"]),
    ("tasks and coroutines by name", ["test_task_names"]),
    ("chains", ["test_oracle_chains"]),
    ("refcounts explained, bare", ["test_completeness.Completeness.test_bare"]),
    ("refcounts explained, libraries", ["test_completeness.Completeness.test_workload",
                                        "test_completeness.Completeness.test_library",
                                        "test_completeness.Completeness.test_foreign"]),
    ("refcounts not explained are seen", ["test_completeness.Completeness.test_what",
                                          "test_completeness.Completeness.test_text"]),
    ("growth of nothing", ["test_growth_zero"]),
    ("subinterpreters", ["test_subinterpreters"]),
    ("Interpreters:", []),
    ("other patch releases", ["test_patch_releases"]),
    ("layouts that differ are refused", ["test_interpreter_check"]),
    ("builds without an agent are told", ["test_refusal"]),
    ("the host unharmed", ["test_agent_host", "test_agent_walk.Failures", "test_agent_walk.Refused",
                           "test_agent_walk.Results", "test_agent_walk.Partial", "test_agent_walk.Collecting",
                           "test_agent_walk.Large", "test_agent_walk.Kinds"]),
    ("Cases:", []),
    ("urlopen's cycle", ["test_cases.Cases.test_urlopen"]),
    ("requests.get", ["test_cases.Cases.test_requests_get"]),
    ("early return", ["test_cases.Cases.test_early_return"]),
    ("direct cycle", ["test_cases.Cases.test_direct_cycle"]),
    ("indirect cycle", ["test_cases.Cases.test_indirect_cycle"]),
    ("fifty cycles", ["test_cases.Cases.test_fifty_cycles"]),
    ("finalizer in a cycle", ["test_cases.Cases.test_finalizer_in_cycle"]),
    ("message handlers", ["test_cases.Cases.test_msg_handlers"]),
    ("OrderedDict", ["test_cases.Cases.test_ordered_dict"]),
    ("weak containers", ["test_cases.Cases.test_weak_containers"]),
    ("accept loop", ["test_cases.Cases.test_accept_loop"]),
    ("NavigableString", ["test_cases.Cases.test_navigable_string"]),
]
ROWS = [(name, prefixes) for name, prefixes in TABLE if prefixes]
# Tests of the tests: they hold no point.
ASIDE = ["test_matrix"]

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


def is_held(test, prefixes):
    """Whether a test, module.Class.test, is one of those. A class that could not be set up,
    module.Class, stands for all of its tests."""
    return any(test.startswith(prefix) or prefix.startswith(test + ".") for prefix in prefixes)


def cell(prefixes, outcomes, figure, part=None):
    """{text, reasons}: one cell. `outcomes`: (id of a test, "ok", "failed" or a reason for
    which it was skipped). `part`: why not all tests were run, if so."""
    mine = [outcome for test, outcome in outcomes if is_held(test, prefixes)]
    if part and not mine:
        mine = [part]
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


def write(outcomes, part=None):
    """Keeps the column of this interpreter in $HEAPSNAP_MATRIX, a directory, if there is one.
    `part`: why not all tests were run, if so."""
    directory = os.environ.get("HEAPSNAP_MATRIX")
    if not directory:
        return
    if not os.path.isdir(directory):
        os.makedirs(directory)
    column = {"name": build_name(), "version": list(sys.version_info[:3]),
              "cells": dict((row, cell(prefixes, outcomes, told.get(row), part))
                            for row, prefixes in ROWS)}
    path = os.path.join(directory, build_name().replace(" ", "-") + ".json")
    with open(path, "w") as out:
        json.dump(column, out, indent=1, sort_keys=True)
