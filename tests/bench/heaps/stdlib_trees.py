"""Every module of the standard library that imports, and the syntax trees of
their sources: many types, deep and irregular, long-lived."""

import ast
import importlib
import io
import os
import random
import sys
import sysconfig
import contextlib
import warnings

SKIP = {"antigravity", "this", "idlelib", "lib2to3", "test", "turtledemo", "turtle"}


def sources(root):
    for directory, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - {"__pycache__", "site-packages", "dist-packages", "test", "tests"})
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(directory, name)


def build(scale):
    warnings.simplefilter("ignore")
    for name in sorted(getattr(sys, "stdlib_module_names", sys.builtin_module_names)):
        if name.split(".")[0] not in SKIP and not name.startswith("_"):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                importlib.import_module(name)
    trees = {}
    choose = random.Random(1)
    budget = int(1000 * scale)
    for path in sources(sysconfig.get_path("stdlib")):
        if budget == 0:
            break
        budget -= 1
        with contextlib.suppress(SyntaxError, UnicodeDecodeError, ValueError):
            with open(path, encoding="utf-8") as file:
                trees[path] = ast.parse(file.read(), path)
        if choose.random() < 0.3:  # what is thrown away leaves holes for what comes after
            trees.pop(choose.choice(list(trees)), None)
    return trees
