"""What changes between two agreements by meaning: what becomes allowed or forbidden, which limits move.

The layout of a file, the order of a list and the words of a summary do not change what may leave, and are
told apart from what does. Each difference names where it is and what stood there before and after.

>>> Change("allows", "purposes", "purposes", "", "terrorism").effect
'allows'
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from cordillera.foundation.canonical import dumps
from cordillera.trust.agreements.model import Agreement, Clause, RetentionRule, Service
from cordillera.trust.agreements.rules import Rule, kind_of

Effect = Literal["allows", "forbids", "limit", "duty", "text", "term"]


class Change(msgspec.Struct, frozen=True):
    """One difference: `what` is a message id below `agreements.diff.`, the values are codes or numbers.

    `effect`: more becomes allowed, more forbidden, a limit moves, something is left to people or taken
    from them, only words change, or another term does.
    """

    effect: Effect
    what: str
    place: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True):
    """Two agreements by name and hash, and all that is different; `same` when nothing but layout is."""

    old: str
    new: str
    same: bool
    allows: int
    forbids: int
    changes: tuple[Change, ...]


def compare(old: Agreement, new: Agreement) -> Difference:
    """Return what the new agreement says otherwise than the old one."""
    changes = tuple(differences(old, new))
    effects = [change.effect for change in changes]
    return Difference(
        old=old.name,
        new=new.name,
        same=not changes,
        allows=effects.count("allows"),
        forbids=effects.count("forbids"),
        changes=changes,
    )


def differences(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Go through what is different: terms, lists, services, safeguards, clauses."""
    yield from _terms(old, new)
    yield from _lists(old, new)
    yield from _services(old, new)
    yield from _safeguards(old, new)
    yield from _clauses(old, new)


