"""`cordillera agreement`: list, show, check, simulate, coverage (docs/agreements.md).

In a home that holds a node the agreements stand as its database says; elsewhere as their files say.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from rich.text import Text as Line

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.canonical import TooLarge
from cordillera.foundation.errors import CordilleraError, NotFound
from cordillera.foundation.settings import default_home
from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.check import Problem, problems_of
from cordillera.trust.agreements.loading import load_agreement, read_agreement
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.agreements.simulate import request_of, simulation_of
from cordillera.trust.agreements.views import ClauseView, Coverage, coverage_of, summary_of, view_of
from cordillera.web.i18n import Catalogue, load_catalogues

MAX_FILE = 1_048_576
LanguageOption = Annotated[Literal["es", "en"], Parameter(name="--language")]

app = App(name="agreement", help="Agreements: show, check, simulate, coverage.")


class FileMissing(NotFound):
    """There is no such agreement and no such file."""

    code = "agreements.no_such_file"


class CheckResult(msgspec.Struct, frozen=True):
    """What `agreement check` found in a file."""

    file: str
    ok: bool
    id: str = ""
    agreement_hash: str = ""
    policy_hash: str = ""
    problems: tuple[Problem, ...] = ()
    coverage: Coverage | None = None


@app.command(name="list")
def list_(*, language: LanguageOption = "en", home: HomeOption = None, json: JsonOption = False) -> None:
    """List the agreements this node holds."""
    with _book(home) as book:
        rows = [summary_of(loaded, book.state(loaded.agreement.id)) for loaded in book]
    if json:
        emit(rows)
        return
    for row in rows:
        valid = f"{row.valid_from} to {row.valid_to or 'notice'}"
        head = f"{row.id:14} {', '.join(row.parties):8} {row.status:12} {valid}"
        console.print(Line(head, style="bold"))
        console.print(Line(f"  {row.title.in_language(language)}"))
        counts = f"{row.services} services, {row.coverage.articles} articles, {row.open_assumptions} assumed"
        console.print(Line(f"  {counts}"))


@app.command
def show(
    agreement: str, /, *, language: LanguageOption = "en", home: HomeOption = None, json: JsonOption = False
) -> None:
    """Show an agreement, article by article, each beside its rules."""
    with _book(home) as book:
        view = view_of(book.get(agreement), book.state(agreement))
    if json:
        emit(view)
        return
    summary = view.summary
    console.print(Line(f"{summary.code}  {summary.title.in_language(language)}", style="bold"))
    valid = f"{summary.valid_from} to {summary.valid_to or 'notice'}"
    console.print(Line(f"status {summary.status}, valid {valid}"))
    console.print(Line(f"agreement {view.agreement_hash}\npolicy    {view.policy_hash}"))
    for clause in view.clauses:
        _print_clause(clause, language)


@app.command
def check(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Read and compile an agreement file; exits 1 and names every problem when it cannot be applied."""
    del home  # a file is checked on its own
    found, texts = _checked(file), _texts("en")
    if json:
        emit(found)
    else:
        console.print(Line(f"{found.file}: {'ok' if found.ok else 'REJECTED'}"))
        for problem in found.problems:
            said = texts.text(problem.code) if texts.has(problem.code) else problem.code
            console.print(Line(f"  {said}: {problem.place}"))
        if found.ok:
            console.print(Line(f"agreement {found.agreement_hash}\npolicy    {found.policy_hash}"))
    sys.exit(0 if found.ok else EXIT_REFUSED)


@app.command
def simulate(
    file: Path,
    /,
    *,
    agreement: Annotated[Path | None, Parameter(name="--agreement")] = None,
    language: LanguageOption = "en",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Decide the request in a JSON file and name every article; exits 1 when it is denied.

    Parameters
    ----------
    file
        A JSON object with the fields of a disclosure request.
    agreement
        Ask this agreement file instead of the node's own agreements.
    language
        The language of the reasons.

    """
    request = request_of(_read(file), datetime.now(UTC))
    with _book(home, agreement) as book:
        decision = book.decide(request)
    if json:
        emit(simulation_of(decision))
    else:
        _print_decision(decision, _texts(language))
    sys.exit(0 if decision.allow else EXIT_REFUSED)


@app.command
def coverage(agreement: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Count an agreement's articles (by id, or in a file): ruled, left to people, unmapped."""
    counted = coverage_of(_named(agreement, home))
    if json:
        emit(counted)
        return
    for name in Coverage.__struct_fields__:
        console.print(Line(f"{name:12} {getattr(counted, name):>4}"))


@contextmanager
def _book(home: Path | None, file: Path | None = None) -> Iterator[PolicyBook]:
    place = (home or default_home()).expanduser()
    if file is not None:
        yield PolicyBook([load_agreement(_read(file))])
    elif place.is_dir() and any(place.iterdir()):
        with open_node(home) as node, node.store.transaction(Scope.node("agreements.read")) as tx:
            yield PolicyBook.from_store(tx, datetime.now(UTC))
    else:
        yield PolicyBook.load_shipped()


def _named(agreement: str, home: Path | None) -> Agreement:
    if Path(agreement).is_file():
        return read_agreement(_read(Path(agreement)))[0]
    with _book(home) as book:
        return book.get(agreement).agreement


def _checked(file: Path) -> CheckResult:
    raw = _read(file)
    try:
        agreement, agreement_hash = read_agreement(raw)
        problems = problems_of(agreement)
        policy_hash = "" if problems else load_agreement(raw).policy_hash
    except CordilleraError as error:
        return CheckResult(str(file), ok=False, problems=(Problem(error.code, str(error.facts)[:500]),))
    return CheckResult(
        file=str(file),
        ok=not problems,
        id=agreement.id,
        agreement_hash=agreement_hash,
        policy_hash=policy_hash,
        problems=problems,
        coverage=coverage_of(agreement),
    )


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise FileMissing(file=str(file))
    with file.open("rb") as stream:
        raw = stream.read(MAX_FILE + 1)
    if len(raw) > MAX_FILE:
        raise TooLarge(size=len(raw), limit=MAX_FILE)
    return raw


def _texts(language: str) -> Catalogue:
    return load_catalogues(["cordillera.trust.agreements"])[language]


def _print_decision(decision: PolicyDecision, texts: Catalogue) -> None:
    console.print(Line("ALLOWED" if decision.allow else "DENIED", style="bold"))
    for use in decision.articles:
        console.print(Line(f"  {use.effect:8} {use.article:20} {use.condition:>2}  {texts.text(use.text)}"))
    for reason in decision.errors:
        console.print(Line(f"  {texts.text(reason)}"))
    console.print(Line("left to people: " + (", ".join(decision.duties) or "nothing")))


def _print_clause(clause: ClauseView, language: str) -> None:
    marks = ", ".join(clause.rules) or clause.kind
    mark = "  [assumed]" if clause.assumed and not clause.confirmed else ""
    console.print(Line(f"\n{clause.id}  {clause.title.in_language(language)}  ({marks}){mark}", style="bold"))
    console.print(Line(f"  {clause.text.in_language(language)}"))
    if clause.human_duty is not None:
        console.print(Line(f"  duty: {clause.human_duty.in_language(language)}"))
