"""Commands of the life of rules: saved, pre-tested, proposed, activated, reviewed, suspended, retired.

A named officer logs in for each, as for `cordillera review`; what they may do is what their roles say.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, emit, open_node
from cordillera.cli.review import OfficerOption, PurposeOption, at_work, logged_in, say
from cordillera.desks.travellers.rules_errors import RuleNotFound
from cordillera.desks.travellers.rules_model import (
    Group,
    Limits,
    Pretest,
    RuleDetail,
    RuleLine,
    RuleReport,
    RuleState,
    RuleVersion,
    Seen,
)
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.rules_steps import Asks, Given, RuleStep
from cordillera.runtime.node import Node
from cordillera.trust.access.model import OfficerSession, Permission

PURPOSE = "border_control"
ReasonOption = Annotated[str, Parameter(name="--reason", help="Why; it is kept with your name.")]
VersionOption = Annotated[
    int | None, Parameter(name="--version", help="Its number; without it, the newest that is not retired.")
]
DaysOption = Annotated[int, Parameter(name="--days", help="How many days of history, at most 180.")]


def list_rules(
    *,
    officer: OfficerOption,
    purpose: PurposeOption = PURPOSE,
    state: Annotated[RuleState | None, Parameter(name="--state", help="Only versions in this state.")] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List the versions of the agency's rules, with state, review and hits of today."""
    with at_work(home, officer, purpose, Permission.RULE_READ) as (node, _, tx):
        found = node.rules.lines(tx, () if state is None else (state,))
    if json:
        emit(found)
        return
    for line in found:
        say(_line(line))


