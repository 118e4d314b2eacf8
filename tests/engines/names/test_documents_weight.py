import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names.documents_number import normal_number
from cordillera.engines.names.documents_schemes import Verdict, identify
from cordillera.engines.names.documents_weight import DocumentFinding, comparable, weigh_numbers
from cordillera.engines.names.model import Document, DocumentKind

PASSPORT, NATIONAL, TAX = DocumentKind.PASSPORT, DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID
CEDULA = Document(NATIONAL, "171003406-5", "ECU")
OTHER_CEDULA = Document(NATIONAL, "0926687856", "Ecuador")


def weigh(
    subject: Document | tuple[Document, ...], listed: Document | tuple[Document, ...]
) -> tuple[DocumentFinding, ...]:
    own, other = (side if isinstance(side, tuple) else (side,) for side in (subject, listed))
    return weigh_numbers(tuple(map(identify, own)), tuple(map(identify, other)))


def only(subject: Document, listed: Document) -> tuple[str, float]:
    (finding,) = weigh(subject, listed)
    return finding.reason.removeprefix("names.document_"), finding.contribution


@pytest.mark.parametrize(
    "written", ["1710034065", "171003406-5", "171.003.406-5", " 1710034065 ", "１７１００３４０６５"]
)
def test_a_cedula_is_one_however_it_is_written(written: str) -> None:
    assert only(CEDULA, Document(NATIONAL, written, "Ecuador")) == ("equal", 22.0)


@pytest.mark.parametrize(
    ("person", "tax"),
    [
        (CEDULA, Document(TAX, "1710034065001", "Ecuador")),
        (Document(NATIONAL, "10117410", "Peru"), Document(TAX, "10101174102", "PER")),
        (Document(NATIONAL, "10117410-2", "Peru"), Document(NATIONAL, "10117410", "PER")),
        (Document(NATIONAL, "5536168", "Argentina"), Document(TAX, "20-05536168-2", "ARG")),
        (Document(NATIONAL, "V-11470283", "Venezuela"), Document(TAX, "V-11470283-4", "VEN")),
        (Document(NATIONAL, "12345678", "Spain"), Document(NATIONAL, "12.345.678-Z", "ESP")),
        (Document(TAX, "800146749", "Colombia"), Document(TAX, "800146749-7", "COL")),
    ],
)
def test_a_tax_number_that_contains_the_national_number_is_of_the_same_person(
    person: Document, tax: Document
) -> None:
    reason, contribution = only(person, tax)
    assert reason == "equal"
    assert contribution > 15.0


def test_the_same_number_speaks_less_when_it_could_be_another() -> None:
    passport = Document(PASSPORT, "A1234567", "ECU")
    falling = [
        only(passport, Document(PASSPORT, "A1234567", "Ecuador")),
        only(passport, Document(PASSPORT, "A1234567")),
        only(passport, Document(NATIONAL, "A1234567", "Ecuador")),
        only(passport, Document(PASSPORT, "A1234567", "Peru")),
    ]
    assert [reason for reason, _ in falling] == ["equal", "equal", "equal_other_kind", "equal_other_issuer"]
    values = [value for _, value in falling]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0


def test_a_short_number_says_less_than_a_long_one() -> None:
    short, long = Document(PASSPORT, "12345", "ECU"), Document(PASSPORT, "123456789", "ECU")
    assert 0 < only(short, short)[1] < only(long, long)[1]


def test_one_misread_digit_that_breaks_the_check_digit_is_said_and_speaks_a_little() -> None:
    for misread in ("1710034056", "1710034085"):
        assert identify(Document(NATIONAL, misread, "ECU")).verdict is Verdict.DOUBTFUL
        assert only(CEDULA, Document(NATIONAL, misread, "ECU")) == ("near_doubtful", 5.0)


def test_a_doubtful_number_that_both_sides_hold_still_speaks_for_one_person() -> None:
    doubtful = Document(NATIONAL, "1710034066", "ECU")
    reason, contribution = only(doubtful, doubtful)
    assert reason == "equal_doubtful"
    assert 10.0 < contribution < 22.0


def test_two_valid_national_numbers_contradict_and_two_passports_hardly() -> None:
    national = only(CEDULA, OTHER_CEDULA)
    passports = only(Document(PASSPORT, "A1234567", "ECU"), Document(PASSPORT, "B7654321", "ECU"))
    unchecked = only(Document(NATIONAL, "16247821", "Colombia"), Document(NATIONAL, "79331144", "COL"))
    assert national[0] == unchecked[0] == "differs"
    assert passports[0] == "other_number"
    assert national[1] < unchecked[1] < passports[1] < 0


@pytest.mark.parametrize(
    "listed",
    [
        Document(NATIONAL, "0926687856"),
        Document(NATIONAL, "16247821", "Colombia"),
        Document(PASSPORT, "B7654321", "ECU"),
        Document(DocumentKind.OTHER, "0926687857", "ECU"),
        Document(NATIONAL, "00000"),
    ],
)
def test_another_number_of_another_kind_state_or_unknown_issuer_says_nothing(listed: Document) -> None:
    assert weigh(CEDULA, listed) == ()


def test_a_ship_has_one_imo_number_for_life_and_its_flag_is_no_issuer() -> None:
    vessel = DocumentKind.VESSEL
    ship = Document(vessel, "IMO 9074729", "Panama")
    assert only(ship, Document(vessel, "9074729", "Liberia"))[0] == "equal"
    assert only(ship, Document(vessel, "9187629"))[1] == -6.0
    assert only(Document(vessel, "735059000"), Document(vessel, "636012345"))[0] == "other_number"


def test_the_check_digit_of_a_machine_readable_line_is_not_part_of_the_number() -> None:
    assert only(Document(PASSPORT, "L898902C3", "UTO"), Document(PASSPORT, "L898902C36"))[0] == "equal"


def test_of_several_documents_the_best_agreement_and_the_worst_other_contradiction_count() -> None:
    passport, old = Document(PASSPORT, "A1234567", "ECU"), Document(PASSPORT, "Z9911223", "ECU")
    found = weigh((passport, CEDULA), (old, passport, OTHER_CEDULA))
    assert [finding.reason for finding in found] == ["names.document_equal", "names.document_differs"]


def test_a_curp_needs_no_issuer_and_a_cedula_does() -> None:
    assert identify(Document(DocumentKind.OTHER, "BOXW310820HNERXN09")).scheme == "mx_curp"
    assert identify(Document(NATIONAL, "1710034065")).scheme == ""
    assert identify(Document(DocumentKind.REGISTRATION, "HWUPKR0MPOU8FGXBT394")).scheme == "lei"


def test_documents_can_be_compared_when_their_kinds_meet_and_their_states_do_not_differ() -> None:
    def able(own: Document, other: Document) -> bool:
        return comparable((identify(own),), (identify(other),))

    assert able(CEDULA, OTHER_CEDULA)
    assert not able(CEDULA, Document(PASSPORT, "A1234567", "ECU"))
    assert not able(CEDULA, Document(NATIONAL, "16247821", "Colombia"))


@given(
    st.sampled_from(list(DocumentKind)), st.text(max_size=80), st.sampled_from(["", "ECU", "PER", "MEX", "?"])
)
def test_no_number_breaks_the_reader(kind: DocumentKind, number: str, issuer: str) -> None:
    document = Document(kind, number, issuer)
    for finding in weigh(document, document):
        assert finding.contribution >= 0.0
        assert finding.contribution * 1024 == round(finding.contribution * 1024)
    assert len(normal_number(number)) <= 200
