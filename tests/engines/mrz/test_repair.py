"""What readers confuse is repaired where that is proven, told always, and left where it is ambiguous."""

import random

import pytest
from tests.engines.mrz.specimens import AT, SPECIMENS, TD1, TD3

from cordillera.engines.mrz import Document, MrzFormat, Verdict, parse, write_zone
from cordillera.engines.mrz.model import Ground, Repair


def test_confused_characters_are_repaired_and_told() -> None:
    reading = parse(
        TD3.replace("7408122F", "74O8I22F").replace("MARIA", "MAR1A").replace("P<UTO", "P<UT0"), AT
    )
    assert reading.verdict is Verdict.REPAIRED
    assert (reading.date_of_birth, reading.given_names, reading.issuer) == ("1974-08-12", "ANNA MARIA", "UTO")
    assert set(reading.repairs) == {
        Repair("birth_date", 59, "O", "0", Ground.CHECK_DIGIT),
        Repair("birth_date", 61, "I", "1", Ground.CHECK_DIGIT),
        Repair("names", 23, "1", "I", Ground.ALPHABET),
        Repair("issuer", 4, "0", "O", Ground.STATE_CODE),
    }


def test_letters_in_a_date_stay_when_the_check_digit_does_not_hold_with_digits() -> None:
    reading = parse(TD3.replace("7408122F", "74O8I32F"), AT)
    assert (reading.verdict, reading.repairs) == (Verdict.INVALID, ())
    assert "mrz.check.birth_date" in reading.broken


def test_a_number_is_repaired_when_one_change_alone_makes_it_hold() -> None:
    reading = parse(TD3.replace("L898902C3", "L8989O2C3"), AT)
    assert (reading.verdict, reading.document_number) == (Verdict.REPAIRED, "L898902C3")
    assert reading.repairs == (Repair("document_number", 49, "O", "0", Ground.CHECK_DIGIT),)


def test_an_ambiguous_number_stays_and_its_candidates_are_told() -> None:
    document = Document("X", "Y", "Z1Z2S5B8A", "ECU", "ECU", "1990-01-01", "F", "2030-01-01")
    zone = "\n".join(write_zone(document, MrzFormat.TD3))
    reading = parse(zone.replace("Z1Z2S5B8A", "Z1Z2S588A"), AT)
    assert (reading.verdict, reading.document_number) == (Verdict.INVALID, "Z1Z2S588A")
    assert "Z1Z2S5B8A" in reading.number_candidates
    assert len(reading.number_candidates) > 1


def test_of_several_changes_the_one_with_fewest_borders_is_taken() -> None:
    document = Document("X", "Y", "AB0000001", "ECU", "ECU", "1990-01-01", "F", "2030-01-01")
    zone = "\n".join(write_zone(document, MrzFormat.TD3))
    assert parse(zone.replace("AB0000001", "AB000O001"), AT).document_number == "AB0000001"
    assert parse(zone.replace("AB0000001", "ABOOOOOO1"), AT).document_number == "AB0000001"


def test_g_for_6_and_k_for_a_filler_are_beyond_check_digits() -> None:
    zone = "\n".join(
        write_zone(Document("X", "Y", "A6", "ECU", "ECU", "1990-01-01", "F", "2030-01-01"), MrzFormat.TD3)
    )
    for old, new in (("A6<", "AG<"), ("A6<", "A6K")):
        assert parse(zone.replace(old, new), AT).verdict is Verdict.VALID


def test_a_letter_for_the_composite_or_another_check_digit_is_repaired() -> None:
    reading = parse(TD3[:-1] + "O", AT)
    assert [(each.field, each.read, each.taken) for each in reading.repairs] == [("composite", "O", "0")]
    reading = parse(TD3.replace("<<<<<10", "<<<<<I0"), AT)
    assert [each.field for each in reading.repairs] == ["optional"]


