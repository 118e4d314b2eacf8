"""Texts: the same ids in both languages, every used id has a text, no literal word stands in a template."""

import ast
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from cordillera.foundation.settings import NodeSettings
from cordillera.trust.access.model import PURPOSES, Role
from cordillera.trust.access.page import Page
from cordillera.trust.exchange.kinds import KINDS
from cordillera.web import rendering
from cordillera.web.assets import Assets
from cordillera.web.i18n import (
    LANGUAGES,
    PSEUDO,
    Catalogue,
    DuplicateMessage,
    MissingMessage,
    from_accept_language,
    load_catalogues,
    merge,
    read_messages,
)
from cordillera.web.navigation import RAIL
from cordillera.web.registry import PACKAGES
from cordillera.web.waiting import TITLES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "cordillera"
ID = re.compile(r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]*)+$")
# Words that are the same in every language or are no words.
NOT_WORDS = re.compile(r"[\s\d\W]|UTC")


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    return load_catalogues(PACKAGES)


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def packages_with_texts() -> list[Path]:
    return sorted({path.parent for path in SOURCE.rglob("locale/*.po")})


@pytest.mark.parametrize("folder", packages_with_texts(), ids=lambda folder: folder.parent.name)
def test_both_languages_have_the_same_ids_forms_and_values(folder):
    spanish, english = (read_messages((folder / f"{language}.po").read_bytes()) for language in LANGUAGES)
    assert set(spanish) == set(english)
    for message, forms in spanish.items():
        assert len(forms) == len(english[message]), message
        assert all(forms), message
        assert all(english[message]), message
        assert _values(forms) == _values(english[message]), message
        assert ID.match(message), message


def _values(forms: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"{(\w+)}", forms[-1]))


def test_every_locale_folder_belongs_to_a_package_of_the_site():
    known = {Path(str(files(package))) for package in PACKAGES}
    assert {folder.parent for folder in packages_with_texts()} <= known


def test_every_id_used_in_a_template_has_a_text(catalogues):
    missing = {}
    for path in templates():
        tree = Environment().parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in {"_", "_n"} and call.args:
                for message in _constants(call.args[0]):
                    if not catalogues["es"].has(message):
                        missing.setdefault(path.name, []).append(message)
    assert missing == {}


def _constants(argument: nodes.Expr) -> list[str]:
    if isinstance(argument, nodes.Const):
        return [argument.value]
    if isinstance(argument, nodes.CondExpr):
        return _constants(argument.expr1) + (_constants(argument.expr2) if argument.expr2 else [])
    return []


def test_every_error_of_the_tree_that_a_form_shows_has_a_text(catalogues):
    tree = ast.parse((SOURCE / "trust" / "access" / "officers.py").read_text("utf-8"))
    reasons = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for message in filter(re.compile(r"^access\.password\.").match, reasons):
        assert catalogues["es"].has(message), message


def test_every_made_id_has_a_text(catalogues):
    made = [f"purpose.{purpose}" for purpose in PURPOSES] + [f"role.{role.value}" for role in Role]
    made += [place.title for _, places in RAIL for place in places]
    made += [f"{place.title}.about" for _, places in RAIL for place in places if place.href != "/"]
    made += [title for title, _ in RAIL if title]
    made += [*TITLES, *(f"exchange.type.{kind}" for kind in KINDS)]
    made += [
        f"error.{status}.{part}"
        for status in (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
        for part in ("title", "text")
    ]
    assert [message for message in made if not catalogues["en"].has(message)] == []


def test_every_kind_that_retention_keeps_has_a_name(whole, catalogues):
    browser = whole.browser("jefa", Role.SUPERVISOR, purpose="oversight")
    kinds = [row["kind"] for row in browser.get("/retention.json").json()["kinds"]]
    assert len(kinds) > 20
    assert [name for name in kinds if not catalogues["es"].has(f"retention.kind.{name}")] == []


class Words(HTMLParser):
    """Collects text nodes and text attributes of a template whose Jinja parts were cut out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        for name, value in attrs:
            if name in {"title", "placeholder", "aria-label", "alt"} and NOT_WORDS.sub("", value or ""):
                self.found.append(value)
            if name == "style" or name.startswith("on"):
                self.found.append(f"{name}=")

    def handle_data(self, data):
        bare = re.sub(r'[\w-]+="[^"]*"', "", data)  # attributes that a macro makes
        words = [word for word in bare.split() if not set(word) & set("/=")]
        if NOT_WORDS.sub("", "".join(words)) and not (self.inside and self.inside[-1] == "kbd"):
            self.found.append(data.strip())


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.stem)
def test_template_holds_no_literal_word_no_style_and_no_handler(path):
    text = path.read_text("utf-8")
    for pattern in (r"{#.*?#}", r"{%.*?%}", r"{{.*?}}"):
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    words = Words()
    words.feed(text)
    assert words.found == []
    assert "|safe" not in path.read_text("utf-8")


def test_plural_follows_the_count(catalogues):
    assert catalogues["es"].plural("shell.open_alerts", 1) == "1 alerta abierta"
    assert catalogues["es"].plural("shell.open_alerts", 1234) == "1\N{NO-BREAK SPACE}234 alertas abiertas"
    assert catalogues["en"].plural("shell.open_alerts", 1234) == "1,234 open alerts"


def test_missing_id_is_an_error_and_not_an_empty_place(catalogues):
    with pytest.raises(MissingMessage):
        catalogues["es"].text("no.such.message")


def test_two_packages_cannot_give_one_id_two_texts():
    with pytest.raises(DuplicateMessage):
        merge([{"a.b": ("x",)}, {"a.b": ("y",)}])


def test_pseudo_locale_lengthens_texts_and_keeps_values(catalogues):
    text = catalogues[PSEUDO].text("home.title", name="Ana")
    assert "Ana" in text
    assert len(text) > len(catalogues["en"].text("home.title", name="Ana"))


@pytest.mark.parametrize(
    ("header", "language"),
    [("es-EC,es;q=0.9,en;q=0.8", "es"), ("en;q=0.1, es;q=0", "en"), ("fr", ""), (";;q=,", "")],
)
def test_browser_language_is_ranked(header, language):
    assert from_accept_language(header) == language


def test_values_are_escaped_in_pages(catalogues):
    jinja = rendering.environment(["cordillera.web"], Assets())
    context = rendering.RenderContext(
        catalogue=catalogues["en"], node=NodeSettings(name="<script>"), now=None, path="/", query=()
    )
    html = rendering.render(jinja, Page("shell/plain.html", None), context)
    assert "<script>" not in html.replace('<script type="module"', "")
