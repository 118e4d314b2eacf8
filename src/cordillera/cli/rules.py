"""`cordillera rules`: rules in a file (lint, show, test), and the life of an agency's rules (docs/rules.md).

A file holds rules as analyst's text or as JSON; `-` reads standard input. Files need no node.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from rich.text import Text

from cordillera.cli import rules_life, rules_lost
from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.desks.travellers.rules_steps import STEPS
from cordillera.engines.edifact import read as read_message
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.rules import (
    Facts,
    Refusal,
    Rule,
    compile_rule,
    read_facts,
    read_rules_file,
    rule_to_json,
    write_rule,
)
from cordillera.engines.rules import (
    lint as lint_rule,
)
from cordillera.engines.rules.explain import Explanation, Fired, explain
from cordillera.engines.rules.paxlst_facts import list_facts
from cordillera.engines.rules.schema import FACTS, Fact

app = App(name="rules", help="Rules about travellers: lint, show, test, and their life.")
app.command(rules_life.list_rules, name="list")
app.command(rules_life.look)
app.command(rules_life.save)
app.command(rules_life.pretest)
for _step in STEPS:
    app.command(rules_life.command_of(_step), name=_step.name)
app.command(rules_life.report)
app.command(rules_lost.lost_documents)
app.command(rules_lost.end_lost)

RulesFile = Annotated[Path, Parameter(allow_leading_hyphen=True)]
LanguageOption = Annotated[Literal["en", "es"], Parameter(name="--language", help="Language of the text.")]


class Linted(msgspec.Struct, frozen=True):
    """A rule and what it breaks; lawful when that is nothing."""

    rule: str
    lawful: bool
    refusals: tuple[Refusal, ...]


@app.command
def lint(file: RulesFile, *, json: JsonOption = False) -> None:
    """Check the form and the law of rules; exits 1 when one may not run.

    Parameters
    ----------
    file
        Rules as text or JSON; `-` for standard input.

    """
    found = [_linted(rule) for rule in _rules(file)]
    if json:
        emit(found)
    else:
        for one in found:
            console.print(Text(f"{one.rule}: {'lawful' if one.lawful else 'refused'}"))
            for refusal in one.refusals:
                console.print(Text(f"  {_told(refusal)}"))
    sys.exit(0 if all(one.lawful for one in found) else EXIT_REFUSED)


@app.command
def show(file: RulesFile, *, language: LanguageOption = "en", json: JsonOption = False) -> None:
    """Show rules as text in English or Spanish, or as JSON.

    Parameters
    ----------
    file
        Rules as text or JSON; `-` for standard input.

    """
    rules = _rules(file)
    if json:
        emit([msgspec.Raw(rule_to_json(rule)) for rule in rules])
    else:
        console.print(Text("\n\n".join(write_rule(rule, language) for rule in rules)), soft_wrap=True)


@app.command(name="test")
def try_on(file: Path, facts: Path, *, language: LanguageOption = "en", json: JsonOption = False) -> None:
    """Judge travellers by the rules of a file, and say why; unlawful rules are refused.

    Of a carrier's message those are told whom a rule raises; of one traveller's facts every rule.

    Parameters
    ----------
    file
        Rules as text or JSON.
    facts
        The facts of one traveller in JSON, or a passenger list (PAXLST).

    """
    rules = [compile_rule(rule) for rule in _rules(file)]
    raw = facts.read_bytes()
    one = raw.lstrip().startswith(b"{")
    travellers = [read_facts(raw)] if one else _of_message(raw, facts.name)
    explained = [explain(rule, traveller, language) for traveller in travellers for rule in rules]
    found = [each for each in explained if one or each.raised]
    if json:
        emit(found)
    else:
        for each in found:
            _print(each)


def _of_message(raw: bytes, source: str) -> list[Facts]:
    return [
        facts
        for message in paxlst_messages(read_message(raw))
        for facts in list_facts(message, source).values()
    ]


@app.command(name="facts")
def facts_command(*, json: JsonOption = False) -> None:
    """List the facts that rules may ask about, with type, codes, and what law says of them."""
    if json:
        emit(list(FACTS.values()))
    else:
        for fact in FACTS.values():
            console.print(Text(_row(fact)), soft_wrap=True)


def _row(fact: Fact) -> str:
    codes = " ".join(fact.codes)
    return f"{fact.name:32}{fact.spanish:36}{fact.kind:14}{fact.ground:16}{codes}".rstrip()


def _rules(file: Path) -> tuple[Rule, ...]:
    return read_rules_file(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())


def _linted(rule: Rule) -> Linted:
    refusals = lint_rule(rule)
    return Linted(rule.name, not refusals, refusals)


def _told(refusal: Refusal) -> str:
    place = " ".join(part for part in (refusal.fact, f"at {refusal.path}" if refusal.path else "") if part)
    return f"{refusal.number} {refusal.code} ({refusal.article}) {place}".rstrip()


def _print(one: Explanation) -> None:
    told = f"{one.rule}: {one.subject} {'raised' if one.raised else 'not raised'}"
    console.print(Text(told, style="bold"))
    for fired in one.fired:
        console.print(Text(f"  {_line(fired)}"), soft_wrap=True)
    for fired in one.exonerating:
        console.print(Text(f"  exonerating: {_line(fired)}"), soft_wrap=True)
    for name in one.unknown:
        console.print(Text(f"  unknown: {name}"))


def _line(fired: Fired) -> str:
    which = f"{fired.set} {fired.thing}: " if fired.thing else ""
    outcome = {True: "true", False: "false", None: "unknown"}[fired.outcome]
    parts = [f"{which}{fired.condition} is {outcome}"]
    for read in fired.read:
        parts.append(f"{read.fact} = {read.value}" if read.value is not None else f"{read.fact} unknown")
        if read.evidence is not None:
            parts.append(f"in {read.evidence.source} bytes {read.evidence.start} to {read.evidence.end}")
    return ", ".join(parts)
