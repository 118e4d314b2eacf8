"""The ledger's leaves about agreements: every step, confirmation, proposal and adoption writes one."""

from collections.abc import Mapping
from typing import Final

from cordillera.foundation.canonical import dumps
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.ports import Officer
from cordillera.trust.ledger.model import Event, LeafDecision, LeafKind

ADOPTED: Final = "agreement.adopted"
"""Under this name the leaves of all adoptions are found again, when the node starts."""


def changed(
    officer: Officer, loaded: LoadedAgreement, facts: Mapping[str, str], *, adopted: bool = False
) -> Event:
    """Return the leaf of a change; that of an adoption names the version and its policy's hash in clear."""
    name = loaded.agreement.name
    return Event(
        kind=LeafKind.AGREEMENT_CHANGED,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        agreement_id=loaded.agreement.id,
        agreement_hash=loaded.agreement_hash,
        message_id=ADOPTED if adopted else "",
        decision=LeafDecision(True, (name,), loaded.policy_hash) if adopted else None,
        payload=dumps({"agreement": name, "by": officer.officer_id, **facts}),
        detail={"agreement": name, **facts},
    )
