"""Private look-up between two real nodes under us-ec-2025."""

from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import GROUNDS, NODE, Pair, SimNode, officer
from tests.sim.flows import with_terms

from cordillera.foundation.crypto.errors import BadProof
from cordillera.foundation.crypto.jws import encode
from cordillera.foundation.crypto.oprf import OprfKey
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.vigilance import Vigilance
from cordillera.trust.followup.emergencies import EmergencyWatch
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.errors import (
    BlindingForgotten,
    KeyNotExact,
    NoTable,
    TableNotReady,
    TableRefused,
)
from cordillera.trust.lookup.model import ExactKey, LookupOutcome, LookupView
from cordillera.trust.lookup.service import LookupService
from cordillera.trust.lookup.table import epoch_of

pytest_plugins = ["tests.sim.fixtures"]
KNOWN = ExactKey(kind="document", issuer="EC", type="P", value="A1234567")
UNKNOWN = ExactKey(kind="document", issuer="EC", type="P", value="Z7654321")
AGREEMENT = GROUNDS.agreement_id


def ask(
    node: SimNode, *keys: ExactKey, grounds: LegalGrounds = GROUNDS, roles: tuple[str, ...] = ("analyst",)
) -> LookupOutcome:
    who = officer("EC", roles)
    with node.store.transaction(who.scope) as tx:
        return node.lookups.ask(tx, who, "us", keys, grounds)


def result(node: SimNode, outcome: LookupOutcome, service: LookupService | None = None) -> LookupView:
    assert outcome.lookup_id is not None
    with node.store.transaction(node.officer.scope) as tx:
        return (service or node.lookups).result(tx, outcome.lookup_id)


def fetch(pair: Pair) -> int:
    """Ask for the table, let the holder's worker make it, and fetch it."""
    with suppress(TableNotReady):
        return pair.ec.lookups.fetch("us", AGREEMENT)
    assert pair.us.lookups.maker.run_once() == 1
    return pair.ec.lookups.fetch("us", AGREEMENT)


def carry(pair: Pair) -> None:
    pair.ec.turn("us")
    pair.us.turn("ec")


def test_the_asker_learns_which_keys_the_partner_holds(pair: Pair):
    assert fetch(pair) == 1024
    outcome = ask(pair.ec, KNOWN, UNKNOWN)
    assert any(article.endswith("art5.5") for article in outcome.decision.permitting)
    assert result(pair.ec, outcome).state == "waiting"
    carry(pair)
    view = result(pair.ec, outcome)
    assert (view.state, view.found) == ("answered", (True, False))
    assert result(pair.ec, outcome).found == (True, False)


def test_the_partner_learns_and_keeps_nothing_of_what_was_asked(pair: Pair):
    fetch(pair)
    ask(pair.ec, UNKNOWN)
    carry(pair)
    assert pair.us.leaves("lookup.evaluated") == 1
    assert pair.us.leaves("query.received") == 0
    assert pair.us.scalar("SELECT count(*) FROM lookup_asked") == 0
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0
    assert pair.us.scalar("SELECT used FROM exchange_quota WHERE officer = ''") == 1


def test_condition_1_a_key_that_is_not_exact_or_too_many_of_them_are_not_asked(pair: Pair):
    fetch(pair)
    with pytest.raises(KeyNotExact):
        ask(pair.ec, *[KNOWN] * 17)
    with pytest.raises(KeyNotExact):
        ask(pair.ec, ExactKey(kind="phone", value="12"))


def test_condition_2_without_the_table_of_this_epoch_nothing_is_asked(pair: Pair):
    with pytest.raises(NoTable):
        ask(pair.ec, KNOWN)


def test_condition_4_what_the_agreement_forbids_never_leaves(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN, roles=("supervisor",))
    assert outcome.lookup_id is None
    assert outcome.decision.violated
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0


