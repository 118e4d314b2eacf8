r"""How facts look: times in UTC and local, scores, visible control characters, aligned differences.

Control, bidirectional and zero-width characters in a name are shown as marked code points, because a name
that reorders the text around it is an attack on the reader (Unicode TR 36, "Trojan source").

>>> str(visible("a\u202eb"))
'a<span class="ctl" title="U+202E">⟨U+202E⟩</span>b'
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup, escape

from cordillera.foundation.explain import Term
from cordillera.web.i18n import Catalogue

_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"}
_BAR = 1000
_LONG = re.compile(r"(?:^|(?<== ))-?\d+\.\d{3,}")
_MINUTES = re.compile(r"(?:^|(?<== ))(-?)(\d{3,}) min\b")


class Segment(msgspec.Struct, frozen=True):
    """One piece of a score bar, in units of a bar 1000 wide and 14 high."""

    x: float
    y: float
    width: float
    height: float
    colour: str


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and character not in "\n\t"


def visible(text: object) -> Markup:
    """Escape `text` and mark each character that a reader could not see or that reorders its neighbours."""
    plain = "" if text is None else str(text)
    if not any(map(_hidden, plain)):
        return escape(plain)
    return Markup("").join(_mark(character) if _hidden(character) else character for character in plain)


def _mark(character: str) -> Markup:
    point = f"U+{ord(character):04X}"
    return Markup('<span class="ctl" title="{}">\u27e8{}\u27e9</span>').format(point, point)


def aligned(ours: object, theirs: object) -> Markup:
    """Write `ours` token by token, marking the characters that `theirs` does not have in that place."""
    left, right = str(ours or ""), str(theirs or "")
    parts = []
    for kind, start, end, _, _ in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        piece = visible(left[start:end])
        changed = kind != "equal" and piece
        parts.append(Markup('<span class="diff">{}</span>').format(piece) if changed else piece)
    return Markup("").join(parts)


def segments(terms: Sequence[Term], scale: float) -> list[Segment]:
    """Lay the terms side by side; what lowers the score is drawn back over its end, half as high."""
    found, reached = [], 0.0
    for index, term in enumerate(terms):
        width = min(abs(term.contribution) / scale, 1.0) * _BAR if scale else 0.0
        if term.contribution < 0:
            reached = max(0.0, reached - width)
            found.append(Segment(round(reached, 1), 7, round(width, 1), 7, "minus"))
        else:
            shown = max(0.0, min(width, _BAR - reached) - 2)
            found.append(Segment(round(reached, 1), 0, round(shown, 1), 14, str(index % 6 + 1)))
            reached = min(float(_BAR), reached + width)
    return found


def rounded(text: object) -> str:
    """Write a value that was worked out for the eye: two decimals, hours with minutes; records stay exact.

    >>> rounded("bag.weight = 30.163892605 kg"), rounded("266 min"), rounded("weight > 30.125 kg")
    ('bag.weight = ≈ 30.16 kg', '4 h 26 min', 'weight > 30.125 kg')
    """
    short = _LONG.sub(lambda found: f"≈ {Decimal(found[0]):.2f}", str(text))
    return _MINUTES.sub(lambda found: f"{found[1]}{int(found[2]) // 60} h {int(found[2]) % 60} min", short)


def score(value: float) -> str:
    """Write a score with two decimals."""
    return f"{value:.2f}"


def signed(value: float) -> str:
    """Write a contribution with its sign and two decimals."""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def iso(moment: datetime) -> str:
    """Write a moment for machines."""
    return moment.isoformat().replace("+00:00", "Z")


def utc(moment: datetime) -> str:
    """Write a moment in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def local(moment: datetime, timezone: str) -> str:
    """Write the hour of a moment in the node's own zone, with the day where that differs."""
    there = moment.astimezone(ZoneInfo(timezone))
    same = there.date() == moment.astimezone(UTC).date()
    return f"{there:%H:%M}" if same else f"{there:%m-%d %H:%M}"


def day(value: object) -> str:
    """Write a date."""
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def ago(moment: datetime, now: datetime, catalogue: Catalogue) -> str:
    """Write how long ago, or how long until, in one unit."""
    seconds = (now - moment).total_seconds()
    tense = "ago" if seconds >= 0 else "in"
    minutes = int(abs(seconds) // 60)
    for unit, size in (("days", 1440), ("hours", 60), ("minutes", 1)):
        if minutes >= size:
            return catalogue.plural(f"kit.time.{tense}.{unit}", minutes // size)
    return catalogue.text("kit.time.now")
