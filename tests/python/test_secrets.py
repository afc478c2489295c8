"""A default snapshot holds names and no data: none of the values and none of the
keys made at run time that this program holds stand in the decompressed bytes,
in any encoding that Python or the format might use. So that the search itself
is proved: what may be there (names, keys with labels="keys") it does find.
"""
import binascii
import gc
import os
import random
import struct
import sys
import tempfile
import threading
import unittest

import heapsnap
import oracle
import portable


def secret(letters="abcdefghijklmnopqrstuvwxyz"):
    """Made at run time, never interned, long enough not to be met by chance."""
    return "".join(random.SystemRandom().choice(letters) for _ in range(24))


class Holder(object):
    def __init__(self):
        self.known_attribute_name = "value: " + secret()


def planted():
    """{where: secret}, and what keeps them alive."""
    seen, keep = {}, []

    def plant(where, text=None):
        seen[where] = text if text is not None else secret()
        return seen[where]

    keep.append([plant("a str in a list"), (plant("a str in a tuple"),), {plant("a str in a set")}])
    keep.append({plant("a key of a dict"): plant("a value of a dict")})
    keep.append({plant("a key among others"): 1, "known_source_key": 2})
    keep.append({(plant("a str in a key"), 1): 2, plant("bytes as a key").encode(): 3})
    keep.append(plant("bytes").encode())
    keep.append(bytearray(plant("a bytearray").encode()))
    keep.append(memoryview(plant("a memoryview").encode()))
    keep.append(plant("non-ASCII", u"\u00e4\u0416\U0001f600" + secret()))
    keep.append("x" * 3000 + plant("deep in a long text"))
    keep.append((lambda **more: more)(**{plant("a keyword argument"): 1}))
    keep.append(ValueError(plant("an argument of an exception")))
    holder = Holder()
    seen["an attribute's value"] = holder.known_attribute_name
    keep.append(holder)
    keep.append((lambda x: (lambda: x))(plant("in a closure")))
    keep.append((lambda y=plant("a default"): y))
    os.environ["HEAPSNAP_TEST_SECRET"] = plant("in the environment")
    os.environ[plant("a name in the environment", secret("ABCDEFGHIJKLMNOP"))] = "1"
    sys.argv.append("--password=" + plant("an argument of the program"))
    keep.append(compile("%r\nx = %r\n" % (plant("a docstring in code"), plant("a constant in code")), "<code>", "exec"))
    keep.append(type("Documented", (), {"__doc__": plant("a docstring of a class")}))
    thread = threading.Thread(target=len)
    thread.note = plant("on a thread")
    keep.append(thread)
    keep.append(open(os.path.join(tempfile.mkdtemp(), plant("a file name")), "w"))
    return seen, keep


def encodings(text):
    if isinstance(text, bytes):  # 2.7's str
        text = text.decode("utf-8")
    for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"):
        try:
            yield text.encode(name)
        except UnicodeEncodeError:
            pass
    yield binascii.hexlify(text.encode("utf-8"))
    yield text[::-1].encode("utf-8")
    yield text[:16].encode("utf-8")
    yield text[-16:].encode("utf-8")


def decompressed(file):
    return portable.output_of(["zstd", "-dcq", file])


class Secrets(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)

    def dump(self, name, **options):
        file = self.workplace.file(name)
        heapsnap.dump(file, **options)
        with open(file, "rb") as stream:
            return decompressed(file) + stream.read()

    def test_no_value_and_no_key_made_at_run_time(self):
        seen, keep = planted()
        held = secret()  # a local of a running frame
        seen["a local"] = held
        number = random.SystemRandom().getrandbits(62) | 1 << 61
        big = random.SystemRandom().getrandbits(200) | 1 << 199
        real = random.SystemRandom().random() * 1e200
        keep.append([number, {number + 1: 1}, big, real])
        gc.collect()
        for options in ({}, {"untracked": False}, {"labels": False}):
            held_bytes = self.dump("default%d.heapsnap" % len(options) + "".join(options), **options)
            self.assertGreater(len(held_bytes), 10000)
            found = [where for where, text in seen.items() if any(one in held_bytes for one in encodings(text))]
            self.assertEqual(found, [])
            for value in (number, number + 1):
                for raw in (struct.pack("<q", value), struct.pack(">q", value), str(value).encode(),
                            ("%x" % value).encode()):
                    self.assertNotIn(raw, held_bytes)
            for raw in (binascii.unhexlify("%050x" % big)[::-1], binascii.unhexlify("%050x" % big),
                        ("%d" % big).encode(), ("%x" % big).encode()):
                self.assertNotIn(raw, held_bytes)
            for raw in (struct.pack("<d", real), struct.pack(">d", real), repr(real).encode()):
                self.assertNotIn(raw, held_bytes)
        self.assertTrue(keep and held)

    def test_the_search_finds_what_may_be_there(self):
        seen, keep = planted()
        plain = self.dump("names.heapsnap")
        for name in (b"known_attribute_name", b"known_source_key", b"Holder", __name__.encode()):
            self.assertIn(name, plain)
        none = self.dump("none.heapsnap", labels=False)
        for name in (b"known_attribute_name", b"known_source_key"):
            self.assertNotIn(name, none)
        keys = self.dump("keys.heapsnap", labels="keys")
        for where in ("a key of a dict", "a key among others", "a keyword argument"):
            self.assertIn(seen[where].encode(), keys, where)
        for where in ("a str in a list", "a value of a dict", "a constant in code", "an attribute's value"):
            self.assertNotIn(seen[where].encode(), keys, where)
        self.assertTrue(keep)

    def test_nobody_else_may_read_the_file(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        file = self.workplace.file("mode.heapsnap")
        heapsnap.dump(file)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
