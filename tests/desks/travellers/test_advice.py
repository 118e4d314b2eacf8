"""Interactive lists are answered at once with advice, by chance or by an officer, never by a hit."""

import threading
import time
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from tests.web.house import House

from cordillera.desks.travellers import advice_core
from cordillera.desks.travellers.advice_core import Standing, advice_of, draw
from cordillera.desks.travellers.advice_service import AdviceRuling
from cordillera.desks.travellers.errors import AdviceReasonMissing, NotAsked, NotInteractive
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.engines import edifact
from cordillera.engines.edifact.contrl import Action, contrl_messages
from cordillera.engines.edifact.cusres import Advice, cusres_messages
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import QueueFilter

CARRIER = Origin(Channel.INTERACTIVE, "", "EC-PN", "machine:xa")


@pytest.fixture
def ask(store, travellers, scope, monkeypatch):
    def do(raw: bytes, *drawn: str, origin: Origin = CARRIER):
        names = dict.fromkeys(drawn, advice_core.Draw(drawn=True))
        monkeypatch.setattr(
            type(travellers.advice),
            "_draw",
            lambda _self, facts, _now: names.get(facts.family_names, advice_core.Draw(drawn=False)),
        )
        with store.transaction(scope) as tx:
            return travellers.advice.ask(tx, raw, origin)

    return do


def advice_in(body: bytes) -> list[Advice]:
    (answer,) = cusres_messages(edifact.read(body))
    return [one.advice for one in answer.travellers]


def test_a_list_is_kept_and_answered_with_contrl_and_advice_on_each_traveller(
    ask, store, travellers, paxlst, ana
):
    answered = ask(paxlst("PEREZ:JUAN", "MORA:ANA"), "MORA")
    reading = edifact.read(answered.body)
    (control,) = contrl_messages(reading)
    assert control.action is Action.TAKEN
    assert advice_in(answered.body) == [Advice.NOTHING, Advice.OFFICER]
    with store.transaction(ana.scope) as tx:
        assert travellers.message(tx, answered.message_id).row.channel is Channel.INTERACTIVE
        assert travellers.message_bytes(tx, ana, answered.message_id).startswith(b"UNB+")


def test_a_hit_puts_the_traveller_before_an_officer_and_is_not_in_the_answer(
    ask, store, travellers, paxlst, listed, review, ana
):
    listed.names = {"PEREZ"}
    answered = ask(paxlst("PEREZ:JUAN", "MORA:ANA"))
    assert advice_in(answered.body) == [Advice.NOTHING, Advice.NOTHING]
    with store.transaction(ana.scope) as tx:
        assert review.queue(tx, QueueFilter(desk="travellers")).total == 1
        (line,) = travellers.advice.rows(tx, ana)
    assert line.alert_id is not None
    assert not line.row.drawn


def test_the_answer_to_a_hit_has_the_bytes_of_the_answer_to_none(ask, paxlst, listed):
    listed.names = {"PEREZ"}
    hit = ask(paxlst("PEREZ:JUAN", reference="77"))
    none = ask(paxlst("PEREA:JUAN", reference="78"))
    told = [one.body.replace(one.message_id.hex[-12:].encode(), b"REF") for one in (hit, none)]
    assert told[0].replace(b"77", b"78") == told[1]


def test_an_officer_answers_with_a_reason_and_the_carrier_reads_it(
    ask, store, travellers, paxlst, listed, ledger, ana, scope
):
    listed.names = {"PEREZ"}
    answered = ask(paxlst("PEREZ:JUAN", "MORA:ANA"))
    with store.transaction(ana.scope) as tx:
        (line,) = travellers.advice.rows(tx, ana)
        with pytest.raises(AdviceReasonMissing):
            travellers.advice.decide(tx, ana, line.row.id, AdviceRuling(Advice.OFFICER, "  ...  "))
        travellers.advice.decide(tx, ana, line.row.id, AdviceRuling(Advice.OFFICER, "Documento por revisar"))
    with store.transaction(scope) as tx:
        later = travellers.advice.again(tx, answered.message_id, CARRIER)
    assert advice_in(later.body) == [Advice.OFFICER, Advice.NOTHING]
    with store.transaction(ana.scope) as tx:
        (row,) = travellers.advice.rows(tx, ana)
        kinds = {one.kind for one in ledger.events(tx, subject_ref=str(row.row.traveller_id), limit=9)}
    assert (row.row.reason, row.row.officer_name) == ("Documento por revisar", ana.name)
    assert LeafKind.DECISION.value in kinds


