"""Broken files from whole ones, for benchmarks and tests: cut, doubled, overwritten, with marks let in.

>>> import random
>>> mutated(b"UNB+UNOA:4+A+B'", random.Random(7)) == mutated(b"UNB+UNOA:4+A+B'", random.Random(7))
True
"""

import random

PIECES = (
    b"'", b"+", b":", b"?", b"??'", b"\r\n", b"UNA:+.? '", b"UNA:-.? *", b"UNB+UNOA:4+", b"UNB+UNOB:1+",
    b"UNH+2+PAXLST'", b"UNH+3+PNRGOV:13:1:IA+X+02:F'", b"NAD+FL'", b"UNT", b"UNT+1+1'", b"UNZ+1'", b"SRC'",
    b"TIF+A+B:A:1'", b"TVL'", b"SSR+DOCS'", b"SAC+++X'", b"\r\nATT+2'", b"\xff", b"\xc3\x91", b"\x00",
    b"\x1d\x1f\x1c", b"DTM+329:'", b"*", b"  ",
)  # fmt: skip
"""Bytes that mean something to a reader."""


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """Break a file in one to six places; at times it is doubled first."""
    data = bytearray(whole * chance.choice((1, 1, 2)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[at:at] = chance.choice(PIECES)
        elif kind == 1:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 2 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 3:
            other = chance.randrange(len(data) + 1)
            data[at:at] = data[other : other + 60]
        else:
            del data[at:]
            data += chance.choice(PIECES)
    return bytes(data)
