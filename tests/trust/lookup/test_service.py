"""Private look-up between two real nodes under us-ec-2025."""

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import GROUNDS, NODE, Pair, SimNode, officer

from cordillera.foundation.crypto.errors import BadProof
from cordillera.foundation.crypto.jws import encode
from cordillera.foundation.crypto.oprf import OprfKey
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.errors import BlindingForgotten, KeyNotExact, NoTable, TableRefused
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


def carry(pair: Pair) -> None:
    pair.ec.turn("us")
    pair.us.turn("ec")


def test_the_asker_learns_which_keys_the_partner_holds(pair: Pair):
    assert pair.ec.lookups.fetch("us", AGREEMENT) == 1024
    outcome = ask(pair.ec, KNOWN, UNKNOWN)
    assert any(article.endswith("art5.5") for article in outcome.decision.permitting)
    assert result(pair.ec, outcome).state == "waiting"
    carry(pair)
    view = result(pair.ec, outcome)
    assert (view.state, view.found) == ("answered", (True, False))
    assert result(pair.ec, outcome).found == (True, False)


def test_the_partner_learns_and_keeps_nothing_of_what_was_asked(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    ask(pair.ec, UNKNOWN)
    carry(pair)
    assert pair.us.leaves("lookup.evaluated") == 1
    assert pair.us.leaves("query.received") == 0
    assert pair.us.scalar("SELECT count(*) FROM lookup_asked") == 0
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0
    assert pair.us.scalar("SELECT used FROM exchange_quota WHERE officer = ''") == 1


def test_condition_1_a_key_that_is_not_exact_or_too_many_of_them_are_not_asked(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    with pytest.raises(KeyNotExact):
        ask(pair.ec, *[KNOWN] * 17)
    with pytest.raises(KeyNotExact):
        ask(pair.ec, ExactKey(kind="phone", value="12"))


def test_condition_2_without_the_table_of_this_epoch_nothing_is_asked(pair: Pair):
    with pytest.raises(NoTable):
        ask(pair.ec, KNOWN)


def test_condition_4_what_the_agreement_forbids_never_leaves(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    outcome = ask(pair.ec, KNOWN, roles=("supervisor",))
    assert outcome.lookup_id is None
    assert outcome.decision.violated
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0


def test_a_suspended_agreement_gives_no_table_and_no_evaluation(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    outcome = ask(pair.ec, KNOWN)
    pair.us.suspend()
    carry(pair)
    assert result(pair.ec, outcome).state == "refused"
    pair.ec.execute("DELETE FROM lookup_table")
    with pytest.raises(NotTaken):
        pair.ec.lookups.fetch("us", AGREEMENT)


def give_another_key(node: SimNode, side: str, peer: str) -> None:
    with node.store.transaction(NODE) as tx:
        row = sql.table(tx, side, peer, AGREEMENT, epoch_of(node.clock.now()))
        assert row is not None
        tx.execute(sa.text("DELETE FROM lookup_table"))
        other = OprfKey(b"\x05" * 32, b"another").public
        sql.keep_table(tx, msgspec.structs.replace(row, public_key=other))


def test_an_answer_by_another_key_than_the_published_one_is_refused(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    give_another_key(pair.ec, "peer", "us")
    outcome = ask(pair.ec, KNOWN)
    carry(pair)
    with pytest.raises(BadProof):
        result(pair.ec, outcome)


def test_a_second_key_for_one_epoch_is_refused(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    give_another_key(pair.us, "own", "ec")
    with pytest.raises(TableRefused):
        pair.ec.lookups.fetch("us", AGREEMENT)


def test_only_the_process_that_asked_can_read_the_answer(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    outcome = ask(pair.ec, KNOWN)
    carry(pair)
    again = LookupService(pair.ec.parts, pair.ec.parts.ledger._keyring, pair.ec.reference_keys)
    with pytest.raises(BlindingForgotten):
        result(pair.ec, outcome, again)


def test_the_blinded_message_says_nothing_of_the_key(pair: Pair):
    pair.ec.lookups.fetch("us", AGREEMENT)
    outcome = ask(pair.ec, KNOWN)
    assert encode(KNOWN.token) not in str(outcome)
    assert len({ask(pair.ec, KNOWN).lookup_id for _ in range(2)}) == 2


def test_a_table_that_comes_byte_by_byte_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    """Attack: an officer's request would otherwise hang for as long as the partner likes."""
    monkeypatch.setattr("cordillera.trust.lookup.answering.PART", 1024)
    monkeypatch.setattr("cordillera.trust.lookup.service.MOST_PARTS", 3)
    with pytest.raises(TableRefused):
        pair.ec.lookups.fetch("us", AGREEMENT)
    assert pair.ec.scalar("SELECT count(*) FROM lookup_table WHERE side = 'peer'") == 0
