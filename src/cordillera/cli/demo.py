"""`cordillera demo`: two countries, a day of flights, in your browser."""

import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from cyclopts import App
from rich.progress import Progress

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, errors
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.settings import default_home
from cordillera.runtime.demo.federation import Ready
from cordillera.runtime.demo.show import Show, feed, running
from cordillera.runtime.demo.walk import Outcome, walk

app = App(name="demo", help="Two countries, a day of flights, in your browser.")


@app.default
def demo(*, check: bool = False, home: HomeOption = None, json: JsonOption = False) -> None:
    """Run Ecuador and the United States on this machine until Ctrl-C.

    With --check, walk the whole path in a fresh home without a browser and exit 0 only if every step held.
    """
    if check:
        outcome = _checked()
        if json:
            emit(outcome.report)
        _tell_failures(outcome)
        sys.exit(EXIT_REFUSED if outcome.failures else 0)
    folder = (home or default_home()).expanduser().absolute() / "demo"
    started = time.monotonic()
    with running(folder, SystemClock()) as show:
        if not show.fed:
            _feed(show)
        _tell_addresses(show, time.monotonic() - started, json=json)
        _wait_for_the_end()
        console.print("Ending both nodes…")


def _checked() -> Outcome:
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="cordillera-demo-") as folder,
        running(Path(folder), SystemClock()) as show,
    ):
        errors.print(f"both nodes run after {time.monotonic() - started:.1f} s")
        return walk(show)


def _feed(show: Show) -> None:
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task(
            "Lists and reservations",
            total=len(show.day.messages) + len(show.day.crews) + len(show.day.bookings),
        )
        for name in feed(show):
            progress.update(task, advance=1, description=name)


def _tell_addresses(show: Show, seconds: float, *, json: bool) -> None:
    if json:
        emit({ready.member.settings.id: _told(ready) for ready in (show.ec, show.us)})
        return
    for ready in (show.ec, show.us):
        console.print(f"\n{ready.member.settings.name}: {ready.site}", style="bold", highlight=False)
        for login, password in ready.passwords.items():
            console.print(f"  {login:16} {password}", highlight=False)
    console.print("\nThe passwords are for one log-in; each user then chooses their own.")
    console.print(f"Ready after {seconds:.0f} s.")
    console.print("All persons are invented. Ctrl-C ends both nodes.")


def _told(ready: Ready) -> dict[str, object]:
    return {"site": ready.site, "users": dict(ready.passwords)}


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(1.0):
        pass


def _tell_failures(outcome: Outcome) -> None:
    for failure in outcome.failures:
        errors.print(f"did not hold: {failure}", style="red", highlight=False)
