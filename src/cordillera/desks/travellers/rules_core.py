"""The law of a rule's life, without a database: which step may follow, who may take it, what ends it.

>>> interval(5, 10)[0] < 0.5 < interval(5, 10)[1]
True
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import isfinite, sqrt
from typing import Final

from cordillera.desks.travellers.rules_errors import (
    AnotherOfficerNeeded,
    GroundsLeaveNobodyOut,
    NotWhatWasSeen,
    OneRuleExpected,
    PretestDaysWrong,
    PretestEmpty,
    PretestMissing,
    ReviewDateWrong,
    RuleLimitsWrong,
    RuleReasonTooShort,
    RuleStateForbids,
    TooManyExpected,
)
from cordillera.desks.travellers.rules_model import (
    ENDS,
    Act,
    Group,
    Limits,
    Pretest,
    RuleState,
    RuleVersion,
    Seen,
    Tally,
)
from cordillera.engines.rules import Rule, compile_rule, read_rules_file, rule_to_json
from cordillera.engines.rules.legality import LawfulRule

FRESH: Final = timedelta(days=14)
LONGEST_REVIEW: Final = timedelta(days=366)
LONGEST_PRETEST: Final = 180
MEASURED: Final = timedelta(days=90)
"""Over so long the precision of a rule is measured."""
SMALLEST_GROUP: Final = 50
FEWEST_ALONE: Final = 20
MOST_LEFT: Final = 0.9
"""Of those whom a country or route alone would raise, the largest share that other grounds may leave."""
OTHER: Final = "other"
EVERYBODY: Final = "everybody"
_MIN_REASON: Final = 8
_MOST_HITS: Final = 1_000_000
_MOST_DECIDED: Final = 100_000
_Z: Final = 1.959964
_AGES: Final = ((12, "0-11"), (18, "12-17"), (30, "18-29"), (45, "30-44"), (60, "45-59"))


def one_rule(source: str | bytes) -> Rule:
    """Return the one rule of a text or JSON; raise `OneRuleExpected`, or a `RuleFault` that says where."""
    found = read_rules_file(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source)
    if len(found) != 1:
        raise OneRuleExpected(rules=len(found))
    return found[0]


def digest_of(rule: Rule) -> str:
    """Return what tells one content from another: the SHA-256 of the tree in JSON."""
    return hashlib.sha256(rule_to_json(rule)).hexdigest()


def check_reason(reason: str) -> str:
    """Return a reason without its margins; raise `RuleReasonTooShort` when it says nothing."""
    if sum(sign.isalnum() for sign in reason) < _MIN_REASON:
        raise RuleReasonTooShort(minimum=_MIN_REASON)
    return reason.strip()


def check_limits(limits: Limits, today: date) -> None:
    """Let limits stand. It must hold.

    1. The review is on a day to come, at most twelve months ahead: raise `ReviewDateWrong`.
    2. The precision floor is above 0 and at most 1, decisions and hits are whole and positive: raise
       `RuleLimitsWrong`.
    3. So many decisions can come in the days over which precision is measured: else the floor would stop
       nothing. Raise `RuleLimitsWrong`.
    """
    check_review(limits.review_on, today)  # 1
    floor = limits.precision_floor
    if not (isfinite(floor) and 0 < floor <= 1):
        raise RuleLimitsWrong(limit="precision_floor")
    if not 1 <= limits.min_decided <= _MOST_DECIDED:
        raise RuleLimitsWrong(limit="min_decided")
    if not 1 <= limits.hits_per_day <= _MOST_HITS:
        raise RuleLimitsWrong(limit="hits_per_day")
    if limits.min_decided > limits.hits_per_day * MEASURED.days:  # 3
        raise RuleLimitsWrong(limit="min_decided")


def check_review(review_on: date, today: date) -> None:
    """Raise `ReviewDateWrong` for a day that is not ahead, or over twelve months ahead."""
    if not today < review_on <= today + LONGEST_REVIEW:
        raise ReviewDateWrong(latest=(today + LONGEST_REVIEW).isoformat())


def check_days(days: int) -> None:
    """Raise `PretestDaysWrong` for a history of no day, or of days that name nobody any more."""
    if not 1 <= days <= LONGEST_PRETEST:
        raise PretestDaysWrong(most=LONGEST_PRETEST)


def moved(version: RuleVersion, to: RuleState) -> None:
    """Raise `RuleStateForbids` when a state does not follow the one the version is in."""
    if to not in ENDS[version.state]:
        raise RuleStateForbids(state=version.state.value, wanted=to.value)


def testable(version: RuleVersion) -> LawfulRule:
    """Return the compiled rule of a version that may be tested.

    1. It is a draft, tested, or suspended: raise `RuleStateForbids`.
    2. It breaks no condition of law: raise `UnlawfulRule`.
    """
    if version.state not in {RuleState.DRAFT, RuleState.TESTED, RuleState.SUSPENDED}:
        raise RuleStateForbids(state=version.state.value, wanted=RuleState.TESTED.value)
    return compile_rule(version.rule)


def check_proposal(version: RuleVersion, newest: Pretest | None, now: datetime) -> Pretest:
    """Let a version be proposed; return the pre-test it rests on. It must hold.

    1. It is tested, or suspended: raise `RuleStateForbids`.
    2. It compiles: raise `UnlawfulRule`.
    3. Its newest pre-test is of this very content and fresh: raise `PretestMissing`.
    4. That pre-test saw somebody: raise `PretestEmpty`.
    5. It expects no more hits a day than the ceiling: raise `TooManyExpected`.
    6. The day of review is ahead still, at most twelve months: raise `ReviewDateWrong`.
    7. On history the grounds beside each country or route leave out more than a tenth of those whom it would
       raise alone, where these are at least twenty: raise `GroundsLeaveNobodyOut` (ADR 0080).
    """
    moved(version, RuleState.PROPOSED)  # 1
    return _check_ready(version, newest, now)


def check_activation(
    version: RuleVersion, newest: Pretest | None, officer: str, seen: Seen, now: datetime
) -> None:
    """Let an officer put a version in force. It must hold.

    1. It is proposed: raise `RuleStateForbids`.
    2. The officer neither wrote nor proposed it: raise `AnotherOfficerNeeded`.
    3. All that a proposal asks for holds still: see `check_proposal`, 2 to 7.
    4. The officer saw this content and this pre-test: raise `NotWhatWasSeen`.
    """
    moved(version, RuleState.ACTIVE)  # 1
    if version.state is not RuleState.PROPOSED:
        raise RuleStateForbids(state=version.state.value, wanted=RuleState.ACTIVE.value)
    check_another(version, officer)  # 2
    pretest = _check_ready(version, newest, now)  # 3
    if seen.digest != version.digest or seen.pretest != pretest.id:  # 4
        raise NotWhatWasSeen


def check_rejection(version: RuleVersion) -> None:
    """Raise `RuleStateForbids` for what is not proposed."""
    if version.state is not RuleState.PROPOSED:
        raise RuleStateForbids(state=version.state.value, wanted=RuleState.RETIRED.value)


def check_suspension(version: RuleVersion) -> None:
    """Raise `RuleStateForbids` for what is not active."""
    if version.state is not RuleState.ACTIVE:
        raise RuleStateForbids(state=version.state.value, wanted=RuleState.SUSPENDED.value)


def check_renewal(version: RuleVersion, officer: str, review_on: date, now: datetime) -> None:
    """Let an officer keep a version in force until another day. It must hold.

    1. It is active, and its day of review has not come: raise `RuleStateForbids`. One that is overdue is
       suspended, and comes back by a pre-test, a proposal and another officer.
    2. The officer neither wrote nor proposed it: raise `AnotherOfficerNeeded`.
    3. The day is ahead, at most twelve months, and before the version is erased: raise `ReviewDateWrong`.
    """
    if version.state is not RuleState.ACTIVE or now.date() >= version.limits.review_on:  # 1
        raise RuleStateForbids(state=version.state.value, wanted=RuleState.ACTIVE.value)
    check_another(version, officer)  # 2
    check_review(review_on, now.date())  # 3
    if review_on >= version.keep.erase_after.date():
        raise ReviewDateWrong(latest=version.keep.erase_after.date().isoformat())


def check_another(version: RuleVersion, officer: str) -> None:
    """Raise `AnotherOfficerNeeded` for who wrote or proposed the version, and for nobody in particular."""
    if not officer or officer in {version.author, version.proposed_by, "node"}:
        raise AnotherOfficerNeeded


def _check_ready(version: RuleVersion, newest: Pretest | None, now: datetime) -> Pretest:
    compile_rule(version.rule)
    if newest is None or newest.digest != version.digest or now >= newest.fresh_until:
        raise PretestMissing(rule=version.name, version=version.version)
    if not newest.travellers:
        raise PretestEmpty(days=newest.days)
    if newest.per_day > version.limits.hits_per_day:
        raise TooManyExpected(expected=round(newest.per_day, 1), most=version.limits.hits_per_day)
    check_review(version.limits.review_on, now.date())
    for one in newest.beside:
        if one.alone >= FEWEST_ALONE and one.left > MOST_LEFT * one.alone:
            raise GroundsLeaveNobodyOut(
                alone=one.alone, left=one.left, share=round(100 * one.left / one.alone)
            )
    return newest


def ended(version: RuleVersion, tally: Tally, now: datetime) -> Act | None:
    """Return what suspends an active version by itself, or None.

    One is enough:

    1. the day of its review has come;
    2. of at least `min_decided` decided alerts fewer were confirmed than its floor asks for;
    3. it raised more travellers today than its ceiling.
    """
    limits = version.limits
    if now.date() >= limits.review_on:
        return Act.OVERDUE  # 1
    if tally.decided >= limits.min_decided and tally.confirmed < limits.precision_floor * tally.decided:
        return Act.IMPRECISE  # 2
    return Act.CEILING if tally.hits_today > limits.hits_per_day else None  # 3


def age_band(age: int | None) -> str:
    """Return the group of an age in years.

    >>> age_band(17), age_band(60), age_band(None)
    ('12-17', '60+', 'unknown')
    """
    if age is None:
        return "unknown"
    return next((name for below, name in _AGES if age < below), "60+")


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the Wilson interval (95 %) of a share (E. B. Wilson, JASA 22, 1927)."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def groups_of(by: str, travellers: Mapping[str, int], hits: Mapping[str, int]) -> tuple[Group, ...]:
    """Return the groups of one kind, the most often raised first.

    Small ones stand together, with the next larger one where they are few even so: a rate of few says
    nothing, and names somebody.
    """
    everybody, raised = sum(travellers.values()), sum(hits.values())
    overall = raised / everybody if everybody else 0.0
    named = _large(travellers)
    shown: dict[str, tuple[int, int]] = {}
    for group, number in travellers.items():
        name = group if group in named else OTHER
        before = shown.get(name, (0, 0))
        shown[name] = before[0] + number, before[1] + hits.get(group, 0)
    found = [_group(by, name, of, number, overall) for name, (of, number) in shown.items()]
    return tuple(sorted(found, key=lambda one: (-one.rate, one.group)))


def _large(travellers: Mapping[str, int]) -> set[str]:
    """The groups that are named: so large that those which are not are no small group together either.

    Else what is left of all, when the named ones are taken away, would be one or two persons.
    """
    named = sorted(
        (name for name, of in travellers.items() if of >= SMALLEST_GROUP and name),
        key=lambda name: (travellers[name], name),
    )
    left = sum(travellers.values()) - sum(travellers[name] for name in named)
    while named and 0 < left < SMALLEST_GROUP:
        left += travellers[named.pop(0)]
    return set(named)


def _group(by: str, name: str, travellers: int, hits: int, overall: float) -> Group:
    rate = hits / travellers if travellers else 0.0
    low, high = interval(hits, travellers)
    return Group(by, name, travellers, hits, rate, low, high, rate / overall if overall else 0.0)


def disparity(groups: Sequence[Group]) -> float:
    """Return the largest ratio of a group that is large enough to be told; 0.0 when there is none."""
    return max((one.ratio for one in groups if one.group not in {OTHER, "unknown"}), default=0.0)
