"""The background work of a node, by name."""

from cordillera.desks.travellers.bulk_service import BulkWorker
from cordillera.desks.travellers.folder import FolderWatcher, inbox_of
from cordillera.desks.travellers.rescreening import RescreeningWorker
from cordillera.desks.travellers.retention import BY_MONTH
from cordillera.foundation.clock import Clock
from cordillera.foundation.jobs import Job, JobWorker
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.embedded import DatabaseWatch
from cordillera.foundation.store.partitions import keep_months
from cordillera.runtime.forensics import clean
from cordillera.runtime.node import Node
from cordillera.runtime.process import Worker
from cordillera.runtime.watch import NoticeRounds
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.bundles import KeyWorker
from cordillera.trust.exchange.couriers import Couriers
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.thawing import Thaws
from cordillera.trust.ledger.sequencer import Sequencer
from cordillera.trust.redress.onward import Errands
from cordillera.trust.redress.searching import Searches
from cordillera.trust.redress.timers import escalate

RETENTION_CRON = "17 * * * *"
SCRUB_CRON = "47 8 * * *"  # before dawn in the Americas: the table of keys is locked for a moment
MONTHS_CRON = "37 8 * * *"
HISTORY_CRON = "27 * * * *"  # after the erasures of the hour
FLOWS_CRON = "* * * * *"
REDRESS_CRON = "* * * * *"
TIMERS_CRON = "*/10 * * * *"


def workers_of(node: Node, listener: Listener) -> dict[str, Worker]:
    """Return everything that runs beside the servers of a node."""
    return {
        "database": DatabaseWatch(node.settings.home, node.settings),
        "ledger": Sequencer(node.store, node.ledger),
        "couriers": Couriers(node.exchange_parts),
        "answers": Answerer(node.exchange_parts),
        "standing": node.standing,
        "partners": listener,
        "keys": KeyWorker(node.keys, node.bundles, Thaws(node.exchange_parts)),
        "witnesses": node.witnesses.submitter(),
        "reconciliation": node.witnesses.reconciler,
        "proofs": node.witnesses.proofs,
        "folder": FolderWatcher(
            node.travellers, node.store, inbox_of(node.settings), node.settings.node.agency
        ),
        "bulk": BulkWorker(node.travellers.bulk, node.store),
        "rescreening": RescreeningWorker(node.rescreening, node.store),
        "records": node.records.duties,
        "lookups": node.lookups.maker,
        "searches": Searches(node.store, node.redress),
        "jobs": JobWorker(node.store, node.clock, jobs_of(node)),
    }


def jobs_of(node: Node) -> tuple[Job, ...]:
    """Return the periodic jobs of a node."""

    def erase_what_is_due(store: Store, _clock: Clock) -> object:
        return node.safeguards.run_once(store)

    def scrub_what_was_erased(_store: Store, _clock: Clock) -> object:
        return clean(node)

    def make_and_drop_months(store: Store, clock: Clock) -> object:
        return keep_months(store.urls.owner, BY_MONTH, clock.now())

    def answer_partners(store: Store, _clock: Clock) -> object:
        return Errands(node.flows.redress).run_once(store)

    def press(store: Store, clock: Clock) -> object:
        return escalate(store, node.ledger, clock)

    def take_parts_that_wait(store: Store, _clock: Clock) -> object:
        with store.transaction(Scope.node("border.ingest")) as tx:
            return node.travellers.settle_overdue(tx)

    return (
        Job("safeguards.retention", RETENTION_CRON, erase_what_is_due),
        Job("safeguards.scrub", SCRUB_CRON, scrub_what_was_erased),
        Job("travellers.months", MONTHS_CRON, make_and_drop_months),
        Job("travellers.history", HISTORY_CRON, node.rules.history.run_once),
        Job("flows.deadlines", FLOWS_CRON, node.deadlines.run_once),
        Job("flows.rounds", FLOWS_CRON, NoticeRounds(node.notices).run_once),
        Job("flows.vigilance", FLOWS_CRON, node.vigilance.run_once),
        Job("travellers.parts", FLOWS_CRON, take_parts_that_wait),
        Job("rules.watch", TIMERS_CRON, node.rules.watch),
        Job("list.update", FLOWS_CRON, node.watchlists.updater.run_once),
        Job("people.index", FLOWS_CRON, node.persons.index.run_once),
        Job("redress.errands", REDRESS_CRON, answer_partners),
        Job("redress.timers", TIMERS_CRON, press),
    )
