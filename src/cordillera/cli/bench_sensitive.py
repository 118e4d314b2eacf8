"""`cordillera bench sensitive`: how much of what PNR law forbids is removed before anything is stored.

Messages of invented persons are written with labelled values: sensitive ones (meals, health, belief, union,
opinion; as codes, abbreviations and free text in Spanish and English; where carriers write them and where
nobody looks for them) and lawful ones: in reservations, in and around passenger lists, and in files that
nobody can read. Each is made ready to be stored as a node does it, and every label is looked for in all that
would be stored, bytes, records and findings; of a file that nobody could read, in what anybody is shown:

1. `recall`: the share of sensitive labels that are gone; `leaked` says how many are not, by place;
2. the words beside a label are labels of their own, as they were written: none may stay without it;
3. `precision`: of the labels that are gone, the share that is sensitive; `kept` of `lawful` stayed.

Labels are longer than a code: what of three letters stands where a code is allowed cannot be told from one.
"""

import random
import sys
from collections import Counter
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.desks.travellers.masking import structure_of
from cordillera.desks.travellers.model import MessageStatus
from cordillera.desks.travellers.reading import plan_message

_TEXTS: Final = (
    "SIN CERDO POR FAVOR", "NO PORK PLEASE", "HALAL", "KOSHER ONLY", "CELIACO", "COELIAC", "VGTARIANO",
    "PAX DIABETICA TIPO 2", "INSULIN DEPENDENT", "SILLA DE RUEDAS", "WHEELCHAIR TO GATE", "EMBARAZADA 32 SEM",
    "PREGNANT 32 WKS", "SORDO", "HARD OF HEARING", "AYUNA EN RAMADAN", "FASTING RAMADAN", "TESTIGO DE JEHOVA",
    "PASTOR EVANGELICO", "NUN TRAVELLING", "DELEGADA SINDICAL", "TRADE UNION MTG", "CONGRESO DEL PARTIDO",
    "PARTY MEMBER", "PUEBLO SHUAR", "ROMA FAMILY", "MATRIMONIO IGUALITARIO", "HONEYMOON SAME SEX", "VIH",
    "HIV MEDS", "REIST MET GELEIDEHOND", "PASSAGIER HEEFT KANKER", "BEDEVAART NAAR ROME", "VAKBONDSLID",
    "PELERINAGE A LOURDES", "FEMME ENCEINTE", "DELEGUE SYNDICAL", "ORIGINE MAGHREBINE", "GESTANTE 32 SEM",
    "ROMARIA A APARECIDA", "FILIADO AO PARTIDO", "QUILOMBOLA", "GRUPO MAPUCHE", "UNQUSQA HAMPINA WASIMAN",
    "MILITANTE DE PACHAKUTIK", "PEREGRINACION A LA MECA", "AFRODESCENDIENTE", "HAJJ GROUP", "CON MARCAPASOS",
)  # fmt: skip
_CODES: Final = (
    "VGML", "KSML", "MOML", "HNML", "DBML", "GFML", "SPML", "WCHR", "WCHS", "WCHC", "MEDA", "MEDIF",
    "BLND", "DEAF",
    "DPNA", "OXYG", "STCR", "PREG", "SVAN", "ESAN", "PPOC", "LANG", "CKIN", "OTHS", "XQZT",
)  # fmt: skip
_HIDDEN: Final = {
    "service": "SSR+{code}:HK:1:XA:::::{text}'",
    "text of a lawful service": "SSR+UMNR:HK:1:XA:::::{text}'",
    "text of a ticket": "SSR+TKNE:HK:1:XA:::::{text}'",
    "text of an infant": "SSR+INFT:HK:1:XA:::::/{text}'",
    "status of a service": "SSR+UMNR:{text}:1:XA'",
    "airport of a service": "SSR+UMNR:HK:1:XA:::{text}'",
    "holder of a service": "SSR+UMNR:HK:1:XA+::{text}'",
    "OSI": "IFT+4:28::XA+{text}'",
    "several texts": "IFT+4:28::XA+CTCM 593991234567+{text}+VIP'",
    "behind a telephone number": "IFT+4:28::XA+CTCM 593991234567 {text}'",
    "behind a mail address": "IFT+4:28::XA+CTCE ANA//MAIL.EC {text}'",
    "before a telephone number": "IFT+4:28::XA+{text} CTCM 593991234567'",
    "contact service": "SSR+CTCR:HK:1:XA:::::{text}'",
    "remark": "LTS+0/O/28/{text}'",
    "unknown segment": "QQQ+{text}'",
    "time": "DAT+700:061126:{text}'",
    "qualifier of a time": "DAT+{text}:061126:1010'",
    "excess": "EBD+USD:40.00+{text}::P'",
    "tier": "FTI+XA:0012345:::{text}'",
}
_UNDER_TRAVELLER: Final = {
    **{f"{place} of a traveller": form for place, form in _HIDDEN.items() if form.startswith(("SSR", "IFT"))},
    "document beyond its parts": "SSR+DOCS:HK:1:XA:::::/P/ECU/B7/ECU/17MAY80/F/18FEB31/LOOR/ANA/EVA/{text}'",
    "tax": "TKT+4621234567891:T:1'TXD++1.00:::{text}'",
    "payer": "TKT+4621234567891:T:1'FOP+CA::9.00'IFT+4:43+{text}'",
    "kind of price": "TKT+4621234567891:T:1'MON+{text}:9.00:USD'",
    "kind of ticket": "TKT+4621234567891:{text}:1'",
}
_BEHIND_LEGS: Final = {
    "service of a flight": "SSR+{code}:HK:1:XA:::UIO:BOG:{text}'",
    "remark of a flight": "IFT+4:28::XA+{text}'",
    "unit of bags": "DAT+2:251126:2200'TRI++108:::1'TBD++2:41:{text}+++XA:48521:1:BOG'",
    "cabin": "DAT+2:251126:2200'TRI++108:::1'SSD+15A++++{text}'",
    "hotel": "MSG+8'TVL+261126+UIO+BOG+{text}+HTL'",
    "history": "ABI+4+KZ75+UIO++XA'DAT+T:251126:1200'SAC+++A'SSR+{code}:HK:1:XA:::::{text}'",
    "remark in the history": "ABI+4+KZ75+UIO++XA'DAT+T:251126:1200'SAC+++A'LTS+{text}'",
}
_LISTED: Final = {
    "indicator of a list": "GEI+4+{text}'",
    "contact of a list": "COM+{text}:TE'",
    "contact's name": "CTA+BA+{text}'",
    "authentication": "AUT+{text}'",
    "baggage text": "FTX+BAG+++{text}'",
    "free text of a list": "FTX+AAI+++{text}'",
    "measure": "MEA+CT++:{text}'",
    "quantity": "QTY+118:{text}'",
    "moment": "DTM+329:{text}'",
    "address": "NAD+FL+++ROJAS:EVA+{text}+QUITO++170150+ECU'",
    "city": "NAD+FL+++ROJAS:EVA+CALLE 1+{text}++170150+ECU'",
    "reference of a list": "RFF+ABO:{text}'",
    "kind of a document of a list": "DOC+{text}+B77'",
    "behind a document of a list": "DOC+V:110:111+B78:{text}'",
    "nationality of a list": "NAT+2+{text}'",
    "state of a list": "LOC+91+{text}'",
    "before a name of a list": "NAD+FL+{text}++ROJAS:EVA'",
    "unreadable segment": "OSI {text}'",
    "request among a list": "SSR+{code}:HK:1:XA:::::{text}'",
    "unknown segment of a list": "QQQ+{text}'",
}
_AROUND: Final = {
    "before a list": "QK {text}\r\n{list}",
    "behind a list": "{list}\r\nFTX {text}",
    "behind an interchange": "{list}FTX+AAI+++{text}'",
    "another message of the file": "{open}UNH+2+CUSRES:D:05B:UN'FTX+AAI+++{text}'UNT+3+2'{close}",
    "between messages": "{open}{text}'{close}",
}
_UNREAD: Final = {
    "another type of message": "UNB+UNOA:4+XA+EC+261125:1200+Q{number}'UNH+1+CUSDEC:D:05B:UN'{text}'",
    "no message": "PNL XA412\r\n1ROJAS/EVA .R/{code} {text}\r\n",
}
_TOLD_APART: Final = 5
"""So long are words that stand in a message by no chance."""
_ZONE: Final = "America/Guayaquil"
_SURNAMES: Final = ("LOOR", "QUISPE", "VERA", "ROJAS", "MERO", "CEDENO", "TAPIA")


