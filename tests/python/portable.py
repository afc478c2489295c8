"""What the tests need and not every CPython from 2.7 to 3.15 has, under one name.

Importing this also gives 2.7's unittest the methods that it has under other names,
so tests are written against the newer ones.
"""
from __future__ import print_function

import contextlib
import importlib
import io
import os
import subprocess
import sys
import unittest

PYTHON2 = sys.version_info < (3,)
OWN_FRAMES = sys.version_info >= (3, 11)  # no object holds them while they run; a generator its own
INLINE_VALUES = sys.version_info >= (3, 11)  # attributes stand in the instance, not in a dict
HAS_FREEZE = sys.version_info >= (3, 7)
KNOWS_COLLECTING = sys.version_info >= (3, 7)  # else only a collection of the own thread is noticed

if PYTHON2:
    import __builtin__ as builtins
    intern = intern  # noqa: F821
    text_type, integer_types = type(u""), (int, long)  # noqa: F821
else:
    import builtins
    intern = sys.intern
    text_type, integer_types = str, (int,)

# A class statement without bases makes one of these; on 2.7 not a type.
OldStyle = type("OldStyle", (), {}) if not PYTHON2 else None
if PYTHON2:
    exec("class OldStyle: pass")
CLASS_TYPES = (type, type(OldStyle))


FrozenDict = getattr(builtins, "frozendict", dict)  # 3.15


def dict_class(one):
    """dict or frozendict, whose methods see the items whatever a subclass says; None for others."""
    for cls in (dict, FrozenDict):
        if issubclass(type(one), cls):
            return cls
    return None


def library(name):
    """A module of the standard library, or None where this version does not have it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def defined(source, since=(0,), **names):
    """What a source text defines: {name: object}; {} before version `since`. For syntax
    that not every version reads."""
    if sys.version_info < since:
        return {}
    names.setdefault("__name__", sys._getframe(1).f_globals["__name__"])
    exec(source, names)
    return names


def is_old_style(one):
    """Whether it is a class of 2.7's old style, or an instance of one."""
    return PYTHON2 and type(one) in (type(OldStyle), type(OldStyle()))


def class_of(one):
    """What an object is an instance of; of 2.7's old-style instances their class."""
    return one.__class__ if PYTHON2 and type(one) is type(OldStyle()) else type(one)


def hang_off_a_cycle(one):
    """Garbage that holds `one`: once nothing else does, the collector of every version runs its
    __del__. (In the cycle itself it would be uncollectable on 2.7.)"""
    cycle = [one]
    cycle.append(cycle)


def fsencode(path):
    return path if isinstance(path, bytes) else path.encode(sys.getfilesystemencoding() or "utf-8")


def native(text):
    """JSON's text as a str of this version: UTF-8 on 2.7."""
    return text.encode("utf-8") if PYTHON2 and isinstance(text, text_type) else text


def natively(value):
    """A JSON value with native() text throughout."""
    if not PYTHON2:
        return value
    if isinstance(value, dict):
        return {native(key): natively(one) for key, one in value.items()}
    if isinstance(value, list):
        return [natively(one) for one in value]
    return native(value)


def read_text(path, errors="strict"):
    with io.open(path, encoding="utf-8", errors=errors) as stream:
        return stream.read()


def finished(command, **options):
    """Runs a command to its end: (exit status, standard output, standard error), as bytes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    output, complaint = process.communicate()
    return process.returncode, output, complaint


def output_of(command):
    """What a command prints, as bytes; it must succeed."""
    status, output, complaint = finished(command)
    if status != 0:
        raise AssertionError("%s: exit %d: %r" % (command[0], status, complaint[-2000:]))
    return output


def pread(file, count, offset):
    if hasattr(os, "pread"):
        return os.pread(file, count, offset)
    os.lseek(file, offset, os.SEEK_SET)
    return os.read(file, count)


@contextlib.contextmanager
def subtest(self, message=None, **parameters):
    """2.7: the first failure ends the test, and says of which case."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError("%s %s: %s" % (message or "", parameters, error))


if PYTHON2:
    unittest.TestCase.assertRaisesRegex = unittest.TestCase.assertRaisesRegexp
    unittest.TestCase.assertRegex = unittest.TestCase.assertRegexpMatches
    unittest.TestCase.assertNotRegex = unittest.TestCase.assertNotRegexpMatches
    unittest.TestCase.assertCountEqual = unittest.TestCase.assertItemsEqual
    unittest.TestCase.subTest = subtest
