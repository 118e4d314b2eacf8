"""A node in another language, made after docs/protocol.md, exchanges every family of messages with ours."""

import hashlib
import json
from typing import Any
from uuid import UUID

import msgspec
from tests.peers.javascript import data, text
from tests.peers.joined import PERSON, Joined
from tests.sim.federation import AGREEMENT, KNOWN, LISTED, NODE, officer
from tests.sim.flows import BEHIND, CANARY, CONTENT, NOTICE_GROUNDS

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.model import Answer, SentCandidate
from cordillera.trust.followup.model import Response
from cordillera.trust.notices.model import Draft
from cordillera.trust.records.model import RecordStatus
from cordillera.trust.redress.onward import Errands

NOTICE = {
    "record_id": "", "full_name": "Rufina Inventada", "facts": "Seen twice at the invented pier by night.",
    "grading": "B2",
}  # fmt: skip


def asked(joined: Joined) -> tuple[str, dict[str, Any]]:
    """A query of the peer, and the answer as it opened it."""
    told = joined.accepted("query.person", PERSON)
    joined.us.answer()
    assert joined.turn() == 1
    return told["msg_id"], joined.js.got("answer.person")


def noticed(joined: Joined) -> tuple[UUID, dict[str, Any]]:
    """A notice of US, released to the peer, and as the peer opened it."""
    desk = joined.desk
    notice_id = desk.do(desk.notices.draft, "js", Draft(CONTENT, NOTICE_GROUNDS))
    assert desk.do(desk.notices.release, notice_id, by=desk.berta).allow
    assert joined.turn() == 1
    return notice_id, joined.js.got("notice.suspect")


def given(joined: Joined) -> UUID:
    """A notice of the peer, whose conditions an officer of US accepted."""
    record_id = uuid7()
    joined.accepted("notice.suspect", {**NOTICE, "record_id": str(record_id)}, handling={"tlp": "AMBER"})
    desk = joined.desk
    shown = desk.do(desk.notices.view, record_id)
    assert desk.do(desk.notices.accept, record_id, shown.conditions.digest).allow
    assert joined.turn() == 1
    assert joined.js.got("notice.accepted")["data"]["conditions"] == shown.conditions.digest
    return record_id


def ordered(joined: Joined, kind: str, record_id: UUID, **more: Any) -> dict[str, Any]:
    """What a `record.*` message of the peer carries."""
    said = {
        "change_id": str(uuid7()), "record_id": str(record_id), "kind": kind, "reason": "the wrong person",
    }  # fmt: skip
    return {"order": joined.js.call("order", order={**said, **more})["order"], "body": ""}


def test_the_peer_asks_is_answered_confirms_and_follows_up(joined: Joined):
    query, answer = asked(joined)
    assert answer["data"]["outcome"] == "hit"
    (candidate,) = answer["data"]["candidates"]
    assert candidate["reference"] == LISTED.reference
    joined.accepted("hit.confirmed", {"query_id": query, "reference": LISTED.reference})
    request_id = uuid7()
    wanted = {
        "request_id": str(request_id), "query_id": query, "reference": LISTED.reference,
        "fields_wanted": ["full_name", "aliases"], "intended_use": "intelligence",
    }  # fmt: skip
    joined.accepted("info.request", wanted)
    desk = joined.desk
    core = msgspec.structs.replace(BEHIND, date_of_birth="", nationalities=())
    desk.do(
        desk.followups.respond, request_id, Response(content=core), by=desk.officer("ana", "watch_officer")
    )
    assert joined.turn() == 1
    told = joined.js.got("info.response")["data"]
    assert (told["full_name"], told["request_id"]) == (BEHIND.full_name, str(request_id))


def test_the_peer_is_asked_and_answers(joined: Joined):
    outcome = joined.us.ask(partner="js")
    assert outcome.decision.allow
    assert joined.turn() == 1
    query = joined.js.got("query.person")
    assert query["data"]["full_name"] == KNOWN
    candidate = SentCandidate("js-1", 0.8, ("names.family_name_equal",), ())
    answer = Answer(UUID(query["msg_id"]), "hit", (candidate,), ("US-EC/art5.1",))
    joined.accepted("answer.person", json.loads(canonical.dumps(answer)))
    view = joined.us.view(outcome)
    assert (view.status, view.outcome, view.candidates) == ("answered", "hit", (candidate,))
    second = joined.js.send("answer.person", json.loads(canonical.dumps(answer)))
    assert (second["outcome"], second["code"]) == ("refused", "exchange.wrong_payload")