class SensitiveFigures(msgspec.Struct, frozen=True):
    """What became of the labels, and where sensitive ones stayed."""

    messages: int
    sensitive: int
    removed: int
    recall: float
    lawful: int
    kept: int
    precision: float
    leaked: dict[str, int]
    lost: dict[str, int]
    seed: int


class Labelled(msgspec.Struct, frozen=True):
    """A message, and where which sensitive and lawful words stand in it (upper case)."""

    raw: bytes
    sensitive: tuple[tuple[str, bytes], ...]
    lawful: tuple[tuple[str, bytes], ...]


def sensitive(
    *,
    messages: Annotated[int, Parameter(name="--messages", validator=validators.Number(gt=0))] = 500,
    seed: int = 681,
    json: JsonOption = False,
) -> None:
    """Write labelled messages, remove what may not be stored, and say what stayed and what was lost.

    Exits 1 when anything sensitive stayed.
    """
    figures = measure(messages, seed)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:10} {getattr(figures, name)}", highlight=False)
    if figures.leaked:
        sys.exit(EXIT_REFUSED)


def measure(messages: int, seed: int) -> SensitiveFigures:
    """Look for every label in what would be stored of so many reservations, lists and unreadable files."""
    chance = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    leaked: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    bad = good = 0
    for number in range(messages):
        for one in (labelled(chance, number), listed(chance, number), unread(chance, number)):
            stored = would_be_stored(one.raw)
            bad, good = bad + len(one.sensitive), good + len(one.lawful)
            leaked.update(place for place, word in one.sensitive if word in stored)
            lost.update(place for place, word in one.lawful if word not in stored)
    removed, gone = bad - leaked.total(), lost.total()
    return SensitiveFigures(
        messages, bad, removed, round(removed / bad, 5), good, good - gone,
        round(removed / max(1, removed + gone), 5), dict(leaked), dict(lost), seed,
    )  # fmt: skip


