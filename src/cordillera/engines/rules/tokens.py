"""Analyst's text cut into tokens, each with its place.

>>> [token.text for token in cut('bag (weight > 30 kg)')]
['bag', '(', 'weight', '>', '30', 'kg', ')', '']
"""

import re
from enum import StrEnum
from typing import Final

import msgspec

from cordillera.engines.rules.errors import RuleSyntax, RuleTooLarge

LONGEST: Final = 1_048_576
_TOKEN: Final = re.compile(
    r"(?P<blank>[ \t\r\n]+|#[^\n]*)"
    r'|(?P<text>"(?:[^"\\\x00-\x1f]|\\["\\])*")'
    r"|(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z?)"
    r"|(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<time>[0-9]{2}:[0-9]{2})"
    r"|(?P<number>-?[0-9]{1,12}(?:\.[0-9]{1,9})?)"
    r"|(?P<word>[^\W\d]\w*(?:[.-]\w+)*)"
    r"|(?P<sign><=|>=|!=|[=<>(),])"
)


class TokenKind(StrEnum):
    """What a token is; END stands behind the last one."""

    TEXT = "text"
    MOMENT = "moment"
    DAY = "day"
    TIME = "time"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"
    END = "end"


class Token(msgspec.Struct, frozen=True):
    """One token; `text` is its value (a text without its quotes), `offset` where it starts."""

    kind: TokenKind
    text: str
    offset: int


def cut(source: str) -> tuple[Token, ...]:
    """Return the tokens; raises `RuleSyntax` at a character of none, `RuleTooLarge` beyond the limit."""
    if len(source) > LONGEST:
        raise RuleTooLarge(characters=len(source), most=LONGEST)
    tokens, at = [], 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise RuleSyntax(
                **place(source, at), found=source[at], expected=("a word, number, text or sign",)
            )
        if found.lastgroup != "blank":
            tokens.append(_token(found))
        at = found.end()
    return (*tokens, Token(TokenKind.END, "", len(source)))


def _token(found: re.Match[str]) -> Token:
    kind, text = TokenKind(found.lastgroup or ""), found.group()
    if kind is TokenKind.TEXT:
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return Token(kind, text, found.start())


def place(source: str, offset: int) -> dict[str, int]:
    """Return line and column, both from 1, of an offset in characters."""
    before = source[:offset]
    line_start = before.rfind("\n") + 1
    return {"line": before.count("\n") + 1, "column": offset - line_start + 1, "offset": offset}
