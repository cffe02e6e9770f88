"""Compares our ISO 8583 codec with pyiso8583, message by message, in both directions.

    compare.py OURS THEIRS SEED

OURS holds messages that our codec wrote, one per line: dialect, message type, the bytes in
hexadecimal, and every field's value in hexadecimal. Each is decoded with pyiso8583 and compared,
then encoded with pyiso8583 and compared byte by byte. THEIRS is then written with messages that
pyiso8583 made from the tables below, for our codec to decode.

The tables are the attributes of the standard, typed in by hand in the notation of the standard:
`n6` is six digits, `n..19` up to nineteen with a two-digit length, `b...255` up to 255 bytes with
a three-digit length. They are not derived from our codec's tables, which they are there to check.
"""

import random
import re
import string
import sys

import iso8583

FIELDS_1987 = """
2:n..19 3:n6 4:n12 5:n12 6:n12 7:n10 8:n8 9:n8 10:n8 11:n6 12:n6 13:n4 14:n4 15:n4 16:n4 17:n4
18:n4 19:n3 20:n3 21:n3 22:n3 23:n3 24:n3 25:n2 26:n2 27:n1 28:x+n9 29:x+n9 30:x+n9 31:x+n9
32:n..11 33:n..11 34:ns..28 35:z..37 36:z...104 37:an12 38:an6 39:an2 40:an3 41:ans8 42:ans15
43:ans40 44:ans..25 45:ans..76 46:ans...999 47:ans...999 48:ans...999 49:an3 50:an3 51:an3 52:b8
53:n16 54:ans...120 55:b...255 56:ans...999 57:ans...999 58:ans...999 59:ans...999 60:ans...999
61:ans...999 62:ans...999 63:ans...999 64:b8 66:n1 67:n2 68:n3 69:n3 70:n3 71:n4 72:n4 73:n6
74:n10 75:n10 76:n10 77:n10 78:n10 79:n10 80:n10 81:n10 82:n12 83:n12 84:n12 85:n12 86:n16 87:n16
88:n16 89:n16 90:n42 91:an1 92:an2 93:an5 94:an7 95:an42 96:b8 97:x+n17 98:ans25 99:n..11
100:n..11 101:ans..17 102:ans..28 103:ans..28 104:ans...100 105:ans...999 106:ans...999
107:ans...999 108:ans...999 109:ans...999 110:ans...999 111:ans...999 112:ans...999 113:ans...999
114:ans...999 115:ans...999 116:ans...999 117:ans...999 118:ans...999 119:ans...999 120:ans...999
121:ans...999 122:ans...999 123:ans...999 124:ans...999 125:ans...999 126:ans...999 127:ans...999
128:b8
"""

FIELDS_1993 = """
2:n..19 3:n6 4:n12 5:n12 6:n12 7:n10 8:n8 9:n8 10:n8 11:n6 12:n12 13:n4 14:n4 15:n6 16:n4 17:n4
18:n4 19:n3 20:n3 21:n3 22:an12 23:n3 24:n3 25:n4 26:n4 27:n1 28:n6 29:n3 30:n24 31:ans..99
32:n..11 33:n..11 34:ns..28 35:z..37 36:z...104 37:an12 38:an6 39:n3 40:n3 41:ans8 42:ans15
43:ans..99 44:ans..99 45:ans..76 46:ans...204 47:ans...999 48:ans...999 49:an3 50:an3 51:an3 52:b8
53:b..48 54:ans...120 55:b...255 56:n..35 57:n3 58:n..11 59:ans...999 60:ans...999 61:ans...999
62:ans...999 63:ans...999 64:b8 66:ans...204 67:n2 68:n3 69:n3 70:n3 71:n8 72:ans...999 73:n6
74:n10 75:n10 76:n10 77:n10 78:n10 79:n10 80:n10 81:n10 82:n10 83:n10 84:n10 85:n10 86:n16 87:n16
88:n16 89:n16 90:n10 91:n3 92:n3 93:n..11 94:n..11 95:ans..99 96:b...999 97:x+n17 98:ans25
99:n..11 100:n..11 101:ans..17 102:ans..28 103:ans..28 104:ans...100 105:n16 106:n16 107:n10
108:n10 109:ans..84 110:ans..84 111:ans...999 112:ans...999 113:ans...999 114:ans...999
115:ans...999 116:ans...999 117:ans...999 118:ans...999 119:ans...999 120:ans...999 121:ans...999
122:ans...999 123:ans...999 124:ans...999 125:ans...999 126:ans...999 127:ans...999 128:b8
"""


