"""The answer to the person, in Spanish and English: generated, so that nothing slips in by hand.

It says what was decided, by which article, what kinds of thing are held about them and with which
authorities it was shared, and where they may turn next. It names nobody else: no officer, no list entry,
no other traveller, no text of an officer. The neutral answer reads the same whether anything is held or not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from cordillera.trust.redress.model import Item, Kind, Language, Outcome, Ticket

LANGUAGES: Final[tuple[Language, ...]] = ("es", "en")


class Place(msgspec.Struct, frozen=True):
    """What the letter must name: the authority that answers, where to complain, partners' authorities."""

    authority: str
    remedy: tuple[str, ...]
    partners: Mapping[str, str] = {}


class _Words(msgspec.Struct, frozen=True):
    head: str
    asked: Mapping[str, str]
    decided: Mapping[str, str]
    article: str
    held: str
    nothing: str
    shared: str
    remedy: str
    close: str
    kinds: Mapping[str, str]
    other: str


_ES: Final = _Words(
    head="{authority}\nExpediente {number}, recibido el {opened}\n\nA {person}:",
    asked={
        "access": "Usted solicitó saber qué datos suyos conservamos.",
        "correction": "Usted solicitó que se corrijan sus datos.",
        "erasure": "Usted solicitó que se borren sus datos.",
        "objection": "Usted se opuso al tratamiento de sus datos.",
        "wrong_match": "Usted indicó que se le confunde con otra persona.",
    },
    decided={
        "granted": "Su solicitud fue aceptada.",
        "partly": "Su solicitud fue aceptada en parte.",
        "refused": "Su solicitud no fue aceptada. Decidieron dos funcionarios.",
        "checks_made": "Se realizaron las verificaciones necesarias. La ley no permite decir más.",
    },
    article="Fundamento: {article}.",
    held="Conservamos sobre usted:",
    nothing="No conservamos datos sobre usted.",
    shared="Se compartieron datos suyos con: {partners}.",
    remedy="Si no está de acuerdo, puede acudir a: {remedy}. También puede acudir a un juez.",
    close="Esta respuesta se generó a partir del expediente y no nombra a otras personas.",
    kinds={
        "traveller": "registros de viaje",
        "alert": "alertas",
        "list": "coincidencias con listas",
        "query": "consultas a otras autoridades",
        "record": "informaciones recibidas o entregadas",
        "message": "mensajes que no pudieron leerse",
    },
    other="otros registros",
)
_EN: Final = _Words(
    head="{authority}\nCase {number}, received on {opened}\n\nTo {person}:",
    asked={
        "access": "You asked which data about you we hold.",
        "correction": "You asked for data about you to be corrected.",
        "erasure": "You asked for data about you to be erased.",
        "objection": "You objected to the use of data about you.",
        "wrong_match": "You told us that you are taken for somebody else.",
    },
    decided={
        "granted": "Your request was granted.",
        "partly": "Your request was granted in part.",
        "refused": "Your request was refused. Two officers decided.",
        "checks_made": "The necessary checks were made. The law does not allow us to say more.",
    },
    article="Ground: {article}.",
    held="We hold about you:",
    nothing="We hold no data about you.",
    shared="Data about you were shared with: {partners}.",
    remedy="If you disagree, you may turn to: {remedy}. You may also go to a court.",
    close="This answer was made from the case file and names no other person.",
    kinds={
        "traveller": "travel records",
        "alert": "alerts",
        "list": "resemblances with lists",
        "query": "questions to other authorities",
        "record": "information received or given",
        "message": "messages that could not be read",
    },
    other="other records",
)
_WORDS: Final = {"es": _ES, "en": _EN}


def letters(ticket: Ticket, outcome: Outcome, article: str, place: Place) -> dict[str, str]:
    """Return the answer in every language."""
    return {language: _letter(_WORDS[language], ticket, (outcome, article), place) for language in LANGUAGES}


def _letter(words: _Words, ticket: Ticket, decided: tuple[Outcome, str], place: Place) -> str:
    outcome, article = decided
    row = ticket.row
    head = words.head.format(
        authority=place.authority,
        number=row.number,
        opened=row.opened_at.date().isoformat(),
        person=ticket.about.full_name,
    )
    parts = [head, words.asked[row.kind], words.decided[outcome], words.article.format(article=article)]
    if _tells(row.kind, outcome):
        parts += _inventory(words, [item for item in ticket.items if item.concerns], place)
    parts += [words.remedy.format(remedy="; ".join(place.remedy)), words.close]
    return "\n\n".join(parts) + "\n"


def _tells(kind: Kind, outcome: Outcome) -> bool:
    """Only a person whose access was granted is told what is held; a refusal or a neutral answer is not."""
    return kind is Kind.ACCESS and outcome in {Outcome.GRANTED, Outcome.PARTLY}


def _inventory(words: _Words, items: Sequence[Item], place: Place) -> list[str]:
    if not items:
        return [words.nothing]
    counted = Counter(words.kinds.get(item.held.source, words.other) for item in items)
    lines = [words.held] + [f"- {kind}: {count}" for kind, count in sorted(counted.items())]
    peers = sorted({shared.peer for item in items for shared in item.held.shared})
    told = ["\n".join(lines)]
    if peers:
        told.append(words.shared.format(partners=", ".join(place.partners.get(peer, peer) for peer in peers)))
    return told
