"""What the fields of the interpreter's and the library's objects are called: a name with a
dot leads, typed behind the object, to what the reference leads to; a name with a plus is
that of a C field, and no attribute of the object leads there.
"""
import collections
import functools
import gc
import itertools
import re
import sys
import unittest
import weakref
import xml.etree.ElementTree

import heapsnap
import oracle
import portable
import workloads

if not portable.PYTHON2:
    import asyncio

LONG = "a_name_" * 10  # 70 characters
CUT = LONG[:64] + u"\u2026"


class Plain(object):
    def method(self):
        return self

    @staticmethod
    def static():
        return 1

    @classmethod
    def of_class(cls):
        return cls


def raised():
    try:
        {}["missing"]
    except KeyError as first:
        try:
            raise ValueError([1])
        except ValueError as error:
            return error, first


def from_source():
    return workloads.from_source("""
import types

def inner():
    yield 1

def delegates(held):
    yield from held

@types.coroutine
def waits():
    yield 1

async def coroutine(held):
    await held

def with_a_long_local(held):
    %s = held
    held = None
    yield 1

held = inner(), waits()
delegating, waiting, named = delegates(held[0]), coroutine(held[1]), with_a_long_local([1])
for one in (delegating, waiting, named):
    one.send(None)
""" % LONG)