def test_a_suspended_agreement_gives_no_table_and_no_evaluation(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN)
    pair.us.suspend()
    carry(pair)
    assert result(pair.ec, outcome).state == "refused"
    pair.ec.execute("DELETE FROM lookup_table")
    with pytest.raises(NotTaken):
        fetch(pair)


def test_a_request_makes_no_table_it_notes_the_wish_and_says_when_to_come_again(pair: Pair):
    with pytest.raises(TableNotReady) as waits:
        pair.ec.lookups.fetch("us", AGREEMENT)
    assert waits.value.facts == {"retry_after": 30}
    with pytest.raises(TableNotReady):
        pair.ec.lookups.fetch("us", AGREEMENT)
    assert pair.us.scalar("SELECT count(*) FROM lookup_wish") == 1
    assert pair.us.scalar("SELECT count(*) FROM lookup_table") == 0
    assert pair.us.lookups.maker.run_once() == 1
    assert pair.us.scalar("SELECT count(*) FROM lookup_wish") == 0
    assert pair.us.lookups.maker.run_once() == 0
    assert pair.ec.lookups.fetch("us", AGREEMENT) == 1024


def test_the_worker_makes_no_table_that_is_not_offered_any_more(pair: Pair):
    with pytest.raises(TableNotReady):
        pair.ec.lookups.fetch("us", AGREEMENT)
    pair.us.suspend()
    assert pair.us.lookups.maker.run_once() == 0
    assert pair.us.scalar("SELECT count(*) FROM lookup_wish") == 0
    assert pair.us.scalar("SELECT count(*) FROM lookup_table") == 0


def test_a_wish_of_an_epoch_that_is_past_makes_no_table(pair: Pair):
    with pytest.raises(TableNotReady):
        pair.ec.lookups.fetch("us", AGREEMENT)
    pair.us.clock.advance(timedelta(days=30))
    assert pair.us.lookups.maker.run_once() == 0
    assert pair.us.scalar("SELECT count(*) FROM lookup_table") == 0


def give_another_key(node: SimNode, side: str, peer: str) -> None:
    with node.store.transaction(NODE) as tx:
        row = sql.table(tx, side, peer, AGREEMENT, epoch_of(node.clock.now()))
        assert row is not None
        tx.execute(sa.text("DELETE FROM lookup_table"))
        other = OprfKey(b"\x05" * 32, b"another").public
        sql.keep_table(tx, msgspec.structs.replace(row, public_key=other))


def test_an_answer_by_another_key_than_the_published_one_is_refused(pair: Pair):
    fetch(pair)
    give_another_key(pair.ec, "peer", "us")
    outcome = ask(pair.ec, KNOWN)
    carry(pair)
    with pytest.raises(BadProof):
        result(pair.ec, outcome)


def test_a_second_key_for_one_epoch_is_refused(pair: Pair):
    fetch(pair)
    give_another_key(pair.us, "own", "ec")
    with pytest.raises(TableRefused):
        fetch(pair)


def test_only_the_process_that_asked_can_read_the_answer(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN)
    carry(pair)
    again = LookupService(pair.ec.parts, pair.ec.parts.ledger._keyring, pair.ec.reference_keys)
    with pytest.raises(BlindingForgotten):
        result(pair.ec, outcome, again)


def test_a_blinding_is_forgotten_a_day_after_its_answer_could_come(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN)
    carry(pair)
    pair.ec.clock.advance(timedelta(hours=pair.ec.parts.settings.message_hours + 25))
    with pytest.raises(BlindingForgotten):
        result(pair.ec, outcome)


def test_the_blinding_of_a_look_up_that_ended_is_dropped_when_it_is_looked_at(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN)
    pair.us.suspend()
    carry(pair)
    assert result(pair.ec, outcome).state == "refused"
    assert len(pair.ec.lookups._asking._waiting) == 0


def test_the_blinded_message_says_nothing_of_the_key(pair: Pair):
    fetch(pair)
    outcome = ask(pair.ec, KNOWN)
    assert encode(KNOWN.token) not in str(outcome)
    assert len({ask(pair.ec, KNOWN).lookup_id for _ in range(2)}) == 2


