"""Caveats form a lattice: they combine in any order and number, and nothing in it lowers."""

from hypothesis import given
from hypothesis import strategies as st

from cordillera.trust.handling.model import CLOSED, OPEN, Audience, Caveats, Marking, covers, join, restrict
from cordillera.trust.handling.schemes import meaning
from cordillera.trust.handling.wire import caveats_of, handling_of

MARKED = st.sampled_from(
    [
        ("tlp", "TLP:RED"), ("tlp", "amber+strict"), ("tlp", "AMBER"), ("tlp", "GREEN"), ("tlp", "CLEAR"),
        ("europol", "H0"), ("europol", "H1"), ("europol", "H2"), ("europol", "H3"), ("pap", "PAP:RED"),
        ("pap", "GREEN"), ("3x5x2", "1/A/P"), ("3x5x2", "2/D/C"), ("admiralty", "B2"),
        ("conditions", "only for the file named"), ("tlp", "PURPLE"),
    ]
)  # fmt: skip
MARKINGS = MARKED.map(lambda pair: meaning(*pair))
FREE = st.builds(
    Caveats,
    may_disseminate=st.booleans(),
    may_evidence=st.booleans(),
    may_act=st.booleans(),
    audience=st.sampled_from(Audience),
)
CAVEATS = st.lists(st.one_of(MARKINGS, FREE), max_size=4).map(lambda many: join(*many))


@given(CAVEATS, CAVEATS)
def test_the_order_does_not_matter(one, other):
    assert join(one, other) == join(other, one)


@given(CAVEATS, CAVEATS, CAVEATS)
def test_groups_do_not_matter(one, two, three):
    assert join(join(one, two), three) == join(one, join(two, three))


@given(CAVEATS)
def test_twice_is_once_and_open_changes_nothing(one):
    assert join(one, one) == one == join(one, OPEN)


@given(CAVEATS, CAVEATS)
def test_a_combination_allows_nothing_that_a_part_forbids(one, other):
    both = join(one, other)
    for part in (one, other):
        assert both.may_disseminate <= part.may_disseminate
        assert both.may_evidence <= part.may_evidence
        assert both.may_act <= part.may_act
        assert both.audience <= part.audience
        assert set(part.markings) <= set(both.markings)
        assert covers(both, part)


@given(CAVEATS, st.lists(CAVEATS, max_size=3))
def test_a_receiver_can_only_add(held, more):
    assert covers(restrict(held, more), held)


@given(CAVEATS)
def test_what_is_written_reads_back(caveats):
    assert caveats_of(handling_of(caveats)) == caveats


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=6))
def test_nothing_unreadable_opens_anything(handling):
    read = caveats_of(handling)
    for name in ("may_disseminate", "may_evidence", "may_act"):
        assert getattr(read, name) <= (handling.get(name) == "true")


def test_an_unknown_member_closes_everything_and_is_kept_as_written():
    all_open = {"tlp": "CLEAR", "may_disseminate": "true", "may_evidence": "true", "may_act": "true"}
    assert caveats_of(all_open).may_evidence
    read = caveats_of(all_open | {"nato": "COSMIC"})
    assert covers(read, CLOSED)
    assert Marking("nato", "COSMIC") in read.markings


def test_an_empty_handling_closes_everything():
    assert caveats_of({}) == CLOSED
