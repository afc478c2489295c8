"""A checker for the part of CDDL (RFC 8610) that heapsnap.cddl uses, and some
more: parse() reads the grammar itself, Grammar.check() holds a decoded value
against a rule. Values are what cbor2 decodes to.

Groups are matched greedily and in order, as RFC 8610 (appendix A) has it: a
parsing expression grammar, so a file of millions of items costs one pass.
"""
import re

TOKEN = re.compile(r"""
    (?P<space>[ \t\r\n]+|;[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<bytes>(?:h|b64)?'[^']*')
  | (?P<tag>\#(?:\d(?:\.\d+)?)?)
  | (?P<number>-?(?:0x[0-9a-fA-F]+|0b[01]+|\d+(?:\.\d+(?!\.))?(?:e[+-]?\d+)?))
  | (?P<control>\.[A-Za-z@_$][\w@$-]*)
  | (?P<operator>\.\.\.|\.\.|//=|/=|//|=>|[=/:,(){}\[\]<>^~&*+?])
  | (?P<word>[A-Za-z@_$](?:[\w@$.-]*[\w@$])?)
""", re.X)
PRELUDE = """
uint = #0  nint = #1  int = uint / nint  bstr = #2  bytes = bstr  tstr = #3  text = tstr
tdate = #6.0(tstr)  time = #6.1(number)  biguint = #6.2(bstr)  bignint = #6.3(bstr)
false = #7.20  true = #7.21  bool = false / true  nil = #7.22  null = nil  undefined = #7.23
float = #7.25  float16 = float  float32 = float  float64 = float  number = int / float  any = #
"""


class SyntaxWrong(Exception):
    pass


class Parser(object):
    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise SyntaxWrong("line %d: %.30r" % (text.count("\n", 0, at) + 1, text[at:]))
            if found.lastgroup != "space":
                self.tokens.append((found.lastgroup, found.group(), text.count("\n", 0, at) + 1))
            at = found.end()
        self.tokens.append(("end", "", 0))
        self.at = 0

    def peek(self, ahead=0):
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def sees(self, *texts):
        return self.peek()[0] == "operator" and self.peek()[1] in texts

    def take(self, text=None):
        token = self.peek()
        if text is not None and token[1] != text:
            raise SyntaxWrong("line %d: %r where %r should be" % (token[2], token[1], text))
        self.at += 1
        return token

    def rules(self):
        made = {}
        while self.peek()[0] != "end":
            name, parameters = self.take()[1], []
            if self.sees("<"):
                self.take()
                while not self.sees(">"):
                    parameters.append(self.take()[1])
                    if self.sees(","):
                        self.take()
                self.take(">")
            how = self.take()[1]
            if how not in ("=", "/=", "//="):
                raise SyntaxWrong("rule %s: %r where = should be" % (name, how))
            body = self.right_side()
            if how == "=" and name in made:
                raise SyntaxWrong("rule %s is there twice" % name)
            if how != "=" and name in made:
                body = (body[0], made[name][1][1] + body[1])
            made[name] = (parameters, body)
        return made

    def right_side(self):
        """A type if the rule ends after one, else group entries."""
        start = self.at
        try:
            made = self.type()
            if self.at_rule():
                return made
        except SyntaxWrong:
            pass
        self.at = start
        return ("group", [[self.entry()]])

    def at_rule(self):
        if self.peek()[0] == "end":
            return True
        ahead = 1
        if self.peek(1)[1] == "<":
            while self.peek(ahead)[1] != ">" and self.peek(ahead)[0] != "end":
                ahead += 1
            ahead += 1
        return self.peek()[0] == "word" and self.peek(ahead)[1] in ("=", "/=", "//=")

    def type(self):
        choices = [self.type1()]
        while self.sees("/"):
            self.take()
            choices.append(self.type1())
        return ("choice", choices)

    def type1(self):
        left = self.type2()
        if self.sees("..", "..."):
            how = self.take()[1]
            return ("range", left, self.type2(), how == "..")
        if self.peek()[0] == "control":
            control = self.take()[1][1:]
            return ("control", control, left, self.type2())
        return left

    def type2(self):
        what, text, line = self.take()
        if what == "string":
            return ("value", re.sub(r"\\(.)", r"\1", text[1:-1]))
        if what == "bytes":
            return ("value", bytes.fromhex(text[2:-1]) if text[0] == "h" else text[1:-1].encode())
        if what == "number":
            return ("value", float(text) if re.search(r"[.e]", text) and "x" not in text else int(text, 0))
        if what == "word":
            arguments = []
            if self.sees("<"):
                self.take()
                while not self.sees(">"):
                    arguments.append(self.type1())
                    if self.sees(","):
                        self.take()
                self.take(">")
            return ("name", text, arguments)
        if what == "tag":
            inner = None
            if text.startswith("#6") and self.sees("("):
                self.take()
                inner = self.type()
                self.take(")")
            return ("major", text[1:], inner)
        if text == "(":
            inner = self.type()
            self.take(")")
            return inner
        if text in "{[" and what == "operator":
            inner = self.group()
            self.take("}" if text == "{" else "]")
            return ("map" if text == "{" else "array", inner)
        if text == "~":
            return ("unwrap", self.type2())
        if text == "&":
            if self.sees("("):
                self.take()
                inner = self.group()
                self.take(")")
                return ("enumerated", inner)
            return ("enumerated", ("group", [[((1, 1), None, self.type2())]]))
        raise SyntaxWrong("line %d: unexpected %r" % (line, text))

    def group(self):
        choices = [[]]
        while not self.sees("}", "]", ")") and self.peek()[0] != "end":
            if self.sees("//"):
                self.take()
                choices.append([])
            else:
                choices[-1].append(self.entry())
                if self.sees(","):
                    self.take()
        return ("group", choices)

    def entry(self):
        """((least, most or None), key type or None, type or group)"""
        occurs = self.occurrence()
        start = self.at
        if self.peek()[0] in ("word", "string", "number", "bytes") and self.peek(1)[1] == ":":
            what, text, _ = self.peek()
            key = ("value", text) if what == "word" else self.type2()
            if what == "word":
                self.take()
            self.take(":")
            return (occurs, ("cut", key), self.type())
        if self.sees("("):
            self.take()
            try:
                inner = self.group()
                self.take(")")
                if not self.sees("/", "=>", "..", "...", "^") and self.peek()[0] != "control":
                    return (occurs, None, inner)
            except SyntaxWrong:
                pass
            self.at = start
        left = self.type1()
        if self.sees("^"):
            self.take()
            left = ("cut", left)
        if self.sees("=>"):
            self.take()
            return (occurs, left, self.type())
        choices = [left]
        while self.sees("/"):
            self.take()
            choices.append(self.type1())
        return (occurs, None, ("choice", choices))

    def occurrence(self):
        if self.sees("?"):
            self.take()
            return (0, 1)
        if self.sees("+"):
            self.take()
            return (1, None)
        least = 0
        if self.peek()[0] == "number" and self.peek(1)[1] == "*":
            least = int(self.take()[1], 0)
        if self.sees("*"):
            self.take()
            most = int(self.take()[1], 0) if self.peek()[0] == "number" and self.peek(1)[1] != ":" else None
            return (least, most)
        return (1, 1)


