"""Follows a label of the analyzer with the interpreter: where could `.attr`,
`['key']`, `[3]`, ` key`, ` member`, ` +0x28` lead from this object?"""
import ast
import collections
import gc
import inspect
import re
import types

import portable

STEP = re.compile(r"\.[^.\[\s]+|\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\]'\"])*\]")
TYPED = re.compile(r"<.* 0x([0-9a-f]+)>$")
DICT = type.__dict__["__dict__"]
ELLIPSIS = portable.native(u"\u2026")  # of a key that was cut

# Words for what has no name in Python, or one that makes a new object when asked.
FIELDS = {
    "__dict__": lambda one: [DICT.__get__(one)] + gc.get_referents(DICT.__get__(one)) if is_type(one)
    else [instance_dict(one)],
    "traps": lambda one: [one.traps],  # decimal.Context answers these two by a __getattribute__ of its own
    "flags": lambda one: [one.flags],
    "__mro__": lambda one: [type.__dict__["__mro__"].__get__(one)],
    "__closure__": lambda one: [one.__closure__],
    "groupindex": lambda one: gc.get_referents(one.groupindex),  # a view of the dict that is meant
}


# Fields of C structures that Python shows only through a new object, or not at all:
# enough if the address stands in the object.
RAW = re.compile(r"\.(co_\w+|b_base|__(annotations|self|subclasses|doc|qualname|name|dict)__)$")
HOOKS = ("__getattr__", "__setattr__", "__delattr__")  # that a class of 2.7's old style keeps


class Unknown(Exception):
    pass


def follow(one, label, memory):
    """Ids of what `label` may mean on this object. Unknown if it says nothing that can be followed."""
    if label == "[*]":
        # Nothing is said but that it is referred to: an item of a dict as well as any field.
        return set(map(id, values_of(one))) | set(map(id, gc.get_referents(one)))
    if label == " key":
        return set(map(id, portable.dict_class(one).keys(one)))
    if label in (" member", "{*}"):
        base = set if issubclass(type(one), set) else frozenset
        return set(map(id, base.__iter__(one)))
    if label.startswith(" +0x"):
        # Up to two low bits of a word of a frame are flags.
        return {word & ~3 for word in memory.words(id(one) + int(label[2:], 16), 1)}
    if label == " +ht_cached_keys":
        return shared_keys(one, memory)
    if label.startswith(" +"):
        # A field of the C structure, or what tp_traverse reports from behind one.
        return raw_words(one, memory) | set(map(id, gc.get_referents(one)))
    if label.startswith(" ") or label.endswith((ELLIPSIS, ELLIPSIS + "']")):
        raise Unknown(label)
    if RAW.match(label):
        return raw_words(one, memory) | followed(one, label)
    return followed(one, label)


def raw_words(one, memory):
    return set(memory.words(id(one) - 32, max(type(one).__basicsize__, type(one).__sizeof__(one)) // 8 + 4))


def followed(one, label):
    reached = [one]
    if "".join(STEP.findall(label)) != label:
        raise Unknown(label)
    for step in STEP.findall(label):
        reached = [other for each in reached for other in one_step(each, step)]
    return set(map(id, reached))


SHARED_KEYS_WORDS = 1024  # more than a table has


class Sharing(object):
    """A class whose objects share a table of keys, which tells where a class points to it."""

    place = None

    def __init__(self):
        self.a_shared_key = None

    @classmethod
    def find(cls, memory):
        kept, key = cls(), [name for name in cls().__dict__][0]
        for i, word in enumerate(memory.words(id(cls), type.__basicsize__ // 8)):
            try:
                if word > 1 << 16 and kept and id(key) in memory.words(word, 64):
                    cls.place = 8 * i
            except (OSError, OverflowError):
                pass
        return cls.place


def shared_keys(one, memory):
    """What the table holds to which a class points, and what stands behind it."""
    place = Sharing.place or Sharing.find(memory)
    table = memory.words(id(one) + place, 1)[0]
    return set(memory.words(table, SHARED_KEYS_WORDS)) if table else set()


def is_type(one):
    return issubclass(type(one), type)  # isinstance would ask a proxy's referent


def namespace(cls):
    """The dict of a class, of the old style too: without asking the class."""
    return DICT.__get__(cls) if is_type(cls) else cls.__dict__


def values_of(one):
    if portable.dict_class(one):
        return list(portable.dict_class(one).values(one))
    return gc.get_referents(one)


def one_step(one, step):
    if step.startswith("["):
        return item(one, step[1:-1])
    return attribute(one, step[1:])


def key_of(one, literal):
    """The key that a label names, by its text; by its address where it has none."""
    typed = TYPED.match(literal)
    if typed:
        found = [key for key in portable.dict_class(one).keys(one) if id(key) == int(typed.group(1), 16)]
        return found[0] if found else Unknown
    if literal.endswith(ELLIPSIS):
        raise Unknown(literal)
    if "float" in literal and not literal.startswith(("'", "b")):
        return eval(literal, {"float": float})
    return ast.literal_eval(literal.decode("utf-8") if portable.PYTHON2 else literal)


def item(one, literal):
    key = key_of(one, literal)
    space = portable.dict_class(one)
    if space:
        if key != key:  # not a number: never found by what it equals
            return [value for name, value in space.items(one) if name != name]
        return [space.get(one, key)] if space.__contains__(one, key) else []
    for base in (list, tuple, collections.deque):
        if issubclass(type(one), base):
            return [base.__getitem__(one, key)] if key < base.__len__(one) else []
    return gc.get_referents(one)


def attribute(one, name):
    """By the instance's dict, the type's members, then what the type itself defines."""
    found = []
    if portable.is_old_style(one):
        own = one.__dict__
        if name == "__class__":
            return [portable.class_of(one)]
        if name in HOOKS and isinstance(one, portable.CLASS_TYPES[1]):  # kept where it was found: here or in a base
            return [each.__dict__[name] for each in inspect.getmro(one) if name in each.__dict__][:1]
        return [getattr(one, name)] if name in ( "__dict__", "__bases__", "__name__") else \
            [own[name]] if name in own else []
    if name == "__class__":
        # A class may also define the name for its instances, as object does.
        # A type that was never made ready has no namespace (functools._lru_list_elem up to 3.7).
        space = is_type(one) and DICT.__get__(one) or {}
        return [type(one)] + ([space[name]] if name in space else [])
    if issubclass(type(one), types.ModuleType) and name != "__dict__":
        return [vars(one)[name]] if name in vars(one) else []
    if name in FIELDS:
        found += FIELDS[name](one)
    if is_type(one):
        space = DICT.__get__(one)
        if name in space:
            found.append(space[name])
    else:
        own = instance_dict(one)
        if own is not None and name in own:
            return [own[name]]
        if own is None:  # typing.TypeVar keeps attributes and shows no dict
            try:
                found.append(object.__getattribute__(one, name))
            except AttributeError:
                pass
    for base in type(one).__mro__:
        space = namespace(base)
        for mangled in (name, "_%s%s" % (base.__name__.lstrip("_"), name)):
            if mangled in space and hasattr(type(space[mangled]), "__get__"):
                try:
                    found.append(type(space[mangled]).__get__(space[mangled], one, type(one)))
                except AttributeError:
                    pass
    return found


def instance_dict(one):
    for base in type(one).__mro__:
        getset = namespace(base).get("__dict__")
        if isinstance(getset, types.GetSetDescriptorType):
            made = getset.__get__(one)
            return made if type(made) is dict else dict(made)
    return None
