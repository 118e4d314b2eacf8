"""Requests made up to try agreements: fitting ones, and the same with values gone wrong.

Used by `cordillera bench policy` and by the tests. All is drawn from one seeded generator, so a printed
seed shows the same requests again. No value is about anybody: codes, counts and invented references.

>>> from cordillera.trust.agreements.loading import load_shipped
>>> trial = Trial(load_shipped(), seed=1)
>>> trial.fitting().environment
'exercise'
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import msgspec

from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.model import Agreement, Direction, Service
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.vocabulary import REPLIES, Action, Ground, Status, SubjectCategory

_NAMES = DisclosureRequest.__struct_fields__
_LISTS = frozenset({"officer_roles", "fields", "grounds"})
_NUMBERS = frozenset({"max_penalty_months", "queries_today", "officer_queries_today"})
_LATEST = date(2026, 12, 31)
_TRICKS: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.title,
    lambda text: text + " ",
    lambda text: "\t" + text,
    lambda text: text + "\u200b",
    lambda text: "\u202e" + text,
    lambda text: text.replace("a", "\u0430").replace("e", "\u0435"),  # Cyrillic letters that look the same
    lambda text: "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in text),
    lambda text: text + "\u0301",
    lambda text: text + "\x00",
    lambda text: text + "\ud800",
    lambda text: f'{text}" || true || "',
    lambda text: f"{text},{text}",
    lambda text: text[:-1],
    lambda text: text * 300,
)
_WRONG: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, -2, 1.0, float("nan"), float("inf"), 2**53, 2**63, 10**400, b"EC", [], {},
    "", " ", "\u3164", "\u2800", "node", "NODE", "*", "a" * 200, "a" * 201, (), ("",), (None,), ((),),
    ("full_name",) * 201, ["full_name"], {"full_name"}, datetime(2026, 11, 21), date(2026, 11, 21),  # noqa: DTZ001 - no zone
    datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), "2026-11-21T12:00:00Z",
)  # fmt: skip


class Trial:
    """Draws requests over the given agreements; the same seed draws the same ones."""

    def __init__(self, agreements: Sequence[LoadedAgreement], seed: int) -> None:
        self._agreements = tuple(agreements)
        self._chance = Random(seed)  # noqa: S311 - nothing here is secret, and a seed must replay
        self._words = _words_of([loaded.agreement for loaded in agreements])
        self._drawn = 0

    def fitting(self) -> DisclosureRequest:
        """Return a request that its agreement allows in an exercise; no two are the same."""
        agreement = self._chance.choice(self._agreements).agreement
        service = self._chance.choice(agreement.services)
        way = self._chance.choice(service.directions)
        return self._request(agreement, service, self._chance.choice(service.actions), way)

    def covering(self, loaded: LoadedAgreement) -> Iterator[DisclosureRequest]:
        """Return fitting requests that between them use every word of an agreement."""
        agreement = loaded.agreement
        for service in agreement.services:
            columns: dict[str, Sequence[Any]] = {
                "purpose": service.purposes,
                "offence": [
                    *(offence.code for offence in agreement.offence_list),
                    *(() if service.preconditions.offence else ("",)),
                ],
                "officer_roles": [(role,) for role in service.preconditions.officer_roles],
                "subject_category": [
                    str(category) for category in service.subject_categories for _ in service.directions
                ],
                "grounds": [(str(ground),) for ground in agreement.grounds],
                "onward_to": ("", "", "XX"),
                "consent_ref": ("", "CONSENT-1", "CONSENT-1"),
            }
            for action in service.actions:
                for row in range(max(map(len, columns.values()))):
                    values = {name: column[row % len(column)] for name, column in columns.items() if column}
                    values["fields"] = tuple(service.fields_for(action))
                    way = service.directions[row % len(service.directions)]
                    request = self._request(agreement, service, action, way)
                    yield msgspec.structs.replace(request, **values)

    def _request(
        self, agreement: Agreement, service: Service, action: Action, way: Direction
    ) -> DisclosureRequest:
        pick = self._chance.choice
        route = (way.to, way.from_) if action in REPLIES else (way.from_, way.to)
        self._drawn += 1
        officer, orderer = self._chance.sample(range(1000), 2)
        return DisclosureRequest(
            agreement_id=agreement.id,
            service=service.type,
            action=str(action),
            sender_country=route[0],
            recipient_country=route[1],
            at=self._moment(agreement),
            purpose=pick(service.purposes),
            offence=self._offence(agreement, service),
            max_penalty_months=self._chance.randint(13, 480),
            case_ref=f"CASE-{self._drawn}",
            officer_id=f"officer-{officer}",
            officer_roles=self._some(service.preconditions.officer_roles),
            ordered_by=f"officer-{orderer}",
            subject_category=str(pick(service.subject_categories)),
            fields=self._some(tuple(sorted(service.fields_for(action)))),
            individual_case=True,
            environment="exercise",
            queries_today=self._chance.randrange(service.quota.per_day),
            officer_queries_today=self._chance.randrange(service.quota.per_officer),
            grounds=self._some(tuple(map(str, agreement.grounds))),
            judicial_ref=f"JUDGE-{self._drawn}" if service.preconditions.judicial_auth_ref else "",
        )

    def mutated(self) -> DisclosureRequest:
        """Return a fitting request with one to four values missing, wrong, unknown, huge or contradictory."""
        request = self.fitting()
        if self._chance.random() < 0.4:
            request = msgspec.structs.replace(request, environment="production")
        names = self._chance.sample(_NAMES, self._chance.randint(1, 4))
        return msgspec.structs.replace(request, **{name: self._spoilt(request, name) for name in names})

    def state(self, loaded: LoadedAgreement) -> AgreementState:
        """Return a standing: as the file says, in force with all or all but a few terms confirmed, or any."""
        way = self._chance.random()
        if way < 0.3:
            return loaded.initial_state
        articles = [clause.article for clause in loaded.agreement.clauses]
        left = self._chance.choice((0, 0, 1, 2, len(articles)))
        confirmed = frozenset(self._chance.sample(articles, len(articles) - left))
        if way < 0.8:
            return AgreementState(Status.IN_FORCE, confirmed)
        return AgreementState(self._chance.choice(list(Status)), confirmed, signed=way < 0.9)

    def _moment(self, agreement: Agreement) -> datetime:
        first, last = agreement.valid.from_, agreement.valid.to or max(_LATEST, agreement.valid.from_)
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        return start + timedelta(seconds=self._chance.randrange(((last - first).days + 1) * 86_400))

    def _offence(self, agreement: Agreement, service: Service) -> str:
        if not service.preconditions.offence and self._chance.random() < 0.5:
            return ""
        return self._chance.choice([offence.code for offence in agreement.offence_list] or [""])

    def _some(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(self._chance.sample(values, self._chance.randint(1, min(6, len(values)))))

    def _spoilt(self, request: DisclosureRequest, name: str) -> Any:
        """Return another value for `name`: of another type, of another request, a trick, or on an edge."""
        given = getattr(request, name)
        way = self._chance.random()
        if way < 0.25:
            return self._chance.choice(_WRONG)
        if name in _LISTS:
            return self._list(name, given, way)
        if name in _NUMBERS:
            return self._number(request)
        if name == "at":
            return self._edge(request)
        if name == "individual_case":
            return way < 0.5
        return self._trick(given) if way < 0.5 else self._chance.choice(self._words[name])

    def _list(self, name: str, given: tuple[str, ...], way: float) -> tuple[Any, ...]:
        item = self._chance.choice(self._words[name])
        if way < 0.5:
            return (*given, item)
        return (item,) if way < 0.75 else (*given[:-1], self._trick(given[-1]))

    def _trick(self, text: str) -> str:
        return self._chance.choice(_TRICKS)(text)

    def _number(self, request: DisclosureRequest) -> int:
        """Return a number on the edge of a limit of the service, or far beyond it."""
        agreement = self._of(request)
        quotas = [service.quota for service in agreement.services]
        edges = [0, 12, 13, *(quota.per_day for quota in quotas), *(quota.per_officer for quota in quotas)]
        edges += [offence.min_max_penalty_months for offence in agreement.offence_list]
        return self._chance.choice([*edges, 10**9]) + self._chance.choice((-1, 0, 1))

    def _edge(self, request: DisclosureRequest) -> datetime:
        """Return a moment beside the first or the last of the agreement, told in some zone."""
        valid = self._of(request).valid
        day = self._chance.choice([valid.from_, valid.to or valid.from_])
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        step = self._chance.choice((timedelta(microseconds=-1), timedelta(0), timedelta(days=1)))
        return (midnight + step).astimezone(timezone(timedelta(hours=self._chance.randint(-12, 14))))

    def _of(self, request: DisclosureRequest) -> Agreement:
        return next(
            one.agreement for one in self._agreements if one.agreement.id == request.agreement_id
        )  # fmt: skip


def _words_of(agreements: Sequence[Agreement]) -> dict[str, list[str]]:
    """Return for each name the words that some agreement knows, and a few that none does."""
    services = [service for agreement in agreements for service in agreement.services]
    countries = sorted({code for agreement in agreements for code in agreement.countries})
    known: dict[str, set[str]] = {
        "agreement_id": {agreement.id for agreement in agreements},
        "service": {service.type for service in services},
        "action": {str(action) for action in Action},
        "purpose": {purpose for agreement in agreements for purpose in agreement.purposes},
        "offence": {offence.code for agreement in agreements for offence in agreement.offence_list}
        | {code for agreement in agreements for code in agreement.exclusions.offences},
        "subject_category": {str(category) for category in SubjectCategory},
        "environment": {"exercise", "production"},
        "officer_roles": {role for service in services for role in service.preconditions.officer_roles},
        "grounds": {str(ground) for ground in Ground},
        "fields": {
            name
            for service in services
            for category in service.data_categories
            for name in category.fields_allowed
        },
        "sender_country": {*countries},
        "recipient_country": {*countries},
    }
    return {name: sorted({*known.get(name, ()), "", "unheard_of", "officer-1"}) for name in _NAMES}
