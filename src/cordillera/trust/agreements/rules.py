"""The rule kinds: the small vocabulary in which clauses speak to the machine.

A kind is a tagged struct in the agreement file, such as `{"rule": "min_penalty", "more_than_months": 12}`.
Its two meanings live apart on purpose: `cedar.py` writes it as Cedar text, `reference.py` decides it in
plain Python, and a property test holds them together.

>>> msgspec.json.decode(b'{"rule":"min_penalty","more_than_months":12}', type=Rule)
MinPenalty(more_than_months=12)
"""

from typing import Annotated, ClassVar

import msgspec

Months = Annotated[int, msgspec.Meta(ge=1, le=1200)]


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="rule"):
    """A condition that must hold. `condition` is its number in `decide.py`."""

    condition: ClassVar[int]


class WellFormed(_Rule, frozen=True, tag="well_formed"):
    """Only requests that can be read whole are considered (the control mechanism)."""

    condition: ClassVar[int] = 2


class InForce(_Rule, frozen=True, tag="in_force"):
    """The agreement is in force at that moment; a provisional one serves exercises only."""

    condition: ClassVar[int] = 3


class KnownEnvironment(_Rule, frozen=True, tag="environment"):
    """The request says whether it is an exercise or real."""

    condition: ClassVar[int] = 3


class Commenced(_Rule, frozen=True, tag="commenced"):
    """The service has entered into force; one that still awaits it serves exercises only."""

    condition: ClassVar[int] = 3


class Parties(_Rule, frozen=True, tag="parties"):
    """Sender and recipient are the parties, in a direction that the service allows."""

    condition: ClassVar[int] = 5


class ServiceListed(_Rule, frozen=True, tag="service_listed"):
    """The service is one of the agreement and has this action."""

    condition: ClassVar[int] = 6


class PurposeListed(_Rule, frozen=True, tag="purpose_listed"):
    """The purpose is one that the service serves."""

    condition: ClassVar[int] = 7


class OffenceListed(_Rule, frozen=True, tag="offence_listed"):
    """The offence is on the list and reaches its own threshold, where the service needs an offence."""

    condition: ClassVar[int] = 8


class MinPenalty(_Rule, frozen=True, tag="min_penalty"):
    """The offence can be punished by more than so many months of imprisonment."""

    more_than_months: Months
    condition: ClassVar[int] = 8


class Excluded(_Rule, frozen=True, tag="exclusions"):
    """Neither the offence nor a ground is one that the parties excluded, or that is always protected."""

    condition: ClassVar[int] = 14


class IndividualCase(_Rule, frozen=True, tag="individual_case"):
    """One case, with its reference: no bulk searches."""

    condition: ClassVar[int] = 9


class NamedOfficer(_Rule, frozen=True, tag="named_officer"):
    """A named person asks; the node by itself is nobody."""

    condition: ClassVar[int] = 10


class OfficerRole(_Rule, frozen=True, tag="officer_role"):
    """That person holds a role which the service authorises."""

    condition: ClassVar[int] = 10


class FourEyes(_Rule, frozen=True, tag="four_eyes"):
    """Where the service says so, another person ordered it."""

    condition: ClassVar[int] = 10


class CategoryListed(_Rule, frozen=True, tag="subject_category"):
    """The person stands in a category that the service may ask about."""

    condition: ClassVar[int] = 11


class FieldsListed(_Rule, frozen=True, tag="fields_listed"):
    """At least one field leaves, and none outside the closed list."""

    condition: ClassVar[int] = 12


class QuotaLeft(_Rule, frozen=True, tag="quota"):
    """Neither the node nor the officer has used up the day's number."""

    condition: ClassVar[int] = 13


class GroundsListed(_Rule, frozen=True, tag="grounds"):
    """There is a listed ground; nationality may stand beside it and never alone."""

    condition: ClassVar[int] = 14


class HumanConfirmation(_Rule, frozen=True, tag="human_confirmation"):
    """A named person does what only a person may do."""

    condition: ClassVar[int] = 15


class OnwardConsent(_Rule, frozen=True, tag="onward_consent"):
    """Nothing is passed on to a third party without the consent of its origin."""

    condition: ClassVar[int] = 15


class JudicialAuthorisation(_Rule, frozen=True, tag="judicial_authorisation"):
    """Where the service says so, a judge's authorisation is named."""

    condition: ClassVar[int] = 15


Rule = (
    WellFormed
    | InForce
    | KnownEnvironment
    | Commenced
    | Parties
    | ServiceListed
    | PurposeListed
    | OffenceListed
    | MinPenalty
    | Excluded
    | IndividualCase
    | NamedOfficer
    | OfficerRole
    | FourEyes
    | CategoryListed
    | FieldsListed
    | QuotaLeft
    | GroundsListed
    | HumanConfirmation
    | OnwardConsent
    | JudicialAuthorisation
)

HOUSE_RULES: tuple[Rule, ...] = (
    WellFormed(),
    InForce(),
    KnownEnvironment(),
    Commenced(),
    Parties(),
    ServiceListed(),
    PurposeListed(),
    OffenceListed(),
    Excluded(),
    IndividualCase(),
    NamedOfficer(),
    OfficerRole(),
    FourEyes(),
    CategoryListed(),
    FieldsListed(),
    QuotaLeft(),
    GroundsListed(),
    HumanConfirmation(),
    OnwardConsent(),
    JudicialAuthorisation(),
)
"""Rules that hold under every agreement. A clause may claim one, and is then cited for it; what no
clause claims for every service and action the node adds itself, cited as "cordillera/<rule>"."""


def kind_of(rule: Rule) -> str:
    """Return the tag of a rule, such as "min_penalty"."""
    return str(rule.__struct_config__.tag)
