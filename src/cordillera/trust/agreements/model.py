"""The agreement: one canonical JSON file that says what an instrument allows, clause by clause.

Every struct is frozen, strict and closed: an unknown field, a wrong type or a word outside the
vocabulary is refused when the file is read. Codes are restricted to letters, digits and a few marks,
so that nothing in a file can escape into the policy text compiled from it. Article texts are our own
summaries in Spanish and English, each bound by its SHA-256; the authentic text stays where it was signed.

>>> Validity(from_=date(2025, 7, 31), to=date(2027, 1, 31), notice_months=3).to.year
2027
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from cordillera.foundation.canonical import dumps
from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.agreements.rules import Rule
from cordillera.trust.agreements.vocabulary import Action, Ground, Status, SubjectCategory

Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class _Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of an agreement file."""


class Text(_Term, frozen=True, kw_only=True):
    """One text in the two languages of every page."""

    es: Line
    en: Line

    def in_language(self, language: str) -> str:
        """Return the text in `language`; anything but Spanish reads English."""
        return self.es if language == "es" else self.en


class ContactPoint(_Term, frozen=True, kw_only=True):
    """A node that may speak for a party, and under which articles."""

    node: Code
    authority: Line
    roles: tuple[Code, ...] = ()
    articles: tuple[Code, ...] = ()


class Party(_Term, frozen=True, kw_only=True):
    """A country that is bound."""

    code: Country
    authority: Line
    contact_points: tuple[ContactPoint, ...] = ()
    supervisor: Line = "-"


class LegalBasis(_Term, frozen=True, kw_only=True):
    """An instrument on which the agreement rests."""

    instrument: Line
    article: str = ""
    url: str = ""
    status: str = ""


class Validity(_Term, frozen=True, kw_only=True, rename={"from_": "from"}):
    """From the first day to the last, both inclusive, in UTC; `to` absent means until notice."""

    from_: date
    to: date | None = None
    notice_months: Count = 0
    survival: bool = True


class Offence(_Term, frozen=True, kw_only=True):
    """An offence covered; `min_max_penalty_months`: the least maximum penalty that makes it count."""

    code: Code
    min_max_penalty_months: Count = 0


class Assurance(_Term, frozen=True, kw_only=True):
    """What a person must have been assured of before data leaves, such as no death penalty.

    No machine can give an assurance: `article` is a clause with a human duty, and so on the check-list.
    """

    code: Code
    article: Code


class Exclusions(_Term, frozen=True, kw_only=True):
    """What is never exchanged for: offences by kind, and grounds beyond the protected ones.

    The protected traits are excluded in every agreement; naming them here only repeats it.
    """

    offences: tuple[Code, ...] = ()
    grounds: tuple[Ground, ...] = ()
    assurances: tuple[Assurance, ...] = ()


