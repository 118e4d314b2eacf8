import gzip
from pathlib import Path

import pytest

from cordillera.engines.names.model import DocumentKind, Precision
from cordillera.engines.watchlists.errors import ListEmpty, ListUnreadable
from cordillera.engines.watchlists.model import EntityKind, ListedEntity, ParsedList
from cordillera.engines.watchlists.un_xml import parse_un

SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ANA</FIRST_NAME><SECOND_NAME>EJEMPLO</SECOND_NAME>
<UN_LIST_TYPE>Test</UN_LIST_TYPE><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>آنا</NAME_ORIGINAL_SCRIPT><GENDER>Female</GENDER>
<COMMENTS1>Teacher. Belongs to Invented tribe. Minister of Health. Religion: invented.</COMMENTS1>
<RELIGION>invented</RELIGION>
<NATIONALITY><VALUE>Nowhere</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>La Profe</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY>
<ALIAS_NAME>Anita Ejemplo; Ana Exemplo</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH>
<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1978-04-28</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH>
<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1980</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH>
<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1973</FROM_YEAR><TO_YEAR>1974</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH>
<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1978-02-31</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Número de pasaporte</TYPE_OF_DOCUMENT><NUMBER>AB 850901</NUMBER>
<ISSUING_COUNTRY>Nowhere</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT><INDIVIDUAL_DOCUMENT/>
<INDIVIDUAL_PLACE_OF_BIRTH><CITY>Invented  Town</CITY><STATE_PROVINCE>Invented Province</STATE_PROVINCE>
<COUNTRY>Nowhere</COUNTRY><NOTE>Free text of the place.</NOTE></INDIVIDUAL_PLACE_OF_BIRTH>
<INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY>Nowhere</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
<INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY/></INDIVIDUAL_PLACE_OF_BIRTH>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><FIRST_NAME>INVENTED TRADING HOUSE</FIRST_NAME>
<REFERENCE_NUMBER>XXe.001</REFERENCE_NUMBER><ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY>
<ALIAS_NAME>ITH</ALIAS_NAME></ENTITY_ALIAS></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""


@pytest.fixture(scope="module")
def parsed() -> ParsedList:
    return parse_un(SAMPLE.encode())


@pytest.fixture(scope="module")
def person(parsed: ParsedList) -> ListedEntity:
    return parsed.entities[0]


def test_a_person_has_names_in_every_script_and_quality(person: ListedEntity) -> None:
    assert [(name.full, name.weak) for name in person.names] == [
        ("ANA EJEMPLO", False),
        ("آنا", False),
        ("La Profe", True),
        ("Anita Ejemplo", False),
        ("Ana Exemplo", False),
    ]


def test_dates_of_birth_are_intervals(person: ListedEntity) -> None:
    assert [(b.first.year, b.last.year, b.precision) for b in person.births] == [
        (1978, 1978, Precision.DAY),
        (1978, 1982, Precision.APPROXIMATE),
        (1973, 1974, Precision.RANGE),
    ]


def test_places_of_birth_are_town_province_and_country_and_no_free_text(person: ListedEntity) -> None:
    assert person.birthplaces == ("Invented Town, Invented Province, Nowhere", "Nowhere")
    assert "Free text" not in repr(person)


def test_documents_keep_kind_number_and_issuer(person: ListedEntity) -> None:
    assert [(d.kind, d.number, d.issuer) for d in person.documents] == [
        (DocumentKind.PASSPORT, "AB 850901", "Nowhere")
    ]


def test_the_list_says_its_date_and_where_each_entry_stands(parsed: ParsedList) -> None:
    assert str(parsed.list_date) == "2026-02-27"
    assert [entity.path for entity in parsed.entities] == ["INDIVIDUALS/INDIVIDUAL[1]", "ENTITIES/ENTITY[1]"]
    assert [entity.kind for entity in parsed.entities] == [EntityKind.PERSON, EntityKind.ORGANISATION]


def test_protected_traits_are_counted_and_nowhere_kept(parsed: ParsedList) -> None:
    assert parsed.refused_fields == 3  # tribe and religion in the comment, and an element of its own
    assert "nvented tribe" not in repr(parsed.entities)
    assert "Female" not in repr(parsed.entities)


def test_an_impossible_date_is_left_out_and_counted(parsed: ParsedList) -> None:
    assert parsed.unread_fields == 1


def test_a_gzip_file_reads_like_the_plain_one(parsed: ParsedList) -> None:
    assert parse_un(gzip.compress(SAMPLE.encode())).entities == parsed.entities


def test_other_xml_and_empty_lists_are_refused() -> None:
    with pytest.raises(ListUnreadable):
        parse_un(b"<other/>")
    with pytest.raises(ListEmpty):
        parse_un(b"<CONSOLIDATED_LIST></CONSOLIDATED_LIST>")


def test_the_whole_list_of_the_united_nations_is_read(shared: Path) -> None:
    parsed = parse_un((shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz").read_bytes())
    kinds = [entity.kind for entity in parsed.entities]
    assert (kinds.count(EntityKind.PERSON), kinds.count(EntityKind.ORGANISATION)) == (730, 273)
    assert str(parsed.list_date) == "2026-02-27"
    assert sum(len(entity.documents) for entity in parsed.entities) == 454
    assert all(entity.names for entity in parsed.entities)
    assert "tribe" not in repr(parsed.entities)
