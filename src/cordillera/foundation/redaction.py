r"""What may be written down: fields without secrets, personal data and control characters.

Fields are emptied by their names, passwords in URLs and bearer tokens are cut out of any text, and of a
foreign exception only its type, its SQLSTATE and the places in the code are told, because its message may
repeat a traveller's name (OWASP ASVS 5.0, 16.2.5). Control and bidirectional characters are removed: they
forge log lines and drive terminals.

>>> clean({"login": "quispe", "password": "x", "note": "a\x1b[2Jb"})
{'login': 'quispe', 'password': '[removed]', 'note': 'a[2Jb'}
"""

import re
import traceback
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

from cordillera.foundation.errors import CordilleraError

REMOVED: Final = "[removed]"
LIMIT: Final = 2000
"""Longest text kept of one value, in characters."""

# A field is removed when one word of its name is secret or personal, or its whole name is listed. A record's
# id or a count tells nothing of the person, so `document_id` and `traveller_count` stay.
_SECRET_WORDS: Final = frozenset(
    """password passwd passphrase secret secrets token tokens cookie cookies authorization csrf otp totp
    credential credentials private kek dek seed pin verifier""".split()  # noqa: SIM905 - read as a list of words
)
_PERSONAL_WORDS: Final = frozenset(
    """surname surnames forename given family birth born birthdate dob passport document documents mrz
    nationality citizenship address email phone telephone sex gender religion ethnicity health face
    fingerprint iris biometric traveller travellers passenger passengers""".split()  # noqa: SIM905 - as above
)
_LISTED: Final = frozenset(
    """full_name fullname listed_name subject_name person_name officer_name names alias aliases subject person
    session session_id payload body query raw text params parameters statement args value
    """.split()  # noqa: SIM905 - as above
)
_HARMLESS_ENDS: Final = frozenset({"id", "ids", "count", "ref", "hash", "seconds", "ms", "bytes"})

_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]"
)
_CUTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(://[^\s/:@]*):[^\s/@]+@"), rf"\1:{REMOVED}@"),
    (re.compile(r"(?i)\b(bearer|basic|dpop)\s+[\w\-.~+/=]{8,}"), rf"\1 {REMOVED}"),
    (re.compile(r"(?i)\b((?:password|token|secret|otp)\s*[=:]\s*)\S+"), rf"\1{REMOVED}"),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        REMOVED,
    ),
    (re.compile(r"(?<=\S)\?\S+"), f"?{REMOVED}"),
)
_SIMPLE_MODULES: Final = frozenset({"datetime", "uuid", "pathlib", "decimal", "ipaddress"})
_LONGEST_LIST: Final = 100


def clean(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields at any depth without what is denied; each text at most LIMIT characters."""
    return {
        clean_text(str(name)): REMOVED if is_denied(str(name)) and value else _value(value)
        for name, value in fields.items()
    }


def is_denied(name: str) -> bool:
    """Whether a field of this name is never written."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    words = re.split(r"[_\-.\s]+", snake)
    if snake in _LISTED or not _SECRET_WORDS.isdisjoint(words):
        return True
    return words[-1] not in _HARMLESS_ENDS and not _PERSONAL_WORDS.isdisjoint(words)


def clean_text(text: str) -> str:
    """Text without passwords, tokens, private keys, URL queries and control characters."""
    for pattern, instead in _CUTS:
        text = pattern.sub(instead, text)
    text = _CONTROL.sub("", text.encode("utf-8", "replace").decode())
    return text if len(text) <= LIMIT else text[:LIMIT] + "..."


def describe(error: BaseException) -> dict[str, object]:
    """Type, places in the code, and facts of our own errors; the message of a foreign one is never told."""
    told: dict[str, object] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, CordilleraError):
        told |= {"code": error.code, "facts": clean(error.facts)}
    for attribute in ("sqlstate", "errno"):
        if isinstance(getattr(error, attribute, None), str | int):
            told[attribute] = getattr(error, attribute)
    told["at"] = _places(error.__traceback__)
    if error.__cause__ is not None:
        told["cause"] = describe(error.__cause__)
    return told


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _value(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return clean(value)
        case BaseException():
            return describe(value)
        case str() | bytes() | bytearray() | memoryview():
            return clean_text(value) if isinstance(value, str) else f"[{len(value)} bytes]"
        case Collection():
            return [_value(item) for item in list(value)[:_LONGEST_LIST]]
        case _:
            return _shown(value)


def _shown(value: object) -> str:
    """Simple values by their text, anything else by its type alone: a repr may hold a whole record."""
    simple = type(value).__module__ in _SIMPLE_MODULES
    return clean_text(str(value)) if simple else f"[{type(value).__name__}]"
