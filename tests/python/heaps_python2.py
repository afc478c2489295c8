"""The kinds of heaps.py that only 2.7 has: classes of the old style, unicode beside str,
long beside int, files that are no streams."""
import socket
import tempfile

from heaps import Plain, kind


class Old:
    shared = ["class attribute"]

    def __init__(self, number, link=None):
        self.number = number
        self.items = [number]
        self.link = link

    def method(self):
        return self


class OldChild(Old):
    def __call__(self):
        return [self]


class OldFinalizer:
    def __del__(self):
        self.number = None


class OldHostile:
    """Answers for attributes, and says when it was asked for one."""

    ran = []

    def __getattr__(self, name):
        OldHostile.ran.append(name)
        raise AttributeError(name)


class Both(Plain, Old):
    pass


@kind
def instances_of_the_old_style():
    many = [Old(i) for i in range(50)]
    for a, b in zip(many, many[1:]):
        a.link = b
    odd = Old(1)
    odd.__dict__[5] = [6]
    replaced = Old(2)
    replaced.__dict__ = {"other": [2]}
    return many + [OldChild(1), OldFinalizer(), OldHostile(), odd, replaced, Both(1), many[0].method, Old.method]


@kind
def classes_of_the_old_style():
    class Local(Old):
        pass

    return [Old, OldChild, Local, type(Old)("Made", (Local,), {"value": [1]}), Local(1)]


@kind
def texts_of_python2():
    return ["bytes that are no UTF-8: \xe9\xff", {"\xe9": 1, u"\u0416": [2], "spelled": [3]}, u"unicode",
            {u"\ud83d\ude00": [4]}]


@kind
def numbers_of_python2():
    return [5, long(5), long(-5), long(0), 10 ** 30, xrange(10), iter(xrange(10)), True]  # noqa: F821


@kind
def small_types_of_python2():
    temporary = tempfile.TemporaryFile()
    table = {1: [2]}
    return [temporary, buffer("text"), buffer(bytearray(10)), socket.socket(),  # noqa: F821
            table.iterkeys(), table.itervalues(), table.iteritems(), table.viewkeys(), iter("text")]
