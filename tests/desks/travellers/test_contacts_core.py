"""What links two travellers is compared as the same thing however it is written, and never on too little."""

import pytest
from tests.engines.edifact.pnr_texts import TWO_TRAVELLERS, message

from cordillera.desks.travellers.contacts_core import Kind, agency, card, email, phone, place, points_of
from cordillera.engines import edifact
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import Address, Office, Pnr


def field(text: str) -> Field:
    return Field(text, 0, len(text))


@pytest.mark.parametrize("text", ["+593 99 123-4567", "0991234567", "00593991234567", "593.991.234.567"])
def test_a_telephone_number_is_one_however_it_is_written(text):
    assert phone(text) == "991234567"


@pytest.mark.parametrize("text", ["", "911", "1234567", "CTC", "+"])
def test_too_few_digits_link_nobody(text):
    assert phone(text) == ""


@pytest.mark.parametrize("text", ["", "@", "ana@", "@mail.ec", "ana@localhost"])
def test_what_is_no_mail_address_links_nobody(text):
    assert email(text) == ""


def test_a_card_links_only_when_enough_of_its_digits_were_told():
    assert card("VI", "411111XXXXXX1186") == card("VI", " 411111xxxxxx1186 ")
    assert card("VI", "XXXXXXXXXXXX1186") == ""
    assert card("", "") == ""


def test_an_address_needs_a_street_and_a_place():
    one = Address("700", street=field("Calle Larga 45"), city=field("Cuenca"), country=field("EC"))
    other = Address("702", street=field("CALLE LARGA, 45"), city=field("CUENCÁ"), country=field("EC"))
    assert place(one) == place(other) != ""
    assert place(Address("700", city=field("Cuenca"))) == ""
    assert place(Address("700", street=field("Calle Larga 45"))) == ""


def test_an_agency_is_its_number_else_its_office():
    numbered = Pnr(0, 1, (), agency=Office(number=field("12345678"), office=field("UIO01")))
    office = Pnr(0, 1, (), agency=Office(company=field("1A"), office=field("UIO01")))
    assert (agency(numbered), agency(office)) == ("number|12345678", "office|1a|uio01")
    assert agency(Pnr(0, 1, (), agency=Office(company=field("1A")))) == agency(Pnr(0, 1, ())) == ""


def test_a_reservation_tells_its_points_once_for_each_person():
    (told,) = pnrgov_messages(edifact.read(message(TWO_TRAVELLERS)))
    (pnr,) = told.pnrs
    mine = {one.kind: one.compared for one in points_of("XA:MFN4TI", pnr, pnr.travellers[0])}
    assert mine[Kind.EMAIL] == "ana_loor@mail.ec"
    assert mine[Kind.BOOKING] == "XA:MFN4TI"
    assert mine[Kind.AGENCY] == "number|12345678"
    assert Kind.CARD not in mine
    others = {one.kind for one in points_of("XA:MFN4TI", pnr, pnr.travellers[1])}
    assert Kind.EMAIL not in others
