"""Numbers in a row: tags of bags and conjunction tickets that a carrier tells by the first and a count.

>>> in_row("XA401122", "3", BAG)
('XA401122', 'XA401123', 'XA401124')
>>> in_row("0062239999999", "2", TICKET), in_row("LOOSE", "2", BAG), in_row("XA1", "many", BAG)
(('0062239999999', '0062240000000'), ('LOOSE',), ('XA1',))
"""

from itertools import takewhile

BAG, TICKET = 6, 10
"""Digits at the end of a number that count: behind the carrier of a bag's tag, or the airline of a ticket."""
MOST = 99
"""Numbers in a row at most: more is no run of anybody's (attack)."""


def in_row(first: str, count: str, serial: int) -> tuple[str, ...]:
    """Return the first number and those that follow it; the first alone where the count or it has no digits.

    `serial` is how many digits at the end count; the last of them is followed by zeros.
    """
    digits = sum(1 for _ in takewhile(_is_digit, reversed(first[-serial:])))
    if not digits or not count or len(count) > 9 or not all(map(_is_digit, count)):
        return (first,)
    head, tail = first[:-digits], int(first[-digits:])
    more = range(1, min(int(count), MOST))
    return (first, *(f"{head}{(tail + each) % 10**digits:0{digits}}" for each in more))


def _is_digit(letter: str) -> bool:
    return letter in "0123456789"