def look(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    version: VersionOption = None,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show a version of rule NAME: its text, its law, its newest pre-test, its steps."""
    with at_work(home, officer, purpose, Permission.RULE_READ) as (node, session, tx):
        detail = node.rules.get(tx, session, _version(node.rules, tx, name, version))
    if json:
        emit(detail)
    else:
        _print_detail(detail)


def save(  # noqa: PLR0913 - the options of a command
    file: Path,
    *,
    officer: OfficerOption,
    review_on: Annotated[date, Parameter(name="--review-on", help="Day of its review, within 12 months.")],
    floor: Annotated[
        float, Parameter(name="--floor", help="Least share of confirmed among decided alerts.")
    ] = Limits.__struct_defaults__[0],
    decided: Annotated[
        int, Parameter(name="--decided", help="From how many decisions on the floor is asked.")
    ] = Limits.__struct_defaults__[1],
    ceiling: Annotated[
        int, Parameter(name="--ceiling", help="Most hits a day.")
    ] = Limits.__struct_defaults__[2],
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Save the rule of FILE (text or JSON; `-` for standard input, behind the password) as a draft."""
    limits = Limits(review_on, floor, decided, ceiling)
    with at_work(home, officer, purpose, Permission.RULE_WRITE) as (node, session, tx):
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        _told(node.rules.save_draft(tx, session, raw, limits), json=json)


def pretest(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    version: VersionOption = None,
    days: DaysOption = 30,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Run a version of rule NAME over stored travellers and tell what it would have raised."""
    with open_node(home) as node, logged_in(node, officer, purpose, Permission.RULE_WRITE) as session:
        with node.store.transaction(session.scope) as tx:
            rule_id = _version(node.rules, tx, name, version)
        found = node.rules.pretest(node.store, session, rule_id, days)
    if json:
        emit(found)
    else:
        _print_pretest(found)


def command_of(step: RuleStep) -> Callable[..., None]:
    """The command of one step, with the options that the step asks for."""

    def reason_alone(  # noqa: PLR0913 - the options of a command
        name: str,
        *,
        officer: OfficerOption,
        reason: ReasonOption,
        version: VersionOption = None,
        purpose: PurposeOption = PURPOSE,
        json: JsonOption = False,
        home: HomeOption = None,
    ) -> None:
        _take(step, Given(reason), _Asked(name, officer, version, purpose, home), json=json)

    def seen_too(  # noqa: PLR0913 - the options of a command
        name: str,
        *,
        officer: OfficerOption,
        digest: Annotated[str, Parameter(name="--digest", help="Digest that `rules look` showed.")],
        pretest: Annotated[UUID, Parameter(name="--pretest", help="Pre-test that `rules look` showed.")],
        reason: ReasonOption,
        version: VersionOption = None,
        purpose: PurposeOption = PURPOSE,
        json: JsonOption = False,
        home: HomeOption = None,
    ) -> None:
        given = Given(reason, seen=Seen(digest, pretest))
        _take(step, given, _Asked(name, officer, version, purpose, home), json=json)

    def day_too(  # noqa: PLR0913 - the options of a command
        name: str,
        *,
        officer: OfficerOption,
        on: Annotated[date, Parameter(name="--on", help="Day of the next review, within 12 months.")],
        reason: ReasonOption,
        version: VersionOption = None,
        purpose: PurposeOption = PURPOSE,
        json: JsonOption = False,
        home: HomeOption = None,
    ) -> None:
        given = Given(reason, review_on=on)
        _take(step, given, _Asked(name, officer, version, purpose, home), json=json)

    ways: dict[Asks, Callable[..., None]] = {}
    ways |= {Asks.REASON: reason_alone, Asks.SEEN: seen_too, Asks.DAY: day_too}
    made = ways[step.asks]
    made.__name__, made.__doc__ = step.name, step.does
    return made


def report(  # noqa: PLR0913 - the options of a command
    name: str,
    *,
    officer: OfficerOption,
    version: VersionOption = None,
    days: DaysOption = 90,
    purpose: PurposeOption = PURPOSE,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Tell what became of the hits of rule NAME: precision, false alerts, how groups fare."""
    with _on(home, officer, purpose, (Permission.RULE_READ, name, version)) as (node, _, tx, rule_id):
        found = node.rules.report(tx, rule_id, days)
    if json:
        emit(found)
    else:
        _print_report(found)


class _Asked(msgspec.Struct, frozen=True):
    """Of which rule somebody wants something, and who, for which purpose, at which node."""

    name: str
    officer: str
    version: int | None
    purpose: str
    home: Path | None


def _take(step: RuleStep, given: Given, asked: _Asked, *, json: bool) -> None:
    wanted = (step.permission, asked.name, asked.version)
    with _on(asked.home, asked.officer, asked.purpose, wanted) as (node, session, tx, rule_id):
        _told(step.take(node.rules, tx, session, rule_id, given), json=json)


@contextmanager
def _on(
    home: Path | None, login: str, purpose: str, wanted: tuple[Permission, str, int | None]
) -> Iterator[tuple[Node, OfficerSession, sa.Connection, UUID]]:
    """Log an officer in who may do what is `wanted` (permission, name and number of a rule)."""
    permission, name, number = wanted
    with at_work(home, login, purpose, permission) as (node, session, tx):
        yield node, session, tx, _version(node.rules, tx, name, number)


def _version(rules: RuleService, tx: sa.Connection, name: str, number: int | None) -> UUID:
    lines = [line.version for line in rules.lines(tx, name=name)]
    if number is None:
        lines = [one for one in lines if one.state is not RuleState.RETIRED]
    found = next((one for one in lines if number in {None, one.version}), None) if name else None
    if found is None:
        raise RuleNotFound(rule=name[:64], version=number)
    return found.id


def _told(version: RuleVersion, *, json: bool) -> None:
    if json:
        emit(version)
    else:
        say(f"{version.name} {version.version} {version.state.value}  digest {version.digest}")


def _line(line: RuleLine) -> str:
    one = line.version
    law = "" if line.lawful else "  unlawful"
    late = "  overdue" if line.overdue and one.state is RuleState.ACTIVE else ""
    told = f"review {one.limits.review_on}  {line.hits_today} hits today  {one.rule.title}"
    return f"{one.name} {one.version}  {one.state.value}  {told}{law}{late}"


def _print_detail(detail: RuleDetail) -> None:
    one = detail.version
    say(f"{one.name} {one.version} {one.state.value}  digest {one.digest}")
    for row in detail.english.splitlines():
        say(f"  {row}")
    for refusal in detail.refusals:
        say(f"  refused: {refusal.number} {refusal.code} ({refusal.article}) {refusal.fact}".rstrip())
    limits = one.limits
    say(f"  review {limits.review_on}, at most {limits.hits_per_day} hits a day, precision at least")
    say(f"  {limits.precision_floor:.1%} from {limits.min_decided} decisions on")
    for found in detail.pretests[:1]:
        _print_pretest(found)
    for step in detail.steps:
        say(f"  {step.at:%Y-%m-%d %H:%M} UTC  {step.act.value}  {step.officer_name}  {step.reason}".rstrip())


def _print_pretest(found: Pretest) -> None:
    say(
        f"pre-test {found.id} of {found.made_at:%Y-%m-%d %H:%M} UTC, fresh until {found.fresh_until:%Y-%m-%d}"
    )
    say(f"  {found.hits} hits among {found.travellers} travellers of {found.days} days ({found.share:.3%})")
    say(f"  {found.per_day:.1f} hits a day; unknown of {found.unknown}")
    for group in found.groups:
        say(_group(group))
    if found.examples:
        say(f"  examples: {' '.join(str(one) for one in found.examples)}")


def _print_report(found: RuleReport) -> None:
    known = "no decision yet" if found.precision is None else f"precision {found.precision:.1%}"
    say(f"{found.name} {found.version} {found.state.value}, {found.days} days")
    say(f"  {found.hits} hits among {found.travellers} travellers, {found.per_day:.2f} a day")
    say(f"  {found.confirmed} confirmed, {found.false_alerts} false, {found.open} open, {found.mixed} mixed")
    say(f"  {found.missed} confirmed, but nobody checked")
    say(f"  {known} (95 %: {found.low:.1%} to {found.high:.1%}), floor {found.limits.precision_floor:.1%}")
    for group in found.groups:
        say(_group(group))


def _group(group: Group) -> str:
    return f"  {group.by} {group.group}: {group.hits} of {group.travellers}, {group.ratio:.2f} of the rate"