class Direction(_Term, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Which party opens (asks, notifies, shares) and which one receives."""

    from_: Country
    to: Country


class DataCategory(_Term, frozen=True, kw_only=True):
    """A closed list of fields that may leave in the given actions."""

    name: Code
    actions: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1)]
    fields_allowed: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    modality: Literal["text", "reference", "biometric", "image", "geospatial"] = "text"
    quality_min: Count = 0


class Preconditions(_Term, frozen=True, kw_only=True):
    """What must be there before a service is used."""

    individual_case: bool = True
    offence: bool = True
    officer_roles: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    four_eyes: bool = False
    judicial_auth_ref: bool = False


class Quota(_Term, frozen=True, kw_only=True):
    """How many uses of a service are allowed in a day: by the node, and by one officer."""

    per_day: Positive
    per_officer: Positive


class Service(_Term, frozen=True, kw_only=True):
    """One kind of exchange and all its limits.

    `places` are ports or crossings it is confined to, `triggers` the events that open it ("entry"); both
    are kept by the people who use it, and stand on their check-list. `awaits` names the article on which
    its entry into force still depends; until a later version drops it, the service serves exercises only.
    """

    type: Code
    article: Code
    title: Text
    directions: Annotated[tuple[Direction, ...], msgspec.Meta(min_length=1)]
    actions: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1)]
    purposes: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    subject_categories: Annotated[tuple[SubjectCategory, ...], msgspec.Meta(min_length=1)]
    data_categories: Annotated[tuple[DataCategory, ...], msgspec.Meta(min_length=1)]
    preconditions: Preconditions
    quota: Quota
    reciprocity: bool = True
    mode: Literal["plain", "oprf"] = "plain"
    max_candidates: Count = 0
    response_sla_hours: Count = 0
    places: tuple[Line, ...] = ()
    triggers: tuple[Code, ...] = ()
    awaits: Code | None = None

    def fields_for(self, action: Action) -> frozenset[str]:
        """Return the names of all fields that may leave in `action`."""
        lists = (category.fields_allowed for category in self.data_categories if action in category.actions)
        return frozenset(name for names in lists for name in names)


class HitFollowUp(_Term, frozen=True, kw_only=True):
    """The second step after a confirmed hit, under the law of the party asked."""

    sla_hours: Count
    approval: Literal["officer", "two_officers", "judicial"]
    refusal_grounds: tuple[Code, ...] = ()


class Handling(_Term, frozen=True, kw_only=True):
    """The marking that data carries unless a stricter one is given."""

    tlp: Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]
    may_disseminate: bool = False
    may_evidence: bool = False
    may_act: bool = False
    codes: tuple[Code, ...] = ()


class RetentionRule(_Term, frozen=True, kw_only=True):
    """How long a category is kept, reviewed and left with names; `while_case`: no longer than its case."""

    category: Code
    days: Count
    review_days: Count
    depersonalise_days: Count = 0
    while_case: bool = False


class Onward(_Term, frozen=True, kw_only=True):
    """Passing on to a third party."""

    default: Literal["deny"] = "deny"
    consent_authority: Line = "-"


class Correction(_Term, frozen=True, kw_only=True):
    """How soon a correction must be applied."""

    sla_hours: Positive


class Redress(_Term, frozen=True, kw_only=True):
    """Where a person asks, in which language, answered by when."""

    authority: Line
    languages: tuple[Code, ...]
    deadline_days: Positive


class Oversight(_Term, frozen=True, kw_only=True):
    """Who watches the ledger, and how many exchanges are drawn for inspection."""

    witness_vkeys: tuple[str, ...] = ()
    sample_audit_per_month: Count = 0


class Liaison(_Term, frozen=True, kw_only=True):
    """An officer of one party at the other's desk: what they may do with what they see there."""

    article: Code
    sent_by: Country
    host: Line
    may_view: bool = True
    may_export: bool = False


class Suspension(_Term, frozen=True, kw_only=True):
    """Who may suspend and what it does."""

    who: Line
    effect: Text


class Scope(_Term, frozen=True, kw_only=True):
    """To which services and actions a clause's rules apply; empty means all."""

    services: tuple[Code, ...] = ()
    actions: tuple[Action, ...] = ()

    def covers(self, service: str, action: str) -> bool:
        """Whether the clause speaks about this use."""
        return (not self.services or service in self.services) and (
            not self.actions or action in self.actions
        )


class Clause(_Term, frozen=True, kw_only=True):
    """One article or paragraph: machine rules, or a duty of people, never neither.

    `assumed` marks a term that is not public and was filled with a default: until two officers
    confirm it, the agreement serves exercises only. `serves` names the duties that the clause demands of
    nodes whatever became of the agreement: correction, erasure, dispute, retention, consent, status, redress.
    """

    article: Code
    title: Text
    text: Text
    sha256: Digest
    lang: tuple[Code, ...] = ("en",)
    rules: tuple[Rule, ...] = ()
    applies_to: Scope = Scope()
    human_duty: Text | None = None
    assumed: bool = False
    serves: tuple[Code, ...] = ()

    @property
    def is_unmapped(self) -> bool:
        """Whether neither a rule nor a person answers for this clause."""
        return not self.rules and self.human_duty is None


class Agreement(_Term, frozen=True, kw_only=True):
    """An instrument between two parties, as the node applies it.

    `articles` is how many numbered articles the authentic text has; where it is given, every one of them
    must stand among the clauses. `supersedes` names what this version follows: "us-nl-2010@1".
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{0,30}$")]
    title: Text
    version: Positive
    status: Status
    parties: Annotated[tuple[Party, ...], msgspec.Meta(min_length=2, max_length=2)]
    legal_basis: tuple[LegalBasis, ...]
    valid: Validity
    offence_list: tuple[Offence, ...]
    purposes: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    grounds: Annotated[tuple[Ground, ...], msgspec.Meta(min_length=1)]
    services: Annotated[tuple[Service, ...], msgspec.Meta(min_length=1)]
    hit_followup: HitFollowUp
    handling_defaults: Handling
    retention: tuple[RetentionRule, ...]
    log_retention_days: Positive
    correction: Correction
    redress: Redress
    oversight: Oversight
    languages: tuple[Code, ...]
    suspension: Suspension
    clauses: Annotated[tuple[Clause, ...], msgspec.Meta(min_length=1)]
    supersedes: str | None = None
    exclusions: Exclusions = Exclusions()
    query_erasure: Literal["immediate"] = "immediate"
    onward: Onward = Onward()
    liaison: tuple[Liaison, ...] = ()
    articles: Annotated[int, msgspec.Meta(ge=0, le=2000)] = 0

    def service(self, kind: str) -> Service | None:
        """Return the service of that type, or None."""
        return next((service for service in self.services if service.type == kind), None)

    def clause(self, article: str) -> Clause | None:
        """Return the clause with that article number ("art5.4"), or None."""
        return next((clause for clause in self.clauses if clause.article == article), None)

    def assumed_open(self, confirmed: frozenset[str]) -> int:
        """Count the assumed terms that two officers have not confirmed yet."""
        return sum(clause.assumed and clause.article not in confirmed for clause in self.clauses)

    @property
    def name(self) -> str:
        """The id with its version, as `supersedes` and the ledger name it."""
        return f"{self.id}@{self.version}"

    def article_id(self, article: str) -> str:
        """Return the citation of an article, such as "US-EC/art5.4"."""
        return f"{self.code}/{article}"

    @property
    def countries(self) -> frozenset[str]:
        """The two countries bound."""
        return frozenset(party.code for party in self.parties)


def text_digest(text: Text) -> str:
    """Return the hex SHA-256 of a clause's text as canonical JSON (RFC 8785)."""
    return sha256(dumps(text)).hex()
