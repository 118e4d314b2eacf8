import re
import time
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desks.people.persons import JHON, Persons

from cordillera.desks.people.search_core import MAX_LINE, read_asked, read_line, without
from cordillera.engines.mrz import Document, MrzFormat, write_zone

DAY = date(2026, 11, 22)
HOLDER = Document("VÉLEZ MUÑOZ", "JHON", "CC1234567", "COL", "COL", "1985-08-05", "M", "2030-01-01")
LINES = {form: write_zone(HOLDER, form) for form in MrzFormat}
TD3 = LINES[MrzFormat.TD3]
SAID = {("name", "VELEZ MUNOZ, JHON"), ("birth", "1985-08-05"), ("document", "CC1234567")}


def said(text: str) -> set[tuple[str, str]]:
    return {(part.kind.value, part.text) for part in read_line(text, DAY)}


def codes(text: str) -> list[str]:
    zone = read_asked(text, DAY).zone
    assert zone is not None
    return [reason.code for reason in zone.reasons]


def wrong(text: str, at: int, sign: str) -> str:
    return text[:at] + sign + text[at + 1 :]


@pytest.mark.parametrize("form", list(MrzFormat))
@pytest.mark.parametrize("between", ["\n", "\r\n", " ", ""])
def test_a_zone_of_every_format_is_read_with_and_without_line_breaks(form, between):
    for text in (between.join(LINES[form]), between.join(LINES[form]).lower()):
        assert said(text) == SAID
        assert read_asked(text, DAY).zone.format == form.value


@pytest.mark.parametrize("around", ["{} visto en puerto 0991234567", "pasaporte {}", "{}", "MRZ: {} ."])
def test_words_around_a_zone_are_told_of_and_not_searched_and_numbers_are(around):
    text = around.format(" ".join(TD3))
    zone = read_asked(text, DAY).zone
    assert said(text) >= SAID
    assert said(text) - SAID <= {("number", "0991234567")}
    assert ("words" in zone.left_out) == any(word in around for word in ("visto", "pasaporte", "MRZ"))


def test_letters_that_a_scanner_confused_are_put_right_and_told():
    text = "\n".join(TD3).replace("850805", "85O8O5")
    assert said(text) == SAID
    assert {repair.field for repair in read_asked(text, DAY).zone.repairs} == {"birth_date"}


def test_a_date_whose_check_digit_fails_is_not_searched_and_its_condition_is_named():
    text = "\n".join((TD3[0], wrong(TD3[1], 14, "9")))
    assert said(text) == SAID - {("birth", "1985-08-05")}
    assert codes(text) == ["mrz.check.birth_date", "mrz.check.composite"]
    assert read_asked(text, DAY).zone.left_out == ("birth_date",)


def test_a_number_is_searched_as_taken_and_as_read():
    text = "\n".join((TD3[0], "CCI234567" + TD3[1][9:]))
    assert said(text) >= {("document", "CC1234567"), ("document", "CCI234567")}


def test_one_line_alone_gives_what_it_proves():
    assert said(TD3[0]) == {("name", "VELEZ MUNOZ, JHON")}
    assert said(TD3[1]) == {("birth", "1985-08-05"), ("document", "CC1234567")}
    assert codes(TD3[0]) == codes(TD3[1]) == ["mrz.length"]
    assert said("Ana Torres " + TD3[1]) >= {("name", "Ana Torres"), ("document", "CC1234567")}


def test_taking_a_part_away_from_a_zone_leaves_the_others():
    parts = read_line("\n".join(TD3), DAY)
    kinds = [part.kind.value for part in parts]
    assert said(without(parts, kinds.index("birth"))) == SAID - {("birth", "1985-08-05")}


@pytest.mark.parametrize(
    "text",
    [
        "Jhon Vélez 1985",
        "a < b < c < d",
        "<" * MAX_LINE,
        "<<<< hola <<<<",
        "Constantinopolitanischerdudelsackspieler",
    ],
)
def test_what_is_no_zone_is_read_as_before(text):
    assert read_asked(text, DAY).zone is None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="P<UTO012 «k\n", max_size=MAX_LINE) | st.text(max_size=MAX_LINE))
def test_no_text_makes_it_raise_or_wait(text):
    began = time.process_time()
    read_line(text, DAY)
    assert time.process_time() - began < 2


def test_a_pasted_zone_finds_the_traveller_by_name_birth_and_document(world: Persons, analyst):
    world.land((*JHON[:3], "CC0912345"))
    zone = write_zone(
        Document("VELEZ", "JHON", "CC0912345", "COL", "COL", "1985-08-05", "M", "2030-01-01"), MrzFormat.TD3
    )
    for text in ("\n".join(zone), " ".join(zone).lower(), "".join(zone)):
        answer = analyst.post("/people", data={"q": text}, follow_redirects=False)
        found = analyst.get(answer.headers["location"] + ".json").json()["result"]
        assert [one["item"]["label"] for one in found["found"]] == ["VELEZ, JHON"]
        assert found["zone"]["format"] == "TD3"
    page = analyst.get(answer.headers["location"] + "?lang=es").text
    assert "zona de lectura mecánica" in page
    assert zone[1].replace("<", "&lt;") in page


def test_the_page_names_each_condition_that_does_not_hold_in_both_languages(analyst):
    text = "\n".join((TD3[0], wrong(TD3[1], 14, "9")))
    address = analyst.post("/people", data={"q": text}, follow_redirects=False).headers["location"]
    assert "dígito de control de la fecha de nacimiento" in analyst.get(address + "?lang=es").text
    assert "check digit of the date of birth is wrong" in analyst.get(address + "?lang=en").text


def test_everything_that_a_zone_may_say_has_a_text_in_both_languages():
    engine = files("cordillera.engines.mrz")
    said = set()
    for module in ("conditions.py", "parse.py"):
        said |= set(re.findall(r'"(mrz\.[a-z_.]+)"', engine.joinpath(module).read_text()))
    repairs = engine.joinpath("repair.py").read_text() + engine.joinpath("cleaning.py").read_text()
    fields = re.findall(r'(?:_changed|_put|_state|_date|_checked)\("([a-z_]+)"', repairs)
    said |= {f"people.zone.field.{field}" for field in fields}
    assert len(said) > 35
    for language in ("es", "en"):
        text = files("cordillera.desks.people").joinpath(f"locale/{language}.po").read_text()
        assert [one for one in sorted(said) if f'msgid "{one}"' not in text] == []
