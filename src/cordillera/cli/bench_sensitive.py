"""`cordillera bench sensitive`: how much of what PNR law forbids is removed before anything is stored.

Messages of invented persons are written with labelled values: sensitive ones (meals, health, belief, union,
opinion; as codes, abbreviations and free text in Spanish and English; where carriers write them and where
nobody looks for them) and lawful ones. Each message is made ready to be stored as a node does it, and every
label is looked for in all that would be stored, bytes and records:

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
from cordillera.desks.travellers.reading import plan_message

_TEXTS: Final = (
    "SIN CERDO POR FAVOR", "NO PORK PLEASE", "HALAL", "KOSHER ONLY", "CELIACO", "COELIAC", "VGTARIANO",
    "PAX DIABETICA TIPO 2", "INSULIN DEPENDENT", "SILLA DE RUEDAS", "WHEELCHAIR TO GATE", "EMBARAZADA 32 SEM",
    "PREGNANT 32 WKS", "SORDO", "HARD OF HEARING", "AYUNA EN RAMADAN", "FASTING RAMADAN", "TESTIGO DE JEHOVA",
    "PASTOR EVANGELICO", "NUN TRAVELLING", "DELEGADA SINDICAL", "TRADE UNION MTG", "CONGRESO DEL PARTIDO",
    "PARTY MEMBER", "PUEBLO SHUAR", "ROMA FAMILY", "MATRIMONIO IGUALITARIO", "HONEYMOON SAME SEX", "VIH",
    "HIV MEDS",
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
    """Look for every label in what would be stored of so many messages."""
    chance = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    leaked: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    bad = good = 0
    for number in range(messages):
        one = labelled(chance, number)
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
    records = (plan.reservations, plan.notes, plan.flights, plan.travellers)
    return (plan.raw + msgspec.json.encode(records)).upper()


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
