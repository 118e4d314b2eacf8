"""Whether the parts of an agreement hold together; a file that passes can be compiled.

Numbered conditions (each problem carries its message id and the place):

1. every clause has a rule or a human duty: nothing is silently dropped;
2. article numbers and service types are unique;
3. each clause's text is the one its SHA-256 was taken from;
4. every service rests on a clause, and awaits one that there is; clauses speak only of services there are;
5. parties are two different countries and directions run between them;
6. purposes of a service are purposes of the agreement;
7. every action of a service has a closed list of fields, and no list serves an action it lacks;
8. grounds are neither protected, excluded nor mere traits; an offence list exists where one is needed;
9. validity does not end before it begins, and an agreement does not supersede itself or what follows it;
10. where the number of articles is given, each of them stands among the clauses;
11. an assurance and a liaison officer's place rest on a clause, an assurance on one left to people.

>>> problem("agreements.problem.unmapped", "art9")
Problem(code='agreements.problem.unmapped', place='art9')
"""

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from cordillera.trust.agreements.model import Agreement, Service, text_digest
from cordillera.trust.agreements.vocabulary import PROTECTED, TOLERATED


class Problem(msgspec.Struct, frozen=True):
    """One thing that keeps an agreement from being applied."""

    code: str
    place: str


def problem(code: str, place: str) -> Problem:
    """Return a problem with message id `code` at `place` (an article, a service, a field)."""
    return Problem(code, place)


def problems_of(agreement: Agreement) -> tuple[Problem, ...]:
    """Return every problem, in the order of the conditions; () when the agreement may be compiled."""
    checks = (
        _clauses,
        _names,
        _texts,
        _references,
        _parties,
        _purposes,
        _field_lists,
        _grounds,
        _dates,
        _articles,
        _people,
    )
    return tuple(found for check in checks for found in check(agreement))


def _clauses(agreement: Agreement) -> Iterator[Problem]:
    """Condition 1."""
    for clause in agreement.clauses:
        if clause.is_unmapped:
            yield problem("agreements.problem.unmapped", clause.article)


def _names(agreement: Agreement) -> Iterator[Problem]:
    """Condition 2."""
    articles = Counter(clause.article for clause in agreement.clauses)
    services = Counter(service.type for service in agreement.services)
    for name, count in [*articles.items(), *services.items()]:
        if count > 1:
            yield problem("agreements.problem.named_twice", name)


def _texts(agreement: Agreement) -> Iterator[Problem]:
    """Condition 3."""
    for clause in agreement.clauses:
        found = text_digest(clause.text)
        if found != clause.sha256:
            yield problem("agreements.problem.text_changed", f"{clause.article}: {found}")


def _references(agreement: Agreement) -> Iterator[Problem]:
    """Condition 4."""
    for service in agreement.services:
        if agreement.clause(service.article) is None:
            yield problem("agreements.problem.service_without_article", service.type)
        if service.awaits is not None and agreement.clause(service.awaits) is None:
            yield problem("agreements.problem.awaits", f"{service.type}: {service.awaits}")
    for clause in agreement.clauses:
        for kind in clause.applies_to.services:
            if agreement.service(kind) is None:
                yield problem("agreements.problem.unknown_service", f"{clause.article}: {kind}")


def _parties(agreement: Agreement) -> Iterator[Problem]:
    """Condition 5."""
    if len(agreement.countries) != len(agreement.parties):
        yield problem("agreements.problem.party_twice", "parties")
    for service in agreement.services:
        for way in service.directions:
            if {way.from_, way.to} != agreement.countries:
                yield problem("agreements.problem.direction", service.type)


def _purposes(agreement: Agreement) -> Iterator[Problem]:
    """Condition 6."""
    for service in agreement.services:
        for purpose in sorted(set(service.purposes) - set(agreement.purposes)):
            yield problem("agreements.problem.purpose", f"{service.type}: {purpose}")


def _field_lists(agreement: Agreement) -> Iterator[Problem]:
    """Condition 7."""
    for service in agreement.services:
        for action in service.actions:
            if not service.fields_for(action):
                yield problem("agreements.problem.no_fields", f"{service.type}: {action}")
        yield from _stray_lists(service)


def _stray_lists(service: Service) -> Iterator[Problem]:
    for category in service.data_categories:
        for action in sorted(set(category.actions) - set(service.actions)):
            yield problem("agreements.problem.stray_fields", f"{service.type}: {category.name}: {action}")


def _grounds(agreement: Agreement) -> Iterator[Problem]:
    """Condition 8."""
    never = PROTECTED | TOLERATED | set(agreement.exclusions.grounds)
    for ground in sorted(set(agreement.grounds) & never):
        yield problem("agreements.problem.ground", str(ground))
    excluded = set(agreement.exclusions.offences)
    for offence in agreement.offence_list:
        if offence.code in excluded:
            yield problem("agreements.problem.offence_excluded", offence.code)
    if not agreement.offence_list and any(service.preconditions.offence for service in agreement.services):
        yield problem("agreements.problem.no_offences", "offence_list")


def _dates(agreement: Agreement) -> Iterator[Problem]:
    """Condition 9."""
    if agreement.valid.to is not None and agreement.valid.to < agreement.valid.from_:
        yield problem("agreements.problem.ends_before_it_begins", "valid")
    before, _, version = (agreement.supersedes or "").partition("@")
    earlier = version.isdecimal() and int(version) < agreement.version
    if before == agreement.id and not earlier:
        yield problem("agreements.problem.supersedes_itself", "supersedes")


def _articles(agreement: Agreement) -> Iterator[Problem]:
    """Condition 10."""
    for number in missing_articles(agreement):
        yield problem("agreements.problem.article_missing", f"art{number}")


def missing_articles(agreement: Agreement) -> tuple[int, ...]:
    """Return the numbers of articles of the authentic text that no clause speaks of."""
    there = {article_of(clause.article) for clause in agreement.clauses}
    return tuple(number for number in range(1, agreement.articles + 1) if f"art{number}" not in there)


def article_of(clause: str) -> str:
    """Return the article of a clause: "art5" of "art5.4"; what is no article stays as it is.

    >>> article_of("art16.2c"), article_of("annex1.2")
    ('art16', 'annex1.2')
    """
    found = _ARTICLE.match(clause)
    return found.group() if found else clause


def is_numbered(article: str) -> bool:
    """Whether this is an article's number, such as "art5"."""
    return _ARTICLE.fullmatch(article) is not None


_ARTICLE = re.compile(r"art[0-9]+(?![0-9])")


def _people(agreement: Agreement) -> Iterator[Problem]:
    """Condition 11."""
    for assurance in agreement.exclusions.assurances:
        clause = agreement.clause(assurance.article)
        if clause is None or clause.human_duty is None:
            yield problem("agreements.problem.assurance", f"{assurance.code}: {assurance.article}")
    for place in agreement.liaison:
        if agreement.clause(place.article) is None or place.sent_by not in agreement.countries:
            yield problem("agreements.problem.liaison", place.article)