def test_a_table_that_comes_byte_by_byte_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    """Attack: an officer's request would otherwise hang for as long as the partner likes."""
    monkeypatch.setattr("cordillera.trust.lookup.answering.PART", 1024)
    monkeypatch.setattr("cordillera.trust.lookup.service.MOST_PARTS", 3)
    with pytest.raises(TableRefused):
        fetch(pair)
    assert pair.ec.scalar("SELECT count(*) FROM lookup_table WHERE side = 'peer'") == 0


def numbers(first: int, count: int) -> list[ExactKey]:
    """Documents in a row."""
    return [
        ExactKey(kind="document", issuer="EC", type="P", value=f"A12345{at:02d}")
        for at in range(first, first + count)
    ]


def test_each_key_of_a_look_up_is_one_of_the_quota_on_both_sides(pair: Pair):
    fetch(pair)
    ask(pair.ec, *numbers(10, 16))
    ask(pair.ec, KNOWN)
    carry(pair)
    for node, way in ((pair.ec, "out"), (pair.us, "in")):
        used = "SELECT used FROM exchange_quota WHERE officer = '' AND direction = :way"
        assert node.scalar(used, way=way) == 17


def test_a_look_up_that_would_pass_the_quota_by_its_last_key_does_not_leave(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    def sixteen(agreement: dict) -> None:
        service = next(one for one in agreement["services"] if one["type"] == "lookup.exact")
        service["quota"] = {"per_day": 16, "per_officer": 16}

    with_terms(monkeypatch, sixteen)
    fetch(pair)
    allowed = ask(pair.ec, *numbers(10, 16))
    carry(pair)
    refused = ask(pair.ec, KNOWN)
    carry(pair)
    assert result(pair.ec, allowed).state == "answered"
    assert result(pair.ec, refused).state == "refused"


def watched(node: SimNode) -> Vigilance:
    """Who watches what a real node's officers ask."""
    parts, vigilance = node.parts, Vigilance(node.ledger, node.parts.sealer, node.clock)
    emergencies = EmergencyWatch(node.ledger, node.clock, parts.policies)
    msgspec.structs.force_setattr(parts, "watchers", (vigilance, emergencies))
    return vigilance


def test_look_ups_are_watched_as_questions_are(pair: Pair):
    fetch(pair)
    vigilance = watched(pair.ec)
    ask(pair.ec, *numbers(60, 5), ExactKey(kind="person", value="INVENTADO<<ANA|1980-05-17"))
    assert pair.ec.scalar("SELECT count(*) FROM flow_asked") == 6
    assert vigilance.run_once(pair.ec.store) == 1
    assert pair.ec.scalar("SELECT kind FROM flow_alarm") == "sequence"


def test_an_emergency_look_up_waits_for_its_review(pair: Pair):
    fetch(pair)
    watched(pair.ec)
    ask(pair.ec, *numbers(60, 16), grounds=msgspec.structs.replace(GROUNDS, urgency="emergency"))
    ask(pair.ec, KNOWN)
    assert pair.ec.scalar("SELECT count(*) FROM flow_deadline WHERE kind = 'emergency.review'") == 1


def test_condition_5_where_two_officers_are_taken_one_alone_looks_nothing_up(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    def four_eyes(agreement: dict) -> None:
        service = next(one for one in agreement["services"] if one["type"] == "lookup.exact")
        service["preconditions"]["four_eyes"] = True

    with_terms(monkeypatch, four_eyes)
    fetch(pair)
    for _ in range(2):
        assert ask(pair.ec, KNOWN).waits
    berta = officer("EC", ("analyst",), "berta")
    with pair.ec.store.transaction(berta.scope) as tx:
        assert pair.ec.lookups.ask(tx, berta, "us", [KNOWN], GROUNDS).lookup_id is not None
    assert pair.ec.scalar("SELECT count(*) FROM lookup_asked") == 1
