"""Work that happens later or again and again, on the same PostgreSQL (procrastinate; ADR 0004).

The composition root gives a worker the list of its jobs; a job is a name, a time table and a function of
the store and the clock. A job takes no arguments: what is to be done is read from the domain's own tables,
so no personal data ever lies in the queue. The exchange has its own outbox and does not use this.

>>> Job("retention", "0 * * * *", lambda store, clock: None).cron
'0 * * * *'
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event
from typing import Final

import msgspec
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Store

STALLED_AFTER: Final = timedelta(seconds=30)
"""A worker without a heartbeat for so long has died; its jobs are done again."""
_RETRY: Final = RetryStrategy(max_attempts=3, exponential_wait=5)
_STOP_POLL_SECONDS: Final = 0.2


class Job(msgspec.Struct, frozen=True):
    """One kind of work. `cron` has five fields in UTC; empty means only when asked for by `enqueue`.

    `run` must be safe to run again: after a crash in the middle it is.
    """

    name: str
    cron: str
    run: Callable[[Store, Clock], object]


def enqueue(tx: sa.Connection, name: str) -> bool:
    """Ask for one run of job `name`, in the caller's own transaction; False when one is waiting already."""
    deferrer = App(connector=SyncPsycopgConnector()).configure_task(
        name, lock=name, queueing_lock=name, connection=tx.connection.driver_connection
    )
    try:
        with tx.begin_nested():
            deferrer.defer()
    except AlreadyEnqueued:
        return False
    return True


class JobWorker:
    """Runs the jobs of a node: one at a time per job, at most two at once."""

    def __init__(self, store: Store, clock: Clock, jobs: Sequence[Job]) -> None:
        self._store = store
        self._clock = clock
        self._jobs = tuple(jobs)

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; a job under way is finished first (a thread of the node)."""
        asyncio.run(self._work(stop))

    async def _work(self, stop: Event) -> None:
        app = self._app()
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    concurrency=2,
                    fetch_job_polling_interval=1.0,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    stalled_worker_timeout=STALLED_AFTER.total_seconds(),
                )
            )
            rescue = asyncio.create_task(_rescue_stalled(app))
            while not stop.is_set() and not worker.done() and not rescue.done():
                await asyncio.to_thread(stop.wait, _STOP_POLL_SECONDS)
            for task in (rescue, worker):
                task.cancel()
            ended = await asyncio.gather(worker, rescue, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    def _app(self) -> App:
        app = App(connector=PsycopgConnector(conninfo=self._store.urls.app, min_size=1, max_size=4))
        for job in self._jobs:
            self._register(app, job)
        return app

    def _register(self, app: App, job: Job) -> None:
        def run(timestamp: int | None = None) -> None:
            """Run the job; `timestamp` is the moment of the time table that caused it."""
            del timestamp
            job.run(self._store, self._clock)

        task = app.task(name=job.name, lock=job.name, queueing_lock=job.name, retry=_RETRY)(run)
        if job.cron:
            app.periodic(cron=job.cron)(task)


async def _rescue_stalled(app: App) -> None:
    """Put the jobs of dead workers back in the queue, again and again; their locks would block the rest."""
    while True:
        stalled = await app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER.total_seconds()
        )
        for job in stalled:
            await app.job_manager.retry_job(job)
        await asyncio.sleep(STALLED_AFTER.total_seconds())
