"""What the interpreter says about its own heap, and what the analyzer says.

A process that asks changes: so the oracle is asked twice, before and after the
dump, and writes what it hears into arrays, which hold no reference. An object
whose type and references are the same both times is *stable*: it must be in the
snapshot exactly so. What is not stable is what asking itself makes and drops;
its number is bounded by the tests.
"""
from __future__ import print_function

import array
import gc
import io
import json
import os
import re
import shutil
import sys
import tempfile
import types

import portable

HEAPSNAP = os.environ.get("HEAPSNAP_BIN", "build/heapsnap")
BULK = int(os.environ.get("HEAPSNAP_TEST_BULK", "50000"))
IMMORTAL = 0xC0000000
WORD = "L"  # 8 bytes; 2.7 has no "Q"


# In 3.12 the traversal of this module shows the objects of its free list, which nobody
# owns: gc.get_referents would bring them to life and free them once more, until the
# list bites its tail and the next collection never ends.
portable.library("asyncio")
NEVER_ASKED = [sys.modules["_asyncio"]] if sys.version_info[:2] == (3, 12) and "_asyncio" in sys.modules else []


class Moment(object):
    """All tracked objects, their types, refcounts, sizes and references, now; if asked
    also the untracked ones that they lead to, frames that run left out."""

    def __init__(self):
        self.words = array.array(WORD)

    def take(self, untracked=False):
        append, extend = self.words.append, self.words.extend
        objects = gc.get_objects()
        mine = {id(objects)}
        mine.update(map(id, NEVER_ASKED))
        mine_too = own_count()
        for one in objects:
            if id(one) in mine:
                continue
            append(id(one))
            append(id(type(one)))
            append(sys.getrefcount(one) - mine_too)
            append(sys.getsizeof(one))
            referents = gc.get_referents(one)
            append(len(referents))
            extend(map(id, referents))
            referents = None
        if untracked:
            self.take_untracked(objects, mine)
        return self

    def take_untracked(self, objects, mine):
        append, extend = self.words.append, self.words.extend
        met, todo, mine_too = set(map(id, objects)), [], own_count() - 1  # no list has it
        met.update(mine)

        def meet(referents):
            for one in referents:
                if id(one) not in met and type(one) is not types.FrameType:
                    met.add(id(one))
                    todo.append(one)

        for one in objects:
            if id(one) not in mine:
                meet(gc.get_referents(one))
        while todo:
            one = todo.pop()
            append(id(one))
            append(id(type(one)))
            append(sys.getrefcount(one) - mine_too)
            append(0 if isinstance(one, portable.CLASS_TYPES) else sys.getsizeof(one))
            referents = [] if isinstance(one, portable.CLASS_TYPES) else gc.get_referents(one)
            append(len(referents))
            extend(map(id, referents))
            meet(referents)
            referents = None

    def read(self):
        """{id: (type's id, refcount, size, referents' ids)}"""
        words, at, seen = self.words, 0, {}
        while at < len(words):
            count = words[at + 4]
            seen[words[at]] = (words[at + 1], words[at + 2], words[at + 3],
                               tuple(words[at + 5:at + 5 + count]))
            at += 5 + count
        return seen


class Untracked(object):
    """What stable objects refer to and the collector does not track: {id: object}.
    Only what is in the references of `stable` counts, as the heap goes on changing.
    It holds the objects, so take it last. Frames that run (untracked up to 3.10)
    are left out: they are changing while they are asked."""

    def __init__(self, objects, stable):
        self.objects, todo = {}, []
        for address in stable:
            known = set(stable[address][3])
            todo += [one for one in gc.get_referents(objects[address]) if id(one) in known]
        while todo:
            one = todo.pop()
            if id(one) not in objects and id(one) not in self.objects and type(one) is not types.FrameType:
                self.objects[id(one)] = one
                if not isinstance(one, portable.CLASS_TYPES):
                    todo += gc.get_referents(one)


def own_count():
    """What counting adds: a list, the loop's variable and, up to 3.13, the argument."""
    for one in [object()]:
        return sys.getrefcount(one)


def stable(before, after):
    """Of two Moments, read: what has the same type and references in both."""
    return {one: seen for one, seen in after.items()
            if one in before and before[one][0] == seen[0] and before[one][3] == seen[3]}


class Row(object):
    """An object as the analyzer has read it."""

    __slots__ = ("id", "type", "size", "extra", "size_exact", "refcount", "tracked", "frozen", "referents",
                 "edges", "kinds", "name")

    def __init__(self, line):
        for key in self.__slots__:
            setattr(self, key, line[key])
        self.id = int(self.id, 16)
        self.referents = [int(one, 16) for one in self.referents]
        self.edges = [interned(one) if one is not None else None for one in self.edges]
        self.kinds = [interned(one) for one in self.kinds]
        self.type = interned(self.type)
        self.name = portable.native(self.name)


