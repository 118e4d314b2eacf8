"""The composition root: a node's settings, keys, store and services, each made when first asked for.

Commands and the web open a node with `open_node`; tests build a `Node` on a store of their own. Nothing
below this package knows which implementation stands behind a port.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.changed_entries import ListChanges
from cordillera.desks.people.importing import ListImporter
from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.match_service import MatchDesk
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.same_service import NotTheSame
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.travellers.advice_core import AdvicePolicy
from cordillera.desks.travellers.archive_service import Archive
from cordillera.desks.travellers.as2_service import As2Identity
from cordillera.desks.travellers.ingest import Desk as TravellerDesk
from cordillera.desks.travellers.model import Period
from cordillera.desks.travellers.old_alerts import OldAlerts
from cordillera.desks.travellers.rescreening import Rescreening
from cordillera.desks.travellers.rules_judging import RuleJudging
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.foundation.clock import Clock, SystemClock
from cordillera.foundation.compute.choose import choose
from cordillera.foundation.compute.model import Compute
from cordillera.foundation.crypto.hsm import token_of
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import Settings, load
from cordillera.foundation.store.database import Store, migrate
from cordillera.foundation.store.embedded import ensure_running
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.acting import ConsentToAct
from cordillera.runtime.adapters import ActiveOfficers, PartnerMatching, TravellerScreening
from cordillera.runtime.erasables import erasables_of
from cordillera.runtime.flows import Flows, endings_of
from cordillera.runtime.lookup_keys import ListedKeys
from cordillera.runtime.not_same import NotSameMemory, TravellerSilencer
from cordillera.runtime.onward import OnwardOfNotices
from cordillera.runtime.oversight import AgreementRates, NodeDuties
from cordillera.runtime.partner_lists import ListsOfPartners, PartnerLists
from cordillera.runtime.person_sources import RecordSource, TravellerSource
from cordillera.runtime.persons import Base, NodeFacts, RegisterFollows, person_desk
from cordillera.runtime.queue_markings import QueueMarkings
from cordillera.runtime.redress import Holdings, means_of
from cordillera.runtime.rescreening import VersionsOfLists
from cordillera.runtime.roots import known_roots
from cordillera.runtime.watch import ListHoldings, NoticeAlerts
from cordillera.runtime.witnesses import Witnesses, policy_path
from cordillera.trust.access.core import Lifetime
from cordillera.trust.access.service import AccessService
from cordillera.trust.access.sessions import Desk as AccessDesk
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.ports import Links
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.attachments.service import AttachmentService, GrantsAttachments
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.standing import Standing
from cordillera.trust.exchange.vigilance import Limits, Vigilance
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.emergencies import EmergencyWatch
from cordillera.trust.followup.service import FollowUpService
from cordillera.trust.followup.timers import NECESSITY
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.ledger.freshness import PolicyFile, Watch
from cordillera.trust.ledger.oversight import Oversight
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.lookup.service import LookupService
from cordillera.trust.notices.service import NoticeService
from cordillera.trust.records.service import Records
from cordillera.trust.redress.parts import Means
from cordillera.trust.redress.service import RedressService
from cordillera.trust.review.decision_store import ask_again
from cordillera.trust.review.service import ReviewService
from cordillera.trust.review.store import AlertStore
from cordillera.trust.safeguards.retention import RetentionRunner


class Node:
    """One agency's node, opened."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock

    @cached_property
    def keyring(self) -> KeyRing:
        """The node's keys."""
        return KeyRing(self.settings.keys)

    @cached_property
    def sealer(self) -> FieldSealer:
        """Seals and opens personal fields."""
        return FieldSealer(self.keyring, self.clock)

    @cached_property
    def ledger(self) -> Ledger:
        """The transparency log."""
        asked, lag = self.settings.ledger, timedelta(seconds=self.settings.ledger.max_lag_seconds)
        watch = Watch(
            PolicyFile(policy_path(self.settings)),
            self.clock,
            max_age=timedelta(minutes=asked.witness_minutes),
            required=self.settings.node.environment == "production",
        )
        return Ledger(self.keyring, self.clock, self.settings.ledger_origin, max_lag=lag, watch=watch)

    @cached_property
    def oversight(self) -> Oversight:
        """What a supervisor asks of this node."""
        duties = NodeDuties(self.safeguards, self._policies, self.clock)
        return Oversight(self.ledger, duties, AgreementRates(self._policies))

    @cached_property
    def witnesses(self) -> Witnesses:
        """The witnesses of the log, and what this node witnesses."""
        return Witnesses(self.exchange_parts)

    @cached_property
    def access(self) -> AccessService:
        """Officers, sessions, tokens."""
        web = self.settings.web
        lifetime = Lifetime(timedelta(minutes=web.idle_minutes), timedelta(hours=web.absolute_hours))
        desk = AccessDesk(self.settings.node.country, lifetime)
        return AccessService(self.ledger, self.clock, self.keyring, desk)

    @cached_property
    def agreements(self) -> AgreementService:
        """The agreements and their standing."""
        country, own = self.settings.node.country, self.settings.node.id
        roots = known_roots(country, PartnerDirectory(self.ledger, self.clock, own))
        links = Links(country=country, roots=roots, announce=self._announce)
        return AgreementService(self.ledger, self.clock, links)

    @cached_property
    def standing(self) -> Standing:
        """Tells partners where agreements stand here."""
        return Standing(self.exchange_parts)

    @cached_property
    def review(self) -> ReviewService:
        """The queue of alerts."""
        consent = ConsentToAct(lambda: self.handling)
        ports = (NotSameMemory(self.not_same, self.sealer), OldAlerts(self.clock), consent)
        return ReviewService(self.ledger, self.sealer, self.clock, None, *ports)

    @cached_property
    def not_same(self) -> NotTheSame:
        """Who was found not to be whom."""
        return NotTheSame(self.sealer, self.ledger, self.clock, ask_again)

    @cached_property
    def persons(self) -> PersonDesk:
        """Search, persons, register."""
        exchange, records = lambda: self.exchange, lambda: self.records
        travellers = TravellerSource(self.sealer, self.travellers, self.review, exchange)
        stored = (travellers, RecordSource(records, lambda: self.handling))
        base, facts = Base(self.sealer, self.ledger, self.clock), NodeFacts(self.sealer, self.review)
        return person_desk(base, self.people, stored, self.not_same, facts)

    @cached_property
    def screener(self) -> ListScreener:
        """The lists in memory."""
        return ListScreener(self.sealer, self.clock)

    @cached_property
    def people(self) -> WatchlistService:
        """Lists and the people on them."""
        limits = AskingLimits(self.store, self.ledger, self.sealer, self.settings.people)
        return WatchlistService(ListImporter(self.sealer, self.ledger, self.clock), self.screener, limits)

    @cached_property
    def matching(self) -> MatchDesk:
        """Lists asked by client programs."""
        return MatchDesk(self.people, self.ledger)

    @cached_property
    def watchlists(self) -> ListDesk:
        """Lists: sources, updates, versions that wait, differences."""
        return ListDesk(self.people.keeper, self.settings.node.agency)

    @cached_property
    def travellers(self) -> TravellerService:
        """Carriers' messages, flights and travellers."""
        return TravellerService(self._traveller_parts, self._traveller_desk)

    @cached_property
    def rules(self) -> RuleService:
        """The life of rules about travellers."""
        history = Archive(self.sealer, self.settings.home / "archive")
        return RuleService(self.ledger, self.sealer, self.clock, self.review, self._computing, history)

    @cached_property
    def _compute(self) -> Compute:
        return choose(self.settings.compute)

    def _computing(self) -> Compute:
        """Where heavy work runs, made when it is first needed: a missing cluster stops nothing else."""
        return self._compute

    @cached_property
    def rescreening(self) -> Rescreening:
        """Stored travellers before lists that changed."""
        lists = VersionsOfLists(ListChanges(self.sealer, self.watchlists.differences, self.screener.lists))
        return Rescreening(self._traveller_parts, lists, self._traveller_desk, self.settings.node.agency)

    @cached_property
    def _traveller_parts(self) -> Parts:
        screener, silencer = TravellerScreening(self.screener), TravellerSilencer(self.not_same)
        judging = RuleJudging(self.rules, self.sealer, self.clock, self.settings.node.language)
        as2 = As2Identity(self.keyring, self.clock, self.settings.node.id.upper())
        return Parts(self.ledger, self.sealer, self.clock, self.review, screener, silencer, judging, as2)

    @cached_property
    def _traveller_desk(self) -> TravellerDesk:
        keep = self.settings.travellers
        period = Period(keep.traveller_days, keep.alert_days, keep.review_days)
        return TravellerDesk(self.settings.node.timezone, period, AdvicePolicy(keep.advice_share))

    @cached_property
    def exchange(self) -> ExchangeService:
        """Messages to and from partners."""
        return ExchangeService(self.exchange_parts)

    @cached_property
    def keys(self) -> Keys:
        """The life of this node's keys."""
        line, token = self.ledger.keys.line, token_of(self.settings.token)
        own = NodeIdentity(self.settings, self.keyring, self.clock, line, token)
        return Keys(own, self.store, self.ledger, self.clock)

    @cached_property
    def bundles(self) -> Bundles:
        """Bundles to and from partners."""
        return Bundles(self.exchange_parts)

    @cached_property
    def exchange_parts(self) -> ExchangeParts:
        """What the exchange and its workers are built on."""
        self.keys.open()
        return ExchangeParts(
            identity=self.keys.identity,
            settings=self.settings.exchange,
            store=self.store,
            ledger=self.ledger,
            sealer=self.sealer,
            clock=self.clock,
            policies=self._policies,
            officers=ActiveOfficers(self.access.officers),
            matcher=PartnerMatching(self.screener),
            endings=endings_of(),
            followers=(GrantsAttachments(),),
            onward=(OnwardOfNotices(AlertStore(self.sealer, self.clock), lambda: self.records),),
            watchers=(self.vigilance, EmergencyWatch(self.ledger, self.clock, self._policies)),
        )

    @cached_property
    def flows(self) -> Flows:
        """What messages do at this node."""
        return Flows(self.exchange_parts, self.redress_means, self.records, self.lookups)

    @cached_property
    def attachments(self) -> AttachmentService:
        """Large attachments of notices and answers."""
        return self.flows.attachments

    @cached_property
    def lookups(self) -> LookupService:
        """Private look-up of exact keys."""
        return LookupService(self.exchange_parts, self.keyring, ListedKeys(self.screener))

    @cached_property
    def redress_means(self) -> Means:
        """What a person's request searches and acts through."""
        return means_of(
            Holdings(
                sealer=self.sealer,
                ledger=self.ledger,
                review=self.review,
                clock=self.clock,
                records=self.records,
                lists=self.screener.lists,
                safeguards=self.safeguards,
                settings=self.settings,
            )
        )

    @cached_property
    def redress(self) -> RedressService:
        """The requests of people, and their answers."""
        return RedressService(self.flows.redress)

    @cached_property
    def records(self) -> Records:
        """What is held, whoever made it, and what becomes of it."""
        follows = RegisterFollows(lambda: self.persons.register)
        return Records(self.exchange_parts, (self.notice_alerts, follows, PartnerLists(self.people.keeper)))

    @cached_property
    def partner_lists(self) -> ListsOfPartners:
        """Lists that came with a record."""
        return ListsOfPartners(self.watchlists.keeper, self.records, self.attachments, self._policies)

    @cached_property
    def notice_alerts(self) -> NoticeAlerts:
        """Accepted notices before the watch."""
        return NoticeAlerts(self.review, self.sealer, self.clock)

    @cached_property
    def handling(self) -> HandlingService:
        """What may be done with records, and the one way out for them."""
        return HandlingService(self.exchange_parts, self.records)

    @cached_property
    def queue_markings(self) -> QueueMarkings:
        """The markings of what alerts rest on."""
        return QueueMarkings(self.handling)

    @cached_property
    def notices(self) -> NoticeService:
        """Spontaneous notices, given and received."""
        deadlines = Deadlines(self.ledger, self.clock)
        return NoticeService(self.exchange_parts, self.records, deadlines, self.notice_alerts)

    @cached_property
    def followups(self) -> FollowUpService:
        """What was asked for after a confirmed hit, both ways."""
        deadlines = Deadlines(self.ledger, self.clock)
        return FollowUpService(self.exchange_parts, self.handling, deadlines, ListHoldings(self.people))

    @cached_property
    def deadlines(self) -> Deadlines:
        """The timers of notices and follow-up."""
        return Deadlines(self.ledger, self.clock, {NECESSITY: self.notices.deciding.unanswered})

    @cached_property
    def vigilance(self) -> Vigilance:
        """Watches what is asked of partners."""
        return Vigilance(self.ledger, self.sealer, self.clock, Limits.of(self.settings.exchange))

    @cached_property
    def safeguards(self) -> RetentionRunner:
        """Erases what is due."""
        kinds = erasables_of(self.records)
        return RetentionRunner(self.sealer, self.ledger, self.keyring, self.clock, kinds)

    def _announce(self, tx: sa.Connection) -> None:
        self.standing.announce(tx)

    def _policies(self, tx: sa.Connection) -> PolicyBook:
        return self.agreements.book(tx)


@contextmanager
def open_node(home: Path) -> Iterator[Node]:
    """Open the node of `home`: its database runs and is migrated; closing gives everything back."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = load(home)
    with ensure_running(home, settings) as urls:
        migrate(urls.owner)
        store = Store(urls, pool_size=settings.database.pool_size)
        try:
            yield Node(settings, store, SystemClock())
        finally:
            store.close()
