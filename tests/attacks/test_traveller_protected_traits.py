"""Swapping sex, nationality, meals and remarks changes neither what is compared nor what is kept."""

from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.screening import subject_of

PLAIN = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++PEREZ:JUAN'ATT+2++M'"
    b"DTM+329:720805'FTX+AAI+++NONE'NAT+2+COL'DOC+P+AB1'LOC+91+COL'UNT+15+1'UNZ+1+1'"
)


def swapped() -> bytes:
    text = PLAIN.replace(b"ATT+2++M", b"ATT+2++F").replace(b"NAT+2+COL", b"NAT+2+IRN")
    return text.replace(b"FTX+AAI+++NONE", b"FTX+AAI+++KOSHER MEAL WHEELCHAIR HIV MEDICATION")


def subjects(raw: bytes):
    return [
        subject_of("t", traveller.facts) for traveller in plan_message(raw, "America/Guayaquil").travellers
    ]


def test_the_counterfactual_traveller_is_compared_exactly_alike():
    assert subjects(PLAIN) == subjects(swapped())


def test_nothing_sensitive_is_left_in_what_is_kept():
    plan = plan_message(swapped(), "America/Guayaquil")
    assert all(word not in plan.raw for word in (b"KOSHER", b"WHEELCHAIR", b"HIV", b"ATT+2++F"))
    assert all(word not in repr(plan.travellers) for word in ("KOSHER", "HIV"))