def test_a_notice_of_ours_is_accepted_by_the_peer_under_its_own_digest_of_the_conditions(joined: Joined):
    notice_id, payload = noticed(joined)
    assert payload["data"]["full_name"] == CANARY
    digest = joined.js.call("conditions", message=payload)["digest"]
    told = {"reference": str(notice_id), "outcome": "accepted", "conditions": digest}
    joined.accepted("notice.accepted", told)
    assert joined.desk.do(joined.desk.notices.view, notice_id).line.state == "accepted"


def test_a_recall_of_ours_is_carried_out_and_proved_by_the_peer(joined: Joined):
    notice_id, _ = noticed(joined)
    desk = joined.desk
    change = desk.do(desk.records.recall, notice_id, "the wrong person")
    assert joined.turn() == 1
    recall = joined.js.got("record.recall")
    known = joined.js.call("check", message=recall)
    assert (known["kind"], known["record_id"]) == ("recall", str(notice_id))
    told = joined.js.call("done", message=recall)
    assert told["results"][0]["receipt"]["code"] == ""
    proved = desk.ask(desk.records.change, change.change_id)
    assert (proved.state, proved.tasks[0].complete) == ("done", True)


def test_an_erasure_of_the_peer_is_carried_out_here_and_proved_to_it(joined: Joined):
    record_id = given(joined)
    joined.accepted("record.erase", ordered(joined, "erase", record_id), subject_category="other")
    assert joined.desk.ask(joined.desk.records.get, record_id).status is RecordStatus.ERASED
    assert joined.prove() == 1
    done = joined.js.got("record.done")
    assert joined.js.call("check", message=done) == {"effect": "erased", "purpose": "record.erase"}


def test_a_correction_of_the_peer_replaces_the_content_here(joined: Joined):
    record_id = given(joined)
    held = json.loads(joined.desk.ask(joined.desk.records.body, record_id))
    body = canonical.dumps(held | {"full_name": "Rufina Corregida"})
    order = ordered(joined, "correct", record_id, version=2, digest=hashlib.sha256(body).hexdigest())
    joined.accepted("record.correct", order | {"body": text(body)}, subject_category="other")
    assert joined.desk.ask(joined.desk.records.body, record_id) == body
    late = ordered(joined, "correct", record_id, version=2, digest=hashlib.sha256(b"{}").hexdigest())
    told = joined.js.send("record.correct", late | {"body": text(b"[]")}, subject_category="other")
    assert (told["outcome"], told["code"]) == ("refused", "records.order_refused")


def test_an_order_of_the_peer_under_another_type_or_about_what_is_not_its_own_is_refused(joined: Joined):
    record_id = given(joined)
    told = joined.js.send("record.recall", ordered(joined, "erase", record_id))
    assert (told["outcome"], told["code"]) == ("refused", "records.order_refused")
    notice_id, _ = noticed(joined)
    told = joined.js.send("record.erase", ordered(joined, "erase", notice_id))
    assert (told["outcome"], told["code"]) == ("refused", "records.order_refused")


def test_the_peer_asks_for_consent_and_is_given_it_by_two_officers(joined: Joined):
    notice_id, _ = noticed(joined)
    consent = {
        "consent_id": str(uuid7()), "record_id": str(notice_id), "recipient": "pe",
        "purpose": "drug_trafficking", "reason": "the same ring",
    }  # fmt: skip
    joined.accepted("consent.request", consent)
    desk = joined.desk
    for name in ("one", "two"):
        who = officer("US", ("agreement_officer",), name)
        desk.do(desk.records.grant_consent, UUID(consent["consent_id"]), by=who)
    assert joined.turn() == 1
    grant = joined.js.got("consent.grant")["data"]
    assert (grant["consent_id"], grant["recipient"], len(grant["leaf"])) == (consent["consent_id"], "pe", 64)


def test_the_peer_is_told_of_a_suspension_in_the_channel_of_standing(joined: Joined):
    joined.us.suspend()
    assert joined.turn() == 1
    told = joined.js.got("agreement.status")
    assert (told["agreement_id"], told["data"]["status"]) == ("standing", "suspended")
    status = {
        "agreement_id": AGREEMENT, "status": "suspended", "ends_on": "",
        "changed_at": "2026-11-21T12:00:00Z",
    }  # fmt: skip
    joined.accepted("agreement.status", status, agreement_id="standing", subject_category="none")


