"""What a reservation may not say is gone from its bytes, its records and its findings before storage."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.desks.travellers.model import MessageStatus
from cordillera.desks.travellers.reading import plan_message
from cordillera.engines.edifact.pnr_fields import fields_in

HOME = "America/Guayaquil"
WHOLE = message(TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY)
CANARY = b"ZQCANARY"
FREE = {
    "meal": (b"SSR+VGML:HK:2:XA'", b"SSR+VGML:HK:2:XA:::UIO:BOG:ZQCANARY'"),
    "health": (b"SSR+VGML:HK:2:XA'", b"SSR+WCHR:HK:1:XA:::::ZQCANARY'"),
    "service that nobody knows": (b"SSR+VGML:HK:2:XA'", b"SSR+QQQQ:HK:1:XA:::::ZQCANARY'"),
    "text of a service that stays": (b"SSR+VGML:HK:2:XA'", b"SSR+UMNR:HK:1:XA:::::ZQCANARY'"),
    "place of a service's status": (b"SSR+VGML:HK:2:XA'", b"SSR+UMNR:ZQCANARY:1:ZQCANARY'"),
    "OSI": (b"IFT+4:28::XA+CTCM 593991234567'", b"IFT+4:28::XA+ZQCANARY IS FASTING'"),
    "behind a telephone number": (b"+CTCM 593991234567'", b"+CTCM 593991234567 ZQCANARY'"),
    "behind a mail address": (b"LOOR//MAIL.EC'", b"LOOR//MAIL.EC ?+ ZQCANARY'"),
    "remark": (b"EBD+USD:40.00", b"LTS+0/O/ZQCANARY'EBD+USD:40.00"),
    "payer": (b"IFT+4:43+PEDRO LOOR", b"IFT+4:43+ZQCANARY"),
    "hotel": (b"MAD:HOTEL SOL", b"MAD:HOTEL ZQCANARY"),
    "history": (b"LTS+0/O/SEE LINE 3", b"LTS+0/O/ZQCANARY"),
    "unknown segment": (b"EBD+USD:40.00", b"QQQ+ZQCANARY'EBD+USD:40.00"),
    "tax": (b"DAT+710:061126'FOP", b"TXD++1.00:::ZQCANARY'DAT+710:061126'FOP"),
    "time that is none": (b"DAT+700:061126:1010", b"DAT+700:061126:ZQCANARY"),
    "code that is none": (b"TIF+LOOR+ANAMRS:A:1'FTI", b"TIF+LOOR+ANAMRS:ZQCANARY:1'FTI"),
    "unit of a weight": (b"TBD++2:41:700", b"TBD++2:41:ZQCANARY"),
    "part of a document beyond its parts": (b"/LOOR/ANA/MARIA'", b"/LOOR/ANA/MARIA/ZQCANARY'"),
    "password of the interchange": (b"+2611251200'UNH", b"+2611251200+ZQCANARY+ZQCANARY ZQCANARY'UNH"),
    "before the message": (b"UNB+", b"ZQCANARY\r\nUNB+"),
    "between segments": (b"'TIF+QUISPE", b"'zqcanary+ZQCANARY'TIF+QUISPE"),
    "another type of message": (b"UNZ+1'", b"UNH+2+CUSCAR:D:05B:UN'FTX+AAA+++ZQCANARY'UNT+3+2'UNZ+1'"),
}


def everything(plan) -> bytes:
    """All that would be stored of a file, as bytes."""
    return plan.raw + msgspec.json.encode((plan.reservations, plan.notes, plan.flights, plan.travellers))


def worded(raw: bytes, words: bytes):
    """The file once for each part of each segment, with words in its place."""
    segments = raw.split(b"'")
    for at, segment in enumerate(segments):
        tag, *elements = segment.split(b"+")
        for place, element in enumerate(elements, 1):
            parts = element.split(b":")
            named = tag.decode().strip() in {"TIF", "ADD", "IFT", "UNA"} or (
                tag == b"SSR" and b"DOC" in segment
            )
            sender = tag == b"UNB" and place in {2, 3}
            for part in () if named or sender or b"?" in segment else range(len(parts)):
                put = [*parts[:part], words, *parts[part + 1 :]]
                told = b"+".join((tag, *elements[: place - 1], b":".join(put), *elements[place:]))
                yield (
                    f"{tag.decode()}+{place}:{part}",
                    b"'".join((*segments[:at], told, *segments[at + 1 :])),
                )


def test_words_where_a_code_a_number_or_a_reference_belongs_are_emptied():
    for words in (b"PEREGRINO MAPUCHE", b"HOMOSTEL", b"PAX HAS TB"):
        tried = [*worded(WHOLE, words)]
        assert len(tried) > 150
        stayed = [place for place, raw in tried if words in everything(plan_message(raw, HOME)).upper()]
        assert stayed == []


@pytest.mark.parametrize("place", FREE)
def test_free_text_is_gone_from_bytes_records_and_findings(place):
    before, after = FREE[place]
    assert before in WHOLE
    raw = WHOLE.replace(before, after, 1)
    assert CANARY in raw
    plan = plan_message(raw, HOME)
    assert plan.status is not MessageStatus.QUARANTINED
    assert len(plan.raw) == len(raw)
    assert CANARY not in everything(plan).upper()


def test_what_the_law_allows_is_still_there_with_its_bytes():
    plan = plan_message(WHOLE, HOME)
    (told,) = plan.reservations
    person = told.pnrs[0].travellers[0]
    assert (person.surname.text, person.documents[0].number.text) == ("LOOR", "A1234567")
    for kept in (
        b"MFN4TI",
        b"A1234567",
        b"17MAY80",
        b"ANA..LOOR//MAIL.EC",
        b"4621234567890",
        b"48521",
        b"15A",
    ):
        assert kept in plan.raw
    for gone in (b"VGML", b"PEDRO", b"HOTEL", b"CALLE LARGA 45+"):
        assert gone not in plan.raw


def test_no_document_says_the_sex_of_its_holder():
    plan = plan_message(WHOLE, HOME)
    assert b"/17MAY80/#/18FEB31/" in plan.raw
    assert {one.sex for person in plan.reservations[0].pnrs[0].travellers for one in person.documents} == {
        None
    }


def test_a_card_number_sent_whole_keeps_six_and_four_digits():
    raw = WHOLE.replace(b"VI:XXXXXXXXXXXX1186", b"VI:4111111111111111")
    plan = plan_message(raw, HOME)
    payment = plan.reservations[0].pnrs[0].travellers[0].tickets[0].payments[0]
    assert payment.account.text == "411111XXXXXX1111"
    assert plan.raw[payment.account.start : payment.account.end] == b"411111XXXXXX1111"
    assert b"4111111111111111" not in everything(plan)


def test_every_kept_field_points_at_bytes_that_say_it():
    plan = plan_message(WHOLE, HOME)
    found = 0
    for field in fields_in(plan.reservations[0].pnrs):
        piece = plan.raw[field.start : field.end]
        found += 1
        assert any(chr(byte).isalnum() for byte in piece), field
    assert found > 80


@pytest.mark.parametrize(
    ("name", "pnrs"), [("pnrWithBags.txt", 127), ("loader_2_pnrs_basic.edi", 2), ("bigMessagePnr.txt", 1)]
)
def test_fields_of_carriers_files_keep_their_bytes(shared, name, pnrs):
    raw = (shared / "borders" / "pnrgov" / name).read_bytes()
    plan = plan_message(raw, HOME)
    assert sum(len(one.pnrs) for one in plan.reservations) == pnrs
    assert len(plan.raw) == len(raw)
    names = [person.surname for one in plan.reservations for pnr in one.pnrs for person in pnr.travellers]
    for name_field in names:
        assert "#" not in plan.raw[name_field.start : name_field.end].decode("latin-1")


@pytest.mark.parametrize(
    "name",
    [
        "pnrWithBags.txt",
        "loader_2_pnrs_basic.edi",
        "bigMessagePnr.txt",
        "pnrMessageExample.txt",
        "pnrEdge.txt",
    ],
)
def test_the_kept_bytes_read_again_give_the_same_records(shared, name):
    plan = plan_message((shared / "borders" / "pnrgov" / name).read_bytes(), HOME)
    again = plan_message(plan.raw, HOME)
    assert [one.pnrs for one in again.reservations] == [one.pnrs for one in plan.reservations]
    assert again.raw == plan.raw


def test_what_documents_of_infants_visas_and_tickets_in_row_say_is_read_again():
    told = (
        b"SSR+DOCS:HK:1:XA:::::/P/ECU/B1/ECU/01JUN26/FI/01JAN30/LOOR/TINA'"
        b"SSR+DOCO:HK:1:XA:::::/SANTO DOMINGO/V/B2/BOGOTA COL/12JUL26/USA/I'"
        b"TKT+9991111111111:T:3+9991111111119'"
    )
    raw = WHOLE.replace(b"TIF+QUISPE", told + b"TIF+QUISPE", 1)
    plan = plan_message(raw, HOME)
    again = plan_message(plan.raw, HOME)
    assert [one.pnrs for one in again.reservations] == [one.pnrs for one in plan.reservations]
    assert b"/FI/" not in plan.raw
    assert all(word in plan.raw for word in (b"SANTO DOMINGO", b"BOGOTA COL", b"9991111111119"))
    ana = plan.reservations[0].pnrs[0].travellers[0]
    assert [one.infant is not None for one in ana.documents][-2:] == [True, True]
    assert ana.tickets[-1].numbers == ("9991111111111", "9991111111119")


def test_a_sensitive_word_in_place_of_a_birthplace_is_gone():
    raw = WHOLE.replace(
        b"TIF+QUISPE", b"SSR+DOCO:HK:1:XA:::::/MUSLIM/V/B2/HALAL CITY/12JUL26/USA'TIF+QUISPE", 1
    )
    plan = plan_message(raw, HOME)
    assert b"MUSLIM" not in everything(plan)
    assert b"HALAL" not in everything(plan)


def test_lists_and_reservations_of_one_file_are_both_read(paxlst):
    people = paxlst("LOOR:ANA", extra="FTX+AAI+++ZQCANARY'")
    plan = plan_message(people + WHOLE, HOME)
    assert ([t.facts.family_names for t in plan.travellers], len(plan.reservations)) == (["LOOR"], 1)
    assert CANARY not in plan.raw
    surname = plan.travellers[0].facts.facts[0]
    assert plan.raw[surname.start : surname.end] == b"LOOR"
    assert b"DOC+P+AB0000000" in plan.raw
    assert b"MFN4TI" in plan.raw


def test_other_separators_keep_their_places():
    raw = b"UNA-.? *" + b" " + WHOLE.replace(b"+", b".").replace(b"'", b"*")
    plan = plan_message(raw.replace(b"UNA-.? * ", b"UNA:.,? *"), HOME)
    assert plan.reservations[0].pnrs[0].key == "XA:MFN4TI"
    assert b"VGML" not in plan.raw


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_stop_a_reservation_or_change_its_length(more):
    raw = WHOLE[:700] + more + WHOLE[700:]
    assert len(plan_message(raw, HOME).raw) == len(raw)
