"""After six months a traveller is nobody, unless a judge said so and two officers agree."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person

from cordillera.desks.travellers.depersonalise import AFTER, Approval, Wish, depersonalised
from cordillera.desks.travellers.errors import (
    Depersonalised,
    JudicialReferenceMissing,
    NotDepersonalised,
    SecondOfficerMissing,
    UnmaskReasonMissing,
)
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.model import Channel, Origin, Period
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.service import ReviewService

MESSAGE = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++INVENTED:JUAN'"
    b"DTM+329:720805'NAT+2+COL'DOC+P+AB1234567'LOC+91+COL'UNT+13+1'UNZ+1+1'"
)
AGAIN = MESSAGE.replace(b"1000+1'", b"1100+2'").replace(b"UNZ+1+1'", b"UNZ+1+2'")
WHY = "A kidnapping, case 12"
FIRST = Person("of-1", "Ana")
SECOND = Person("of-2", "Eva")


@pytest.fixture
def desk(sealer, keyring, clock):
    class Nobody:
        def screen(self, _tx, subjects):
            return tuple(() for _ in subjects)

    ledger = Ledger(keyring, clock, "cordillera/test")
    review = ReviewService(ledger, sealer, clock)
    parts = Parts(ledger, sealer, clock, review, Nobody())
    return TravellerService(parts, Desk("America/Guayaquil", Period(traveller_days=5 * 365)))


@pytest.fixture
def one(store, desk):
    with store.transaction(FIRST.scope) as tx:
        message = desk.ingest(tx, MESSAGE, Origin(Channel.FILE, "f", "EC-PN")).message_id
        traveller = tx.execute(sa.text("SELECT id FROM traveller")).scalar_one()
    return message, traveller


def facts(store, desk, traveller):
    with store.transaction(FIRST.scope) as tx:
        return desk.traveller(tx, traveller).facts


def test_until_day_182_the_traveller_is_shown(store, desk, one, clock):
    clock.advance(AFTER - timedelta(seconds=1))
    assert facts(store, desk, one[1]).family_names == "INVENTED"
    with store.transaction(FIRST.scope) as tx:
        assert b"INVENTED" in desk.message_bytes(tx, FIRST, one[0])


def test_from_day_183_nobody_is_named(store, desk, one, clock):
    clock.advance(AFTER)
    shown = facts(store, desk, one[1])
    assert shown == depersonalised(shown)
    assert (shown.full_name, shown.documents, shown.date_of_birth) == ("", (), "1972")
    assert shown.nationality
    with pytest.raises(Depersonalised), store.transaction(FIRST.scope) as tx:
        desk.message_bytes(tx, FIRST, one[0])
    with pytest.raises(Depersonalised), store.transaction(FIRST.scope) as tx:
        desk.evidence_bytes(tx, one[0])


def test_without_a_judicial_reference_nobody_is_seen_again(store, desk, one, clock):
    clock.advance(AFTER)
    for reference in ("", "  ", "a-1"):
        with pytest.raises(JudicialReferenceMissing), store.transaction(FIRST.scope) as tx:
            desk.masking.ask(tx, FIRST, Wish(one[1], reference, reason=WHY))


def test_it_takes_another_officer_and_lasts_a_day(store, desk, one, clock):
    clock.advance(AFTER)
    with store.transaction(FIRST.scope) as tx:
        request = desk.masking.ask(tx, FIRST, Wish(one[1], "AUTO-2026-17", reason=WHY))
    assert facts(store, desk, one[1]).full_name == ""
    with pytest.raises(SecondOfficerMissing), store.transaction(FIRST.scope) as tx:
        desk.masking.grant(tx, FIRST, request)
    with pytest.raises(SecondOfficerMissing), store.transaction(SECOND.scope) as tx:
        desk.masking.grant(tx, SECOND, uuid4())
    with store.transaction(SECOND.scope) as tx:
        desk.masking.grant(tx, SECOND, request)
    assert facts(store, desk, one[1]).family_names == "INVENTED"
    clock.advance(timedelta(hours=25))
    assert facts(store, desk, one[1]).full_name == ""


def test_condition_3_whom_everybody_sees_nobody_asks_for(store, desk, one):
    with pytest.raises(NotDepersonalised), store.transaction(FIRST.scope) as tx:
        desk.masking.ask(tx, FIRST, Wish(one[1], "JUEZ-2027-0042", reason=WHY))


def test_who_asked_who_granted_and_why_is_listed(store, desk, one, clock):
    clock.advance(AFTER)
    wish = Wish(one[1], "JUEZ-2027-0042", Approval.AUTHORITY, "A kidnapping, case 12")
    with store.transaction(FIRST.scope) as tx:
        request = desk.masking.ask(tx, FIRST, wish)
        (row,) = desk.masking.requests(tx)
    assert (row.id, row.article, row.reason, row.granted_by) == (
        request, "art12.3.b.ii", "A kidnapping, case 12", "",
    )  # fmt: skip
    with store.transaction(SECOND.scope) as tx:
        until = desk.masking.grant(tx, SECOND, request)
        (row,) = desk.masking.requests(tx, one[1])
    assert (row.asked_by, row.granted_by, row.granted_at, row.until) == (
        FIRST.officer_id, SECOND.officer_id, clock.now(), until,
    )  # fmt: skip
    with store.transaction(SECOND.scope) as tx:
        assert desk.masking.requests(tx, uuid4()) == ()


def test_condition_2_without_a_reason_in_words_nobody_is_seen_again(store, desk, one, clock):
    clock.advance(AFTER)
    for reason in ("", " ", "a - b", "......................"):
        with pytest.raises(UnmaskReasonMissing), store.transaction(FIRST.scope) as tx:
            desk.masking.ask(tx, FIRST, Wish(one[1], "JUEZ-2027-0042", reason=reason))


def test_bytes_of_a_list_that_names_whom_an_earlier_one_announced_are_hidden_too(store, desk, one, clock):
    with store.transaction(FIRST.scope) as tx:
        again = desk.ingest(tx, AGAIN, Origin(Channel.FILE, "g", "EC-PN"))
    assert (again.known, again.duplicate) == (1, False)
    clock.advance(AFTER)
    with pytest.raises(Depersonalised), store.transaction(FIRST.scope) as tx:
        desk.message_bytes(tx, FIRST, again.message_id)
    with store.transaction(FIRST.scope) as tx:
        request = desk.masking.ask(tx, FIRST, Wish(one[1], "AUTO-2026-17", reason=WHY))
    with store.transaction(SECOND.scope) as tx:
        desk.masking.grant(tx, SECOND, request)
    with store.transaction(FIRST.scope) as tx:
        assert b"INVENTED" in desk.message_bytes(tx, FIRST, again.message_id)


def test_bytes_in_which_nobody_is_known_to_be_named_are_hidden_too(store, desk, clock):
    with store.transaction(FIRST.scope) as tx:
        empty = MESSAGE[: MESSAGE.index(b"NAD+FL")] + b"OSI INVENTED/JUAN'UNT+9+1'UNZ+1+1'"
        told = desk.ingest(tx, empty, Origin(Channel.FILE, "g", "EC-PN"))
    clock.advance(AFTER)
    with pytest.raises(Depersonalised), store.transaction(FIRST.scope) as tx:
        desk.message_bytes(tx, FIRST, told.message_id)


def test_findings_quote_nobody_from_day_183_on(store, desk, clock):
    odd = MESSAGE.replace(b"DTM+329:720805", b"DTM+329:729905").replace(b"AB1234567'", b"AB1234567'NAD+ZZ'")
    with store.transaction(FIRST.scope) as tx:
        told = desk.ingest(tx, odd, Origin(Channel.FILE, "g", "EC-PN"))
        before = desk.open_message(tx, FIRST, told.message_id).notes
    assert any("729905" in note.text for note in before)
    clock.advance(AFTER)
    with store.transaction(FIRST.scope) as tx:
        after = desk.open_message(tx, FIRST, told.message_id).notes
    assert [note.code for note in after] == [note.code for note in before]
    assert not any("729905" in note.text for note in after)


def test_the_name_of_a_file_goes_with_the_names_in_it(store, desk, clock):
    with store.transaction(FIRST.scope) as tx:
        told = desk.ingest(tx, MESSAGE, Origin(Channel.FILE, "loor_ana.edi", "EC-PN"))
        assert desk.open_message(tx, FIRST, told.message_id).row.name == "loor_ana.edi"
    clock.advance(AFTER)
    with store.transaction(FIRST.scope) as tx:
        assert desk.open_message(tx, FIRST, told.message_id).row.name == ""
        assert {row.name for row in desk.messages(tx)} == {""}


def test_the_name_of_a_file_that_tells_of_health_is_not_stored(store, desk):
    with store.transaction(FIRST.scope) as tx:
        told = desk.ingest(tx, MESSAGE, Origin(Channel.FILE, "XA12 WCHR 2.edi", "EC-PN"))
        assert desk.open_message(tx, FIRST, told.message_id).row.name == ""
