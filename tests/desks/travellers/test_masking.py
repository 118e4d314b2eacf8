"""What may not be kept is gone from a file with lists wherever free text can stand, and from its findings."""

import random
from datetime import timedelta

import msgspec
import pytest

from cordillera.desks.travellers import sensitive_words
from cordillera.desks.travellers.model import QUARANTINE_DAYS, MessageStatus
from cordillera.desks.travellers.reading import plan_message
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst

HOME = "America/Guayaquil"
WHOLE = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++INVENTED:JUAN'"
    b"DTM+329:720805'NAT+2+COL'DOC+P+AB1234567'LOC+91+COL'UNT+13+1'UNZ+1+1'"
)
WORDS = (b"KOSHER", b"HIV", b"MUSLIM", b"WHEELCHAIR")
PLACES = {
    "behind the interchange": (b"UNZ+1+1'", b"UNZ+1+1'\r\nFTX SSR KSML KOSHER MEAL HIV POSITIVE MUSLIM"),
    "before the interchange": (b"UNB+", b"QK HDQXAXA KOSHER HIV\r\nUNB+"),
    "another message": (b"UNZ+1+1'", b"UNH+2+CUSRES:D:05B:UN'FTX+AAI+++KOSHER HIV'UNT+3+2'UNZ+2+1'"),
    "unknown segment": (b"UNT+13", b"SSR+KSML:HK::KOSHER HIV'UNT+13"),
    "segment that cannot be read": (b"DTM+329", b"OSI KOSHER HIV MUSLIM'DTM+329"),
    "indicator": (b"NAT+2+COL'", b"NAT+2+COL'GEI+4+KOSHER'"),
    "reference": (b"NAT+2+COL'", b"NAT+2+COL'RFF+ABO:HIVMUSLIM'"),
    "measure": (b"NAT+2+COL'", b"NAT+2+COL'MEA+CT++:WHEELCHAIR'"),
    "contact": (b"NAT+2+COL'", b"NAT+2+COL'COM+KOSHER HIV:TE'"),
    "moment": (b"DTM+329:720805", b"DTM+329:KOSHER HIV"),
    "nationality": (b"NAT+2+COL", b"NAT+2+MUSLIM"),
    "baggage": (b"DOC+P", b"FTX+BAG+++KOSHER HIV'DOC+P"),
    "authentication": (b"UNT+13", b"AUT+KOSHERHIV'UNT+13"),
    "address": (b"INVENTED:JUAN", b"INVENTED:JUAN+MUSLIM STREET HIV KOSHER+WHEELCHAIR"),
    "password of the interchange": (b"1000+1'", b"1000+1+KOSHER'"),
}
UNLISTED = (b"PEREGRINO", b"PUEBLO SHUAR", b"PAX HAS TB")
"""Words that are on no list."""
CODED = {
    "reference": "RFF+ABO:{}'", "qualifier": "RFF+{}:1'", "kind of document": "DOC+{}+AB1234567'",
    "number of a document": "DOC+P+{}'", "beyond the number": "DOC+P+AB1234567:{}'", "state": "LOC+91+{}'",
    "nationality": "NAT+2+{}'", "list": "NAT+2+COL:{}'", "beyond a place": "LOC+91+COL+{}'",
    "before a name": "NAD+FL+{}'", "beside a code": "GEI+4:{}+173'",
}  # fmt: skip


def everything(plan) -> bytes:
    return plan.raw + msgspec.json.encode((plan.notes, plan.flights, plan.travellers, plan.lists))


@pytest.mark.parametrize("place", PLACES)
def test_no_sensitive_word_stays_in_bytes_records_or_findings(place):
    before, after = PLACES[place]
    raw = WHOLE.replace(before, after, 1)
    assert any(word in raw for word in WORDS)
    plan = plan_message(raw, HOME)
    assert plan.status is not MessageStatus.QUARANTINED
    assert len(plan.raw) == len(raw)
    assert [word for word in WORDS if word in everything(plan)] == []
    (traveller,) = plan.travellers
    surname = traveller.facts.facts[0]
    assert plan.raw[surname.start : surname.end] == b"INVENTED"


@pytest.mark.parametrize("place", CODED)
@pytest.mark.parametrize("words", UNLISTED)
def test_words_where_a_code_a_number_or_a_reference_belongs_are_blanked(place, words):
    said = CODED[place].format(words.decode()).encode()
    plan = plan_message(WHOLE.replace(b"UNT+13", said + b"UNT+13", 1), HOME)
    assert plan.status is not MessageStatus.QUARANTINED
    assert words not in everything(plan)


@pytest.mark.parametrize("tag", ["UNH+1", "BGM+745", "TDT+20"])
def test_words_in_the_head_of_a_list_are_blanked(tag):
    for words in UNLISTED:
        plan = plan_message(WHOLE.replace(tag.encode(), tag.encode() + b":" + words, 1), HOME)
        assert words not in everything(plan)


@pytest.mark.parametrize("kind", ["PAXLST", "CUSDEC"])
def test_words_in_the_reference_of_an_interchange_are_not_kept_beside_its_bytes(kind):
    for words in (*UNLISTED, b"WCHR"):
        raw = WHOLE.replace(b"1000+1'", b"1000+" + words + b"'").replace(b"PAXLST", kind.encode())
        plan = plan_message(raw, HOME)
        assert (plan.sender, plan.reference) == ("XAIR", "")
        assert words not in everything(plan) or kind == "CUSDEC"


