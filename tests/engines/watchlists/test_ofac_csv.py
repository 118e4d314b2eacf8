import gzip
from pathlib import Path

import pytest

from cordillera.engines.names.model import Document, DocumentKind, Precision
from cordillera.engines.watchlists.errors import ListEmpty, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.ofac_csv import parse_ofac
from cordillera.engines.watchlists.ofac_remarks import read_ofac_birth, read_remarks

NULLS = ",".join(["-0- "] * 6)


def sdn(*rows: str) -> bytes:
    return ("\r\n".join(rows) + "\r\n").encode("iso-8859-1") + b"\x1a"


REMARK = (
    "DOB 02 Oct 1980; alt. DOB circa 1979; nationality Nowhere; Gender Female; Passport J287011 (Nowhere)"
    " expires 01 Jan 2020; Cedula No. 16247821 (Nowhere); ethnicity Invented; a.k.a. 'LA PROFE';"
    " a.k.a. 'EJEMPLO, Anita'."
)
ANA = f'7,"EJEMPLO RÍOS, Ana","individual","TEST",-0- ,{NULLS},"{REMARK}"'
HOUSE = f'8,"INVENTED TRADING HOUSE",-0- ,"TEST] [OTHER",-0- ,{NULLS},-0- '
SHIP = f'9,"INVENTED STAR","vessel","TEST",-0- ,{NULLS},"Vessel Registration Identification IMO 0000000."'


def test_a_person_has_parts_of_the_name_dates_documents_and_aliases() -> None:
    parsed = parse_ofac(sdn(ANA, HOUSE, SHIP), sdn('7,1,"aka","EXEMPLO, Ana",-0- '))
    ana = parsed.entities[0]
    assert [(n.given, n.family, n.weak) for n in ana.names] == [
        ("Ana", "EJEMPLO RÍOS", False),
        ("Ana", "EXEMPLO", False),
        ("", "", True),
        ("Anita", "EJEMPLO", True),
    ]
    assert [d.number for d in ana.documents] == ["J287011", "16247821"]
    assert ana.nationalities == ("Nowhere",)
    assert [b.precision for b in ana.births] == [Precision.DAY, Precision.APPROXIMATE]


def test_kinds_and_programmes_are_read() -> None:
    entities = parse_ofac(sdn(ANA, HOUSE, SHIP)).entities
    assert [entity.kind for entity in entities] == [
        EntityKind.PERSON,
        EntityKind.ORGANISATION,
        EntityKind.VESSEL,
    ]
    assert entities[1].programme == "TEST, OTHER"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-8-sig"])
def test_letters_are_right_in_whatever_encoding_the_copy_has(encoding: str) -> None:
    (ana,) = parse_ofac(ANA.encode(encoding)).entities
    assert ana.names[0].family == "EJEMPLO RÍOS"


def test_a_header_is_no_entry() -> None:
    titles = "ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Owner,Remarks"
    aliases = "ent_num,alt_num,alt_type,alt_name,alt_remarks"
    parsed = parse_ofac(sdn(titles, ANA), sdn(aliases, '7,1,"aka","EXEMPLO, Ana",-0- '))
    assert [entity.reference for entity in parsed.entities] == ["7"]
    assert parsed.entities[0].names[1].family == "EXEMPLO"


def test_ethnicity_is_counted_and_nowhere_kept() -> None:
    parsed = parse_ofac(sdn(ANA))
    assert parsed.refused_fields == 1
    assert "Invented" not in repr(parsed.entities)
    assert "Female" not in repr(parsed.entities)


def test_the_end_mark_may_be_missing() -> None:
    assert len(parse_ofac(sdn(ANA, HOUSE).removesuffix(b"\x1a")).entities) == 2
    assert len(parse_ofac(sdn(ANA, HOUSE).rstrip(b"\x1a\r\n")).entities) == 2


@pytest.mark.parametrize("cut", [4, 30, 60, 100, 200])
def test_a_file_cut_within_a_record_is_truncated(cut: int) -> None:
    whole = sdn(HOUSE, ANA)
    with pytest.raises(ListTruncated):
        parse_ofac(whole[:-cut])


def test_an_alias_of_an_entry_that_is_not_there_shows_a_cut_file() -> None:
    with pytest.raises(ListTruncated):
        parse_ofac(sdn(HOUSE), sdn('7,1,"aka","EXEMPLO, Ana",-0- '))


