"""Whether bytes that nobody could read tell of somebody, so that they go when that person is erased.

There is no record to compare in a file that was quarantined; its words are all there is. It tells of somebody

1. where a number of their documents stands in it, of five letters and digits at least;
2. where their family names and the first of their given names stand within `NEAR` letters of each other.

Case, accents, signs between words and line ends within them count for nothing, nor does whether the file is
UTF-8 or Latin-1. When in doubt the file goes: what it could have told, the carrier can send again.

>>> told = b"NAD+FL+++MUN~OZ'NAD+FL+++LOOR:ANA MARIA'DOC+P+A12-34567'"
>>> tells_of(told, Sought("Loor", "Ana", ())), tells_of(told, Sought("Muñoz", "Ana", ("A1234567",)))
(True, True)
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import msgspec

NEAR: Final = 60
_SHORTEST: Final = 5
_TITLE: Final = "(?:MRS?|MS|MISS|MSTR|CHD|INF|DR)?"
"""What reservations write behind a given name without a blank, as they write a number before the family's."""
_BREAKS: Final = re.compile(r"[\r\n]+")
_SIGNS: Final = re.compile(r"[\W_]+")


class Sought(msgspec.Struct, frozen=True):
    """Whose traces are looked for: names as written, and the numbers of their documents."""

    family_names: str
    given_names: str
    documents: tuple[str, ...]


def sought_by(full_name: str, family: str, given: str, documents: tuple[str, ...]) -> Sought:
    """Return whom to look for; of a name that nobody parted, its last word near its first.

    >>> sought_by("Ana María Loor", "", "", ())
    Sought(family_names='Loor', given_names='Ana', documents=())
    """
    words = full_name.split()
    if not (family and given) and len(words) > 1:
        family, given = words[-1], words[0]
    return Sought(family, given, documents)


def tells_of(raw: bytes, sought: Sought) -> bool:
    """Tell whether bytes tell of a person: conditions 1 and 2."""
    wanted = _pattern(sought)
    numbers = [number for one in sought.documents if len(number := _plain(one, "")) >= _SHORTEST]
    if wanted is None and not numbers:
        return False
    return any(
        (wanted is not None and wanted.search(_plain(text, " ")) is not None)
        or any(number in told for told in (_plain(text, ""),) for number in numbers)
        for text in _readings(raw)
    )


def _pattern(sought: Sought) -> re.Pattern[str] | None:
    family = _plain(sought.family_names, " ").strip()
    given = _plain(sought.given_names, " ").split()[:1]
    if not family or not given:
        return None
    one, other = rf"\d{{0,2}}{re.escape(family)}", re.escape(given[0]) + _TITLE
    near = rf"\b.{{0,{NEAR}}}?\b"
    return re.compile(rf"\b(?:{one}{near}{other}|{other}{near}{one})\b")


def _readings(raw: bytes) -> Iterator[str]:
    """The text in either character set, with line ends as blanks and without them."""
    for text in dict.fromkeys(raw.decode(one, "replace") for one in ("utf-8", "latin-1")):
        yield text
        if _BREAKS.search(text):
            yield _BREAKS.sub("", text)


def _plain(text: str, between: str) -> str:
    """Letters without accents and digits, in upper case; `between` stands for everything else."""
    apart = unicodedata.normalize("NFKD", text.upper())
    bare = "".join(one for one in apart if not unicodedata.combining(one)) if not apart.isascii() else apart
    return _SIGNS.sub(between, bare)
