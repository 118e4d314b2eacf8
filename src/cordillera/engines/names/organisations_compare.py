"""Two names of organisations, vessels or addresses compared: bits, similarity and terms, as for people.

The words are aligned by `organisations_core.py`; what stands here are the rules of each kind, named in
`organisations.py`, `vessels.py` and `addresses.py`. Contributions are whole numbers of 1/1024 bit.

>>> found = compare_kind(SubjectKind.VESSEL, "M/V SEA STAR III", "Sea Star 3")
>>> found.score == sum(term.contribution for term in found.terms), found.score > 0
(True, True)
>>> compare_kind(SubjectKind.ORGANISATION, "11420 CORP.", "Azul Corp.").score < 0
True
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import msgspec

from cordillera.engines.names import organisations_weights as w
from cordillera.engines.names.addresses import read_address
from cordillera.engines.names.likeness import DIFFERENT, Reason, WordLikeness, word_likeness
from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.organisations import Reading, forms_differ, read_organisation
from cordillera.engines.names.organisations_core import GRID, Side, Tally, align
from cordillera.engines.names.organisations_shares import Shares
from cordillera.engines.names.organisations_words import told
from cordillera.engines.names.vessels import read_vessel, vessel_names
from cordillera.foundation.explain import Evidence, Term

_KNOWN_WORD: Final = 6.0
_TABLE_ONLY: Final = Shares()
_SPELT: Final = frozenset(
    {Reason.EQUAL, Reason.NEAR, Reason.OTHER_SPELLING, Reason.SOUNDS_ALIKE, Reason.PACKED}
)
FORM_CODES: Final = ("ag", "gmbh", "llc", "ltd", "inc", "spa", "srl", "sas", "corp", "plc")
_FORM_WRITTEN_ON: Final = WordLikeness(990, Reason.PACKED)
Rule = tuple[str, float, str]


class KindComparison(msgspec.Struct, frozen=True):
    """Two names compared: bits, similarity in [0, 1], terms that sum to the bits, and the names that fit."""

    score: float
    similarity: float
    terms: tuple[Term, ...]
    subject: str
    listed: str


def compare_kind(
    kind: SubjectKind, subject: str, listed: str, shares: Shares = _TABLE_ONLY
) -> KindComparison:
    """Return the comparison of two names of one kind other than a person; of a vessel's names, the best.

    `shares` tells how common words are among the names at hand.
    """
    if kind is SubjectKind.VESSEL:
        pairs = ((own, other) for own in vessel_names(subject)[:4] for other in vessel_names(listed)[:4])
        return max(
            (_compare(kind, own, other, shares) for own, other in pairs), key=lambda found: found.score
        )
    return _compare(kind, subject, listed, shares)


def kind_of(text: str) -> SubjectKind:
    """Return the kind that a schema of FollowTheMoney or a word of a table stands for; else a person."""
    return _SCHEMAS.get(text.strip().casefold(), SubjectKind.PERSON)


def kind_of_pair(text: str, *names: str) -> SubjectKind:
    """Return the same for names at hand: of a legal entity, an organisation when a name looks like one."""
    if text.strip().casefold() not in _EITHER:
        return kind_of(text)
    read = [read_organisation(name) for name in names]
    trades = any(bits < _KNOWN_WORD for reading in read for bits in reading.information if bits > 0)
    organised = trades or any(reading.forms or reading.numbers for reading in read)
    return SubjectKind.ORGANISATION if organised else SubjectKind.PERSON


def read_kind(kind: SubjectKind, text: str) -> Reading:
    """Return a name read by the rules of its kind."""
    return _READERS[kind](text)


def side_of_reading(reading: Reading, shares: Shares = _TABLE_ONLY) -> Side:
    """Return the words of a reading as a side of the pair score."""
    texts = tuple(word.text for word in reading.words)
    return Side(
        texts,
        tuple(
            round(shares(text, bits) * GRID) for text, bits in zip(texts, reading.information, strict=True)
        ),
        tuple((i, i) for i in range(len(texts))),
    )


def rules(kind: SubjectKind, own: Reading, other: Reading, tally: Tally) -> list[Rule]:
    """Return the addends beside the words: the kind's own, numbers, forms, places, the whole name."""
    weights = w.WEIGHTS[kind]
    found = [(f"names.{kind.value}_prior", weights.prior, ""), *number_rules(own, other, weights)]
    if kind is SubjectKind.ORGANISATION:
        found += [*_forms(own, other), *place_rules(own, other), *_acronym(own, other)]
    if kind is SubjectKind.ADDRESS and own.places and other.places and own.places.isdisjoint(other.places):
        found.append(("names.country_differs", w.COUNTRY_OF_ADDRESS, ""))
    if _whole(own, other, tally):
        found.append(("names.whole_name_equal", weights.whole, ""))
    return found


def _compare(kind: SubjectKind, subject: str, listed: str, shares: Shares) -> KindComparison:
    own, other = read_kind(kind, subject), read_kind(kind, listed)
    tally = align(side_of_reading(own, shares), side_of_reading(other, shares), likeness_of(kind))
    added = rules(kind, own, other, tally) if own.words and other.words else []
    terms = (
        *_word_terms(tally, own, other),
        *(Term(name, _grid(bits), detail) for name, bits, detail in added),
    )
    terms = tuple(term for term in terms if term.contribution or not term.name.endswith("_prior"))
    score = sum(term.contribution for term in terms)
    return KindComparison(score, tally.similarity / GRID, terms, subject, listed)


def likeness_of(kind: SubjectKind) -> Callable[[str, str], WordLikeness]:
    """Return how alike two words are in names of a kind."""
    return _organisation_likeness if kind is SubjectKind.ORGANISATION else _spelt_likeness


