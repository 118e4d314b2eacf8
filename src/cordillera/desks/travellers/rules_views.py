"""What the pages about rules show: facts and message ids, never words."""

from datetime import date, datetime
from difflib import ndiff
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from cordillera.desks.travellers.rules_faces import Faces, FactRow, faces_of, fact_rows
from cordillera.desks.travellers.rules_model import (
    Pretest,
    RuleDetail,
    RuleLine,
    RuleReport,
    RuleState,
    RuleVersion,
)
from cordillera.engines.rules import Purpose, write_rule
from cordillera.engines.rules.parser import read_rule
from cordillera.engines.rules.words import Language

Tab: TypeAlias = Literal["overview", "report", "versions"]
PURPOSES: Final = tuple(purpose.value for purpose in Purpose)
_SAMPLE: Final = read_rule(
    'rule lost-document "A document reported lost or stolen" for document_fraud '
    "when any document (reported_lost = yes and number is known) and itinerary.one_way = yes "
    "unless traveller.journeys >= 6 or any companion (journeys_shared >= 3)"
)


class LimitsForm(msgspec.Struct, frozen=True):
    """The limits as they stand in the form: texts, the precision in per cent."""

    review_on: str
    hits_per_day: str = "50"
    precision_floor: str = "5"
    min_decided: str = "20"


class BuilderView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule being written. `problem` is a message id with `values`; `based_on` names what it replaces."""

    faces: Faces
    limits: LimitsForm
    facts: tuple[FactRow, ...]
    purposes: tuple[str, ...] = PURPOSES
    sample: str = ""
    based_on: str = ""
    problem: str = ""
    values: dict[str, str] = {}


class FacesView(msgspec.Struct, frozen=True):
    """Both faces of a rule as written, for the builder's script and for programs."""

    faces: Faces


def builder(faces: Faces, limits: LimitsForm, based_on: str = "") -> BuilderView:
    """Return the page of a rule being written."""
    sample = write_rule(_SAMPLE, faces.language)
    return BuilderView(faces=faces, limits=limits, facts=fact_rows(), sample=sample, based_on=based_on)


def language_of(told: str) -> Language:
    """Return the language of a session as one that rules are written in."""
    return "es" if told == "es" else "en"


def half_a_year(today: date) -> str:
    """Return the day of review that is proposed: in six months, or near."""
    month = (today.month + 5) % 12 + 1
    return date(today.year + (today.month > 6), month, min(today.day, 28)).isoformat()


class RuleRow(msgspec.Struct, frozen=True):
    """One version in the list; `report` only of those that have judged somebody."""

    line: RuleLine
    report: RuleReport | None


class RulesView(msgspec.Struct, frozen=True):
    """The list of rules: those in `state`, or all that are not ended; `counts` by state."""

    rows: tuple[RuleRow, ...]
    counts: dict[str, int]
    state: RuleState | None
    now: datetime


class Changed(msgspec.Struct, frozen=True):
    """One line of the difference between two versions: "same", "added" or "removed"."""

    kind: str
    text: str


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a rule. `before` is the version it is compared with; `replaces` is in force now.

    `problem` tells why a step was refused, `done` which one was taken; `another` that the officer who looks
    neither wrote nor proposed it.
    """

    detail: RuleDetail
    faces: Faces
    tab: Tab
    before: RuleVersion | None = None
    changes: tuple[Changed, ...] = ()
    replaces: RuleVersion | None = None
    report: RuleReport | None = None
    now: datetime | None = None
    officer_id: str = ""
    review_on: str = ""
    problem: str = ""
    values: dict[str, str] = {}
    reason: str = ""
    done: str = ""

    @property
    def another(self) -> bool:
        """Whether the officer who looks may be the second one."""
        version = self.detail.version
        return self.officer_id not in {version.author, version.proposed_by}

    @property
    def pretest(self) -> Pretest | None:
        """The newest pre-test of this very content."""
        digest = self.detail.version.digest
        return next((one for one in self.detail.pretests if one.digest == digest), None)

    @property
    def fresh(self) -> bool:
        """Whether a proposal may rest on that pre-test."""
        return self.pretest is not None and self.now is not None and self.now < self.pretest.fresh_until


def rule_view(detail: RuleDetail, language: Language, tab: Tab, against: UUID | None) -> RuleView:
    """Return the page of one version: in the language, and what it changes in the one before."""
    others = [line.version for line in detail.versions if line.version.id != detail.version.id]
    chosen = next((one for one in others if one.id == against), None)
    earlier = [one for one in others if one.version < detail.version.version]
    before = chosen or max(earlier, key=lambda one: one.version, default=None)
    text = detail.spanish if language == "es" else detail.english
    return RuleView(
        detail=detail,
        faces=faces_of(text, language),
        tab=tab,
        before=before,
        changes=() if before is None else difference(write_rule(before.rule, language), text),
        replaces=next((one for one in others if one.state is RuleState.ACTIVE), None),
    )


def difference(before: str, now: str) -> tuple[Changed, ...]:
    r"""Return two texts as one, line by line.

    >>> [(one.kind, one.text) for one in difference("a\nb", "a\nc")]
    [('same', 'a'), ('removed', 'b'), ('added', 'c')]
    """
    kinds = {"  ": "same", "- ": "removed", "+ ": "added"}
    found = ndiff(before.splitlines(), now.splitlines())
    return tuple(Changed(kinds[line[:2]], line[2:]) for line in found if line[:2] in kinds)
