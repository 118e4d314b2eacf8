"""The queue in PostgreSQL: clear columns for what is sorted and filtered, sealed ones for names."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cordillera.foundation import shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.review.core import band
from cordillera.trust.review.errors import AlertNotFound
from cordillera.trust.review.model import (
    AlertRow,
    AlertStatus,
    Finding,
    GroupCount,
    Listed,
    NewAlert,
    Order,
    Outcome,
    QueueFilter,
    Retention,
)

_ORDERS = {
    Order.RANK: "band DESC, due_at ASC NULLS LAST, score DESC, id",
    Order.SCORE: "score DESC, due_at ASC NULLS LAST, id",
    Order.DUE: "due_at ASC NULLS LAST, band DESC, score DESC, id",
    Order.NEWEST: "raised_at DESC, id DESC",
}
MOST_COUNTED = 10_001
_COLUMNS = (
    "id, desk, subject_kind, subject_ref, group_ref, agency, status, outcome, decision_id, score, due_at,"
    " raised_at, assigned_to, assigned_name, version, in_redress, key_id, face, erase_after, review_at,"
    " status IN ('open', 'assigned') AND coalesce((SELECT d.outcome <> 'needs_more' FROM review_decision d"
    " WHERE d.alert_id = review_alert.id AND d.undone_at IS NULL"
    " ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), false) AS reopened"
)
_BATCH = 1_000


class Face(msgspec.Struct, frozen=True):
    """The sealed part of an alert's line. `identity` is what a later clearance is remembered by."""

    label: str
    occasion: str
    identity: str
    reasons: tuple[Term, ...] = ()
    lists: tuple[Listed, ...] = ()


class StoredAlert(msgspec.Struct, frozen=True):
    """An alert's line as stored, opened, with the key that seals the rest of it."""

    row: AlertRow
    face: Face
    key: DataKey
    decision_id: UUID | None
    keep: Retention


