"""Names of organisations, vessels and addresses cut into words, numbers and connectors.

Dotted letters close up (`S.A.C.` to `sac`, `M/V` to `mv`), single letters in a row become one word (`L & H`
to `lh`), numbers are told from words: digits, Roman numerals that do not begin the name, ordinals and
number words in Spanish and English. A number keeps no leading zeros; letters within stay (`AR16`).

>>> [(token.text, token.is_number) for token in read_tokens("Brigada Cuarenta y 4")]
[('brigada', False), ('44', True)]
>>> [token.text for token in read_tokens("L & H Editions II, S.A.")]
['lh', 'editions', '2', 'sa']
"""

import re
from typing import Final

import msgspec

from cordillera.engines.names.constants import MAX_NAME_LENGTH
from cordillera.engines.names.normalise import normal_form
from cordillera.engines.names.organisations_forms import class_of

_PIECE: Final = re.compile(
    r"&|[^\s,;:()\[\]{}\"\u201c\u201d\u201e\u00ab\u00bb<>|\u2013\u2014\u2212\-_+*#&=!?]+"
)
_SLASHED: Final = re.compile(r"(?<![^\W\d_])([^\W\d_])/([^\W\d_])(?:/([^\W\d_]))?(?![^\W\d_])")
_ROMAN: Final = re.compile(r"(?=[ivx])(?:xl|x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50}
_ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th|ro|do|er|ra|da|to|ta|mo|ma|vo|va|no|na|o|a|eme|e)")
_ELIDED: Final = re.compile(r"^(?:[dDlL]|[dD]ell|[dD]all|[nN]ell)['\u2019](?=\w{2})")
_DIGITS: Final = re.compile(r"\d+")
_SINGLE: Final = 2
_MOST: Final = 24
_ONES: Final = (
    "zero cero,one uno una,two dos,three tres,four cuatro,five cinco,six seis,seven siete,eight "
    "ocho,nine nueve,ten diez,eleven once,twelve doce,thirteen trece,fourteen catorce,fifteen "
    "quince,sixteen dieciseis,seventeen diecisiete,eighteen dieciocho,nineteen diecinueve"
)
_TENS: Final = (
    "twenty veinte,thirty treinta,forty cuarenta,fifty cincuenta,sixty sesenta,seventy setenta,eighty "
    "ochenta,ninety noventa"
)
_ORDINALS: Final = (
    "first primero primera primer,second segundo segunda,third tercero tercera tercer,fourth cuarto "
    "cuarta,fifth quinto quinta,sixth sexto sexta,seventh septimo septima,eighth octavo octava,ninth "
    "noveno novena,tenth decimo decima,eleventh undecimo,twelfth "
    "duodecimo,thirteenth,fourteenth,fifteenth,sixteenth,seventeenth,eighteenth,nineteenth,twentieth "
    "vigesimo"
)
_UNITS: Final = {word: value for value, words in enumerate(_ONES.split(",")) for word in words.split()}
_DECADES: Final = {
    word: 10 * value for value, words in enumerate(_TENS.split(","), 2) for word in words.split()
}
_PLACES: Final = {
    word: value for value, words in enumerate(_ORDINALS.split(","), 1) for word in words.split()
}
_JOINERS: Final = frozenset({"and", "y"})


class Token(msgspec.Struct, frozen=True):
    """One word or number: its normal form, as written, and where it stands in the name."""

    text: str
    written: str
    start: int
    end: int
    is_number: bool = False


def read_tokens(text: str) -> tuple[Token, ...]:
    """Return the words and numbers of a name in order; connectors are still among them."""
    pieces = [token for match in _PIECE.finditer(_unslashed(text[:MAX_NAME_LENGTH])) for token in _cut(match)]
    return _with_numbers(_letters_joined(pieces))[:_MOST]


def _unslashed(text: str) -> str:
    """Close `M/V` and `A/S` up, keeping every place in the text."""
    return _SLASHED.sub(lambda match: match[0].replace("/", "."), text).replace("/", " ")


