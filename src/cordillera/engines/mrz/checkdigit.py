"""The check digit of machine readable zones (ICAO Doc 9303-3 clause 4.9): weights 7-3-1, modulo 10.

Two confusions are beyond it, because the values differ by ten or twenty: G for 6, and K for the filler.

>>> check_digit("L898902C3"), check_digit("740812"), check_digit("ZE184226B<<<<<")
('6', '2', '1')
>>> check_digit("G"), check_digit("6"), check_digit("K"), check_digit("<")
('2', '2', '0', '0')
"""

from typing import Final

WEIGHTS: Final = (7, 3, 1)
_VALUES = {str(digit): digit for digit in range(10)}
_VALUES |= {chr(ord("A") + index): 10 + index for index in range(26)}
_VALUES["<"] = 0


def check_digit(text: str) -> str:
    """The check digit of a field; a character that an MRZ cannot hold counts as "<"."""
    return str(sum(_VALUES.get(letter, 0) * WEIGHTS[at % 3] for at, letter in enumerate(text)) % 10)
