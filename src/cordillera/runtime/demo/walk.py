"""The whole path without a browser: feed, screen, ask, confirm, decide, verify, and name what failed."""

import io
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cordillera.engines.edifact import read
from cordillera.engines.edifact.cusres import cusres_messages
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.runtime.demo.federation import Ready
from cordillera.runtime.demo.officer import OfficerClient
from cordillera.runtime.demo.show import Show, ask, feed
from cordillera.runtime.demo_day.day import KnownCase

PURPOSE = "organised_crime"
_ANSWER_SECONDS = 60.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the walk counted."""

    flights: int
    travellers: int
    alerts: int
    planted_found: int
    planted: int
    near_misses_alerted: int
    queries: int
    hits: int
    no_hits: int
    receipts: int
    reservations: int
    rule_hits: int
    suspects: int
    advised: int
    ledger_verified: bool
    seconds: float


class Outcome(msgspec.Struct, frozen=True):
    """The report, and every expectation that did not hold."""

    report: Report
    failures: tuple[str, ...]


class Expectations:
    """Collects what did not hold, instead of stopping at the first."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def hold(self, what: str, *, expected: object, found: object) -> None:
        """Note `what` unless `found` is `expected`."""
        if expected != found:
            self.failures.append(f"{what}: expected {expected}, found {found}")


def walk(show: Show) -> Outcome:
    """Walk the whole path; every step is checked against what is known of the day."""
    started = time.monotonic()
    expect = Expectations()
    messages = sum(1 for _ in feed(show))
    with _officer(show.ec, "oficial.ec") as officer, _officer(show.us, "officer.us") as partner:
        flights = officer.get("/api/flights", day=show.day.day.isoformat())["flights"]
        alerts = officer.get("/api/alerts", status="all", limit=500)["rows"]
        found = [case for case in show.day.planted if _alerts_of(case, alerts)]
        near = [case for case in show.day.near_misses if _alerts_of(case, alerts)]
        raised = [alert for alert in alerts if _by_rule(alert)]
        named = {_words(alert["label"]) for alert in raised}
        suspects = [name for name in show.day.suspects if _words(name) in named]
        queries = _ask_about(officer, alerts, show.day.planted, expect)
        _refused(officer, alerts, expect)
        _judge(officer, queries, expect)
        _decide(officer, alerts, found, expect)
        _seen_by_partner(partner, len(queries), expect)
    travellers = sum(flight["travellers"] for flight in flights)
    receipts = [step for one in queries for step in one["steps"] if step["receipt_at"]]
    outcomes = [one["outcome"] for one in queries]
    verified = [_verified(show.ec, "supervisora.ec"), _verified(show.us, "supervisor.us")]
    asked, advised = _advised(show)
    sent = sum(map(len, (show.day.messages, show.day.crews, show.day.bookings)))
    expect.hold("messages taken in", expected=sent, found=messages)
    expect.hold("people of the rule", expected=list(show.day.suspects), found=suspects)
    expect.hold("alerts of the rule", expected=len(show.day.suspects), found=len(raised))
    expect.hold("travellers of the interactive list with advice", expected=asked, found=advised)
    expect.hold("flights", expected=len(show.day.messages), found=len(flights))
    expect.hold("travellers", expected=show.day.travellers, found=travellers)
    expect.hold("planted found", expected=len(show.day.planted), found=len(found))
    expect.hold("queries with a stored receipt", expected=len(queries), found=len(receipts))
    expect.hold("ledgers verified", expected=[True, True], found=verified)
    return Outcome(
        Report(
            flights=len(flights),
            travellers=travellers,
            alerts=len(alerts),
            planted_found=len(found),
            planted=len(show.day.planted),
            near_misses_alerted=len(near),
            queries=len(queries),
            hits=outcomes.count("hit"),
            no_hits=outcomes.count("no_hit"),
            receipts=len(receipts),
            reservations=len(show.day.bookings),
            rule_hits=len(raised),
            suspects=len(suspects),
            advised=advised,
            ledger_verified=all(verified),
            seconds=round(time.monotonic() - started, 2),
        ),
        tuple(expect.failures),
    )


def _advised(show: Show) -> tuple[int, int]:
    """How many travellers the interactive list names, and on how many its answer advises."""
    (asked,) = paxlst_messages(read(show.day.messages[-1][1]))
    (answer,) = cusres_messages(read(ask(show)))
    return len(asked.travellers), len(answer.travellers)


def _officer(ready: Ready, login: str) -> OfficerClient:
    client = OfficerClient(ready.site)
    client.log_in(login, ready.passwords[login], ready.member.settings.agency, PURPOSE)
    return client


