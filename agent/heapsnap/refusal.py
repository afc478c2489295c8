"""Why heapsnap does not load into this interpreter, and what to do: a sentence for the
ImportError. Read by whatever Python comes along, so in the syntax of all of them."""
import os
import platform
import re
import sys

OLDEST, NEWEST = (3, 6), (3, 15)  # and 2.7


def python2_suffix():
    """How 2.7's native modules are named here: its own names tell no build."""
    return ".cpython-27%sm%s.so" % ("d" if hasattr(sys, "gettotalrefcount") else "",
                                    "u" if sys.maxunicode > 0xffff else "")


def this_interpreter():
    """What tells one build of Python from another."""
    try:
        import sysconfig
        threads = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    except ImportError:
        threads = False
    try:
        from importlib.machinery import EXTENSION_SUFFIXES
    except ImportError:
        EXTENSION_SUFFIXES = [python2_suffix()]
    return {"implementation": platform.python_implementation(), "version": sys.version_info[:3],
            "debug": hasattr(sys, "gettotalrefcount"), "free_threaded": threads,
            "trace_refs": hasattr(sys, "getobjects"), "bits": 64 if sys.maxsize > 2 ** 32 else 32,
            "suffixes": list(EXTENSION_SUFFIXES)}


def name(python):
    """The interpreter in words."""
    kinds = [word for word, there in (("debug", python["debug"]), ("free-threaded", python["free_threaded"]))
             if there]
    return "%s %d.%d.%d%s" % ((python["implementation"],) + tuple(python["version"]) +
                              (", a %s build" % " ".join(kinds) if kinds else "",))


def agent_name(file):
    """Whom a native module of this name serves, or None."""
    found = re.match(r"_agent\.cpython-(\d)(\d+)([a-z]*)-?.*\.so$", file)
    if not found:
        return None
    major, minor, flags = found.groups()
    width = "" if major != "2" else " UCS4" if "u" in flags else " UCS2"
    return "%s.%s%s%s" % (major, minor, width, " debug" if "d" in flags else "")


def agents(files):
    """The agents among a directory's files, in the order of versions."""
    names = set(agent_name(file) for file in files) - set([None])
    return sorted(names, key=lambda one: [int(part) for part in re.findall(r"\d+", one)] + [one])


def never(python):
    """Why no agent can be had for the interpreter, or None."""
    minor = tuple(python["version"][:2])
    if python["implementation"] != "CPython":
        return "heapsnap reads the heap of CPython alone"
    if minor != (2, 7) and not OLDEST <= minor <= NEWEST:
        return "this heapsnap serves CPython 2.7 and %d.%d to %d.%d" % (OLDEST + NEWEST)
    if python["free_threaded"]:
        return "free-threaded builds are not served: use the ordinary build of CPython %d.%d" % minor
    if python["trace_refs"]:
        return "builds with Py_TRACE_REFS are not served"
    if python["bits"] != 64:
        return "32-bit builds are not served"
    return None


def sentence(python, directory, files, complaint):
    """`complaint`: what importing the native module said. An agent's own refusal begins
    with `heapsnap: `."""
    here = agents(files)
    reason = never(python)
    there_are = "agents in %s: %s" % (directory, ", ".join(here) or "none")
    if reason is not None:
        return "heapsnap: %s (this is %s)" % (reason, name(python))
    if complaint.startswith("heapsnap: "):
        return "%s (this is %s; %s)" % (complaint, name(python), there_are)
    if not any("_agent" + suffix in files for suffix in python["suffixes"]):
        return ("heapsnap: no agent was built for %s%s (%s). Build it from heapsnap's source with "
                "HEAPSNAP_PYTHONS=%s ./dev build, which needs the interpreter's headers" % (
                    name(python), ", whose modules end in %s" % python["suffixes"][0] if python["suffixes"] else "",
                    there_are, sys.executable or "PATH"))
    return "heapsnap: the agent for %s does not load: %s" % (name(python), complaint)


def error(failure):
    """An ImportError that says what `failure`, another, meant."""
    directory = os.path.dirname(os.path.abspath(__file__))
    try:
        files = os.listdir(directory)
    except OSError:  # the package may be inside an archive
        files = []
    refused = ImportError(sentence(this_interpreter(), directory, files, str(failure)))
    refused.__cause__, refused.__suppress_context__ = None, True
    return refused
