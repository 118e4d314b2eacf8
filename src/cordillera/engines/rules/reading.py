"""The words of a rule taken one by one, in either language, with typed errors that say where."""

from collections.abc import Iterable
from typing import Final, NoReturn

from cordillera.engines.rules.errors import RuleSyntax
from cordillera.engines.rules.tokens import Token, TokenKind, cut, place
from cordillera.engines.rules.words import PHRASES, Word


def _phrases() -> dict[Word, tuple[tuple[str, ...], ...]]:
    """Every phrase of every word, longest first, so that no phrase hides a longer one."""
    return {
        word: tuple(
            sorted({tuple(told[word].split()) for told in PHRASES.values()}, key=lambda words: -len(words))
        )
        for word in Word
    }


_READ: Final = _phrases()


class Reader:
    """A cursor over the tokens of one text; `accept` and `expect` move it, errors name the place."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tokens = cut(source)
        self._at = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """Return the next token and go on behind it; at the end it stays."""
        token = self.token
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def accept(self, word: Word) -> bool:
        """Go on behind a word or phrase if it comes next."""
        for phrase in _READ[word]:
            coming = self._tokens[self._at : self._at + len(phrase)]
            if tuple(t.text.lower() for t in coming if t.kind is TokenKind.WORD) == phrase:
                self._at += len(phrase)
                return True
        return False

    def first_of(self, words: Iterable[Word]) -> Word | None:
        """Go on behind the first of the words that comes next."""
        return next((word for word in words if self.accept(word)), None)

    def accept_sign(self, sign: str) -> bool:
        """Go on behind a sign if it comes next."""
        if self.token.kind is TokenKind.SIGN and self.token.text == sign:
            self.take()
            return True
        return False

    def expect(self, *words: Word) -> Word:
        """Go on behind one of the words; raises `RuleSyntax`."""
        found = self.first_of(words)
        if found is None:
            self.fail(*(PHRASES["en"][word] for word in words))
        return found

    def expect_sign(self, sign: str) -> None:
        """Go on behind a sign; raises `RuleSyntax`."""
        if not self.accept_sign(sign):
            self.fail(sign)

    def expect_kind(self, *kinds: TokenKind) -> Token:
        """Take a token of one of the kinds; raises `RuleSyntax`."""
        if self.token.kind not in kinds:
            self.fail(*(kind.value for kind in kinds))
        return self.take()

    def fail(self, *expected: str, at: Token | None = None) -> NoReturn:
        """Raise `RuleSyntax` for the token that comes next, or for one that was taken."""
        token = at or self.token
        raise RuleSyntax(**place(self.source, token.offset), found=token.text or "the end", expected=expected)