def test_the_peer_asks_for_redress_about_a_message_that_both_know(joined: Joined):
    query, _ = asked(joined)
    ticket = {
        "ticket_id": str(uuid7()), "kind": "access", "dispute": True, "messages": [query], "about": None,
    }  # fmt: skip
    joined.accepted("redress.find", ticket)
    errands = Errands(joined.us.flows.redress)
    assert errands.run_once(joined.us.store) == 1
    assert joined.turn() == 1
    found = joined.js.got("redress.found")["data"]
    assert (found["ticket_id"], found["own"]) == (ticket["ticket_id"], "not_asked")
    assert found["items"][0]["message_id"] == query


def test_bundles_are_told_both_ways_without_a_request_signature(joined: Joined):
    assert joined.js.call("bundle")["status"] == 200
    with joined.us.store.transaction(NODE) as tx:
        assert joined.us.directory.active(tx, "js").seq == 2


def test_the_peer_fetches_the_table_of_private_look_up_and_meets_every_kind_of_answer(joined: Joined):
    body = text(json.dumps({"agreement_id": AGREEMENT, "offset": 0}).encode())
    told = joined.js.call("post", path="/exchange/v1/lookup/table", body=body)
    waits = json.loads(data(told["body"]))
    assert (told["status"], waits["code"], waits["retry_after"]) == (503, "lookup.table_not_ready", 30)
    joined.us.lookups.maker.run_once()
    told = joined.js.call("post", path="/exchange/v1/lookup/table", body=body)
    table = json.loads(data(told["body"]))
    assert (told["status"], table["size"]) == (200, 8192)
    for path, given_body, status, code in (
        ("/exchange/v1/lookup/table", b'{"agreement_id":"none"}', 403, "lookup.not_offered"),
        ("/exchange/v1/lookup/table", b'{"agreement_id":"a","agreement_id":"b"}', 400, "json.duplicate_key"),
        ("/exchange/v1/attachments", b'{"attachment":"x","number":0}', 403, "attachments.not_given"),
        ("/exchange/v1/messages", b"nonsense", 400, "exchange.malformed"),
        ("/exchange/v1/thaw", b'{"stand":"x"}', 400, "exchange.stand_refused"),
        ("/exchange/v1/nothing", b"", 404, "error.not_found"),
        ("/exchange/v1/messages?again=1", b"", 405, "exchange.wrong_request"),
        ("/exchange/v1/messages", (b"CDE1" + bytes(8)) * 65, 413, "exchange.too_large"),
        ("/exchange/v1/bundle", b"{}", 400, "exchange.bundle_refused"),
    ):
        told = joined.js.call("post", path=path, body=text(given_body))
        problem = json.loads(data(told["body"]))
        assert (told["status"], problem["code"]) == (status, code)
        assert problem == {"code": code, "status": status, "type": f"urn:cordillera:problem:{code}"}


def test_a_nonce_of_the_peer_counts_once_and_only_for_its_body(joined: Joined):
    asked_for = {"path": "/exchange/v1/messages", "body": "", "nonce": "only-once"}
    first, again = (joined.js.call("post", **asked_for) for _ in range(2))
    assert (first["status"], json.loads(data(first["body"]))) == (200, {"results": []})
    assert (again["status"], json.loads(data(again["body"]))["code"]) == (401, "exchange.hop_replayed")
    other = joined.js.call("post", path="/exchange/v1/messages", body="", tampered=True)
    assert (other["status"], json.loads(data(other["body"]))["code"]) == (401, "exchange.hop_tampered")


def test_a_duplicate_of_the_peer_gets_the_very_receipt_and_a_gap_what_is_wanted(joined: Joined):
    told = joined.accepted("query.person", PERSON)
    again = [
        json.loads(data(joined.js.call("post", path="/exchange/v1/messages", body=told["envelope"])["body"]))
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert joined.us.leaves("query.received") == 1
    gap = joined.js.send("query.person", PERSON, header={"channel_seq": 5})
    nack = {"code": "exchange.out_of_order", "transient": True, "have": 1, "want": 2}
    assert gap["nack"] == nack