class AlertStore:
    """Alerts and their findings, sealed under one data key per alert."""

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def insert(self, tx: sa.Connection, new: NewAlert) -> StoredAlert:
        """Store the empty line of a new alert; its findings follow."""
        alert_id, subject = uuid7(), new.subject
        key = self._sealer.new_split_key(tx, f"review_alert/{alert_id}", new.keep.erase_after)
        face = Face(subject.label, subject.occasion, subject.identity)
        values = {
            "id": alert_id,
            "desk": new.desk,
            "subject_kind": subject.kind,
            "subject_ref": subject.ref,
            "group_ref": subject.group_ref,
            "agency": new.agency,
            "status": AlertStatus.OPEN.value,
            "score": 0.0,
            "band": 0,
            "lists": [],
            "due_at": subject.due_at,
            "raised_at": self._clock.now(),
            "key_id": key.key_id,
            "face": self._seal_face(key, alert_id, face),
            "erase_after": new.keep.erase_after,
            "review_at": new.keep.review_at,
        }
        same = ("desk", "subject_kind", "subject_ref", "agency")
        if not insert_row(tx, "review_alert", values, unless=same):  # another transaction was first
            standing = self.find(tx, new)
            if standing is not None:
                return standing
        return self.get(tx, alert_id)

    def find(self, tx: sa.Connection, new: NewAlert) -> StoredAlert | None:
        """Return the alert that already stands for this subject, locked, or nothing."""
        found = tx.execute(
            sa.text(
                f"SELECT {_COLUMNS} FROM review_alert WHERE desk = :desk AND subject_kind = :kind"  # noqa: S608 - fixed
                " AND subject_ref = :ref AND agency = :agency FOR UPDATE"
            ),
            {"desk": new.desk, "kind": new.subject.kind, "ref": new.subject.ref, "agency": new.agency},
        ).one_or_none()
        return None if found is None else self._opened(found, self._sealer.load_key(tx, found.key_id))

    def get(self, tx: sa.Connection, alert_id: UUID, *, lock: bool = False) -> StoredAlert:
        """Return one alert; raise `AlertNotFound`, also for an alert of another agency."""
        found = tx.execute(
            sa.text(
                f"SELECT {_COLUMNS} FROM review_alert WHERE id = :id {'FOR UPDATE' if lock else ''}"  # noqa: S608 - fixed
            ),
            {"id": alert_id},
        ).one_or_none()
        if found is None:
            raise AlertNotFound(alert=str(alert_id))
        return self._opened(found, self._sealer.load_key(tx, found.key_id))

    def subject(self, tx: sa.Connection, alert_id: UUID) -> tuple[str, str] | None:
        """Return kind and reference of an alert's subject, unopened; None where there is no such alert."""
        said = sa.text("SELECT subject_kind, subject_ref FROM review_alert WHERE id = :id")
        found = tx.execute(said, {"id": alert_id}).one_or_none()
        return None if found is None else (found.subject_kind, found.subject_ref)

    def page(self, tx: sa.Connection, wanted: QueueFilter) -> tuple[AlertRow, ...]:
        """Return the lines of one page of the queue."""
        where, values = _where(wanted)
        rows = tx.execute(
            sa.text(
                f"SELECT {_COLUMNS} FROM review_alert WHERE {where}"  # noqa: S608 - fixed words, bound values
                f" ORDER BY {_ORDERS[wanted.order]} LIMIT :limit OFFSET :offset"
            ),
            {**values, "limit": max(1, min(wanted.limit, 500)), "offset": max(0, wanted.offset)},
        ).all()
        keys = self._sealer.load_keys(tx, [row.key_id for row in rows])
        return tuple(self._opened(row, keys[row.key_id]).row for row in rows)

    def every(self, tx: sa.Connection) -> Iterator[StoredAlert]:
        """Go through all alerts that the scope sees, batch by batch; what is erased meanwhile is left out."""
        last = UUID(int=0)
        while rows := tx.execute(
            sa.text(
                f"SELECT {_COLUMNS} FROM review_alert WHERE id > :last ORDER BY id LIMIT :limit"  # noqa: S608 - fixed
            ),
            {"last": last, "limit": _BATCH},
        ).all():
            keys = self._sealer.living_keys(tx, [row.key_id for row in rows])
            yield from (self._opened(row, keys[row.key_id]) for row in rows if row.key_id in keys)
            last = rows[-1].id

    def flag(self, tx: sa.Connection, alert_ids: Sequence[UUID], *, in_redress: bool) -> None:
        """Mark alerts as disputed by the person, or as free again."""
        tx.execute(
            sa.text("UPDATE review_alert SET in_redress = :on, version = version + 1 WHERE id = ANY(:ids)"),
            {"on": in_redress, "ids": list(alert_ids)},
        )

    def add_finding(self, tx: sa.Connection, alert: StoredAlert, finding: Finding, identity: str) -> bool:
        """Append a finding unless the alert already has it; say whether it was new."""
        finding_id = uuid7()
        row = {
            "id": finding_id,
            "alert_id": alert.row.id,
            "agency": alert.row.agency,
            "kind": finding.kind,
            "identity": self._sealer.blind("review_finding.identity", identity),
            "found_at": self._clock.now(),
            "key_id": alert.key.key_id,
            "sealed": self._sealer.seal(alert.key, _finding_place(finding_id), msgspec.json.encode(finding)),
            "erase_after": alert.keep.erase_after,
            "review_at": alert.keep.review_at,
        }
        return insert_row(tx, "review_finding", row, unless=("alert_id", "identity"))

    def findings(self, tx: sa.Connection, alert: StoredAlert) -> tuple[Finding, ...]:
        """Return the findings of an alert in the order they came."""
        rows = tx.execute(
            sa.text("SELECT id, sealed FROM review_finding WHERE alert_id = :alert ORDER BY id"),
            {"alert": alert.row.id},
        )
        return tuple(
            shapes.decode(self._sealer.open(alert.key, _finding_place(row.id), row.sealed), Finding)
            for row in rows
        )

    def rescore(self, tx: sa.Connection, alert: StoredAlert, score: float, face: Face) -> None:
        """Write what the findings together say; the version moves on."""
        tx.execute(
            sa.text(
                "UPDATE review_alert SET score = :score, band = :band, face = :face, lists = :lists,"
                " version = version + 1 WHERE id = :id"
            ),
            {
                "score": score,
                "band": band(score),
                "face": self._seal_face(alert.key, alert.row.id, face),
                "lists": sorted({listed.list_name for listed in face.lists}),
                "id": alert.row.id,
            },
        )

    def move(self, tx: sa.Connection, alert_id: UUID, status: AlertStatus, **changes: object) -> None:
        """Set the status, and any of outcome, decision_id, assigned_to, assigned_name."""
        fixed = {"outcome", "decision_id", "assigned_to", "assigned_name"}
        extra = "".join(f", {name} = :{name}" for name in sorted(changes.keys() & fixed))
        tx.execute(
            sa.text(
                f"UPDATE review_alert SET status = :status, version = version + 1{extra} WHERE id = :id"  # noqa: S608 - names from a fixed set
            ),
            {**changes, "status": status.value, "id": alert_id},
        )

    def _seal_face(self, key: DataKey, alert_id: UUID, face: Face) -> bytes:
        return self._sealer.seal(key, Place("review_alert", "face", str(alert_id)), msgspec.json.encode(face))

    def _opened(self, stored: sa.Row[tuple[object, ...]], key: DataKey) -> StoredAlert:
        blob = self._sealer.open(key, Place("review_alert", "face", str(stored.id)), stored.face)
        face = shapes.decode(blob, Face)
        return StoredAlert(
            row=_row(stored, face),
            face=face,
            key=key,
            decision_id=stored.decision_id,
            keep=Retention(stored.erase_after, stored.review_at),
        )


