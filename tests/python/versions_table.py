"""Writes docs/versions.md from what the runs of the suite left in a directory.

    versions_table.py DIRECTORY OUT

Exit status 1 where a cell is empty or a test failed: then nothing is written. A version
that is served and has no column is named below the table.
"""
from __future__ import print_function

import glob
import json
import os
import sys

import matrix

HEAD = """# Versions

What the tests showed on each interpreter, written by `./dev versions` from the last `./dev
test`. A cell says how many tests hold the point there, or the figure that they measured;
`-` where the point means nothing or could not be tried, with the reason below the table.
`docs/contributing.md` says where the interpreters come from.
"""
SERVED = [(2, 7)] + [(3, minor) for minor in range(6, 16)]


def columns_of(directory):
    columns = []
    for path in glob.glob(os.path.join(directory, "*.json")):
        with open(path) as file:
            columns.append(json.load(file))
    return sorted(columns, key=lambda column: (column["version"], column["name"]))


def line_of(row, columns, notes):
    """The row's line, and what is wrong with it: a list of texts."""
    line, wrong = [row], []
    for column in columns:
        cell = column["cells"].get(row, {"text": "", "reasons": []})
        if cell["text"] in ("", "FAILED") or (cell["text"] == "-" and not cell["reasons"]):
            wrong.append("%s, %s: %s" % (column["name"], row, cell["text"] or "no test"))
        marks = []
        for reason in cell["reasons"]:
            if reason not in notes:
                notes.append(reason)
            marks.append("[%d]" % (notes.index(reason) + 1))
        line.append(" ".join([cell["text"]] + marks))
    return "| " + " | ".join(line) + " |", wrong


def missing(columns):
    have = set(tuple(column["version"][:2]) for column in columns)
    return ["%d.%d" % one for one in SERVED if one not in have]


def table(columns):
    """The table as Markdown, and what is wrong with it."""
    notes, wrong = [], []
    lines = ["| | " + " | ".join(column["name"] for column in columns) + " |",
             "|---|" + "---|" * len(columns)]
    for row, prefixes in matrix.TABLE:
        if not prefixes:
            lines.append("| **%s** |" % row.rstrip(":") + " |" * len(columns))
            continue
        line, faults = line_of(row, columns, notes)
        lines.append(line)
        wrong += faults
    lines.append("")
    lines += ["%d. %s" % (i + 1, note) for i, note in enumerate(notes)]
    absent = missing(columns)
    if absent:
        lines += ["", "Served, but not there to be tested: %s." % ", ".join(absent)]
    return "\n".join(lines) + "\n", wrong


def main():
    directory, out = sys.argv[1:]
    columns = columns_of(directory)
    if not columns:
        sys.exit("versions_table: %s holds no column: run the suite first" % directory)
    text, wrong = table(columns)
    if wrong:
        sys.exit("versions_table: %s is not written:\n  %s" % (out, "\n  ".join(wrong)))
    with open(out, "w") as file:
        file.write(HEAD + "\n" + text)
    print("%s: %d interpreters, %d points" % (out, len(columns), len(matrix.ROWS)))


if __name__ == "__main__":
    main()