def test_what_an_officer_said_holds_for_a_later_list_of_the_same_flight(
    ask, store, travellers, paxlst, listed, ana
):
    listed.names = {"PEREZ"}
    ask(paxlst("PEREZ:JUAN"))
    with store.transaction(ana.scope) as tx:
        (line,) = travellers.advice.rows(tx, ana)
        travellers.advice.decide(tx, ana, line.row.id, AdviceRuling(Advice.OFFICER, "Documento por revisar"))
    assert advice_in(ask(paxlst("PEREZ:JUAN", reference="2")).body) == [Advice.OFFICER]


def test_the_same_question_again_changes_nothing_and_is_answered_with_what_is_known(
    ask, paxlst, store, ana, travellers
):
    first, second = ask(paxlst("MORA:ANA"), "MORA"), ask(paxlst("MORA:ANA"))
    assert (second.message_id, advice_in(second.body)) == (first.message_id, [Advice.OFFICER])
    with store.transaction(ana.scope) as tx:
        assert len(travellers.advice.rows(tx, ana)) == 1


def test_only_the_machine_that_asked_reads_the_answer_again_and_not_for_ever(
    ask, paxlst, store, travellers, scope, clock
):
    answered = ask(paxlst("MORA:ANA"))
    other = Origin(Channel.INTERACTIVE, "", "EC-PN", "machine:yb")
    with store.transaction(scope) as tx, pytest.raises(NotAsked):
        travellers.advice.again(tx, answered.message_id, other)
    clock.advance(timedelta(days=8))
    with store.transaction(scope) as tx, pytest.raises(NotAsked):
        travellers.advice.again(tx, answered.message_id, CARRIER)


def test_what_is_no_passenger_list_is_not_answered_and_not_kept(ask, store, travellers, ana):
    for raw in (b"", b"\x00 rubbish", b"UNB+UNOA:4+A+B+261121:1200+1'UNH+7+CUSCAR:D:05B:UN'UNT+2+7'UNZ+1+1'"):
        with pytest.raises(NotInteractive):
            ask(raw)
    with store.transaction(ana.scope) as tx:
        assert travellers.messages(tx) == ()


def test_references_that_no_answer_can_carry_are_left_out_of_it(ask, paxlst):
    hostile = "RFF+ABO:\x01\x02'RFF+AVF:" + "A" * 90 + "'"
    answered = ask(paxlst("PEREZ:JUAN", extra=hostile))
    assert advice_in(answered.body) == [Advice.NOTHING]


def test_a_share_of_people_is_drawn_half_of_them_later_and_asking_again_draws_nobody_anew(sealer):
    draws = [draw(sealer.blind("advice.draw", f"2026-11|NAME{n}"), 0.1) for n in range(4000)]
    drawn = [one for one in draws if one.drawn]
    assert 300 < len(drawn) < 500
    late = sum(one.delay_seconds > 0 for one in drawn)
    assert 0.4 < late / len(drawn) < 0.6
    assert draws[:50] == [draw(sealer.blind("advice.draw", f"2026-11|NAME{n}"), 0.1) for n in range(50)]


def test_a_late_draw_shows_when_its_moment_has_come(clock):
    now = clock.now()
    standing = Standing(0, drawn=True, shown_from=now + timedelta(minutes=5))
    assert advice_of(standing, now) is Advice.NOTHING
    assert advice_of(standing, now + timedelta(minutes=6)) is Advice.OFFICER


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def asked_within(house, seconds: float, share: float = 0.5):
    own = msgspec.structs.replace(house.node.settings.travellers, advice_seconds=seconds, advice_share=share)
    house.node.settings = msgspec.structs.replace(house.node.settings, travellers=own)
    return {"authorization": f"Bearer {house.machine('xa')}", "content-type": "application/edifact"}


