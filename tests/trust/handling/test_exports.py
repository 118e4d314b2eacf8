"""Exports cannot escape their marking: cleared whole and stamped, or refused."""

import json

import pytest
from hypothesis import given
from tests.trust.handling.test_lattice import CAVEATS

from cordillera.trust.handling.assistance import Matter, heads
from cordillera.trust.handling.errors import EvidenceNeedsAssistance, ExportRefused, HandlingTooLong
from cordillera.trust.handling.exports import Export, Item, Use, as_csv, as_json, clear, refusals
from cordillera.trust.handling.model import Audience, Caveats, Marking, join
from cordillera.trust.handling.schemes import meaning
from cordillera.trust.handling.wire import handling_of

H1, H2, RED = meaning("europol", "H1"), meaning("europol", "H2"), meaning("tlp", "RED")
GREEN = meaning("tlp", "GREEN")


def items(*caveats: Caveats) -> list[Item]:
    return [Item(f"r{number}", one) for number, one in enumerate(caveats)]


def test_what_is_for_one_recipient_is_not_copied():  # condition 1
    with pytest.raises(ExportRefused):
        clear(items(GREEN, RED), Export(Use.COPY))


def test_h2_is_not_passed_on():  # condition 2
    with pytest.raises(ExportRefused):
        clear(items(GREEN, join(GREEN, H2)), Export(Use.DISSEMINATION))


def test_nobody_outside_the_audience_gets_it():  # condition 2
    assert refusals(items(GREEN)[0], Export(Use.DISSEMINATION, audience=Audience.PUBLIC))
    assert not refusals(items(GREEN)[0], Export(Use.DISSEMINATION, audience=Audience.COMMUNITY))


def test_h1_asks_for_assistance_instead_of_evidence():  # condition 3
    with pytest.raises(EvidenceNeedsAssistance) as refused:
        clear(items(H1), Export(Use.EVIDENCE, "C-1"))
    assert refused.value.facts["records"] == ("r0",)


@given(CAVEATS, CAVEATS)
def test_what_one_part_forbids_the_whole_does_not_get(one, other):
    for use in (Use.COPY, Use.DISSEMINATION, Use.EVIDENCE):
        apart = [refusals(item, Export(use)) for item in items(one, other)]
        together = refusals(items(join(one, other))[0], Export(use))
        assert bool(together) == any(apart)


def test_the_supervisor_sees_everything_stamped():
    assert "H1" in clear(items(H1, RED), Export(Use.SUPERVISION)).stamp


def test_every_line_and_the_whole_carry_the_marking():
    cleared = clear(items(GREEN, H1), Export(Use.COPY, "C-1"))
    lines = as_csv(cleared, ["name"], [["=1+1"], ["Ana"]]).splitlines()
    assert all("TLP:GREEN H1" in line for line in lines[1:])
    assert "'=1+1" in lines[1]
    told = json.loads(as_json(cleared, {"name": "Ana"}))
    assert (told["handling"], told["caveats"]["may_evidence"]) == ("TLP:GREEN H1", False)


def test_the_form_follows_palermo_18_15():
    told = heads(Matter(requesting_authority="EC-PN", record_id="r1", origin="us"))
    assert {head.article for head in told} >= {f"18(15)({letter})" for letter in "abcdef"}
    assert any(head.article == "18(19)" for head in told)


def test_more_markings_than_a_message_carries_are_refused_not_cut():
    many = Caveats(markings=tuple(Marking("conditions", f"{n} " + "x" * 50) for n in range(5)))
    with pytest.raises(HandlingTooLong):
        handling_of(many)