class Grammar(object):
    def __init__(self, text):
        self.rules = Parser(PRELUDE).rules()
        own = Parser(text).rules()
        self.first = next(iter(own))
        self.rules.update(own)
        self.deepest = (-1, "")

    def check(self, value, rule=None):
        """None if `value` is a `rule` (the first one), else what is wrong, as deep as it was found."""
        self.deepest = (-1, "")
        if self.fits(("name", rule or self.first, []), value, {}, ()):
            return None
        return self.deepest[1]

    def no(self, path, wanted, value):
        if len(path) > self.deepest[0]:
            self.deepest = (len(path), "at %s: %.80r is no %s" % ("/".join(map(str, path)) or "top", value, wanted))
        return False

    def fits(self, node, value, bound, path):
        return getattr(self, "fits_" + node[0])(node, value, bound, path)

    def resolve(self, node, bound):
        """A name to what it stands for, with its parameters bound."""
        _, name, arguments = node
        if name in bound:
            return bound[name]
        if name not in self.rules:
            raise SyntaxWrong("no rule %s" % name)
        parameters, body = self.rules[name]
        return body, dict(zip(parameters, [(argument, bound) for argument in arguments]))

    def fits_name(self, node, value, bound, path):
        body, inner = self.resolve(node, bound)
        if body[0] == "group":
            raise SyntaxWrong("group %s used as a type" % node[1])
        return self.fits(body, value, inner, path) or self.no(path, node[1], value)

    def fits_choice(self, node, value, bound, path):
        return any(self.fits(one, value, bound, path) for one in node[1])

    def fits_value(self, node, value, bound, path):
        same = type(node[1]) is type(value) and node[1] == value
        return same or self.no(path, "%r" % (node[1],), value)

    def fits_range(self, node, value, bound, path):
        low, high = self.number(node[1], bound), self.number(node[2], bound)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or isinstance(value, float) != isinstance(
                low, float):
            return self.no(path, "%s..%s" % (low, high), value)
        return low <= value and (value <= high if node[3] else value < high) or self.no(
            path, "%s..%s" % (low, high), value)

    def number(self, node, bound):
        while node[0] != "value":
            if node[0] == "name":
                node, bound = self.resolve(node, bound)
            elif node[0] == "choice" and len(node[1]) == 1:
                node = node[1][0]
            else:
                raise SyntaxWrong("no number: %r" % (node,))
        return node[1]

    def fits_control(self, node, value, bound, path):
        _, control, left, right = node
        return self.fits(left, value, bound, path) and (
            self.controlled(control, right, value, bound, path) or self.no(path, "." + control, value))

    def controlled(self, control, right, value, bound, path):
        if control == "size":
            if isinstance(value, int):
                return value < 256 ** self.number(right, bound)
            return self.fits(right, len(value.encode() if isinstance(value, str) else value), bound, path)
        if control in ("and", "within"):
            return self.fits(right, value, bound, path)
        if control in ("default", "feature"):
            return True
        if control == "regexp":
            return re.fullmatch(self.number(right, bound), value) is not None
        if control == "bits":
            return all(self.fits(right, bit, bound, path) for bit in range(value.bit_length()) if value >> bit & 1)
        limit = self.number(right, bound)
        return {"le": value <= limit, "lt": value < limit, "ge": value >= limit, "gt": value > limit,
                "eq": value == limit, "ne": value != limit}[control]

    def fits_unwrap(self, node, value, bound, path):
        return self.fits(node[1], value, bound, path)

    def fits_enumerated(self, node, value, bound, path):
        def values(group):
            for choice in group[1]:
                for _, _, inner in choice:
                    names = inner[1] if inner[0] == "choice" else [inner]
                    for one in names:
                        if one[0] == "name" and self.resolve(one, bound)[0][0] == "group":
                            one = self.resolve(one, bound)[0]
                        if one[0] == "group":
                            for value in values(one):
                                yield value
                        else:
                            yield one
        return any(self.fits(one, value, bound, path) for one in values(node[1]))

    def fits_major(self, node, value, bound, path):
        major, _, more = node[1].partition(".")
        kind, tag = major_of(value)
        if not major:
            return True
        if int(major) != kind or kind == 6 and more and int(more) != tag or kind == 7 and more and int(more) != tag:
            return self.no(path, "#" + node[1], value)
        return node[2] is None or self.fits(node[2], value.value, bound, path)

    def fits_array(self, node, value, bound, path):
        if not isinstance(value, (list, tuple)):
            return self.no(path, "array", value)
        end = self.sequence(node[1], value, 0, bound, path)
        if end is None:
            return False
        return end == len(value) or self.no(path + (end,), "end of the array", value[end])

    def sequence(self, group, items, at, bound, path):
        """Where the match of a group that begins at item `at` ends, None if none."""
        for choice in group[1]:
            end = at
            for occurs, _, inner in choice:
                end = self.repeated(occurs, inner, items, end, bound, path)
                if end is None:
                    break
            else:
                return end
        return None

    def repeated(self, occurs, inner, items, at, bound, path):
        least, most = occurs
        space, names = self.as_group(inner, bound)
        count = 0
        while most is None or count < most:
            if space is not None:
                end = self.sequence(space, items, at, names, path)
                if end is None or end == at:
                    break
                at = end
            elif at < len(items) and self.fits(inner, items[at], bound, path + (at,)):
                at += 1
            else:
                break
            count += 1
        if count >= least:
            return at
        if space is not None and self.sequence(space, items, at, names, path) == at:
            return at
        self.no(path + (at,), "item %d" % at, items[at] if at < len(items) else "the end")
        return None

    def as_group(self, inner, bound):
        """The group that an entry names or is, with its bindings; (None, None) for a type."""
        while True:
            if inner[0] == "group":
                return inner, bound
            if inner[0] == "choice" and len(inner[1]) == 1:
                inner = inner[1][0]
            elif inner[0] == "name":
                inner, bound = self.resolve(inner, bound)
            else:
                return None, None

    def fits_map(self, node, value, bound, path):
        if not isinstance(value, dict):
            return self.no(path, "map", value)
        left = self.members(node[1], value, frozenset(value), bound, path)
        if left is None:
            return False
        return not left or self.no(path + (sorted(map(str, left))[0],), "member of the map", value)

    def members(self, group, value, keys, bound, path):
        """The keys that the group does not take, None if it does not match."""
        for choice in group[1]:
            left = keys
            for occurs, key, inner in choice:
                left = self.member(occurs, key, inner, value, left, bound, path)
                if left is None:
                    break
            else:
                return left
        return None

    def member(self, occurs, key, inner, value, keys, bound, path):
        least, most = occurs
        if key is None:
            space, names = self.as_group(inner, bound)
            if space is None:
                raise SyntaxWrong("a type without a key in a map: %r" % (inner,))
            taken = self.members(space, value, keys, names, path)
            return keys if taken is None and least == 0 else taken
        cut = key[0] == "cut"  # once the key is right, no other entry may take it
        key = key[1] if cut else key
        count, left = 0, set(keys)
        for one in [key[1]] if key[0] == "value" else sorted(keys, key=str):
            if most is not None and count == most:
                break
            if one not in keys or not self.fits(key, one, bound, path):
                continue
            if self.fits(inner, value[one], bound, path + (one,)):
                count += 1
                left.discard(one)
            elif cut:
                return None
        if count < least:
            self.no(path + (key[1] if key[0] == "value" else "key",), "map with it", sorted(map(str, value)))
            return None
        return frozenset(left)


def major_of(value):
    """(major type, tag or simple number) of a decoded value."""
    if isinstance(value, bool):
        return 7, 21 if value else 20
    if value is None:
        return 7, 22
    if isinstance(value, int):
        return (0 if value >= 0 else 1), None
    for kind, cls in ((2, bytes), (3, str), (4, (list, tuple)), (5, dict)):
        if isinstance(value, cls):
            return kind, None
    if isinstance(value, float):
        return 7, 25
    if hasattr(value, "tag"):
        return 6, value.tag
    return 7, 23
