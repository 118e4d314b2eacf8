"""Two nodes that no line joins: messages and receipts travel in files."""

import msgspec
import pytest
from tests.sim.federation import KNOWN, Pair

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.errors import BadInput
from cordillera.trust.exchange import offline
from cordillera.trust.exchange.errors import OfflineRefused, PartnerRevoked, UnknownPartner
from cordillera.trust.exchange.offline import OfflineExchange

pytest_plugins = ["tests.sim.fixtures"]


def files(node) -> OfflineExchange:
    return OfflineExchange(node.parts, node.flows.effects)


def test_a_question_and_its_answer_travel_in_files(pair: Pair):
    asked = [pair.ec.ask(KNOWN), pair.ec.ask("Invented Unknown Person")]
    there, count = files(pair.ec).write("us")
    assert count == 2
    taken = files(pair.us).take_in(there)
    assert (taken.messages, taken.receipted) == (2, 2)
    assert files(pair.ec).settle(taken.receipts).settled == 2
    pair.us.answer()
    back, _ = files(pair.us).write("ec")
    answers = files(pair.ec).take_in(back)
    assert files(pair.us).settle(answers.receipts).settled == 2
    assert [pair.ec.view(one).outcome for one in asked] == ["hit", "no_hit"]
    assert pair.ec.leaves("receipt.stored") == pair.us.leaves("receipt.stored") == 2


def test_a_file_taken_in_twice_has_one_effect_and_the_same_receipts(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    first, second = files(pair.us).take_in(there), files(pair.us).take_in(there)
    assert first.receipted == second.receipted == 1
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 1
    assert files(pair.ec).settle(first.receipts).settled == 1
    assert files(pair.ec).settle(second.receipts).settled == 0


def test_many_messages_fit_into_one_file(pair: Pair):
    for _ in range(70):
        pair.ec.ask()
    there, count = files(pair.ec).write("us")
    assert count == 70
    taken = files(pair.us).take_in(there)
    assert taken.receipted == 70
    assert files(pair.ec).settle(taken.receipts).settled == 70


def test_what_was_carried_by_file_and_by_line_has_one_effect(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    taken = files(pair.us).take_in(there)
    pair.ec.execute("UPDATE exchange_outbox SET lease_until = NULL")
    pair.ec.turn("us")
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 1
    assert files(pair.ec).settle(taken.receipts).settled == 0


def test_condition_1_other_bytes_are_no_file(pair: Pair):
    for raw in (b"", b"CDB1", b"CDB1\xff\xff\xff\xff", b"PK\x03\x04" + bytes(100)):
        with pytest.raises(OfflineRefused):
            files(pair.us).take_in(raw)


def test_condition_2_a_file_of_a_revoked_partner_is_refused(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    pair.us.revoke("ec")
    with pytest.raises(PartnerRevoked):
        files(pair.us).take_in(there)


def test_conditions_2_and_4_any_changed_byte_is_refused(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    for at in (9, 200, len(there) - 1):
        changed = bytearray(there)
        changed[at] ^= 1
        with pytest.raises(BadInput):
            files(pair.us).take_in(bytes(changed))
    assert pair.us.scalar("SELECT count(*) FROM exchange_inbox") == 0


def test_condition_3_a_file_for_another_node_or_of_another_kind_is_refused(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    with pytest.raises(OfflineRefused):
        files(pair.us).settle(there)
    with pytest.raises(UnknownPartner):
        files(pair.ec).take_in(there)  # the sender is nobody's partner at home


def test_a_suspended_agreement_writes_nothing_to_a_file(pair: Pair):
    pair.ec.ask()
    pair.ec.suspend()
    _, count = files(pair.ec).write("us")
    staged = "SELECT count(*) FROM exchange_outbox WHERE type = 'query.person' AND state = 'staged'"
    assert pair.ec.scalar(staged) == 0
    assert count <= 1  # the suspension itself may be told


def test_a_file_that_holds_another_number_of_messages_than_it_says_is_refused(pair: Pair):
    pair.ec.ask()
    there, _ = files(pair.ec).write("us")
    signed, content = offline._frame(there)
    manifest = canonical.to_struct(jws.read_flattened(signed).payload, offline.Manifest)
    for count in (0, 2):
        told = canonical.dumps(msgspec.structs.replace(manifest, count=count))
        again = jws.sign_flattened(pair.ec.identity.signing, told, typ=offline.TYP)
        with pytest.raises(OfflineRefused) as refused:
            files(pair.us).take_in(offline.MAGIC + len(again).to_bytes(4, "big") + again + content)
        assert refused.value.facts == {"reason": "count"}
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0