def interned(text):
    return portable.intern(portable.native(text))


class Failed(Exception):
    pass


def heapsnap(*arguments, **how):
    """Runs the analyzer; its standard output. Failed if it does not exit as expected (0)."""
    status, output, complaint = portable.finished([HEAPSNAP] + list(arguments))
    if status != how.get("status", 0):
        raise Failed("heapsnap %s: exit %d: %s" % (" ".join(arguments)[:300], status,
                                                   complaint.decode("utf-8", "replace")[-2000:]))
    return output if portable.PYTHON2 else output.decode("utf-8", "surrogatepass")


def answer(*arguments):
    """The JSON object that a command prints."""
    said = portable.natively(json.loads(heapsnap(*(arguments + ("--json",)))))
    if said["schema"] != 1 or said["command"] != arguments[0] or said["complete"] is not True:
        raise Failed("not a whole answer of %s: %.300r" % (arguments[0], said))
    return said


def export(snapshot):
    """{id: Row} of a snapshot."""
    lines = os.path.join(os.path.dirname(snapshot), os.path.basename(snapshot) + ".ndjson")
    heapsnap("export", snapshot, "--to", "ndjson", "-o", lines)
    rows = {}
    with io.open(lines, encoding="utf-8", errors="strict" if portable.PYTHON2 else "surrogatepass") as stream:
        for line in stream:
            row = Row(json.loads(line))
            if row.id in rows:
                raise Failed("%#x is in the export twice" % row.id)
            rows[row.id] = row
    os.unlink(lines)
    return rows


class Workplace(object):
    """A directory for snapshots that goes away."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="heapsnap-test-")

    def file(self, name):
        return os.path.join(self.path, name)

    def close(self):
        shutil.rmtree(self.path)


def forget(case):
    """Drops what a test case kept: all cases run in one process."""
    for name, kept in list(vars(case).items()):
        if not name.startswith("_") and not callable(kept) and not isinstance(kept, (staticmethod, classmethod)):
            delattr(case, name)


def collected_addresses(file):
    """What gc.collect() prints about what it finds unreachable: {id}. `file` is written."""
    sys.stderr.flush()
    kept = os.dup(2)
    into = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(into, 2)
    # 2.7 says nothing of objects unless asked, and of instances and others apart.
    gc.set_debug(gc.DEBUG_COLLECTABLE | gc.DEBUG_UNCOLLECTABLE | getattr(gc, "DEBUG_INSTANCES", 0) |
                 getattr(gc, "DEBUG_OBJECTS", 0))
    try:
        gc.collect()
    finally:
        gc.set_debug(0)
        os.dup2(kept, 2)
        os.close(kept)
        os.close(into)
    # "<dict 0x...>", and of an old-style instance "<Name instance at 0x...>".
    found = re.findall(r"^gc: (?:un)?collectable <.* 0x([0-9a-f]+)>$", portable.read_text(file, "replace"), re.M)
    return {int(one, 16) for one in found}


def type_name(cls):
    """As the snapshot should call a type: module.QualName, builtins bare; classes of the
    old style too."""
    if not isinstance(cls, type):
        return "%s.%s" % (cls.__module__, cls.__name__) if cls.__module__ else cls.__name__
    space = type.__dict__["__dict__"].__get__(cls)
    module = space.get("__module__") if cls.__flags__ & 1 << 9 else None
    if not isinstance(module, str):
        module = type.__dict__["__module__"].__get__(cls)
    name = type.__dict__["__name__" if portable.PYTHON2 else "__qualname__"].__get__(cls)
    return name if module in ("builtins", "__builtin__") else "%s.%s" % (module, name)


class Memory(object):
    """The words of this process, read without touching an object."""

    def __init__(self):
        self.file = os.open("/proc/self/mem", os.O_RDONLY)

    def close(self):
        os.close(self.file)

    def words(self, address, count):
        raw = portable.pread(self.file, 8 * count, address)
        words = array.array(WORD)
        getattr(words, "frombytes", words.fromstring if portable.PYTHON2 else None)(raw[:len(raw) // 8 * 8])
        return words


def code_parts(code):
    """What a code object owns, as far as Python shows it."""
    parts = [code.co_consts, code.co_names, code.co_filename, code.co_name]
    for name in ("co_code", "co_varnames", "co_freevars", "co_cellvars", "co_lnotab", "co_linetable", "co_qualname",
                 "co_exceptiontable"):
        try:
            parts.append(getattr(code, name, None))
        except DeprecationWarning:
            pass
    return parts


def is_code(one):
    return isinstance(one, types.CodeType)
