"""What we write, any reader reads: counts right, separators released, every fact back again."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import ListKind, Role, Traveller, text_of
from cordillera.engines.edifact.paxlst_writer import (
    DocumentDraft,
    LegDraft,
    PaxlstDraft,
    TravellerDraft,
    write_paxlst,
)
from cordillera.engines.edifact.service import LEVEL_A, LEVEL_B, ServiceString
from cordillera.engines.edifact.writer import NotWritable, Style

ODD = ServiceString(b"*", b"|", b",", b"\\", b"", b"~")
LEG = LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10")
# Symbols from 0xA0 to 0xBF after a letter could be UTF-8 as well; no name has them.
LETTERS = [chr(code) for code in (*range(0x20, 0x7F), *range(0xC0, 0x100)) if chr(code) != "/"]
names = st.text(LETTERS, max_size=12).map(str.strip)
days = st.dates(min_value=date(1901, 1, 1)).map(str)
documents = st.builds(
    DocumentDraft,
    number=names.map(lambda text: text or "A1"),
    type=st.sampled_from("PVI"),
    issuer=names,
    expires=st.just("") | days,
)
travellers = st.builds(
    TravellerDraft,
    surname=names,
    given=names,
    role=st.sampled_from(Role),
    sex=st.sampled_from(["", "F", "M", "X"]),
    nationality=names,
    residence=names,
    birthplace=names,
    embarked=names,
    disembarks=names,
    documents=st.lists(documents, max_size=3).map(tuple),
    reservation=names,
    seat=names,
)


def draft_of(*people: TravellerDraft, kind: ListKind = ListKind.PASSENGERS) -> PaxlstDraft:
    return PaxlstDraft("XA", "ECAPI", "2026-11-21T12:00", "R1", (LEG,), people, kind=kind)


def written_again(person: Traveller) -> TravellerDraft:
    """A traveller as read, in the shape of a draft."""
    return TravellerDraft(
        surname=text_of(person.surname),
        given=text_of(person.given),
        role=person.role,
        sex=text_of(person.sex),
        date_of_birth=text_of(person.date_of_birth),
        nationality=text_of(person.nationality),
        residence=text_of(person.residence),
        birthplace=text_of(person.birthplace),
        embarked=text_of(person.embarked),
        disembarks=text_of(person.disembarks),
        documents=tuple(
            DocumentDraft(
                text_of(document.number),
                text_of(document.type),
                text_of(document.issuer),
                text_of(document.expires),
            )
            for document in person.documents
        ),
        reservation=text_of(person.reservation),
        seat=text_of(person.seat),
    )


@given(
    people=st.lists(travellers, max_size=4), service=st.sampled_from([LEVEL_A, ODD]), grouped=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(
    people: list[TravellerDraft], service: ServiceString, *, grouped: bool
) -> None:
    data = write_paxlst(draft_of(*people), Style(service=service, grouped=grouped))
    reading = read(data)
    (message,) = paxlst_messages(reading)
    assert [finding.code for finding in reading.findings if finding.code != "edifact.charset"] == []
    assert [written_again(person) for person in message.travellers] == list(people)


@given(birth=st.dates(max_value=date(2026, 11, 21)).map(str))
@settings(max_examples=60, deadline=None)
def test_any_birth_date_survives_the_two_digit_year(birth: str) -> None:
    data = write_paxlst(draft_of(TravellerDraft("A", "B", date_of_birth=birth)))
    assert text_of(paxlst_messages(read(data))[0].travellers[0].date_of_birth) == birth


def test_a_written_message_satisfies_every_check_of_the_reader() -> None:
    person = TravellerDraft(
        "D'ARCY", "ANNE?", date_of_birth="1972-09-07", bags=("XA1", "XA2"), clearance="UIO"
    )
    data = write_paxlst(draft_of(person), Style(grouped=True))
    reading = read(data)
    (message,) = paxlst_messages(reading)
    assert reading.findings == ()
    assert message.findings == ()
    assert message.travellers[0].full_name == "ANNE? D'ARCY"
    assert [text_of(bag) for bag in message.travellers[0].bags] == ["XA1", "XA2"]
    assert message.declared_passengers == 1


def test_a_crew_list_counts_crew() -> None:
    data = write_paxlst(draft_of(TravellerDraft("A", "B", role=Role.CREW), kind=ListKind.CREW))
    (message,) = paxlst_messages(read(data))
    assert (message.declared_crew, message.declared_passengers) == (1, None)


@pytest.mark.parametrize(
    ("person", "style"),
    [
        (TravellerDraft("MUÑOZ", "A"), Style(syntax="UNOA", codec="ascii")),
        (TravellerDraft("A\x1cB", "A"), Style(service=LEVEL_B)),
        (TravellerDraft("A\nB", "A"), Style()),
        (TravellerDraft("A", "B", date_of_birth="1972-02-31"), Style()),
        (TravellerDraft("A", "B", date_of_birth="1972"), Style()),
    ],
)
def test_what_the_form_cannot_carry_is_refused(person: TravellerDraft, style: Style) -> None:
    with pytest.raises(NotWritable):
        write_paxlst(draft_of(person), style)


def test_wrong_times_and_kinds_are_refused() -> None:
    for draft in [
        PaxlstDraft("XA", "EC", "yesterday", "1", (), ()),
        PaxlstDraft("XA", "EC", "2026-11-21", "1", (), (), kind=ListKind.UNKNOWN),
    ]:
        with pytest.raises(NotWritable):
            write_paxlst(draft)
