"""Numbers of documents in one normal form, whatever spaces, dots and dashes they were written with.

>>> normal_number(" AB-123 456 ")
'AB123456'
>>> normal_number("000000")
''
"""

import unicodedata

from cordillera.engines.names.evidence_table import SHORTEST


def normal_number(number: str) -> str:
    """Return the letters and digits of a document number in capitals; "" for one that says nothing."""
    plain = unicodedata.normalize("NFKC", number[:64]).upper()
    kept = "".join(_digit(sign) for sign in plain if sign.isalnum() or sign == "&")
    return kept if len(kept) >= SHORTEST and len(set(kept)) > 1 else ""


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
