"""From list hits to findings: the same terms, with the bytes of the message they rest on.

>>> label(TravellerFacts("ANA PEREZ", "ANA", "PEREZ", "passenger", "", "", "", "", "", (), (), 0, 0, False))
'PEREZ, ANA'
"""

from collections.abc import Sequence

import msgspec

from cordillera.desks.travellers.model import AskedFacts, Fact, TravelDocument, TravellerFacts
from cordillera.desks.travellers.ports import ListHit, ScreenedDocument, ScreeningSubject
from cordillera.foundation.explain import Evidence, Term
from cordillera.trust.review.model import Finding, Listed, ListedField

LIST_MATCH = "finding.list_match"
_NAMES = frozenset({"family_names", "given_names"})
_COMPARED = _NAMES | {"date_of_birth", "documents", "birthplace"}
_SUBJECT = "subject."
_FIELDS = {"document": "documents"}


def subject_of(ref: str, facts: TravellerFacts | AskedFacts) -> ScreeningSubject:
    """Return what may be compared with lists: names, date and place of birth, documents."""
    return ScreeningSubject(
        ref=ref,
        full_name=facts.full_name,
        given_names=facts.given_names,
        family_names=facts.family_names,
        date_of_birth=facts.date_of_birth,
        documents=tuple(ScreenedDocument(d.type, d.number, d.issuer) for d in facts.documents if d.number),
        birthplace=facts.birthplace,
    )


def finding_of(hit: ListHit, facts: TravellerFacts, source: str) -> Finding:
    """Return the finding of a list hit; `source` names the stored message its evidence lies in."""
    return Finding(
        kind=LIST_MATCH,
        score=hit.score,
        terms=tuple(_with_evidence(term, facts, source) for term in hit.terms),
        source=source,
        listed=Listed(
            list_name=hit.list_name,
            list_date=hit.list_date,
            entry_id=hit.entry_id,
            name=hit.listed_name,
            fields=tuple(ListedField(label, value) for label, value in hit.fields),
        ),
        evidence=_evidence(facts, _COMPARED, source),
        measures=hit.measures,
    )


def label(facts: TravellerFacts) -> str:
    """Return the name as a list shows it: family names, then given names, as written."""
    parts = [part for part in (facts.family_names, facts.given_names) if part]
    return ", ".join(parts) or facts.full_name


def lasting_identity(facts: TravellerFacts) -> str:
    """Return what a "not the same person" is remembered by: a document with the birth date, or nothing."""
    numbered = [document for document in facts.documents if document.number]
    if not numbered:
        return ""
    document = min(numbered, key=_passport_first)
    return f"{document.number}|{document.issuer}|{facts.date_of_birth}"


def _passport_first(document: TravelDocument) -> tuple[bool, str]:
    return not document.type.startswith("P"), document.number


def _with_evidence(term: Term, facts: TravellerFacts, source: str) -> Term:
    """Point a term at the message's own bytes, from where the screener saw the value it compared."""
    placed = tuple(
        _placed(item, facts, source) if item.source.startswith(_SUBJECT) else item for item in term.evidence
    )
    return msgspec.structs.replace(term, evidence=placed)


def _placed(item: Evidence, facts: TravellerFacts, source: str) -> Evidence:
    """Find the fact that holds a compared value; without one, keep the value and say where it came from."""
    field = _FIELDS.get(item.source.removeprefix(_SUBJECT), item.source.removeprefix(_SUBJECT))
    known = [fact for fact in facts.facts if fact.field == field]
    held = _by_offset(item, known) if field in _NAMES else _by_text(item, known)
    if held is None:
        return item
    if held.end - held.start != len(held.text) or item.text not in held.text:
        return Evidence(source, held.start, held.end, item.text)
    start = held.start + held.text.index(item.text)
    return Evidence(source, start, start + len(item.text), item.text)


def _by_offset(item: Evidence, known: Sequence[Fact]) -> Fact | None:
    """Names of one field were compared joined by blanks: walk them to the one at the offset."""
    reached = 0
    for fact in known:
        if reached <= item.start < reached + len(fact.text):
            return fact
        reached += len(fact.text) + 1
    return None


def _by_text(item: Evidence, known: Sequence[Fact]) -> Fact | None:
    return next((fact for fact in known if fact.text == item.text), known[0] if known else None)


def _evidence(facts: TravellerFacts, fields: frozenset[str], source: str) -> tuple[Evidence, ...]:
    return tuple(fact.evidence(source) for fact in facts.facts if fact.field in fields)