def _alerts_of(case: KnownCase, alerts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The alerts about this traveller (name as sent) that point to the person listed in this case."""
    words = _words(f"{case.surname} {case.given}")
    return [
        alert
        for alert in alerts
        if _words(alert["label"]) == words
        and any(not case.listed or listed["entry_id"] == case.listed for listed in alert["lists"])
    ]


def _by_rule(alert: dict[str, Any]) -> bool:
    """Whether a rule raised this alert, alone or beside a list."""
    return any(reason["name"] == "rules.raised" for reason in alert["reasons"])


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return frozenset("".join(letter if letter.isalnum() else " " for letter in plain).split())


def _ask_about(
    officer: OfficerClient,
    alerts: Sequence[dict[str, Any]],
    planted: Sequence[KnownCase],
    expect: Expectations,
) -> list[dict[str, Any]]:
    """Ask the partner about each planted traveller and wait for every answer."""
    asked = {}
    for case in planted:
        for alert in _alerts_of(case, alerts)[:1]:
            outcome = officer.post("/api/exchange/queries", _question(case, alert["id"], 120))
            expect.hold(f"query about {case.kind} allowed", expected=True, found=outcome["decision"]["allow"])
            asked[outcome["query_id"]] = case
    answered = _wait(officer, asked.keys())
    for query in answered:
        case = asked[query["id"]]
        outcome = "hit" if case.us_listed else "no_hit"
        expect.hold(f"answer about {case.kind}", expected=outcome, found=query["outcome"])
        expect.hold(f"articles of the answer about {case.kind}", expected=True, found=bool(query["articles"]))
    return answered


def _question(case: KnownCase, alert: str, months: int) -> dict[str, object]:
    return {
        "partner": "us",
        "subject_ref": alert,
        "query": {
            "full_name": f"{case.given} {case.surname}",
            "given_names": case.given,
            "family_names": case.surname,
            "date_of_birth": case.date_of_birth,
            "documents": [{"type": "P", "number": case.document_number}] if case.document_number else [],
        },
        "grounds": {
            "agreement_id": "us-ec-2025",
            "purpose": PURPOSE,
            "offence": "organised_crime",
            "max_penalty_months": months,
            "case_ref": f"EC-2026-{case.kind}",
            "ordered_by": "fiscalia-guayas-04",
        },
    }


def _wait(officer: OfficerClient, wanted: Iterable[str]) -> list[dict[str, Any]]:
    ids = set(wanted)
    deadline = time.monotonic() + _ANSWER_SECONDS
    while True:
        queries = [one for one in officer.get("/api/exchange/queries", limit=200) if one["id"] in ids]
        settled = [one for one in queries if one["status"] != "waiting" and _receipted(one)]
        if len(settled) == len(ids) or time.monotonic() > deadline:
            return queries
        time.sleep(0.2)


def _receipted(query: dict[str, Any]) -> bool:
    return all(step["receipt_at"] for step in query["steps"])


def _refused(officer: OfficerClient, alerts: Sequence[dict[str, Any]], expect: Expectations) -> None:
    """A query below the agreement's threshold must not leave, and must cite what forbids it."""
    case = KnownCase("refusal", "", "", "PERSONA", "INVENTADA", "1980-01-01", "X1", "", "", "")
    alert = alerts[0]["id"] if alerts else ""
    outcome = officer.post("/api/exchange/queries", _question(case, alert, 1))
    forbidding = [use for use in outcome["decision"]["articles"] if use["effect"] == "forbids"]
    expect.hold("query below the threshold refused", expected=None, found=outcome["query_id"])
    expect.hold("refusal cites articles", expected=True, found=bool(forbidding))


def _judge(officer: OfficerClient, queries: Sequence[dict[str, Any]], expect: Expectations) -> None:
    """Confirm the best candidate of each hit, as an officer would after comparing."""
    for query in queries:
        opened = officer.get(f"/api/exchange/queries/{query['id']}")
        for candidate in opened["candidates"][:1]:
            path = f"/api/exchange/queries/{query['id']}/candidates/{candidate['reference']}"
            decision = officer.post(
                path, {"verdict": "confirmed", "reason": "Coinciden nombre y fecha de nacimiento."}
            )
            expect.hold("confirmation allowed", expected=True, found=decision["allow"])


def _decide(
    officer: OfficerClient,
    alerts: Sequence[dict[str, Any]],
    found: Sequence[KnownCase],
    expect: Expectations,
) -> None:
    """Confirm the planted, clear the others; nothing may be left in the queue."""
    confirmed = {alert["id"] for case in found for alert in _alerts_of(case, alerts)}
    for alert in alerts:
        outcome = "confirmed" if alert["id"] in confirmed else "not_same_person"
        reason = "Comparados nombre, fecha de nacimiento y documento con la ficha de la lista."
        officer.post(f"/api/alerts/{alert['id']}/decision", {"outcome": outcome, "reason": reason})
    left = officer.get("/api/alerts", status="pending")["rows"]
    expect.hold("alerts left in the queue", expected=[], found=[alert["label"] for alert in left])


def _seen_by_partner(partner: OfficerClient, asked: int, expect: Expectations) -> None:
    """The partner sees each query, the articles it was answered under, and that its content is erased."""
    received = partner.get("/api/exchange/received", limit=200)
    answered = [one for one in received if one["status"] == "answered" and one["articles"]]
    erased = [one for one in answered if one["erased_at"]]
    expect.hold("queries the partner answered under an article", expected=asked, found=len(answered))
    expect.hold("queries the partner erased after comparison", expected=asked, found=len(erased))


def _verified(ready: Ready, supervisor: str) -> bool:
    """Export the ledger as its supervisor and verify it with the stand-alone verifier."""
    with _officer(ready, supervisor) as client, tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(client.bytes("/api/ledger/export"))).extractall(folder)
        root = next(Path(folder).rglob("checkpoint")).parent
        command = [sys.executable, "-m", "cordillera.trust.ledger.verify", str(root)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - ours