def insert_row(
    tx: sa.Connection, table: str, values: Mapping[str, object], *, unless: Sequence[str] = ()
) -> bool:
    """Insert one row; with `unless`, only where no row has the same values there. Say whether it went in."""
    into = insert(sa.table(table, *(sa.column(name) for name in values))).values(dict(values))
    if unless:
        into = into.on_conflict_do_nothing(index_elements=list(unless))
    return tx.execute(into, execution_options={"preserve_rowcount": True}).rowcount > 0


def _finding_place(finding_id: UUID) -> Place:
    return Place("review_finding", "sealed", str(finding_id))


def _row(stored: sa.Row[tuple[object, ...]], face: Face) -> AlertRow:
    clear = stored._mapping  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
    return AlertRow(
        **{
            name: clear[name]
            for name in AlertRow.__struct_fields__
            if name in clear and name not in {"status", "outcome"}
        },
        status=AlertStatus(stored.status),
        outcome=None if stored.outcome is None else Outcome(stored.outcome),
        label=face.label,
        occasion=face.occasion,
        reasons=face.reasons,
        lists=face.lists,
    )


def _where(wanted: QueueFilter) -> tuple[str, dict[str, object]]:
    """Return the condition of a filter in fixed words, and its bound values."""
    parts = {
        "desk": "desk = :desk",
        "statuses": "status = ANY(:statuses)",
        "assigned_to": "assigned_to = :assigned_to",
        "list_name": ":list_name = ANY(lists)",
        "group_ref": "group_ref = :group_ref",
        "minimum": "score >= :minimum",
        "raised_after": "raised_at > :raised_after",
    }
    values = {name: getattr(wanted, name) for name in parts if getattr(wanted, name)}
    if "statuses" in values:
        values["statuses"] = [status.value for status in wanted.statuses]
    if wanted.only is not None:
        parts["only"], values["only"] = "id = ANY(CAST(:only AS uuid[]))", list(wanted.only)
    return " AND ".join(["score IS NOT NULL", *(parts[name] for name in values)]), values


def count(tx: sa.Connection, wanted: QueueFilter) -> int:
    """Return how many alerts a filter lets through, all pages together; beyond `MOST_COUNTED` it stops."""
    where, values = _where(wanted)
    found = tx.execute(
        sa.text(
            f"SELECT count(*) FROM (SELECT 1 FROM review_alert WHERE {where} LIMIT :most) AS counted"  # noqa: S608 - fixed words
        ),
        {**values, "most": MOST_COUNTED},
    )
    return int(found.scalar_one())


def about(tx: sa.Connection, kind: str, refs: Sequence[str]) -> dict[str, UUID]:
    """Return the ids of the alerts about some subjects of one kind, by subject."""
    rows = tx.execute(
        sa.text(
            "SELECT subject_ref, id FROM review_alert WHERE subject_kind = :kind AND subject_ref = ANY(:refs)"
        ),
        {"kind": kind, "refs": list(refs)},
    )
    return {row.subject_ref: row.id for row in rows}


def endings(tx: sa.Connection, alert_ids: Sequence[UUID]) -> dict[UUID, tuple[str | None, bool]]:
    """Return how each of some alerts ended, and whether it points to a list."""
    rows = tx.execute(
        sa.text(
            "SELECT id, outcome, cardinality(lists) > 0 AS listed FROM review_alert WHERE id = ANY(:ids)"
        ),
        {"ids": list(alert_ids)},
    )
    return {row.id: (row.outcome, row.listed) for row in rows}


def list_names(tx: sa.Connection, desk: str) -> tuple[str, ...]:
    """Return the names of the lists that a desk's undecided alerts point to."""
    found = tx.execute(
        sa.text(
            "SELECT DISTINCT unnest(lists) AS name FROM (SELECT lists FROM review_alert WHERE desk = :desk"
            " AND status IN ('open', 'assigned', 'countersign', 'waiting') LIMIT :most) AS counted"
            " ORDER BY name"
        ),
        {"desk": desk, "most": MOST_COUNTED},
    )
    return tuple(found.scalars())


def counts_by_group(tx: sa.Connection, desk: str, groups: Sequence[str]) -> dict[str, GroupCount]:
    """Return, for each occasion, its alerts and how many of them still wait for a decision."""
    rows = tx.execute(
        sa.text(
            "SELECT group_ref, count(*) AS total, count(*) FILTER (WHERE status <> 'decided') AS pending"
            " FROM review_alert WHERE desk = :desk AND group_ref = ANY(:groups) GROUP BY group_ref"
        ),
        {"desk": desk, "groups": list(groups)},
    )
    return {row.group_ref: GroupCount(row.total, row.pending) for row in rows}
