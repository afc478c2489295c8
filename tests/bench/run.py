"""./dev bench: how long things take, against what else in the same run.

    run.py [--objects N,N] [--rounds R] [-o FILE]   all of it; writes docs/performance.md
    run.py --quick                                  small heaps, writes nothing
    run.py layouts [SNAPSHOT...]                    candidates for the layout of rows

Times are medians. Every capture is set against gc.collect() of the same heap in the
same round, since machines differ and a ratio travels. HEAPSNAP_BIN and
HEAPSNAP_BUILD say where the programs are, PYTHONPATH where the agent is.
"""

import argparse
import gc
import glob
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("HEAPSNAP_BUILD", os.path.join(SOURCE, "build")))
BINARY = os.path.abspath(os.environ.get("HEAPSNAP_BIN", os.path.join(BUILD, "heapsnap")))
TRACKED_AT_SCALE_1 = 755000  # what heaps/shop.py makes

CAPTURES = [
    ("graph", "tracked objects, no labels", {"untracked": False, "labels": False}),
    ("labels", "tracked objects, names", {"untracked": False}),
    ("full", "all objects, names", {}),
]
TARGETS = """\
| what | at most | goal |
|---|---|---|
| capture of tracked objects, of a gc.collect() | 0.6 | 0.30 |
| bytes an object on disk | 8 | 5 to 7 |

| what | at least | goal |
|---|---|---|
| load, objects a second | 3 million | 5 million |
"""


def peers():
    """What else walks a heap, where it is installed: {name: call or None}."""
    found = {"objgraph.typestats()": None, "pympler's muppy.get_objects()": None}
    try:
        import objgraph

        found["objgraph.typestats()"] = objgraph.typestats
    except ImportError:
        pass
    try:
        from pympler import muppy

        found["pympler's muppy.get_objects()"] = muppy.get_objects
    except ImportError:
        pass
    return found


def seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def capture(objects, rounds, directory):
    """In a process of its own: builds a heap, measures, prints what it found as JSON."""
    sys.path.insert(0, os.path.join(HERE, "heaps"))
    import heapsnap
    import shop

    kept = shop.build(objects / TRACKED_AT_SCALE_1)
    gc.collect()
    measured = {"captures": {}, "collect": [], "tracked": len(gc.get_objects()), "peers": {}}
    for name, _, _ in CAPTURES:
        measured["captures"][name] = {"call": [], "pause": [], "ratio": []}
    for _ in range(rounds):
        for name, _, options in CAPTURES:
            path = os.path.join(directory, name + ".heapsnap")
            collect = seconds(gc.collect)
            begin = time.perf_counter()
            result = heapsnap.dump(path, overwrite=True, mode="inline", **options)
            call = time.perf_counter() - begin
            one = measured["captures"][name]
            one["call"].append(call)
            one["pause"].append(result.pause_s)
            one["ratio"].append(call / collect)
            one.update(objects=result.objects, file_bytes=result.file_bytes)
            measured["collect"].append(collect)
    for name, call in peers().items():
        measured["peers"][name] = None if call is None else seconds(call) / statistics.median(measured["collect"])
    more = [shop.customer(-n, shop.random.Random(n)) for n in range(objects // 100)]
    heapsnap.dump(os.path.join(directory, "later.heapsnap"), overwrite=True, mode="inline")
    del kept, more
    json.dump(measured, sys.stdout)


def run(arguments):
    """(wall seconds, peak bytes, standard output) of a program."""
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        child = subprocess.Popen(arguments, stdout=out, stderr=subprocess.PIPE)
        errors = child.stderr.read()
        child.stderr.close()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = status  # reaped here, for its usage
        if status != 0:
            sys.exit("%s: status %d\n%s" % (" ".join(arguments), status, errors.decode(errors="replace")))
        out.seek(0)
        return wall, usage.ru_maxrss * 1024, out.read(1 << 16).decode(errors="replace")


def median_run(arguments, rounds):
    runs = [run(arguments) for _ in range(rounds)]
    return statistics.median(one[0] for one in runs), max(one[1] for one in runs), runs[-1][2]


def analyze(directory, objects, rounds):
    """[(what, objects, seconds, peak bytes)] of the command line on the full snapshot."""
    full, later = (os.path.join(directory, name + ".heapsnap") for name in ("full", "later"))
    made = []
    wall, peak, out = median_run([os.path.join(BUILD, "tests", "load_graph"), full], rounds)
    assert int(out.split()[0]) == objects, out
    made.append(("load", objects, wall, peak))
    for what, count, arguments in [
        ("verify", objects, ["verify", full]),
        ("types", objects, ["types", full]),
        ("growth", 2 * objects, ["growth", full, later]),
        ("cycles", objects, ["cycles", full]),
        ("chain", objects, ["chain", full, "shop.Order"]),
    ]:
        wall, peak, out = median_run([BINARY] + arguments, rounds)
        assert out, what
        made.append((what, count, wall, peak))
    if shutil.which("zstd"):
        wall, peak, _ = median_run(["zstd", "-dcq", full], rounds)
        made.append(("`zstd -dc` of the file", objects, wall, peak))
    return made


def machine():
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        model = names[0] if names else model
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = "%.0f GiB" % (int(file.readline().split()[1]) / 2**20)
    except OSError:
        memory = "unknown memory"
    return "%s, %d processors, %s, %s %s, CPython %s, %s" % (
        model,
        os.cpu_count(),
        memory,
        platform.system(),
        platform.release(),
        platform.python_version(),
        time.strftime("%Y-%m-%d"),
    )


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def measure(objects, rounds, directory):
    """A chapter of the page for a heap of so many tracked objects."""
    done = subprocess.run(
        [sys.executable, os.path.abspath(__file__), "--capture", str(objects), "--rounds", str(rounds), directory],
        stdout=subprocess.PIPE,
        check=True,
    )
    measured = json.loads(done.stdout.decode())
    collect = statistics.median(measured["collect"])
    captures, peer_rows = [], []
    for name, words, _ in CAPTURES:
        one = measured["captures"][name]
        captures.append(
            [
                words,
                format(one["objects"], ","),
                "%.0f ms" % (1e3 * statistics.median(one["pause"])),
                "%.0f ms" % (1e3 * statistics.median(one["call"])),
                "%.2f" % statistics.median(one["ratio"]),
                "%.2f" % (one["file_bytes"] / one["objects"]),
            ]
        )
    for name, ratio in measured["peers"].items():
        peer_rows.append([name, "skipped: not installed" if ratio is None else "%.2f" % ratio])
    rows = analyze(directory, measured["captures"]["full"]["objects"], rounds)
    commands = [
        [what, "%.2f s" % wall, "%.1f" % (count / wall / 1e6), "%.0f" % (peak / count)] for what, count, wall, peak in rows
    ]
    assert len(captures) == len(CAPTURES) and len(commands) >= 6
    return (
        "## %s tracked objects\n\n" % format(measured["tracked"], ",")
        + "gc.collect() takes %.0f ms, %.0f ns an object.\n\n" % (1e3 * collect, 1e9 * collect / measured["tracked"])
        + table(["capture", "objects", "pause", "call", "call / gc.collect()", "bytes an object"], captures)
        + "\n"
        + table(["other tools", "/ gc.collect()"], peer_rows)
        + "\nOf the snapshot of all objects (growth: of two):\n\n"
        + table(["command", "time", "million objects a second", "peak bytes an object"], commands)
    )


def compile_programs():
    if os.path.exists(os.path.join(BUILD, "CMakeCache.txt")):
        subprocess.run(
            ["cmake", "--build", BUILD, "--target", "layouts", "load_graph"], stdout=subprocess.DEVNULL, check=True
        )


def layouts(snapshots, scale):
    with tempfile.TemporaryDirectory() as directory:
        if not snapshots:
            make = os.path.join(HERE, "heaps", "make_heap.py")
            for path in sorted(glob.glob(os.path.join(HERE, "heaps", "*.py"))):
                name = os.path.basename(path)[:-3]
                if name == "make_heap":
                    continue
                out = os.path.join(directory, name)
                if subprocess.run([sys.executable, make, name, scale, out]).returncode:
                    print("%s: skipped" % name)
            snapshots = sorted(glob.glob(os.path.join(directory, "*.heapsnap")))
        subprocess.run([os.path.join(BUILD, "tests", "layouts")] + snapshots, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--objects", default="1000000,5000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", default="1", help="of the heaps that layouts makes")
    parser.add_argument("-o", dest="out", default=os.path.join(SOURCE, "docs", "performance.md"))
    parser.add_argument("--capture", type=int, help=argparse.SUPPRESS)
    parser.add_argument("what", nargs="*")
    options = parser.parse_args()
    if options.capture:
        capture(options.capture, options.rounds, options.what[0])
        return
    compile_programs()
    if options.what[:1] == ["layouts"]:
        layouts(options.what[1:], options.scale)
        return
    sizes = [20000] if options.quick else [int(size) for size in options.objects.split(",")]
    chapters = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory:
            chapters.append(measure(size, 1 if options.quick else options.rounds, directory))
    page = "\n".join(
        [
            "# Performance\n",
            "Written by `./dev bench`; every figure is of one run, times are medians of %d.\n" % options.rounds,
            machine() + "\n",
            "The heap is that of tests/bench/heaps/shop.py: dataclasses, dicts, lists, rows, sessions,",
            "replaced at random for a while. Captures are inline (the pause of a forked one is the fork's).",
            "*call* is all that `dump()` does, the file's fsync included.\n",
            TARGETS,
        ]
        + chapters
    )
    print(page)
    if not options.quick:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(page)


if __name__ == "__main__":
    main()