def would_be_stored(raw: bytes) -> bytes:
    """All that a node would store of a file, as bytes in upper case."""
    plan = plan_message(raw, _ZONE)
    records = (plan.sender, plan.reference, plan.reservations, plan.notes, plan.flights, plan.travellers)
    unread = plan.status is MessageStatus.QUARANTINED
    kept = structure_of(plan.raw) if unread else plan.raw
    return (kept + msgspec.json.encode(records)).upper()


def labelled(chance: random.Random, number: int) -> Labelled:
    """Message `number`: three sensitive values in each of three parts, among what is lawful."""
    told: list[tuple[str, bytes]] = []

    def hidden(places: dict[str, str]) -> str:
        chosen = chance.sample(sorted(places), 3)
        written = []
        for place in chosen:
            word, code = f"ZQ{number:05}{len(told):02}", chance.choice(_CODES)
            text, beside = _spelled(chance, chance.choice(_TEXTS), word)
            told.append((place, word.encode()))
            if len(beside) >= _TOLD_APART:
                told.append((f"words of a {place}", beside.encode()))
            if "{code}" in places[place]:
                told.extend((f"code of a {place}", form.encode()) for form in (f"SSR+{code}", f'"{code}"'))
            written.append(places[place].format(text=text, code=code))
        return "".join(written)

    document, ticket, tag = f"A{number:07}", f"4620{number:09}", f"48{number:05}"
    surname, phone = chance.choice(_SURNAMES) + chr(65 + number % 26) * 3, f"59399{number:07}"
    raw = (
        "UNA:+.? 'UNB+UNOA:4+XA+EC+261125:1200+R1'UNH+2+PNRGOV:13:1:IA+REF7'MSG+:22'ORG+XA:UIO'"
        f"TVL+261126:0900:1105+UIO+BOG+XA+412'EQN+1'SRC'RCI+XA:L{number:05}'{hidden(_HIDDEN)}"
        f"TIF+{surname}+ANA:A:1'IFT+4:28::XA+CTCM {phone}'"
        f"SSR+DOCS:HK:1:XA:::::/P/ECU/{document}/ECU/17MAY80/F/18FEB31/{surname}/ANA'"
        f"{hidden(_UNDER_TRAVELLER)}TKT+{ticket}:T:1'"
        f"TVL+261126:0900::1105+UIO+BOG+XA+412:Y'SSR+SEAT:HK:1:XA:::UIO:BOG+15A::1'DAT+2:251126:2200'"
        f"TRI++108:::1'TBD++1:21:700+++XA:{tag}:1:BOG'TVL+281126:0900::1105+BOG+UIO+XA+413:Y'"
        f"{hidden(_BEHIND_LEGS)}UNT+9+2'UNZ+1+R1'"
    )
    lawful = {
        "locator": f"L{number:05}", "surname": surname, "telephone": phone, "document": document,
        "ticket": ticket, "bag": tag, "seat": "15A",
    }  # fmt: skip
    return Labelled(
        raw.encode(), tuple(told), tuple((place, word.encode()) for place, word in lawful.items())
    )


