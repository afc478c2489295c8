"""A reader of snapshots written from docs/format.md alone: `zstd -dc`, cbor2, and
this page. read() gives {id: Object}, ends() the header and the end record.
"""
import io

import cbor2

import portable

KINDS = ("traversed", "added", "uncounted", "implied", "weak", "naming")
NAMING = 5


class Object(object):
    def __init__(self, row, type_id, type_name):
        self.type_id, self.type, self.slot_map = type_id, type_name, row["slot_map"]
        self.size, self.extra, self.refcount = row["size"], row["extra"], row["refcount"]
        self.tracked, self.frozen = bool(row["flags"] & 1), bool(row["flags"] & 2)
        self.size_exact = bool(row["flags"] & 128)
        self.slots, self.references = [], []


def text(value):
    return value if isinstance(value, str) else value[0]


def frames(file):
    raw = portable.output_of(["zstd", "-dcq", file])
    stream, size = io.BytesIO(raw), len(raw)
    while stream.tell() < size:
        yield cbor2.load(stream)


class Bytes(object):
    """One of the four byte strings that the rows are spread over."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        first = self.byte()
        if first == 0:
            self.at += 8
            return int.from_bytes(self.data[self.at - 8:self.at], "little")
        zeros = (first & -first).bit_length() - 1
        self.at += zeros
        return int.from_bytes(self.data[self.at - zeros - 1:self.at], "little") >> zeros + 1


def distance(number):
    return -(number + 1) // 2 if number & 1 else number // 2


class Place(object):
    def __init__(self, held=None, base=0):
        self.held, self.base = held, base

    def put(self, held):
        self.held = held
        if held is not None:
            self.base = held
        return held


def slots(shapes, coded, length, places):
    """The row's slots, None for empty ones; `places` are the type's, kept for its next row."""
    made, own = [], []
    for i in range(length):
        if i % 8 == 0:
            group = shapes.byte()
        if i == 16:
            own = [Place(place.held, place.base) for place in places[14:16]]
        place = places[i] if i < 16 else own[i % 2]
        held = place.held
        if group >> i % 8 & 1:
            v = coded.varint()
            if v == 0:
                held = None
            elif v == 1:
                held = (place.base + 8 * distance(coded.varint())) % 2 ** 64
            else:
                held = (place.base + 16 * distance(v - 2)) % 2 ** 64
        made.append(place.put(held))
    return made


def rows(frame):
    """Each row of a frame of objects: {column: value}."""
    shapes, fields, ids, coded = [Bytes(data) for data in frame["data"][:4]]
    previous, followers, places, before = {}, {}, {}, None
    for _ in range(frame["rows"]):
        changes = shapes.varint()
        row = dict.fromkeys(("size", "refcount", "flags", "extra", "start"), 0)
        for name, encoding, bit in frame["columns"]:
            present = bit is None or changes >> bit & 1
            of_type = previous.get(row.get("type"), {})
            if encoding == "slot-delta":
                row[name] = slots(shapes, coded, row["length"],
                                  places.setdefault(row["type"], [Place() for _ in range(16)]))
            elif encoding == "id-delta":
                v = ids.varint()
                step = 16 * distance(v - 1) if v else 8 * distance(ids.varint())
                row[name] = (of_type.get(name, 0) + step) % 2 ** 64
            elif present:
                row[name] = fields.varint()
            elif encoding == "as-followed":
                row[name] = 0 if before is None else followers.get(before, before)
            else:
                row[name] = {"as-previous-of-type": of_type, "else-zero": {}}[encoding].get(name, 0)
        if before is not None:
            followers[before] = row["type"]
        previous[row["type"]], before = row, row["type"]
        yield row
    assert all(one.at == len(one.data) for one in (shapes, fields, ids, coded))


def kind_of(slot_map, i):
    head, tail = slot_map[1], slot_map[2]
    if i < len(head):
        slot = head[i]
    elif tail:
        slot = tail[(i - len(head)) % len(tail)]
    else:
        return 0
    return (slot if isinstance(slot, int) else slot[0]) % 8


def read(file):
    types, slot_maps, objects = [], [], {}
    for kind, frame in frames(file):
        if kind == 1:
            types += frame.get("types", [])
            slot_maps += frame.get("slot_maps", [])
        elif kind == 2:
            for row in rows(frame):
                if row["start"] == 0:
                    of = types[row["type"]]
                    objects[row["id"]] = Object(row, of[0], text(of[1]))
                one = objects[row["id"]]
                assert row["start"] == len(one.slots)
                one.slots += row["slots"]
    for one in objects.values():
        slot_map = slot_maps[one.slot_map]
        kinds = [kind_of(slot_map, i) for i in range(len(one.slots))]
        one.references = [(target, KINDS[kind]) for target, kind in zip(one.slots, kinds)
                          if target is not None and kind != NAMING]
        if slot_map[0]:
            one.references.append((one.type_id, "implied" if slot_map[0] == 1 else "added"))
    return objects


def ends(file):
    """The header's `process` and the end record."""
    found = {kind: frame for kind, frame in frames(file) if kind in (0, 5)}
    return found[0]["process"], found[5]
