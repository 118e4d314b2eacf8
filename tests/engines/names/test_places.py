import pytest

from cordillera.engines.names.places import weigh_places
from cordillera.engines.names.places_countries import country_of


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ECU", "ec"), ("ec", "ec"), ("Ecuador", "ec"), ("República del Ecuador", "ec"), ("Perú", "pe"),
        ("Países Bajos", "nl"), ("Holland", "nl"), ("Alemania", "de"), ("Russian Federation", "ru"),
        ("Iran (Islamic Republic of)", "ir"), ("Burma", "mm"), ("Korea, North", "kp"),
        ("Côte d'Ivoire", "ci"),
        ("the Netherlands", "nl"), ("Atlantis", ""), ("", ""), ("UTO", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_codes_and_names(written: str, code: str) -> None:
    assert country_of(written) == code


@pytest.mark.parametrize(
    ("subject", "listed", "reason"),
    [
        ("Machachi, Ecuador", "MACHACHI - Pichincha", "equal"),
        ("Machachi", "Cantón Mejía, Machachi, Pichincha, Ecuador", "equal"),
        ("Rutshuru, DR Congo", "Rutshuru territory, Democratic Republic of the Congo", "equal"),
        ("Najaff, Iraq", "Najaf, Iraq", "equal"),
        ("Guayaquil, Ecuador", "Guayaquil", "large_town"),
        ("Latacunga, Cotopaxi, Ecuador", "Salcedo, Cotopaxi, Ecuador", "region"),
        ("Machachi, Ecuador", "Loja, Ecuador", "other_town"),
        ("Cordoba, Argentina", "Córdoba, Spain", "other_country"),
        ("Ecuador", "Quito, Ecuador", "country_only"),
        ("Ecuador", "Ecuador", "country_only"),
        ("", "Quito", "unknown"),
        ("???", "Quito", "unknown"),
    ],
)
def test_two_places_say_what_they_say(subject: str, listed: str, reason: str) -> None:
    assert weigh_places(subject, (listed,)).reason == f"names.birthplace_{reason}"


def test_a_country_of_birth_in_common_never_raises() -> None:
    assert weigh_places("Ecuador", ("Ecuador",)).contribution == 0.0
    assert weigh_places("Machachi, Ecuador", ("Loja, Ecuador",)).contribution <= 0.0


def test_a_place_is_weak_evidence_for_and_against() -> None:
    assert weigh_places("Guayaquil", ("Guayaquil",)).contribution > 0
    assert (
        weigh_places("Guayaquil", ("Guayaquil",)).contribution
        < weigh_places("Machachi", ("Machachi",)).contribution
    )
    assert -2.0 <= weigh_places("Loja, Ecuador", ("Lima, Peru",)).contribution < 0


def test_the_listed_place_that_fits_best_counts() -> None:
    assert weigh_places("Machachi", ("Loja", "Machachi, Ecuador")).reason == "names.birthplace_equal"
