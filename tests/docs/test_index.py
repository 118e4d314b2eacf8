"""Documents hold together: an index of everything, links that lead somewhere, every attack named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def text(path: Path) -> str:
    return path.read_text("utf-8")


def test_every_page_and_decision_is_on_the_index():
    index = text(DOCS / "index.md")
    names = [path.relative_to(DOCS).as_posix() for path in PAGES if path.name != "index.md"]
    assert [name for name in names if f"({name})" not in index] == []


@pytest.mark.parametrize("document", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text(document))
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if not (document.parent / link.split()[0]).exists()] == []


def test_the_threat_model_names_every_test_of_an_attack_and_no_other():
    model = text(DOCS / "threat-model.md")
    attacks = {path.name for path in (ROOT / "tests/attacks").glob("test_*.py")}
    system = {f"tests/system/{path.name}" for path in (ROOT / "tests/system").glob("test_*.py")}
    named = set(re.findall(r"`((?:tests/system/)?test_\w+\.py)`", model))
    assert sorted((attacks | system) - named) == []
    assert sorted(named - attacks - system) == []


def test_decisions_are_short_and_say_why():
    for page in (DOCS / "adr").glob("*.md"):
        assert len(text(page).split()) < 700, page.name
        assert re.search(r"context", text(page), re.IGNORECASE), page.name
        assert re.search(r"decision", text(page), re.IGNORECASE), page.name
