"""CUSRES advises; it has no word for a denial and no place for a rule."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.edifact import read
from cordillera.engines.edifact.cusres import (
    Advice,
    CusresDraft,
    CusresMessage,
    Missing,
    TravellerAdvice,
    answer,
    cusres_messages,
    write_cusres,
)
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.writer import Envelope, Style

HEAD = Envelope("ECAPI", "XA", "2026-11-21T12:00", "R9")
WHOLE = (
    b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNH+1+PAXLST:D:05B:UN'BGM+745'RFF+TN:T77'TDT+20+XA412'LOC+125+BOG'"
    b"DTM+189:2611211540:201'LOC+87+UIO'DTM+232:2611211710:201'"
    b"NAD+FL+++LOOR:ANA'DTM+329:720907'NAT+2+ECU'RFF+AVF:T1'RFF+ABO:77A'DOC+P+A1'"
    b"NAD+FL+++VERA:LUIS'NAT+2+ECU'DOC+P+A2'"
    b"NAD+FL+++ROJAS:EVA'DTM+329:800101'NAT+2+PER'DOC+P+A3'"
)
words = st.text("ABCXYZ019'+:?*", max_size=8)
people = st.lists(
    st.builds(
        TravellerAdvice,
        place=st.integers(1, 99_999),
        advice=st.sampled_from(Advice),
        passenger_reference=words,
        reservation=words,
        missing=st.lists(st.sampled_from(Missing), unique=True, max_size=3).map(tuple),
    ),
    max_size=5,
).map(tuple)


@given(
    travellers=people,
    transaction=words,
    una=st.booleans(),
    departs=st.sampled_from(["", "2026-11-21", "2026-11-21T15:40"]),
)
@settings(max_examples=80, deadline=None)
def test_an_answer_is_read_back(
    travellers: tuple[TravellerAdvice, ...], transaction: str, departs: str, *, una: bool
) -> None:
    draft = CusresDraft(
        "EC", "XA", "2026-11-21T12:00", "R9", transaction, "XA412", "BOG", departs, "UIO", "", travellers
    )
    reading = read(write_cusres(draft, Style(una=una)))
    assert reading.findings == ()
    assert cusres_messages(reading) == (
        CusresMessage("1", transaction, "XA412", "BOG", departs, "UIO", "", travellers, complete=True),
    )


def test_a_list_is_answered_traveller_by_traveller() -> None:
    (message,) = paxlst_messages(read(WHOLE + b"UNT+20+1'UNZ+1+R1'"))
    draft = answer(message, {2: Advice.OFFICER}, HEAD)
    assert (draft.transaction, draft.flight, draft.departure, draft.arrives) == (
        "T77", "XA412", "BOG", "2026-11-21T17:10",
    )  # fmt: skip
    assert draft.travellers == (
        TravellerAdvice(1, Advice.NOTHING, "77A", "T1"),
        TravellerAdvice(2, Advice.INCOMPLETE, missing=(Missing.BIRTH,)),
        TravellerAdvice(3, Advice.OFFICER),
    )


def test_missing_data_are_never_answered_with_nothing() -> None:
    (message,) = paxlst_messages(read(WHOLE + b"UNT+20+1'UNZ+1+R1'"))
    draft = answer(message, dict.fromkeys(range(3), Advice.NOTHING), HEAD)
    assert [one.advice for one in draft.travellers] == [Advice.NOTHING, Advice.INCOMPLETE, Advice.NOTHING]


def test_the_last_traveller_of_a_cut_list_is_incomplete() -> None:
    (message,) = paxlst_messages(read(WHOLE))
    last = answer(message, {}, HEAD).travellers[-1]
    assert (last.advice, last.missing) == (Advice.INCOMPLETE, (Missing.CUT,))


def test_no_answer_can_deny_or_disclose() -> None:
    """The types have no denial and no field for a text, a rule, a list or a score."""
    assert set(Advice) == {Advice.NOTHING, Advice.INCOMPLETE, Advice.OFFICER}
    assert [one.name for one in msgspec.structs.fields(TravellerAdvice)] == [
        "place", "advice", "passenger_reference", "reservation", "missing",
    ]  # fmt: skip


def test_codes_of_other_lists_are_no_advice() -> None:
    text = b"UNH+1+CUSRES:D:12B:UN'BGM+962'ERP+2'RFF+LI:1'ERC+8:REJ:ZZZ'ERP+2'RFF+LI:X'ERC+N:ADV:ZZZ'UNT+8+1'"
    assert cusres_messages(read(text))[0].travellers == ()


def test_advice_goes_to_the_carrier_as_networks_know_it() -> None:
    draft = CusresDraft("", "", "2026-11-21T12:00", "R1", partners=(("ECMIG", "ZZ"), ("XAAPIS", "ZZ")))
    assert b"UNB+UNOC:4+ECMIG:ZZ+XAAPIS:ZZ+261121:1200+R1" in write_cusres(draft)
