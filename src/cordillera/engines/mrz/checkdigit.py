"""The check digit of machine readable zones (ICAO Doc 9303-3 clause 4.9): weights 7-3-1, modulo 10.

>>> check_digit("L898902C3"), check_digit("740812"), check_digit("ZE184226B<<<<<")
('6', '2', '1')
"""

_WEIGHTS = (7, 3, 1)
_VALUES = {str(digit): digit for digit in range(10)}
_VALUES |= {chr(ord("A") + index): 10 + index for index in range(26)}
_VALUES["<"] = 0


def check_digit(text: str) -> str:
    """The check digit of a field; a character that an MRZ cannot hold counts as "<"."""
    return str(sum(_VALUES.get(letter, 0) * _WEIGHTS[at % 3] for at, letter in enumerate(text)) % 10)
