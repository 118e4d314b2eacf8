"""The node in another language uses the rest of the protocol: log, witness, thaw, files, private look-up."""

import json
import os
from typing import Any

import msgspec
import pytest
from tests.peers.javascript import PeerNode, PeerRefused, data, text
from tests.peers.joined import PERSON, Joined
from tests.sim.federation import AGREEMENT, KNOWN, SimNode, officer
from tests.sim.flows import CONTENT, NOTICE_GROUNDS

from cordillera.runtime.witnesses import Witnesses
from cordillera.trust.attachments.core import CHUNK
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange.offline import OfflineExchange
from cordillera.trust.exchange.thawing import Place, Thaws
from cordillera.trust.notices.model import Draft


def test_the_leaves_that_receipts_name_are_proved_to_the_peer(joined: Joined):
    receipts = [joined.accepted("query.person", PERSON) for _ in range(3)]
    joined.us.sequencer.catch_up()
    named = [{"msg_id": one["msg_id"], "leaf": one["leaf"]} for one in receipts]
    sizes = joined.js.call("proofs", receipts=named)["sizes"]
    assert len(sizes) == 3
    with pytest.raises(PeerRefused, match="another leaf"):
        joined.js.call("proofs", receipts=[{**named[0], "leaf": named[1]["leaf"]}])


def test_the_log_of_the_peer_is_cosigned_and_another_size_is_told_what_was_seen(joined: Joined):
    joined.us.ask(partner="js")
    assert joined.turn() == 1
    vkey = Witnesses(joined.us.parts).own.key.vkey
    assert joined.js.call("witness", vkey=vkey)["size"] == 1
    joined.us.ask("Nobody Known", partner="js")
    assert joined.turn() == 1
    with pytest.raises(PeerRefused, match=r"add-checkpoint: 409 1"):
        joined.js.call("witness", vkey=vkey)


def entries(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "message_id": one["msg_id"], "agreement_id": AGREEMENT, "sender": "js", "seq": one["channel_seq"],
            "envelope": one["hash"],
        }
        for one in told
    ]  # fmt: skip


def test_both_logs_are_compared_by_digests_that_the_peer_makes_itself(joined: Joined):
    told = [joined.accepted("query.person", PERSON) for _ in range(2)]
    joined.us.sequencer.catch_up()
    period = {"since": "2026-11-21T00:00:00Z", "until": "2026-11-22T00:00:00Z"}
    same = joined.js.call("reconcile", entries=entries(told), **period)
    assert (same["entries"], same["same"], same["count"]) == ([], [f"{AGREEMENT}|js|0"], 2)
    other = joined.js.call("reconcile", entries=entries(told[:1]), **period)
    assert {one["message_id"] for one in other["entries"]} == {one["msg_id"] for one in told}
    assert {one["leaf"] for one in other["entries"]} == {one["leaf"] for one in told}


def test_a_channel_that_the_peer_broke_flows_again_after_both_signed_where_they_stand(joined: Joined):
    first = joined.accepted("query.person", PERSON)
    broken = joined.js.send("query.person", PERSON, header={"channel_seq": 1, "prev_msg_hash": "0" * 64})
    assert broken["nack"]["code"] == "exchange.equivocation"
    frozen = joined.js.send("query.person", PERSON)
    assert frozen["nack"]["code"] == "exchange.channel_frozen"
    stand = {"last_seq": 1, "last_hash": first["hash"]}
    assert joined.js.call("thaw", **stand) == {"thawed": False}
    thaws, place = Thaws(joined.us.parts), Place("in", "js", AGREEMENT)
    one, two = (officer("US", ("operator",), name) for name in ("one", "two"))
    joined.desk.do(thaws.propose, place, "both looked into it", by=one)
    joined.desk.do(thaws.approve, place, by=two)
    told = joined.js.call("thaw", **stand)
    assert (told["thawed"], told["seq"]) == (True, 1)
    assert joined.js.call("thaw", **stand) == told
    assert joined.accepted("query.person", PERSON)["channel_seq"] == 2


def test_the_peer_fetches_and_opens_an_attachment_of_a_notice(joined: Joined):
    content, desk = os.urandom(CHUNK + 99), joined.desk
    attachments = AttachmentService(joined.us.parts, desk.records)
    reference = desk.do(attachments.add, "placa.jpg", "image/jpeg", content)
    draft = Draft(msgspec.structs.replace(CONTENT, attachments=(reference,)), NOTICE_GROUNDS)
    notice_id = desk.do(desk.notices.draft, "js", draft)
    assert desk.do(desk.notices.release, notice_id, by=desk.berta).allow
    assert joined.turn() == 1
    (named,) = joined.js.got("notice.suspect")["data"]["attachments"]
    found = joined.js.call("attachment", reference=named)
    assert (found["name"], found["media_type"], data(found["content"])) == (
        "placa.jpg", "image/jpeg", content,
    )  # fmt: skip


def test_messages_of_the_peer_come_in_a_file_and_their_receipts_go_back_in_another(joined: Joined):
    told = joined.js.call("send", type="query.person", data=PERSON, kept=True)
    file = joined.js.call("file", envelopes=[told["envelope"]])["file"]
    offline = OfflineExchange(joined.us.parts, joined.us.flows.effects)
    taken = offline.take_in(data(file))
    assert (taken.messages, taken.receipted) == (1, 1)
    (result,) = joined.js.call("receipts", file=text(taken.receipts))["results"]
    assert (result["receipt"]["outcome"], result["receipt"]["msg_id"]) == ("accepted", told["msg_id"])
    assert joined.accepted("query.person", PERSON)["channel_seq"] == 2


def looked_up(js: PeerNode, us: SimNode, *values: str) -> list[bool]:
    keys = [{"kind": "document", "issuer": "ec", "type": "p", "value": value} for value in values]
    told = js.call("lookup", keys=keys)
    assert told["results"][0]["receipt"]["code"] == ""
    assert us.turn("js") == 1
    found: list[bool] = js.call("looked", message=js.got("lookup.evaluated"))["found"]
    return found


def test_the_peer_looks_exact_keys_up_privately_by_its_own_arithmetic(joined: Joined):
    body = text(json.dumps({"agreement_id": AGREEMENT}).encode())
    assert joined.js.call("post", path="/exchange/v1/lookup/table", body=body)["status"] == 503
    assert joined.us.lookups.maker.run_once() == 1
    assert looked_up(joined.js, joined.us, "a-123 4567", "Z7654321") == [True, False]
    assert joined.us.matcher.asked == []
    assert KNOWN not in json.dumps(joined.js.call("inbox"))
