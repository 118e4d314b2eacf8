import pytest

from cordillera.engines.watchlists.protected import names_protected_trait, states_protected_trait


@pytest.mark.parametrize(
    "text",
    [
        "ethnicity Kurdish",
        "alt. ethnicity Kurdish",
        "Tribe: Noorzai",
        "Religion: any",
        "Religión: cualquiera",
        "Belongs to Hotak tribe",
        "Member of the Kanuri tribe",
        "Ethnic background: Pashtun",
        "Lost one leg in 1980s",
        "He is a practising believer of a faith, is a Sunni",
        "suffers from diabetes",
        "political affiliation: some party",
        "sexual orientation: any",
        "blood type: 0",
        "trade union member",
    ],
)
def test_what_states_a_protected_trait_is_refused(text: str) -> None:
    assert states_protected_trait(text)


@pytest.mark.parametrize(
    "text",
    [
        "Minister of Health",
        "Former Minister of Awqaf and Religious Affairs",
        "Deputy Minister of Health and Child Welfare",
        "Union Minister of Ethnic Affairs",
        "Politburo Member",
        "Sheikh and Paramount Chief of the Jalul Tribe in North Darfur",
        "DOB 1980",
        "Passport AB123456 (Peru)",
        "Linked To: INVENTED UNION BANK",
        "Race car driver",
        "Health care trader",
    ],
)
def test_an_office_or_organisation_states_no_trait(text: str) -> None:
    assert not states_protected_trait(text)


def test_names_of_fields_are_judged() -> None:
    assert names_protected_trait("RELIGION")
    assert names_protected_trait("ETHNIC_GROUP")
    assert not names_protected_trait("NATIONALITY")
    assert not names_protected_trait("FIRST_NAME")
