"""A list that a partner gave with a notice: under an article, no longer than the notice, and gone with it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.desks.people.lists_world import un_list
from tests.desks.people.programs import person
from tests.desks.people.programs import un_list as un_list_of
from tests.sim.federation import Pair
from tests.sim.flows import CONTENT, Desk, conditions, give
from tests.web.house import House

from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.importing import ListImporter, Target
from cordillera.desks.people.lists_errors import PartnerListRefused
from cordillera.desks.people.lists_model import PartnerTerms
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Subject
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope
from cordillera.runtime.adapters import PartnerMatching
from cordillera.runtime.lookup_keys import ListedKeys
from cordillera.runtime.partner_lists import ListsOfPartners, PartnerFile, PartnerLists
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange.model import PersonQuery
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records.service import Records

pytest_plugins = ["tests.sim.fixtures"]
ASKED = [Subject("s", "Persona0003 Inventada")]


class Receiver:
    """US received a list from EC with a notice, and accepted its conditions."""

    def __init__(self, pair: Pair) -> None:
        ec, us = Desk(pair.ec), Desk(pair.us)
        reference = ec.do(
            AttachmentService(ec.node.parts, ec.records).add, "list.xml", "text/xml", un_list(20)
        )
        content = msgspec.structs.replace(CONTENT, attachments=(reference,))
        self.record_id, decision = give(pair, ec, us, content=content)
        assert decision.allow
        us.do(us.notices.accept, self.record_id, conditions(us, self.record_id))
        node = us.node
        self.desk, self.node, self.reference = us, node, reference
        screener = ListScreener(node.parts.sealer, node.clock)
        importer = ListImporter(node.parts.sealer, node.ledger, node.clock)
        limits = AskingLimits(node.store, node.ledger, node.parts.sealer, PeopleSettings())
        self.people = WatchlistService(importer, screener, limits)
        self.records = Records(node.parts, (PartnerLists(self.people.keeper),))
        self.attachments = AttachmentService(node.parts, self.records)
        self.lists = ListsOfPartners(self.people.keeper, self.records, self.attachments, node.parts.policies)

    def fetch(self) -> None:
        self.attachments.fetch(self.desk.ana, self.record_id, self.reference)

    def take(self, article: str = "art5.4", name: str = "EC watch") -> Any:
        asked = PartnerFile(
            record_id=self.record_id, attachment=self.reference, name=name, format=ListFormat.UN_XML,
            article=article,
        )  # fmt: skip
        return self.desk.do(self.lists.take_in, asked)

    def hits(self) -> int:
        with self.node.store.transaction(Scope.node("test")) as tx:
            return len(self.people.lists.hits(tx, ASKED)[0])


@pytest.fixture
def receiver(pair: Pair) -> Receiver:
    found = Receiver(pair)
    found.fetch()
    return found


def article_of(receiver: Receiver) -> str:
    """An article of the agreement under which the notice came."""
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        record = receiver.records.get(tx, receiver.record_id)
        book = receiver.node.parts.policies(tx)
        return str(book.get(record.agreement_id).agreement.clauses[0].article)


def test_the_list_bears_its_terms_and_ends_no_later_than_its_record(receiver: Receiver) -> None:
    article = article_of(receiver)
    version = receiver.take(article).version
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        record = receiver.records.get(tx, receiver.record_id)
        (active,) = receiver.people.active(tx)
        assert receiver.records.made_from(tx, receiver.record_id)[0][:2] == (
            "watchlist",
            str(version.version_id),
        )
    assert (active.agreement_id, active.article) == (record.agreement_id, article)
    assert active.handling == record.handling
    assert active.erase_after <= record.erase_after
    assert active.erase_after <= receiver.node.clock.now() + timedelta(days=365)
    assert active.record_id == receiver.record_id
    assert receiver.hits() >= 1


def test_condition_2_an_article_that_the_agreement_lacks_is_refused(receiver: Receiver) -> None:
    with pytest.raises(PartnerListRefused) as caught:
        receiver.take("art99.9")
    assert caught.value.facts["condition"] == 2
    assert receiver.hits() == 0


def test_condition_3_a_partner_never_replaces_a_list_of_our_own(receiver: Receiver) -> None:
    own, by = SourceFiles(un_list(5)), Actor("ana", "US-CBP", "operation")
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        receiver.people.keeper.take_in(tx, own, Target("UN", ListFormat.UN_XML), by)
    with pytest.raises(PartnerListRefused) as caught:
        receiver.take(article_of(receiver), name="UN")
    assert caught.value.facts["condition"] == 3


@pytest.mark.parametrize("ending", ["recall", "erase"])
def test_a_list_goes_with_its_record(receiver: Receiver, ending: str) -> None:
    version: UUID = receiver.take(article_of(receiver)).version.version_id
    assert receiver.hits() >= 1
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        done = PartnerLists(receiver.people.keeper).apply(tx, ending, [receiver.record_id])
        assert done == (str(version),)
        assert receiver.people.versions(tx) == ()
        ended = [
            event
            for event in receiver.node.ledger.events(tx, kind=LeafKind.LIST_CHANGED)
            if (event.detail or {}).get("effect") == "ended"
        ]
        assert len(ended) == 1
    assert receiver.hits() == 0


def test_a_node_lets_its_lists_follow_its_records(store, clock, tmp_path) -> None:
    node = House(store, clock, tmp_path).node
    assert "watchlist" in {derived.name for derived in node.records.derived}
    assert isinstance(node.partner_lists, ListsOfPartners)


def test_a_blocked_list_screens_nobody_until_it_is_opened_again(receiver: Receiver) -> None:
    receiver.take(article_of(receiver))
    lists = PartnerLists(receiver.people.keeper)
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        assert len(lists.apply(tx, "block", [receiver.record_id])) == 1
        assert len(lists.affected(tx, [receiver.record_id])) == 1
    assert receiver.hits() == 0
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        lists.apply(tx, "unblock", [receiver.record_id])
        assert lists.apply(tx, "extend", [receiver.record_id]) == ()
    assert receiver.hits() >= 1


def answers(receiver: Receiver) -> tuple[int, int]:
    """How many candidates any partner's question gets, and how many keys its private table holds."""
    screener = ListScreener(receiver.node.parts.sealer, receiver.node.clock)
    with receiver.node.store.transaction(Scope.node("exchange.answer")) as tx:
        (found,) = PartnerMatching(screener).match_all(tx, [PersonQuery("Persona0003 Inventada")], 5)
        return len(found), sum(1 for _ in ListedKeys(screener).exact_keys(tx))


def test_what_a_partner_gave_answers_no_other_partner_and_enters_no_table(receiver: Receiver) -> None:
    by, keeper, now = Actor("ana", "US-CBP", "operation"), receiver.people.keeper, receiver.node.clock.now()
    raw = un_list_of(person(1, "Persona0003", "Inventada", "1980-05-17", "AB123456"))
    issued = b"</NUMBER><ISSUING_COUNTRY>Ecuador</ISSUING_COUNTRY>"
    listed = SourceFiles(raw.replace(b"</NUMBER>", issued))
    terms = PartnerTerms("us-ec-2025", "art5.4", {"tlp": "AMBER"}, uuid7(), now + timedelta(days=9))
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        keeper.take_in(tx, listed, Target("EC watch", ListFormat.UN_XML, "ec: list.xml", terms), by)
    assert receiver.hits() == 1
    assert answers(receiver) == (0, 0)
    with receiver.node.store.transaction(Scope.node("test")) as tx:
        keeper.take_in(tx, listed, Target("UN", ListFormat.UN_XML), by)
    assert receiver.hits() == 2
    found, keys = answers(receiver)
    assert found == 1
    assert keys >= 1
