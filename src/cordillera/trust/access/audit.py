"""Leaves of trust/access, and the one line with which a desk records that somebody saw a record."""

from collections.abc import Mapping

import sqlalchemy as sa

from cordillera.trust.access.model import OfficerSession
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger


def consulted(tx: sa.Connection, ledger: Ledger, session: OfficerSession, subject_ref: str) -> None:
    """Record that the officer was shown the record `subject_ref` (LED art. 25: consultation is logged)."""
    recorded(tx, ledger, session, LeafKind.CONSULTATION, subject_ref)


def recorded(
    tx: sa.Connection, ledger: Ledger, session: OfficerSession, kind: LeafKind, subject_ref: str
) -> None:
    """Record an act of the officer upon `subject_ref`, under the agency and purpose of the session."""
    ledger.record(
        tx,
        Event(
            kind=kind,
            actor=session.officer_id,
            agency=session.agency,
            purpose=session.purpose,
            subject_ref=subject_ref,
        ),
    )


def administered(
    tx: sa.Connection, ledger: Ledger, kind: LeafKind, actor: str, detail: Mapping[str, str]
) -> None:
    """Record an act upon officers, sessions or tokens; `detail` stays sealed beside the leaf."""
    ledger.record(tx, Event(kind=kind, actor=actor, agency="node", purpose="access", detail=detail))