@unittest.skipIf(portable.PYTHON2, "the objects asked are of 3's library")
class FieldNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workplace = oracle.Workplace()
        cls.expected = []
        cls.make()
        cls.tracked = [one for one, _, _ in cls.expected]
        gc.collect()
        heapsnap.dump(cls.workplace.file("fields.heapsnap"), labels="keys")
        cls.rows = oracle.export(cls.workplace.file("fields.heapsnap"))

    @classmethod
    def tearDownClass(cls):
        cls.loop.close()
        cls.workplace.close()
        oracle.forget(cls)

    @classmethod
    def expect(cls, one, **names):
        """`names`: what follows the dot -> where it leads."""
        for name, target in names.items():
            cls.expected.append((one, "." + name, target))

    @classmethod
    def expect_fields(cls, one, **names):
        for name, target in names.items():
            cls.expected.append((one, " +" + name, target))

    @classmethod
    def make(cls):
        cls.of_the_interpreter()
        cls.of_iterators()
        cls.of_the_library()
        cls.of_frames()

    @classmethod
    def of_the_interpreter(cls):
        space, error, first = Plain.__dict__, raised()[0], None
        first = error.__context__
        cls.expect(Plain, __mro__=Plain.__mro__, __bases__=Plain.__bases__, __base__=object)
        cls.expect(space["static"], __func__=space["static"].__func__)
        cls.expect(space["of_class"], __func__=space["of_class"].__func__)
        cls.expect(error, __context__=first, args=error.args, __traceback__=error.__traceback__)
        cls.expect(first, __traceback__=first.__traceback__)
        cls.expect(error.__traceback__, tb_frame=error.__traceback__.tb_frame)
        made = property(Plain.method, Plain.static)
        cls.expect(made, fget=made.fget, fset=made.fset)
        reference = weakref.ref(Plain, lambda one: None)
        cls.expect(reference, __callback__=reference.__callback__)
        cls.expect_fields(reference, wr_object=Plain)
        view = memoryview(bytearray(b"a view of this"))
        buffer = gc.get_referents(view)[0]
        cls.expect_fields(view, mbuf=buffer)
        cls.expect_fields(buffer, obj=view.obj)
        code = Plain.method.__code__
        cls.expect(code, co_consts=code.co_consts, co_filename=code.co_filename)
        if sys.version_info >= (3, 10):
            cls.expect(code, co_linetable=code.co_linetable)

    @classmethod
    def of_iterators(cls):
        listed, keyed = [[1]], {"key": [1]}
        for iterator, field, target in (
                (iter(listed), "it_seq", listed), (reversed(listed), "it_seq", listed),
                (iter(keyed), "di_dict", keyed), (map(Plain.method, listed), "func", Plain.method),
                (filter(Plain.method, listed), "func", Plain.method), (itertools.repeat(listed), "element", listed),
                (itertools.groupby(listed, Plain.method), "keyfunc", Plain.method),
                (iter(Plain.method, 1), "it_callable", Plain.method),
                (iter(collections.deque(listed)), "deque", None)):
            if target is None:
                target = [one for one in gc.get_referents(iterator) if type(one) is collections.deque][0]
            cls.expect_fields(iterator, **{field: target})
        teed = itertools.tee(iter(listed))
        next(teed[0])
        block = [one for one in gc.get_referents(teed[0]) if type(one) is not type][0]
        cls.expect_fields(teed[0], dataobj=block)
        cls.expect_fields(block, values=listed[0])

    @classmethod
    def of_the_library(cls):
        cached = functools.lru_cache(maxsize=5000)(lambda key: [key])
        results = [cached(i) for i in range(3000)]  # more than a row holds
        cls.expect_fields(cached, func=cached.__wrapped__)
        if sys.version_info >= (3, 7):
            cls.expect_fields(cached, root=results[7])
        partial = functools.partial(Plain.method, results, key=results)
        cls.expect(partial, func=partial.func, args=partial.args, keywords=partial.keywords)
        default = collections.defaultdict(Plain.method)
        cls.expect(default, default_factory=Plain.method)
        cls.expected.append((collections.deque([results, results[0]]), "[1]", results[0]))
        tree = xml.etree.ElementTree.fromstring("<a x='1'><b>text</b><c/></a>")
        cls.expect(tree, attrib=tree.attrib)
        cls.expect(tree[0], tag=tree[0].tag, text=tree[0].text)
        cls.expected += [(tree, "[%d]" % i, one) for i, one in enumerate(tree)]
        if sys.version_info >= (3, 10):
            pattern = re.compile("(?P<word>x)")
            cls.expect(pattern, groupindex=gc.get_referents(pattern.groupindex)[0], pattern=pattern.pattern)
        cls.loop = asyncio.new_event_loop()
        future = cls.loop.create_future()
        if type(future).__module__ == "_asyncio":
            future.set_result(results)
            cls.expect(future, _loop=cls.loop, _result=results)

    @classmethod
    def of_frames(cls):
        cls.source = from_source()
        for one, kind, target in ((cls.source["delegating"], "gi", cls.source["held"][0]),
                                  (cls.source["waiting"], "cr", cls.source["held"][1])):
            frame, code = getattr(one, kind + "_frame"), getattr(one, kind + "_code")
            cls.expect(one, **{kind + "_code": code, kind + "_frame": frame})
            if portable.OWN_FRAMES:
                waited = "gi_yieldfrom" if kind == "gi" else "cr_await"
                cls.expected.append((one, "." + waited, target))
            else:
                cls.expected.append((frame, " +stack", target))

    def edges(self, one, target):
        row = self.rows[id(one)]
        return {edge for edge, referent in zip(row.edges, row.referents) if referent == id(target)}

    def test_each_is_called_so(self):
        for one, edge, target in self.expected:
            self.assertIn(edge, self.edges(one, target), (type(one), edge))

    def test_what_looks_like_an_attribute_is_one(self):
        for one, edge, target in self.expected:
            if edge.startswith(".") and edge != ".groupindex":  # Python makes a view of that
                self.assertIs(getattr(one, edge[1:]), target, (type(one), edge))

    def test_what_looks_like_none_is_none(self):
        for one, edge, target in self.expected:
            if edge.startswith(" +"):
                self.assertFalse(hasattr(one, edge[2:]), (type(one), edge))

    def test_names_that_were_cut_say_so(self):
        space = self.source["named"]
        source = space if portable.OWN_FRAMES else space.gi_frame
        edges = [edge for edge in self.rows[id(source)].edges if edge.startswith(" local a_name")]
        self.assertEqual(edges, [" local " + CUT])


if __name__ == "__main__":
    unittest.main()
