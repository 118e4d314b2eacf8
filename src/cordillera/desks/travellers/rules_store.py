"""SQL of the life of rules: the tree of a version, its pre-tests, the reasons of its steps are sealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.rules_core import digest_of
from cordillera.desks.travellers.rules_errors import RuleAltered, RuleNotFound
from cordillera.desks.travellers.rules_model import Act, Limits, Pretest, RuleState, RuleVersion, Step
from cordillera.engines.rules import Rule, rule_to_json
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.review.model import Retention

_LIMITS: Final = Limits.__struct_fields__
_PLAIN: Final = (
    "id",
    "agency",
    "name",
    "version",
    "state",
    "digest",
    "author",
    "author_name",
    "created_at",
    "since",
    "why",
    "proposed_by",
    "proposed_name",
    "proposed_at",
    "activated_by",
    "activated_name",
    "activated_at",
)
_COLUMNS: Final = ", ".join((*_PLAIN, *_LIMITS, "key_id", "sealed", "erase_after", "review_at"))
_MOVES: Final = (
    "state",
    "since",
    "why",
    "proposed_by",
    "proposed_name",
    "proposed_at",
    "activated_by",
    "activated_name",
    "activated_at",
)


class RuleStore:
    """Versions, pre-tests and steps of the rules that a scope sees."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def add(self, tx: sa.Connection, version: RuleVersion) -> None:
        """Keep a new version, its tree sealed under a key of its own."""
        key = self._sealer.new_key(tx, f"traveller_rule/{version.id}", version.keep.erase_after)
        place = Place("traveller_rule", "sealed", str(version.id))
        values = {
            **{name: getattr(version, name) for name in _PLAIN},
            **msgspec.structs.asdict(version.limits),
            "state": version.state.value,
            "key_id": key.key_id,
            "sealed": self._sealer.seal(key, place, rule_to_json(version.rule)),
            "erase_after": version.keep.erase_after,
            "review_at": version.keep.review_at,
        }
        _insert(tx, "traveller_rule", values)

    def next_number(self, tx: sa.Connection, agency: str, name: str) -> int:
        """Return the number of the next version of a rule; others who save it wait."""
        self.alone(tx, agency, name)
        query = (
            "SELECT coalesce(max(version), 0) + 1 FROM traveller_rule WHERE agency = :agency AND name = :name"
        )
        return int(tx.execute(sa.text(query), {"agency": agency, "name": name}).scalar_one())

    def alone(self, tx: sa.Connection, agency: str, name: str) -> None:
        """Let whoever else saves or activates a version of a rule wait."""
        tx.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended('rule ' || :agency || ' ' || :name, 28))"),
            {"agency": agency, "name": name},
        )

    def get(self, tx: sa.Connection, rule_id: UUID, *, lock: bool = False) -> RuleVersion:
        """Return one version, held if asked; raise `RuleNotFound`, `RuleAltered`."""
        query = f"SELECT {_COLUMNS} FROM traveller_rule WHERE id = :id{' FOR UPDATE' if lock else ''}"  # noqa: S608 - constant columns
        row = tx.execute(sa.text(query), {"id": rule_id}).one_or_none()
        if row is None:
            raise RuleNotFound(rule=str(rule_id))
        found = self._opened(tx, [row])
        if not found:
            raise RuleNotFound(rule=str(rule_id))
        return found[0]

    def all(
        self, tx: sa.Connection, states: Collection[RuleState] = (), name: str = ""
    ) -> tuple[RuleVersion, ...]:
        """Return the versions in some states (in any when none is named), by name, the newest first."""
        query = (
            f"SELECT {_COLUMNS} FROM traveller_rule WHERE (:any OR state = ANY(:states))"  # noqa: S608 - constant columns
            " AND (:name = '' OR name = :name) ORDER BY name, version DESC"
        )
        asked = {"any": not states, "states": [one.value for one in states], "name": name}
        return self._opened(tx, tx.execute(sa.text(query), asked).all())

    def halt(self, tx: sa.Connection, rule_id: UUID, why: str, now: datetime) -> sa.Row[Any] | None:
        """Suspend an active version without opening it; return its name, None if it was not active."""
        query = (
            "UPDATE traveller_rule SET state = 'suspended', why = :why, since = :now"
            " WHERE id = :id AND state = 'active' RETURNING id, agency, name, version, digest"
        )
        return tx.execute(sa.text(query), {"id": rule_id, "why": why, "now": now}).one_or_none()

    def counts(self, tx: sa.Connection) -> dict[RuleState, int]:
        """Return how many versions are in each state."""
        rows = tx.execute(sa.text("SELECT state, count(*) AS number FROM traveller_rule GROUP BY state"))
        return {RuleState(row.state): row.number for row in rows}

    def active(self, tx: sa.Connection) -> tuple[UUID, ...]:
        """Return the ids of all active versions, opened or not."""
        return tuple(tx.execute(sa.text("SELECT id FROM traveller_rule WHERE state = 'active'")).scalars())

    def move(self, tx: sa.Connection, version: RuleVersion) -> None:
        """Write where a version stands now."""
        values = {name: getattr(version, name) for name in _MOVES} | {
            "state": version.state.value,
            "review_on": version.limits.review_on,
            "review_at": version.keep.review_at,
        }
        told = ", ".join(f"{name} = :{name}" for name in values)
        query = f"UPDATE traveller_rule SET {told} WHERE id = :id"  # noqa: S608 - constant columns
        tx.execute(sa.text(query), {**values, "id": version.id})

    def add_pretest(self, tx: sa.Connection, version: RuleVersion, pretest: Pretest) -> None:
        """Keep what a pre-test found."""
        key = self._key(tx, version.id)
        place = Place("traveller_rule_pretest", "sealed", str(pretest.id))
        values = {
            "id": pretest.id,
            "rule_id": version.id,
            "agency": version.agency,
            "made_at": pretest.made_at,
            "sealed": self._sealer.seal(key, place, msgspec.json.encode(pretest)),
            "erase_after": version.keep.erase_after,
            "review_at": version.keep.review_at,
        }
        _insert(tx, "traveller_rule_pretest", values)

    def pretests(self, tx: sa.Connection, rule_id: UUID, limit: int = 20) -> tuple[Pretest, ...]:
        """Return the pre-tests of a version, the newest first."""
        rows = tx.execute(
            sa.text(
                "SELECT id, sealed FROM traveller_rule_pretest WHERE rule_id = :rule"
                " ORDER BY made_at DESC, id DESC LIMIT :limit"
            ),
            {"rule": rule_id, "limit": limit},
        ).all()
        key = self._key(tx, rule_id)
        places = [Place("traveller_rule_pretest", "sealed", str(row.id)) for row in rows]
        opened = [self._sealer.open(key, place, row.sealed) for place, row in zip(places, rows, strict=True)]
        return tuple(shapes.decode(one, Pretest) for one in opened)

    def add_step(self, tx: sa.Connection, of: tuple[UUID, str], step: Step) -> None:
        """Keep a step of a version (`of`: its id and agency); its key may be gone, then no reason is kept."""
        rule_id, agency = of
        query = sa.text("SELECT key_id, erase_after, review_at FROM traveller_rule WHERE id = :id")
        row = tx.execute(query, {"id": rule_id}).one()
        key = self._sealer.living_keys(tx, [row.key_id]).get(row.key_id)
        place = Place("traveller_rule_step", "sealed", str(step.id))
        values = {
            "id": step.id,
            "rule_id": rule_id,
            "agency": agency,
            "act": step.act.value,
            "state": step.state.value,
            "officer_id": step.officer_id,
            "officer_name": step.officer_name,
            "at": step.at,
            "sealed": b"" if key is None else self._sealer.seal(key, place, step.reason.encode()),
            "erase_after": row.erase_after,
            "review_at": row.review_at,
        }
        _insert(tx, "traveller_rule_step", values)

    def steps(self, tx: sa.Connection, rule_id: UUID, limit: int = 200) -> tuple[Step, ...]:
        """Return the steps of a version, the newest first."""
        rows = tx.execute(
            sa.text(
                "SELECT id, act, state, officer_id, officer_name, at, sealed FROM traveller_rule_step"
                " WHERE rule_id = :rule ORDER BY at DESC, id DESC LIMIT :limit"
            ),
            {"rule": rule_id, "limit": limit},
        ).all()
        key = self._key(tx, rule_id)
        return tuple(
            Step(
                id=row.id,
                rule_id=rule_id,
                act=Act(row.act),
                state=RuleState(row.state),
                officer_id=row.officer_id,
                officer_name=row.officer_name,
                reason=self._reason(key, row),
                at=row.at,
            )
            for row in rows
        )

    def _reason(self, key: DataKey, row: sa.Row[Any]) -> str:
        place = Place("traveller_rule_step", "sealed", str(row.id))
        return self._sealer.open(key, place, row.sealed).decode() if row.sealed else ""

    def _key(self, tx: sa.Connection, rule_id: UUID) -> DataKey:
        query = "SELECT key_id FROM traveller_rule WHERE id = :id"
        found = tx.execute(sa.text(query), {"id": rule_id}).scalar_one_or_none()
        if found is None:
            raise RuleNotFound(rule=str(rule_id))
        return self._sealer.load_key(tx, found)

    def _opened(self, tx: sa.Connection, rows: Sequence[sa.Row[Any]]) -> tuple[RuleVersion, ...]:
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        return tuple(self._version(keys[row.key_id], row) for row in rows if row.key_id in keys)

    def _version(self, key: DataKey, row: sa.Row[Any]) -> RuleVersion:
        raw = self._sealer.open(key, Place("traveller_rule", "sealed", str(row.id)), row.sealed)
        rule = shapes.decode(raw, Rule)
        if digest_of(rule) != row.digest or rule.name != row.name:
            raise RuleAltered(rule=str(row.id))
        told = {name: getattr(row, name) for name in _PLAIN} | {"state": RuleState(row.state)}
        limits = Limits(**{name: getattr(row, name) for name in _LIMITS})
        return RuleVersion(**told, rule=rule, limits=limits, keep=Retention(row.erase_after, row.review_at))


def _insert(tx: sa.Connection, table: str, values: Mapping[str, object]) -> None:
    target = sa.table(table, *(sa.column(name) for name in values))
    tx.execute(target.insert().values(dict(values)))