def _spelt_likeness(left: str, right: str) -> WordLikeness:
    """Return the likeness of two words that are no names of people: no short forms, no translations."""
    found = word_likeness(left, right)
    return found if found.code in _SPELT else DIFFERENT


@lru_cache(maxsize=262_144)
def _organisation_likeness(left: str, right: str) -> WordLikeness:
    """The same; two words of trades are different words however near, and a form may be written on a name."""
    found = _spelt_likeness(left, right)
    if found.code is not Reason.EQUAL:
        if told(left) < _KNOWN_WORD and told(right) < _KNOWN_WORD:
            return DIFFERENT
        short, long = sorted((left, right), key=len)
        if len(short) > 2 and long.startswith(short) and long[len(short) :] in FORM_CODES:
            return _FORM_WRITTEN_ON
    return found


def number_rules(own: Reading, other: Reading, weights: w.KindWeights) -> list[Rule]:
    """Numbers must agree (condition 3); `DY905` is `905`, and a long number in common tells more."""
    if not own.numbers and not other.numbers:
        return []
    left, right = bare_numbers(own.numbers), bare_numbers(other.numbers)
    if not left or not right:
        return [("names.number_one_side", weights.number_one_side, " ".join((*own.numbers, *other.numbers)))]
    shared = left & right
    found: list[Rule] = []
    if shared:
        bits = min(w.NUMBER_MOST, sum(w.NUMBER_EQUAL * _digits(number) for number in shared))
        found.append(("names.number_equal", bits, " ".join(sorted(shared))))
    if left - shared and right - shared:
        detail = f"{' '.join(sorted(left - shared))} / {' '.join(sorted(right - shared))}"
        found.append(("names.number_differs", weights.number_differs, detail))
    elif left != right:
        found.append(("names.number_one_side", weights.number_one_side / 2, " ".join(sorted(left ^ right))))
    return found


def bare_numbers(numbers: tuple[str, ...]) -> frozenset[str]:
    """Return numbers as they are compared: digits without letters and leading zeros."""
    digits = ("".join(sign for sign in number if sign.isdigit()) or number for number in numbers)
    return frozenset(number.lstrip("0") or "0" for number in digits)


def _digits(number: str) -> int:
    return min(4, sum(sign.isdigit() for sign in number) or 1)


def _forms(own: Reading, other: Reading) -> list[Rule]:
    differ = forms_differ(own.forms, other.forms)
    if differ is None:
        return []
    detail = f"{' '.join(sorted(own.forms))} / {' '.join(sorted(other.forms))}"
    name, bits = ("names.form_differs", w.FORM_DIFFERS) if differ else ("names.form_equal", w.FORM_EQUAL)
    return [(name, bits, detail)]


def place_rules(own: Reading, other: Reading) -> list[Rule]:
    """Return what countries in two names add."""
    if own.places == other.places:
        return []
    if own.places and other.places and own.places.isdisjoint(other.places):
        return [
            ("names.place_differs", w.PLACE_DIFFERS, " / ".join(map(" ".join, (own.places, other.places))))
        ]
    return [("names.place_one_side", w.PLACE_ONE_SIDE, " ".join(sorted(own.places ^ other.places)))]


def _acronym(own: Reading, other: Reading) -> list[Rule]:
    """A name that is the initials of the other's words fits it (condition 6)."""
    for short, long in ((own, other), (other, own)):
        text = short.words[0].text if len(short.words) == 1 else ""
        if len(text) > 2 and text in long.initials:
            return [("names.acronym", w.ACRONYM_BASE + w.ACRONYM_LETTER * len(text), text.upper())]
    return []


def _whole(own: Reading, other: Reading, tally: Tally) -> bool:
    """Tell whether every word of both is equal, in any order, and no number or legal form differs."""
    left, right = sorted(tally.left.texts), sorted(tally.right.texts)
    numbers = bare_numbers(own.numbers) == bare_numbers(other.numbers)
    return bool(left) and left == right and numbers and not forms_differ(own.forms, other.forms)


def _word_terms(tally: Tally, own: Reading, other: Reading) -> Iterable[Term]:
    for line in tally.lines:
        left = _written(own, tally.left, line.left)
        right = _written(other, tally.right, line.right)
        places = (_evidence("subject.full_name", *left), _evidence("listed", *right))
        shown = tuple(item for item in places if item.text)
        detail = " ~ ".join(dict.fromkeys(item.text for item in shown))
        yield Term(line.reason, line.amount / GRID, detail, shown)


def _evidence(source: str, start: int, end: int, text: str) -> Evidence:
    return Evidence(source, start, end, text)


def _written(reading: Reading, side: Side, number: int) -> tuple[int, int, str]:
    if number < 0:
        return 0, 0, ""
    first, last = side.spans[number]
    words = reading.words[first : last + 1]
    return words[0].start, words[-1].end, " ".join(word.written for word in words)


def _grid(bits: float) -> float:
    return round(bits * GRID) / GRID


_READERS: Final[dict[SubjectKind, Callable[[str], Reading]]] = {
    SubjectKind.ORGANISATION: read_organisation,
    SubjectKind.VESSEL: read_vessel,
    SubjectKind.ADDRESS: read_address,
}
_EITHER: Final = frozenset({"legalentity", "entity", "thing"})
_SCHEMAS: Final = {
    **dict.fromkeys(
        ("organization", "organisation", "company", "publicbody"),
        SubjectKind.ORGANISATION,
    ),
    "vessel": SubjectKind.VESSEL,
    "ship": SubjectKind.VESSEL,
    "address": SubjectKind.ADDRESS,
}