def listed(chance: random.Random, number: int) -> Labelled:
    """Passenger list `number`: three sensitive values inside it and one around it, among what is lawful."""
    told: list[tuple[str, bytes]] = []
    inside = "".join(
        _LISTED[place].format(**_value(chance, (place, number), told))
        for place in chance.sample(sorted(_LISTED), 3)
    )
    document, tag, locator = f"B{number:07}", f"XA47{number:05}", f"M{number:05}"
    surname, phone = chance.choice(_SURNAMES) + chr(65 + number % 26) * 3, f"59398{number:07}"
    opened = (
        f"UNB+UNOA:4+XA+EC+261125:1200+L{number}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA412'LOC+125+UIO'"
        "DTM+189:2611260900:201'LOC+87+BOG'DTM+232:2611261105:201'"
        f"NAD+FL+++{surname}:ANA'DTM+329:800517'MEA+CT++:1'GEI+4+173'FTX+BAG+++{tag}'COM+{phone}:TE'"
        f"NAT+2+ECU'RFF+AVF:{locator}'RFF+SEA:15A'DOC+P:110:111+{document}'DTM+36:310218'LOC+91+ECU'{inside}"
        "CNT+42:1'UNT+20+1'"
    )
    place = chance.choice(sorted(_AROUND))
    parts = {"open": opened, "close": "UNZ+1+1'", "list": f"{opened}UNZ+1+1'"}
    raw = _AROUND[place].format(**parts, **_value(chance, (place, number), told))
    lawful = {
        "locator of a list": locator, "surname of a list": surname, "telephone of a list": phone,
        "document of a list": document, "bag of a list": tag, "birth of a list": "800517",
        "seat of a list": "15A",
    }  # fmt: skip
    return Labelled(
        raw.encode(), tuple(told), tuple((place, word.encode()) for place, word in lawful.items())
    )


def unread(chance: random.Random, number: int) -> Labelled:
    """File `number` that nobody can read, with one sensitive value."""
    told: list[tuple[str, bytes]] = []
    place = chance.choice(sorted(_UNREAD))
    raw = _UNREAD[place].format(number=number, **_value(chance, (place, number), told))
    return Labelled(raw.encode(), tuple(told), ())


def _value(chance: random.Random, at: tuple[str, int], told: list[tuple[str, bytes]]) -> dict[str, str]:
    """A sensitive text for a place, whose label, letters alone, is added to what is told; and a code."""
    place, number = at
    word = "ZQ" + "".join(chr(65 + int(digit)) for digit in f"{number:05}{len(told):02}")
    text, beside = _spelled(chance, chance.choice(_TEXTS), word)
    told.append((place, word.encode()))
    if len(beside) >= _TOLD_APART:
        told.append((f"words of {place}", beside.encode()))
    return {"text": text, "code": chance.choice(_CODES)}


def _spelled(chance: random.Random, text: str, word: str) -> tuple[str, str]:
    """A text with its label, as people type (before, behind, cut, marked); and the words beside it."""
    form = chance.randrange(6)
    if form == 0:
        return f"{word} {text}", text
    if form == 1:
        return f"{text} {word}".lower(), text
    if form == 2:
        return f"{text[:4]}/{word}", ""
    if form == 3:
        dotted = text.replace(" ", ".")
        return f"{dotted}?+{word}", dotted
    return (f"{text} {word}", text) if form == 4 else (word, "")