def attributes(table):
    """`{number: (class, digits of length, size)}` of a table in the standard's notation."""
    found = {}
    for entry in table.split():
        number, kind, dots, size = re.fullmatch(r"(\d+):(x\+n|[a-z]+)(\.*)(\d+)", entry).groups()
        found[int(number)] = (kind, len(dots), int(size))
    assert sorted(found) == [n for n in range(2, 129) if n != 65]
    return found


def ascii_spec(table, hexadecimal):
    """Text as ASCII; bitmaps and bytes as hexadecimal digits or as they are."""
    data, factor = ("ascii", 2) if hexadecimal else ("b", 1)
    spec = {
        "h": dict(data_enc="ascii", len_enc="ascii", len_type=0, max_len=0),
        "t": dict(data_enc="ascii", len_enc="ascii", len_type=0, max_len=4),
        "p": dict(data_enc=data, len_enc="ascii", len_type=0, max_len=8 * factor),
        "1": dict(data_enc=data, len_enc="ascii", len_type=0, max_len=8 * factor),
    }
    for number, (kind, dots, size) in attributes(table).items():
        if kind == "b":
            spec[str(number)] = dict(
                data_enc=data, len_enc="ascii", len_type=dots, max_len=size * factor
            )
        else:
            spec[str(number)] = dict(data_enc="ascii", len_enc="ascii", len_type=dots, max_len=size)
    return spec


