"""Redress joined to the records of the exchange: found by content and message, frozen, disputed, erased."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.engines.names.model import Document, DocumentKind, Subject
from cordillera.runtime.likeness import Likeness
from cordillera.trust.handling.added import added
from cordillera.trust.handling.display import stamp_of
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.records.model import RecordStatus
from cordillera.trust.records.service import Records
from cordillera.trust.redress.model import Held, Shared, Sought
from cordillera.trust.redress.ports import Officer
from cordillera.trust.redress.store import record_ids

_NAME_KEYS: Final = frozenset({"full_name", "name", "names", "aliases"})
_BIRTH_KEYS: Final = frozenset({"date_of_birth", "birth", "born", "births"})
_DOCUMENT_KEYS: Final = frozenset({"documents", "document", "document_numbers"})


_GONE: Final = frozenset({RecordStatus.ERASED, RecordStatus.RECALLED})


class RecordMeans:
    """The records of the exchange: found by what they say and by what they came with; frozen, disputed."""

    source = "record"

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, tx: sa.Connection, about: Sought) -> tuple[Held, ...]:
        """Open every record that is held, and compare each person it names."""
        likeness = Likeness(about)
        found = []
        for record_id, body in self._bodies(tx):
            named = named_in(body)
            likely = likeness.of(named) if named else []
            if any(any(how) for how in likely):
                best = max(score for score, _ in likely)
                found.append(self._held(tx, record_id, best, any(sure for _, sure in likely)))
        return tuple(found)

    def linked(self, tx: sa.Connection, found: Sequence[Held]) -> tuple[Held, ...]:
        """Return the records that messages about the person carried, or that things found are about."""
        linked: dict[UUID, Held] = {}
        for held in found:
            for record in self._of(tx, held):
                known = linked.get(record)
                if known is None or held.certain:
                    linked[record] = self._held(tx, record, held.score, held.certain)
        return tuple(linked.values())

    def freeze(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Let records not score; a partner's request does so, too."""
        del officer, cause
        self._records.freeze(tx, [UUID(ref) for ref in refs], on=True)

    def lift(self, tx: sa.Connection, officer: Officer | None, refs: Sequence[str], cause: UUID) -> None:
        """Let records score again; where we are the originator the dispute ends everywhere."""
        del cause
        ids = [UUID(ref) for ref in refs]
        self._records.freeze(tx, ids, on=False)
        for record_id in ids if officer is not None else ():
            held = self._records.get(tx, record_id)
            if officer is not None and held.disputed and not held.received_from:
                self._records.unblock(tx, officer, record_id, "redress decided")

    def dispute(self, tx: sa.Connection, officer: Officer, record: UUID, reason: str) -> bool:
        """Dispute a record here, at its originator and at every holder; False where it is gone already."""
        held = self._records.get(tx, record)
        if held.disputed or held.status in _GONE:
            return False
        self._records.dispute(tx, officer, record, f"redress {reason}")
        return True

    def erase(self, tx: sa.Connection, officer: Officer, record: UUID, reason: str) -> bool:
        """Erase a record of ours everywhere; of one that came from a partner, our copy and what hangs on it.

        A partner's own copy is its to erase: the dispute has told it.
        """
        row = self._records.row(tx, record, lock=True)
        if row.gone:
            return False
        if row.received_from:
            self._records.expired(tx, row)
            self._records.destroy(tx, row, RecordStatus.ERASED.value)
        else:
            self._records.erase(tx, officer, record, f"redress {reason}")
        return True

    def of_message(self, tx: sa.Connection, message: UUID, peer: str) -> tuple[UUID, ...]:
        """Return the records of a message from or to `peer`."""
        held = self._records.find(tx, message_id=message)
        return tuple(
            record.record_id
            for record in held
            if peer in {record.received_from, record.origin, *self._holders(tx, record.record_id)}
        )

    def onward(self, tx: sa.Connection, record: UUID, origin: str) -> tuple[Shared, ...]:
        """Return to whom a record of `origin` was given on by us."""
        if self._records.get(tx, record).origin != origin:
            return ()
        return tuple(
            Shared(one.holder, one.agreement_id, one.message_id, "out", one.given_at)
            for one in self._records.holders(tx, record)
            if one.holder != origin
        )

    def _of(self, tx: sa.Connection, held: Held) -> Iterator[UUID]:
        for shared in held.shared:
            yield from (one.record_id for one in self._records.find(tx, message_id=shared.message_id))
        yield from (one.record_id for one in self._records.find(tx, subject_ref=held.ref))

    def _bodies(self, tx: sa.Connection) -> Iterator[tuple[UUID, bytes]]:
        for record_id in record_ids(tx):
            row = self._records.row(tx, record_id)
            if row.body is not None:
                yield record_id, self._records.open(tx, row)

    def _held(self, tx: sa.Connection, record_id: UUID, score: float, certain: bool) -> Held:  # noqa: FBT001
        record = self._records.get(tx, record_id)
        came = (
            (Shared(record.received_from, record.agreement_id, record.message_id, "in", record.kept_at),)
            if record.received_from
            else ()
        )
        given = tuple(
            Shared(one.holder, one.agreement_id, one.message_id, "out", one.given_at)
            for one in self._records.holders(tx, record_id)
        )
        more = added(tx, [record_id])[record_id]
        return Held(
            handling=stamp_of(join(caveats_of(record.handling), more)),
            source=self.source,
            ref=str(record_id),
            certain=certain,
            score=score,
            label=record.kind,
            at=record.kept_at,
            erase_after=record.erase_after,
            facts=(("origin", record.origin), ("status", record.status.value)),
            shared=(*came, *given),
            records=(record_id,),
        )

    def _holders(self, tx: sa.Connection, record: UUID) -> set[str]:
        return {one.holder for one in self._records.holders(tx, record)}


def named_in(body: bytes) -> list[Subject]:
    """Return the people that a record's content names, wherever in it they stand; none when it is no JSON.

    >>> [one.full_name for one in named_in(b'{"facts": [{"full_name": "Ana Invented"}]}')]
    ['Ana Invented']
    """
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return []
    return list(_people(content))


def _people(content: object) -> Iterator[Subject]:
    if isinstance(content, list):
        for part in content:
            yield from _people(part)
    if not isinstance(content, dict):
        return
    names = list(_words(content, _NAME_KEYS))
    births = [*_words(content, _BIRTH_KEYS), ""]
    documents = tuple(
        Document(kind, number) for number in _words(content, _DOCUMENT_KEYS) for kind in DocumentKind
    )
    given = next(_words(content, {"given_names"}), "")
    family = next(_words(content, {"family_names"}), "")
    if names or family or documents:
        for name in names or [f"{given} {family}".strip()]:
            yield Subject("record", name, "", "", births[0], documents)
    for part in content.values():
        yield from _people(part)


def _words(content: Mapping[str, object], keys: Collection[str]) -> Iterator[str]:
    """Yield the texts under any of `keys`, also where they stand in a list or a struct of their own."""
    for key in keys & content.keys():
        yield from _texts(content[key])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        yield from _texts(value.get("number") or value.get("full") or "")
