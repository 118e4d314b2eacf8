"""Texts by message id, in Spanish and English: the catalogues of all packages, merged (GNU gettext .po).

Each package keeps `locale/es.po` and `locale/en.po`; a msgid is a dotted id, never a sentence. Values come
in by name (`{count}`). A pseudo-locale, `qps`, lengthens and accents every text to show what does not fit
or was written into a template.

>>> from cordillera.web.i18n import Catalogue
>>> Catalogue("en", {"kit.newer": ("Newer",)}).text("kit.newer")
'Newer'
"""

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.pofile import read_po

from cordillera.foundation.errors import CordilleraError

LANGUAGES = ("es", "en")
PSEUDO = "qps"
_ACCENTED = str.maketrans("aeiouAEIOUncyNCY", "áéíóúÁÉÍÓÚñçýÑÇÝ")


class MissingMessage(CordilleraError):
    """A message id is in no catalogue."""

    code = "i18n.missing"


class DuplicateMessage(CordilleraError):
    """Two packages give different texts for one message id."""

    code = "i18n.duplicate"


class Catalogue:
    """All texts of one language; each is its forms, one without plural, two with."""

    def __init__(self, language: str, messages: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self.messages = messages

    def text(self, message: str, /, **values: object) -> str:
        """Return the text of `message` with `values` filled in; raise `MissingMessage`."""
        return self._form(message, 0).format_map(values)

    def plural(self, message: str, count: int, /, **values: object) -> str:
        """Return the form of `message` for `count` (es and en: one, other)."""
        form = 0 if count == 1 else 1
        return self._form(message, form).format_map({"count": self.number(count), **values})

    def number(self, value: int) -> str:
        """Write an integer with the language's thousands mark."""
        grouped = f"{value:,}"
        return grouped.replace(",", "\N{NO-BREAK SPACE}") if self.language == "es" else grouped

    def has(self, message: str) -> bool:
        """Tell whether `message` has a text."""
        return message in self.messages

    def _form(self, message: str, form: int) -> str:
        forms = self.messages.get(message)
        if forms is None:
            raise MissingMessage(message=message, language=self.language)
        return forms[min(form, len(forms) - 1)]


def read_messages(raw: bytes) -> dict[str, tuple[str, ...]]:
    """Read one .po file to its message ids and forms."""
    found = {}
    for message in read_po(BytesIO(raw), abort_invalid=True):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


def merge(parts: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Join catalogues; the same id may come twice only with the same text."""
    merged: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for message, forms in part.items():
            if merged.setdefault(message, forms) != forms:
                raise DuplicateMessage(message=message)
    return merged


def load_catalogues(packages: Iterable[str]) -> dict[str, Catalogue]:
    """Read the catalogues of `packages` (dotted names); a package without a locale folder adds nothing."""
    folders = [files(package).joinpath("locale") for package in packages]
    found = {language: Catalogue(language, merge(_read(folders, language))) for language in LANGUAGES}
    found[PSEUDO] = Catalogue(PSEUDO, {key: _pseudo(forms) for key, forms in found["en"].messages.items()})
    return found


def _read(folders: Iterable[Traversable], language: str) -> Iterable[dict[str, tuple[str, ...]]]:
    for folder in folders:
        file = folder.joinpath(f"{language}.po")
        if file.is_file():
            yield read_messages(file.read_bytes())


def _pseudo(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_accented(form) for form in forms)


def _accented(text: str) -> str:
    """Accent a text outside its {values} and make it two fifths longer."""
    out, inside = [], False
    for character in text:
        inside = (inside or character == "{") and character != "}"
        out.append(character if inside else character.translate(_ACCENTED))
    return f"[{''.join(out)}{'~' * (len(text) * 2 // 5)}]"


def choose(wanted: Iterable[Callable[[], str]], fallback: str) -> str:
    """Return the first language asked for that exists: query, session, cookie, browser, then the node's."""
    for ask in wanted:
        language = ask()
        if language in {*LANGUAGES, PSEUDO}:
            return language
    return fallback


def from_accept_language(header: str) -> str:
    """Return the best of our languages in an Accept-Language header (RFC 9110, 12.5.4), or ""."""
    ranked: list[tuple[float, str]] = []
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        if tag[:2].lower() in LANGUAGES and quality > 0:
            ranked.append((quality, tag[:2].lower()))
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else ""
