"""Writes docs/versions.md from what the runs of the suite left in a directory.

    versions_table.py DIRECTORY OUT

Exit status 1 where a cell is empty or a test failed: then nothing is written.
"""
from __future__ import print_function

import glob
import json
import os
import sys

import matrix

HEAD = """# Versions

What the tests showed on each interpreter, written by `./dev versions`. A cell says how many
tests hold the point there, or the figure that they measured; `-` where the point means
nothing, with the reason below the table. `docs/contributing.md` says where the interpreters
come from.
"""


def columns_of(directory):
    columns = []
    for path in glob.glob(os.path.join(directory, "*.json")):
        with open(path) as file:
            columns.append(json.load(file))
    return sorted(columns, key=lambda column: (column["version"], column["name"]))


def table(columns):
    notes = []
    lines = ["| | " + " | ".join(c["name"] for c in columns) + " |",
             "|---|" + "---|" * len(columns)]
    wrong = []
    for row, _ in matrix.ROWS:
        line = [row]
        for column in columns:
            cell = column["cells"].get(row, {"text": "", "reasons": []})
            if cell["text"] in ("", "FAILED"):
                wrong.append("%s, %s: %s" % (column["name"], row, cell["text"] or "no test"))
            marks = []
            for reason in cell["reasons"]:
                if reason not in notes:
                    notes.append(reason)
                marks.append("[%d]" % (notes.index(reason) + 1))
            line.append(" ".join([cell["text"]] + marks))
        lines.append("| " + " | ".join(line) + " |")
    lines.append("")
    lines += ["%d. %s" % (i + 1, note) for i, note in enumerate(notes)]
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