def test_over_https_the_answer_leaves_at_its_moment_and_an_officer_answers_on_the_page(house, paxlst):
    headers = asked_within(house, 3.0)
    people = [f"PRUEBA{chr(65 + n)}:ROSA" for n in range(12)]
    with house.visitor() as carrier:
        carrier.post("/api/messages", content=paxlst("OTRA:ANA", reference="9"), headers=headers)
        began = time.monotonic()
        answer = carrier.post("/api/messages/interactive", content=paxlst(*people), headers=headers)
        assert time.monotonic() - began >= 3.0
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/edifact")
        assert len(advice_in(answer.content)) == 12
        control = carrier.post("/api/messages/edifact", content=paxlst("VEGA:ANA"), headers=headers)
        assert control.status_code == 201
        assert [one.action for one in contrl_messages(edifact.read(control.content))] == [Action.TAKEN]
        refused = carrier.post("/api/messages/interactive", content=b"x", headers=headers)
        assert refused.json()["type"].endswith("not_interactive")
    with house.browser("oficial") as officer:
        rows = officer.get("/advice.json").json()["rows"]
        open_at = f"/advice/{rows[0]['row']['id']}"
        assert officer.get(open_at).status_code == 200
        assert officer.post(open_at, data={"advice": "O", "reason": ""}).status_code == 422
        said = {"advice": "N", "reason": "Control ya hecho en el mostrador"}
        assert officer.post(open_at, data=said, follow_redirects=False).status_code == 303
    with house.visitor() as carrier:
        again = carrier.get(f"/api/messages/interactive/{answer.headers['message-id']}", headers=headers)
    assert len(advice_in(again.content)) == 12


def test_what_takes_too_long_is_answered_by_default_and_kept_all_the_same(house, paxlst):
    headers = asked_within(house, 0.3, share=0.0)
    with house.visitor() as carrier:
        with house.node.store.transaction(Scope("EC-PN", "test")) as held:
            held.execute(sa.text("LOCK TABLE traveller_message IN ACCESS EXCLUSIVE MODE"))
            answer = carrier.post("/api/messages/interactive", content=paxlst("MORA:ANA"), headers=headers)
        assert advice_in(answer.content) == [Advice.NOTHING]
        assert contrl_messages(edifact.read(answer.content)) == ()
        for _ in range(100):
            with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
                kept = house.node.travellers.messages(tx)
            if kept:
                break
            time.sleep(0.05)
    assert [one.channel for one in kept] == [Channel.INTERACTIVE]


def test_a_list_that_was_answered_and_could_not_be_kept_is_told_to_operators(house_unkept, paxlst):
    house, going_on = house_unkept
    headers = {"authorization": f"Bearer {house.machine()}", "content-type": "application/edifact"}
    with house.visitor() as gateway:
        answer = gateway.post("/api/messages/interactive", content=paxlst("PEREZ:JUAN"), headers=headers)
        assert (answer.status_code, "message-id" in answer.headers) == (200, False)
        going_on.set()
        with house.browser("turno", Role.OPERATOR, Role.WATCH_OFFICER) as operator:
            deadline = time.monotonic() + 20
            while "OSError" not in (shown := operator.get("/messages/as2?lang=en").text):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert "could not be kept" in shown
            assert "could not be kept" in operator.get("/advice?lang=en").text
            assert "could not be kept" in operator.get("/?lang=en").text
            assert "PEREZ" not in shown


@pytest.fixture
def house_unkept(store, clock, tmp_path, monkeypatch):
    """A node whose store fails after the answer has left."""
    house, late = House(store, clock, tmp_path), threading.Event()

    def fails(_self, _tx, _raw, _origin):
        late.wait(20)
        raise OSError

    monkeypatch.setattr(type(house.node.travellers.advice), "ask", fails)
    return house, late
