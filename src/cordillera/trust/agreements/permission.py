"""Condition 1 of every change of an agreement: who may make it."""

from cordillera.trust.access.model import Permission
from cordillera.trust.agreements.errors import NotAnAgreementOfficer
from cordillera.trust.agreements.ports import Officer


def require_agreement_officer(officer: Officer) -> None:
    """Raise `NotAnAgreementOfficer` unless the officer may change agreements."""
    if not officer.may(Permission.AGREEMENT_CHANGE):
        raise NotAnAgreementOfficer(officer_id=officer.officer_id)