def _cut(match: re.Match[str]) -> list[Token]:
    written, start = match[0], match.start()
    if written == "&":
        return [Token("and", "&", start, match.end())]
    parts = [part for part in written.split(".") if part]
    if all(len(part) <= _SINGLE for part in parts) and not any(part.isdigit() for part in parts):
        return _token("".join(parts), written.strip("."), start)
    found, at = [], 0
    for part in parts:
        at = written.index(part, at)
        found += _token(part, part, start + at)
        at += len(part)
    return found


def _token(part: str, written: str, start: int) -> list[Token]:
    part = _ELIDED.sub("", part)
    text = _code(part) if any(sign.isdigit() for sign in part) else normal_form(part)
    return [Token(text, written, start, start + len(written))] if text else []


def _code(part: str) -> str:
    """Return a word with digits: a name in which digits stand for letters, or a number with its letters."""
    plain = normal_form(part)
    letters = sum(sign.isalpha() for sign in part)
    if plain.isalpha() and letters > len(part) - letters:
        return plain
    kept = "".join(sign for sign in part.casefold() if sign.isalnum())
    return "".join(str(int(sign)) if sign.isdecimal() else normal_form(sign) for sign in kept)


def _letters_joined(tokens: list[Token]) -> list[Token]:
    """Join single letters in a row, and over an `and` between two of them."""
    found: list[Token] = []
    i = 0
    while i < len(tokens):
        end = _run_of_letters(tokens, i)
        if end > i + 1:
            text = "".join(token.text for token in tokens[i:end] if len(token.text) == 1)
            written = " ".join(token.written for token in tokens[i:end])
            found.append(Token(text, written, tokens[i].start, tokens[end - 1].end))
        else:
            found.append(tokens[i])
        i = max(end, i + 1)
    return found


def _run_of_letters(tokens: list[Token], i: int) -> int:
    end = i
    while end < len(tokens) and _is_letter(tokens[end]):
        end += 1
        if end + 1 < len(tokens) and tokens[end].text == "and" and _is_letter(tokens[end + 1]):
            end += 1
    return end


def _is_letter(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isalpha()


def _with_numbers(tokens: list[Token]) -> tuple[Token, ...]:
    found: list[Token] = []
    i = 0
    while i < len(tokens):
        value, end = _number_at(tokens, i)
        if value is None:
            found.append(tokens[i])
        else:
            written = " ".join(token.written for token in tokens[i:end])
            found.append(Token(value, written, tokens[i].start, tokens[end - 1].end, is_number=True))
        i = end
    return tuple(found)


def _number_at(tokens: list[Token], i: int) -> tuple[str | None, int]:
    """Return the number that begins at token `i`, if any, and the first token after it."""
    text = tokens[i].text
    if text in _DECADES:
        return _decade_at(tokens, i)
    for table in (_UNITS, _PLACES):
        if text in table:
            return str(table[text]), i + 1
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    roman = i > 0 and (len(text) > 1 or not after or bool(class_of(after)))
    return _written_number(text, roman=roman), i + 1


def _decade_at(tokens: list[Token], i: int) -> tuple[str, int]:
    value = _DECADES[tokens[i].text]
    after = i + 2 if i + 2 < len(tokens) and tokens[i + 1].text in _JOINERS else i + 1
    unit = _unit(tokens[after].text) if after < len(tokens) else 0
    return (str(value + unit), after + 1) if unit else (str(value), i + 1)


def _unit(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else _UNITS.get(text, 0)
    return value if value < 10 else 0


def _written_number(text: str, *, roman: bool) -> str | None:
    if _DIGITS.fullmatch(text):
        return text.lstrip("0") or "0"
    if ordinal := _ORDINAL.fullmatch(text):
        return ordinal[1].lstrip("0") or "0"
    if any(sign.isdigit() for sign in text):
        return text
    if roman and _ROMAN.fullmatch(text):
        return str(_roman(text))
    return None


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[sign] for sign in text]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