def test_a_wrong_record_in_the_middle_is_unreadable() -> None:
    with pytest.raises(ListUnreadable):
        parse_ofac(sdn("7,too short", HOUSE, SHIP))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ListEmpty):
        parse_ofac(b"\x1a")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("02 Oct 1980", "1980-10-02", "1980-10-02"),
        ("Oct 1980", "1980-10-01", "1980-10-31"),
        ("1980", "1980-01-01", "1980-12-31"),
        ("circa 1980", "1978-01-01", "1982-12-31"),
        ("1980 to 1982", "1980-01-01", "1982-12-31"),
        ("01 Jan 1980 to 31 Dec 1981", "1980-01-01", "1981-12-31"),
    ],
)
def test_dates_of_birth_are_intervals(text: str, first: str, last: str) -> None:
    read = read_ofac_birth(text)
    assert read is not None
    assert (read.first.isoformat(), read.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["", "31 Feb 1980", "unknown", "02 Oct 80"])
def test_an_unreadable_date_is_unknown(text: str) -> None:
    assert read_ofac_birth(text) is None


def test_unreadable_dates_are_counted() -> None:
    assert read_remarks("DOB 31 Feb 1980; DOB 1980.").unread == 1


@pytest.mark.parametrize(
    ("remark", "kind", "number"),
    [
        ("D.N.I. 16.255.819 (Spain)", DocumentKind.NATIONAL_ID, "16.255.819"),
        ("National ID No. 0451519639 (Iran)", DocumentKind.NATIONAL_ID, "0451519639"),
        ("alt. Passport AB 123456 (Peru) issued 01 Jan 2000", DocumentKind.PASSPORT, "AB 123456"),
        ("Cedula No. 16716887", DocumentKind.NATIONAL_ID, "16716887"),
    ],
)
def test_documents_in_remarks_are_read(remark: str, kind: DocumentKind, number: str) -> None:
    assert [(d.kind, d.number) for d in read_remarks(remark + ".").documents] == [(kind, number)]


def test_the_whole_list_of_ofac_is_read(shared: Path) -> None:
    folder = shared / "screening"
    parts = [(folder / f"ofac_{part}_2021-07.csv.gz").read_bytes() for part in ("sdn", "alt", "add")]
    parsed = parse_ofac(*parts)
    kinds = [entity.kind for entity in parsed.entities]
    assert (len(kinds), kinds.count(EntityKind.PERSON), kinds.count(EntityKind.VESSEL)) == (8976, 4620, 406)
    assert gzip.decompress(parts[0])[-1:] == b"\x1a"
    born = sum(bool(e.births) for e in parsed.entities if e.kind is EntityKind.PERSON)
    assert born > 3900
    assert parsed.unread_fields <= 5


@pytest.mark.parametrize(
    ("remark", "kind", "number", "issuer"),
    [
        ("Vessel Registration Identification IMO 9187629", DocumentKind.VESSEL, "9187629", ""),
        ("MMSI 572469210", DocumentKind.VESSEL, "572469210", ""),
        ("NIT # 800146749-7 (Nowhere)", DocumentKind.TAX_ID, "800146749-7", "Nowhere"),
        ("RUC # 20108363101 (Nowhere)", DocumentKind.TAX_ID, "20108363101", "Nowhere"),
        ("Registration Number 02696754 (Nowhere)", DocumentKind.REGISTRATION, "02696754", "Nowhere"),
        ("Company Number IMO 5055293", DocumentKind.REGISTRATION, "5055293", ""),
        (
            "Folio Mercantil No. 343997 (Nowhere) issued 14 Dec 2005",
            DocumentKind.REGISTRATION,
            "343997",
            "Nowhere",
        ),
        ("Aircraft Tail Number YV0000", DocumentKind.OTHER, "YV0000", ""),
    ],
)
def test_numbers_of_companies_ships_and_aircraft_are_read(
    remark: str, kind: DocumentKind, number: str, issuer: str
) -> None:
    assert read_remarks(remark + ".").documents == (Document(kind, number, issuer),)


def test_places_of_birth_are_read_once_each() -> None:
    remark = "POB Invented Town, Nowhere; alt. POB Nowhere; POB Nowhere; Linked To: POB HOLDING."
    assert read_remarks(remark).birthplaces == ("Invented Town, Nowhere", "Nowhere")


def test_most_persons_of_the_whole_list_have_a_place_of_birth(shared: Path) -> None:
    folder = shared / "screening"
    parts = [(folder / f"ofac_{part}_2021-07.csv.gz").read_bytes() for part in ("sdn", "alt", "add")]
    entities = parse_ofac(*parts).entities
    persons = [entity for entity in entities if entity.kind is EntityKind.PERSON]
    assert sum(bool(one.birthplaces) for one in persons) == 2874
    assert not any(one.birthplaces for one in entities if one.kind is not EntityKind.PERSON)
    ships = [one for one in entities if one.kind is EntityKind.VESSEL]
    assert sum(any(d.kind is DocumentKind.VESSEL for d in one.documents) for one in ships) > 380
