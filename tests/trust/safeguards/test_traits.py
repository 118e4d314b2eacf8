"""Protected traits are not stored and never score."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.ports import ScreeningSubject
from cordillera.trust.safeguards import traits
from cordillera.trust.safeguards.errors import ProtectedTrait


def test_what_is_kept_of_a_traveller_is_exactly_what_is_allowed():
    places = {"facts", "start", "end", "partial"}
    assert set(TravellerFacts.__struct_fields__) - places == traits.ALLOWED


@pytest.mark.parametrize(
    "field",
    ["sex", "religion", "politicalOpinion", "union_membership", "raza", "nationality", "nationality_id"],
)
def test_a_score_on_a_protected_trait_is_refused(field):
    with pytest.raises(ProtectedTrait):
        traits.check_scored_fields(["full_name", field])


def test_everything_compared_may_be_scored():
    traits.check_scored_fields(traits.COMPARED)
    traits.check_scored_fields(set(ScreeningSubject.__struct_fields__) - {"ref"})


def test_what_is_kept_of_a_traveller_names_no_protected_trait():
    for field in TravellerFacts.__struct_fields__:
        assert not traits.names_protected_trait(field), field


@given(st.text(max_size=30))
def test_any_name_of_a_field_can_be_asked_about(field):
    assert traits.names_protected_trait(field) in {True, False}


def test_screening_subjects_carry_exactly_what_may_be_compared():
    assert set(ScreeningSubject.__struct_fields__) - {"ref"} == traits.COMPARED
    assert issubclass(ScreeningSubject, msgspec.Struct)