def _terms(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from _other("status", "status", old.status, new.status)
    yield from _other("parties", "parties", sorted(old.countries), sorted(new.countries))
    yield from _other("valid_from", "valid", old.valid.from_, new.valid.from_)
    yield from _other("valid_to", "valid", old.valid.to or "", new.valid.to or "")
    yield from _number("notice_months", "valid", old.valid.notice_months, new.valid.notice_months)
    yield from _flag("survival", "valid", old.valid.survival, new.valid.survival)
    yield from _set("languages", "languages", (old.languages, new.languages), "term")


def _lists(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from _set("purposes", "purposes", (old.purposes, new.purposes))
    yield from _set("grounds", "grounds", (old.grounds, new.grounds))
    offences = (_offences(old), _offences(new))
    yield from _set("offences", "offence_list", offences)
    for code in sorted(offences[0].keys() & offences[1].keys()):
        yield from _threshold("offence_threshold", code, offences[0][code], offences[1][code])
    for name in ("offences", "grounds"):
        before, after = getattr(old.exclusions, name), getattr(new.exclusions, name)
        yield from _set(f"excluded_{name}", "exclusions", (before, after), "forbids")
    before, after = ([one.code for one in each.exclusions.assurances] for each in (old, new))
    yield from _set("assurances", "exclusions", (before, after), "duty")


def _offences(agreement: Agreement) -> dict[str, int]:
    return {one.code: one.min_max_penalty_months for one in agreement.offence_list}


def _services(old: Agreement, new: Agreement) -> Iterator[Change]:
    before, after = ({one.type: one for one in each.services} for each in (old, new))
    yield from _set("services", "services", (before, after))
    for kind in sorted(before.keys() & after.keys()):
        yield from _service(before[kind], after[kind])


def _service(old: Service, new: Service) -> Iterator[Change]:
    kind = old.type
    before, after = ([f"{way.from_}>{way.to}" for way in one.directions] for one in (old, new))
    yield from _set("directions", kind, (before, after))
    for name in ("actions", "purposes", "subject_categories"):
        yield from _set(name, kind, (getattr(old, name), getattr(new, name)))
    yield from _set("roles", kind, (old.preconditions.officer_roles, new.preconditions.officer_roles))
    for action in sorted({*old.actions} & {*new.actions}):
        yield from _set("fields", f"{kind} {action}", (old.fields_for(action), new.fields_for(action)))
    for name in ("individual_case", "offence", "four_eyes", "judicial_auth_ref"):
        before, after = getattr(old.preconditions, name), getattr(new.preconditions, name)
        yield from _flag(name, kind, before, after, on="forbids")
    for name in ("per_day", "per_officer"):
        yield from _limit(f"quota_{name}", kind, getattr(old.quota, name), getattr(new.quota, name))
    yield from _limit("max_candidates", kind, old.max_candidates, new.max_candidates)
    yield from _number("response_sla_hours", kind, old.response_sla_hours, new.response_sla_hours)
    yield from _confined("places", kind, old.places, new.places)
    yield from _confined("triggers", kind, old.triggers, new.triggers)
    quality = [{one.name: one.quality_min for one in each.data_categories} for each in (old, new)]
    for name in sorted(quality[0].keys() & quality[1].keys()):
        yield from _threshold("quality_min", f"{kind} {name}", quality[0][name], quality[1][name])
    yield from _other("mode", kind, old.mode, new.mode)
    yield from _other("service_article", kind, old.article, new.article)
    yield from _flag("reciprocity", kind, old.reciprocity, new.reciprocity)


def _safeguards(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from _retention(old.retention, new.retention)
    yield from _number("log_retention_days", "ledger", old.log_retention_days, new.log_retention_days)
    hours = (old.correction.sla_hours, new.correction.sla_hours)
    yield from _number("correction_sla_hours", "correction", *hours)
    for name in ("may_disseminate", "may_evidence", "may_act"):
        before, after = (getattr(each.handling_defaults, name) for each in (old, new))
        yield from _flag(name, "handling_defaults", before, after, on="allows")
    yield from _other("tlp", "handling_defaults", old.handling_defaults.tlp, new.handling_defaults.tlp)
    codes = (old.handling_defaults.codes, new.handling_defaults.codes)
    yield from _set("handling_codes", "handling_defaults", codes, "forbids")
    yield from _other("approval", "hit_followup", old.hit_followup.approval, new.hit_followup.approval)
    hours = (old.hit_followup.sla_hours, new.hit_followup.sla_hours)
    yield from _number("followup_sla_hours", "hit_followup", *hours)
    grounds = (old.hit_followup.refusal_grounds, new.hit_followup.refusal_grounds)
    yield from _set("refusal_grounds", "hit_followup", grounds, "forbids")
    for name in ("onward", "redress", "oversight", "suspension", "liaison", "legal_basis"):
        before, after = (dumps(getattr(each, name)).decode() for each in (old, new))
        yield from _other(name, name, before, after)


def _retention(old: tuple[RetentionRule, ...], new: tuple[RetentionRule, ...]) -> Iterator[Change]:
    before, after = ({one.category: one for one in each} for each in (old, new))
    yield from _set("retention", "retention", (before, after), "term")
    for name in sorted(before.keys() & after.keys()):
        for part in ("days", "review_days", "depersonalise_days"):
            days = (getattr(before[name], part), getattr(after[name], part))
            yield from _limit(part, f"retention {name}", *days)


def _clauses(old: Agreement, new: Agreement) -> Iterator[Change]:
    before, after = ({one.article: one for one in each.clauses} for each in (old, new))
    for article in [*before, *(name for name in after if name not in before)]:
        yield from _clause(article, before.get(article), after.get(article))


def _clause(article: str, old: Clause | None, new: Clause | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change("term", "clause", article, article if old else "", article if new else "")
    before, after = ({_rule(rule) for rule in one.rules} if one else set() for one in (old, new))
    yield from _set("rules", article, (before, after), "forbids")
    if old is None or new is None:
        return
    yield from _other("scope", article, _scope(old), _scope(new))
    yield from _flag("assumed", article, old.assumed, new.assumed, on="forbids")
    duties = [dumps(one.human_duty).decode() if one.human_duty else "" for one in (old, new)]
    if duties[0] != duties[1]:
        yield Change("duty", "duty", article, *duties)
    if old.sha256 != new.sha256:
        yield Change("text", "text", article, old.sha256[:12], new.sha256[:12])


def _rule(rule: Rule) -> str:
    told = msgspec.to_builtins(rule)
    rest = ", ".join(f"{name} {value}" for name, value in told.items() if name != "rule")
    return f"{kind_of(rule)}{f' ({rest})' if rest else ''}"


def _scope(clause: Clause) -> str:
    parts = (*clause.applies_to.services, *map(str, clause.applies_to.actions))
    return ", ".join(parts) or "*"


def _set(
    what: str, place: str, pair: tuple[Iterable[str], Iterable[str]], grows: Effect = "allows"
) -> Iterator[Change]:
    """Members that came make it wider (or as `grows` says), members that went do the opposite."""
    old, new = ({str(member) for member in members} for members in pair)
    for member in sorted(new - old):
        yield Change(grows, what, place, "", member)
    for member in sorted(old - new):
        yield Change(_OPPOSITE.get(grows, grows), what, place, member, "")


_OPPOSITE: dict[Effect, Effect] = {"allows": "forbids", "forbids": "allows"}


def _confined(what: str, place: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
    """An empty list confines nothing: naming the first member narrows."""
    if old and new:
        yield from _set(what, place, (old, new))
    elif old != new:
        yield Change("forbids" if new else "allows", what, place, ", ".join(old), ", ".join(new))


def _flag(what: str, place: str, old: bool, new: bool, on: Effect = "term") -> Iterator[Change]:  # noqa: FBT001 - the two values compared
    if old != new:
        yield Change(on if new else _OPPOSITE.get(on, on), what, place, str(old).lower(), str(new).lower())


def _limit(what: str, place: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        yield Change("allows" if new > old else "forbids", what, place, str(old), str(new))


def _threshold(what: str, place: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        yield Change("forbids" if new > old else "allows", what, place, str(old), str(new))


def _number(what: str, place: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        yield Change("limit", what, place, str(old), str(new))


def _other(what: str, place: str, old: object, new: object) -> Iterator[Change]:
    if old != new:
        yield Change("term", what, place, _word(old), _word(new))


def _word(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