def test_the_optional_data_of_a_card_are_repaired_under_the_composite() -> None:
    document = Document("LOOR", "ANA", "A1234567", "ECU", "ECU", "1990-01-01", "F", "2030-01-01")
    zone = "\n".join(write_zone(document, MrzFormat.TD1, optional="170123458"))
    reading = parse(zone.replace("170123458", "17O123458"), AT)
    assert (reading.verdict, reading.optional) == (Verdict.REPAIRED, ("170123458",))


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ("ERIKSSON<<ANNA<MARIA<<<KKK<<<<<KKKKK<<C", ("ERIKSSON", "ANNA MARIA", False)),
        ("ERIKSSON<<ANNA<MARIA<KKKKKKKKKKKKKKKKKK", ("ERIKSSON", "ANNA MARIA", False)),
        ("BLACK<<JACK<<<<<<<<<<<<<<<<<<<<<<<<<<<<", ("BLACK", "JACK", False)),
        ("ERIKSSON<<ANNA<K<<<<<<<<<<<<<<<<<<<<<<<", ("ERIKSSON", "ANNA K", False)),
        ("ERIKSSON<<ANNAKKKKK<<<<<<<<<<<<<<<<<<<<", ("ERIKSSON", "ANNAKKKKK", False)),
    ],
)
def test_fillers_read_as_letters_behind_the_names(names: str, read: tuple[str, str, bool]) -> None:
    zone = "P<UTO" + names + TD3[44:]
    assert len(zone) == 89
    reading = parse(zone, AT)
    assert (reading.surname, reading.given_names, reading.names_truncated) == read


def test_germany_read_with_letters_for_fillers() -> None:
    reading = parse(TD3.replace("P<UTO", "P<DKK"), AT)
    assert (reading.issuer, reading.repairs[0].ground) == ("D", Ground.STATE_CODE)


@pytest.mark.parametrize("zone", SPECIMENS.values())
def test_lower_case_blanks_and_missing_line_breaks_are_told(zone: str) -> None:
    told = {
        "lower_case": zone.lower(),
        "line_breaks": zone.replace("\n", ""),
        "blanks": zone.replace("<<", " < <"),
        "signs": zone.replace("<", "‹"),
    }
    for field, damaged in told.items():
        reading = parse(damaged, AT)
        assert (reading.verdict, reading.surname) == (Verdict.REPAIRED, "ERIKSSON"), damaged
        assert [each.field for each in reading.repairs] == [field]
        assert reading.lines == tuple(zone.split("\n"))


def test_guillemets_are_two_fillers_or_one_as_the_width_asks() -> None:
    for zone in (TD3.replace("<<", "«"), TD3.replace("<", "«")):
        reading = parse(zone, AT)
        assert (reading.verdict, reading.lines) == (Verdict.REPAIRED, tuple(TD3.split("\n")))


def test_breaks_in_the_wrong_places_are_seen_through() -> None:
    reading = parse(TD1.replace("\n", "")[:50] + "\n" + TD1.replace("\n", "")[50:], AT)
    assert (reading.verdict, reading.format) == (Verdict.REPAIRED, MrzFormat.TD1)


def test_a_zone_is_found_among_other_lines_if_it_holds() -> None:
    page = f"UTOPIA\nPASSPORT NO 12\n{TD3}\nISSUED BY"
    assert (parse(page, AT).verdict, parse(page, AT).repairs[-1].field) == (
        Verdict.REPAIRED,
        "other_lines",
    )
    assert parse(page.replace("C36UTO", "C37UTO"), AT).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("old", "new"), [("MARIA<<<", "MARIA<"), ("MARIA<<<", "MARIA<<<<<"), ("B<<<<<10", "B<<<<10")]
)
def test_fillers_counted_wrong_are_mended_if_every_condition_holds(old: str, new: str) -> None:
    reading = parse(TD3.replace(old, new), AT)
    assert (reading.verdict, reading.lines) == (Verdict.REPAIRED, tuple(TD3.split("\n")))
    assert reading.repairs[0].field == "filler_count"


def test_most_single_confusions_of_a_passport_are_repaired_and_none_silently() -> None:
    """Confusions under check digits: repaired rightly, or told; never a valid zone with another number."""
    rng = random.Random(3)
    swaps = {
        "0": "O",
        "1": "I",
        "5": "S",
        "8": "B",
        "2": "Z",
        "O": "0",
        "I": "1",
        "S": "5",
        "B": "8",
        "Z": "2",
    }
    right = total = 0
    for number in range(300):
        digits = "".join(rng.choice("0123456789") for _ in range(7))
        letters = "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(2))
        document = Document("LOOR", "ANA", letters + digits, "ECU", "ECU", "1990-01-01", "F", "2030-01-01")
        first, second = write_zone(document, MrzFormat.TD3, optional=str(number))
        places = [at for at in range(9) if second[at] in swaps]
        if not places:
            continue
        at = rng.choice(places)
        reading = parse(f"{first}\n{second[:at]}{swaps[second[at]]}{second[at + 1 :]}", AT)
        total += 1
        right += reading.document_number == letters + digits
        assert reading.repairs or reading.verdict is Verdict.INVALID
    assert right / total > 0.85