def test_names_of_places_carriers_and_ships_keep_their_words():
    kept = (
        b"LOC+180+:::SANTO DOMINGO DE LOS TSACHILAS'",
        b"TDT+20+12+1++XA:172:20:LINEAS DEL SUR+++9074729:::SANTA MARIA'",
    )
    raw = WHOLE.replace(b"UNT+13", kept[0] + b"UNT+13").replace(b"TDT+20+XA12'", kept[1])
    assert plan_message(raw, HOME).raw == raw


@pytest.mark.parametrize("word", [b"ASTHMA", b"AUTIST", b"TUMOR", b"GITANO", b"KICHWA", b"QUEER", b"UMRAH"])
@pytest.mark.parametrize("place", ["RFF+AVF:%b'", "RFF+SEA:%b'", "DOC+P+%b'", "NAT+2+%b'"])
def test_a_sensitive_word_as_short_as_a_locator_is_blanked(place, word):
    raw = WHOLE.replace(b"UNT+13", place.encode() % word + b"UNT+13", 1)
    assert word not in everything(plan_message(raw, HOME))


@pytest.mark.parametrize("code", [b"MFN4TI", b"TUMORA", b"QUEERS", b"XKICHW", b"HINDUX", b"PREGAT"])
def test_a_locator_that_begins_or_ends_like_a_word_stays(code):
    raw = WHOLE.replace(b"UNT+13", b"RFF+AVF:" + code + b"'UNT+13", 1)
    plan = plan_message(raw, HOME)
    assert plan.raw == raw
    assert plan.travellers[0].facts.reservation == code.decode()


def test_an_airport_whose_code_is_a_word_stays_where_places_belong():
    raw = WHOLE.replace(b"LOC+125+BOG", b"LOC+125+GAY")
    plan = plan_message(raw, HOME)
    assert plan.raw == raw
    assert plan.flights[0].origin == "GAY"
    for other in (b"LOC+125+HIV", b"LOC+125+BOG+GAY"):
        assert other not in plan_message(WHOLE.replace(b"LOC+125+BOG", other), HOME).raw


def test_a_lawful_list_keeps_every_byte():
    lawful = b"DOC+ID:110:111+17 1234567 8'RFF+TN:BART34567890:::1'LOC+22+USNYC'"
    lawful += b"COM+593 991234567:TE'RFF+AVF:MFN4TI'FTX+BAG+++XA48521'GEI+4+173'MEA+WT++KGM:15.5'DOC+P"
    raw = WHOLE.replace(b"DOC+P", lawful).replace(b"UNB+", b"UNA:+.? '\r\nUNB+").replace(b"'", b"'\r\n")
    raw = raw.replace(b"UNA:+.? '\r\n\r\n", b"UNA:+.? '\r\n")
    assert plan_message(raw, HOME).raw == raw


@pytest.mark.parametrize("place", sorted(PLACES.keys() - {"unknown segment"}))  # SSR: none are in hand
def test_the_lists_in_hand_are_those_that_the_kept_bytes_tell(place):
    before, after = PLACES[place]
    plan = plan_message(WHOLE.replace(before, after, 1), HOME)
    again = plan_message(plan.raw, HOME)
    assert [one.travellers for one in again.lists] == [one.travellers for one in plan.lists]
    assert again.raw == plan.raw
    told = paxlst.paxlst_messages(edifact.read(plan.raw))
    assert [one.documents for one in told[0].travellers] == [
        one.documents for one in plan.lists[0].travellers
    ]


def test_a_finding_quotes_what_is_kept_and_nothing_else():
    plan = plan_message(WHOLE.replace(b"DTM+329:720805", b"DTM+329:729905'OSI VISIBLE"), HOME)
    told = {note.code: note.text for note in plan.notes}
    assert "729905" in told["paxlst.impossible_date"]
    assert told["edifact.unreadable_segment"] == ""


def test_of_what_nobody_could_read_only_structure_is_shown_for_thirty_days(
    travellers, store, scope, origin, ana, clock
):
    raw = b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+CUSDEC:D:05B:UN'FTX+AAI+++KOSHER HIV'UNT+3+1'UNZ+1+1'"
    with store.transaction(scope) as tx:
        result = travellers.ingest(tx, raw, origin)
    assert result.status is MessageStatus.QUARANTINED
    with store.transaction(ana.scope) as tx:
        shown = travellers.message_bytes(tx, ana, result.message_id)
        detail = travellers.message(tx, result.message_id)
    assert shown.endswith(b"'###+###+++###### ###'###+#+#'###+#+#'")
    assert b"KOSHER" not in msgspec.json.encode(detail.notes)
    assert detail.keep.erase_after == clock.now() + timedelta(days=QUARANTINE_DAYS)


def test_a_short_text_tells_what_its_bytes_tell():
    chance, letters = random.Random(7), "ABCDEIKLMNOPRSTHVGWX019 -/+"
    codes = [code.decode() for code, _ in sensitive_words._PATTERNS] + ["VGML", "XVGML", "VGMLX", "ML"]
    found = 0
    for _ in range(3_000):
        text = "".join(chance.choices(letters, k=chance.randrange(70)))
        code = chance.choice(codes)
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice((code, code[:-1], code.lower(), "")) + text[at:]
        told = bool(sensitive_words.sensitive_places(text.encode()))
        assert sensitive_words.tells_sensitive(text) == told, text
        found += told
    assert 500 < found < 2_500
