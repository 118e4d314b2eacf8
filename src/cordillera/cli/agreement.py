"""`cordillera agreement`: read, compare and judge agreements, sign and adopt them, change their standing.

In a home that holds a node the agreements stand as its database says; elsewhere as their files say.
Reference: docs/agreements.md.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.text import Text as Line

from cordillera.cli import agreement_change
from cordillera.cli.agreement_files import book_in, book_of, checked, named, read_file, texts
from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit
from cordillera.trust.agreements.diff import Difference, compare
from cordillera.trust.agreements.life import Life, life_of
from cordillera.trust.agreements.lint import smells_of
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.agreements.simulate import request_of, simulation_of
from cordillera.trust.agreements.views import ClauseView, Coverage, coverage_of, summary_of, view_of
from cordillera.web.i18n import Catalogue

LanguageOption = Annotated[Literal["es", "en"], Parameter(name="--language")]

app = App(name="agreement", help="Agreements: read, compare, sign, adopt, suspend.")
for _command in agreement_change.COMMANDS:
    app.command(_command)


@app.command(name="list")
def list_(*, language: LanguageOption = "en", home: HomeOption = None, json: JsonOption = False) -> None:
    """List the agreements this node holds."""
    with book_of(home) as book:
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
    with book_of(home) as book:
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
    found, words = checked(file), texts("en")
    if json:
        emit(found)
    else:
        console.print(Line(f"{found.file}: {'ok' if found.ok else 'REJECTED'}"))
        for problem in found.problems:
            said = words.text(problem.code) if words.has(problem.code) else problem.code
            console.print(Line(f"  {said} {problem.place}".rstrip()))
        for reason in found.outside:
            console.print(Line(f"  {words.text(reason.code)}: {reason.place}"))
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
    request = request_of(read_file(file), datetime.now(UTC))
    with book_of(home, agreement) as book:
        decision = book.decide(request)
    if json:
        emit(simulation_of(decision))
    else:
        _print_decision(decision, texts(language))
    sys.exit(0 if decision.allow else EXIT_REFUSED)


@app.command
def coverage(agreement: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Count an agreement's articles (by id, or in a file): ruled, left to people, unmapped."""
    counted = coverage_of(named(agreement, home))
    if json:
        emit(counted)
        return
    for name in Coverage.__struct_fields__:
        console.print(Line(f"{name:12} {getattr(counted, name):>4}"))


@app.command
def diff(
    old: str,
    new: str,
    /,
    *,
    language: LanguageOption = "en",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two agreements by meaning (ids, "id@version", or files); exits 1 when they differ.

    Parameters
    ----------
    old
        The agreement as it was.
    new
        The agreement as it would be.
    language
        The language of the words.

    """
    found = compare(named(old, home), named(new, home))
    if json:
        emit(found)
    else:
        _print_difference(found, texts(language))
    sys.exit(0 if found.same else EXIT_REFUSED)


@app.command
def lint(
    agreement: str, /, *, language: LanguageOption = "en", home: HomeOption = None, json: JsonOption = False
) -> None:
    """Name what a lawyer should look at twice in an agreement (by id, or in a file); always exits 0."""
    smells = smells_of(named(agreement, home))
    if json:
        emit(smells)
        return
    words = texts(language)
    for smell in smells:
        console.print(Line(f"{smell.level:8} {words.text(f'agreements.lint.{smell.code}')}: {smell.place}"))
    console.print(Line(f"{len(smells)} found"))


@app.command
def status(agreement: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show where an agreement stands at this node and its partners: versions, signatures, history."""
    with book_in(home) as (tx, book):
        life = life_of(tx, book, agreement)
    if json:
        emit(life)
        return
    _print_life(life)


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


def _print_difference(found: Difference, words: Catalogue) -> None:
    console.print(Line(f"{found.old} -> {found.new}", style="bold"))
    for change in found.changes:
        what = words.text(f"agreements.diff.{change.what}")
        values = f"{change.before or '-'} -> {change.after or '-'}"
        console.print(Line(f"  {change.effect:8} {change.place}: {what}: {values}"))
    console.print(
        Line(f"{found.allows} allow more, {found.forbids} forbid more, {len(found.changes)} in all")
    )


def _print_life(life: Life) -> None:
    ends = f", ends on {life.ends_on}" if life.ends_on else ""
    use = "production" if life.production else "exercises only"
    console.print(Line(f"{life.agreement_id}: {life.status}{ends}; {use}", style="bold"))
    for version in life.versions:
        mark = "*" if version.now else " "
        signed = f"signed by {', '.join(version.parties)}" if version.signed else "unsigned"
        console.print(
            Line(
                f" {mark}version {version.version}: {version.begins} to {version.ends or 'notice'}, {signed}"
            )
        )
    for side in life.partners:
        since = f"{side.changed_at:%Y-%m-%d %H:%M} UTC"
        console.print(Line(f"  {side.partner} ({side.country}) says {side.status} since {since}"))
    for step in life.history:
        console.print(
            Line(f"  {step.at:%Y-%m-%d %H:%M} UTC {step.step} -> {step.status} {step.partner}".rstrip())
        )