def packed_spec(table):
    """Digits two per byte, lengths packed in one byte (LL) or two (LLL)."""
    spec = {
        "h": dict(data_enc="b", len_enc="bcd", len_type=0, max_len=0),
        "t": dict(data_enc="b", len_enc="bcd", len_type=0, max_len=2),
        "p": dict(data_enc="b", len_enc="bcd", len_type=0, max_len=8),
        "1": dict(data_enc="b", len_enc="bcd", len_type=0, max_len=8),
    }
    for number, (kind, dots, size) in attributes(table).items():
        rules = dict(len_enc="bcd", len_type=(dots + 1) // 2, max_len=size)
        if kind == "n":
            rules.update(data_enc="b", len_count="nibbles", left_pad="0")
        elif kind == "z":
            rules.update(data_enc="b", len_count="nibbles", right_pad="F")
        elif kind == "b":
            rules.update(data_enc="b")
        elif kind == "x+n":
            rules.update(data_enc="b", max_len=1 + size // 2)
        else:
            rules.update(data_enc="ascii")
        spec[str(number)] = rules
    return spec


class Dialect:
    def __init__(self, table, spec, packed, hexadecimal, version):
        self.attributes = attributes(table)
        self.spec = spec
        self.packed = packed
        self.hexadecimal = hexadecimal
        self.version = version

    def to_theirs(self, number, value):
        """A logical value (bytes) as the text in which pyiso8583 takes this field."""
        kind = self.attributes[number][0]
        if kind == "b":
            return value.hex().upper()
        text = value.decode("ascii")
        if self.packed and kind == "z":
            return "".join("%X" % (ord(char) - 0x30) for char in text)
        if self.packed and kind == "x+n":
            return "%02X" % ord(text[0]) + text[1:]
        return text


DIALECTS = {
    "iso87-ascii": Dialect(FIELDS_1987, ascii_spec(FIELDS_1987, True), False, True, "0"),
    "iso87-binary": Dialect(FIELDS_1987, packed_spec(FIELDS_1987), True, False, "0"),
    "iso93-ascii": Dialect(FIELDS_1993, ascii_spec(FIELDS_1993, False), False, False, "1"),
}

CHARACTERS = {
    "n": string.digits,
    "an": string.ascii_letters + string.digits,
    "ans": string.ascii_letters + string.digits + " -.,:/'()+?",
    "ns": string.digits + "-/.:=",
    "z": string.digits + "=",
}


def compare(line):
    """Our message, decoded and encoded again by pyiso8583."""
    name, mti, wire, *pairs = line.split(" ")
    dialect = DIALECTS[name]
    values = {}
    for pair in pairs:
        number, value = pair.split("=")
        values[int(number)] = bytes.fromhex(value)
    expected = {str(n): dialect.to_theirs(n, value) for n, value in values.items()}

    decoded, _ = iso8583.decode(bytes.fromhex(wire), dialect.spec)
    assert decoded.pop("t") == mti, "message type"
    decoded.pop("p")
    decoded.pop("1", None)
    for number in sorted(set(decoded) | set(expected), key=int):
        assert decoded.get(number) == expected.get(number), f"{name}: field {number} differs"

    encoded, _ = iso8583.encode({"t": mti, **expected}, dialect.spec)
    assert encoded.hex() == wire, f"{name}: the bytes differ"


def structured(number, version, chance):
    """Values with an inner structure that a random text would not have."""

    def digits(count):
        return "".join(chance.choices(string.digits, k=count))

    if number == 48:
        return "4401M42020571" + "10" + "CHALLENGE1" + "9203" + digits(3)
    if number == 56 and version == "1":
        count = chance.randrange(12)
        return digits(22) + "%02d" % count + digits(count)
    return None


def random_value(dialect, number, chance, longest=False):
    kind, dots, size = dialect.attributes[number]
    text = structured(number, dialect.version, chance)
    if text is not None:
        return text.encode("ascii")
    count = size if dots == 0 or longest else chance.randrange(size + 1)
    if kind == "b":
        return chance.randbytes(count)
    if kind == "x+n":
        return (chance.choice("CD") + "".join(chance.choices(string.digits, k=count - 1))).encode()
    return "".join(chance.choices(CHARACTERS[kind], k=count)).encode("ascii")


def made(name, mti, values):
    """A message of theirs, as a line."""
    dialect = DIALECTS[name]
    theirs = {str(n): dialect.to_theirs(n, value) for n, value in values.items()}
    wire, _ = iso8583.encode({"t": mti, **theirs}, dialect.spec)
    pairs = "".join(f" {n}={values[n].hex()}" for n in sorted(values))
    return f"{name} {mti} {wire.hex()}{pairs}"


def make_theirs(seed):
    chance = random.Random(seed)
    lines = []
    for name, dialect in DIALECTS.items():
        # Each field alone at its greatest length, so that a wrong maximum shows.
        for number in dialect.attributes:
            values = {number: random_value(dialect, number, chance, longest=True)}
            lines.append(made(name, dialect.version + "200", values))
        for _ in range(150):
            mti = dialect.version + chance.choice("1248") + chance.choice("0123") + "0"
            share = chance.random()
            numbers = [n for n in dialect.attributes if chance.random() < share]
            values = {n: random_value(dialect, n, chance) for n in numbers}
            lines.append(made(name, mti, values))
    return lines


def main():
    ours, theirs, seed = sys.argv[1:]
    with open(ours, encoding="ascii") as file:
        lines = file.read().splitlines()
    for index, line in enumerate(lines):
        try:
            compare(line)
        except Exception as error:
            sys.exit(f"message {index}: {type(error).__name__}: {error}")
    with open(theirs, "w", encoding="ascii") as file:
        file.write("\n".join(make_theirs(int(seed))))
    print(f"agreed on {len(lines)} messages")


main()
