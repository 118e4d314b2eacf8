"""The closed words of agreements: actions, grounds, statuses. An unknown word is refused everywhere.

Source: reference schema of agreements (DESIGN 6), terms of the Dataspace Protocol 2025-1 and of the
"preventing and combating serious crime" agreements (hit/no-hit in two steps).

>>> sorted(REPLIES)[0]
<Action.ACCEPT_NOTICE: 'accept_notice'>
"""

from enum import StrEnum


class Action(StrEnum):
    """What a node is about to do under a service; data leaves the sender's country with it."""

    SEND_QUERY = "send_query"
    ANSWER_QUERY = "answer_query"
    CONFIRM_HIT = "confirm_hit"
    REQUEST_FOLLOW_UP = "request_follow_up"
    ANSWER_FOLLOW_UP = "answer_follow_up"
    SEND_NOTICE = "send_notice"
    ACCEPT_NOTICE = "accept_notice"
    SHARE_FINDING = "share_finding"
    SHARE_TRACK = "share_track"
    RAISE_ALERT = "raise_alert"


OPENINGS = frozenset(
    {
        Action.SEND_QUERY,
        Action.REQUEST_FOLLOW_UP,
        Action.SEND_NOTICE,
        Action.SHARE_FINDING,
        Action.SHARE_TRACK,
        Action.RAISE_ALERT,
    }
)
"""Actions of the party that starts: they run in the direction the service names."""

REPLIES = frozenset({Action.ANSWER_QUERY, Action.ANSWER_FOLLOW_UP, Action.ACCEPT_NOTICE})
"""Actions of the party that answers: they run against that direction."""

BY_A_PERSON = frozenset(Action) - {Action.ANSWER_QUERY, Action.SHARE_TRACK}
"""Actions that a named person must do; only the constant-shape answer and tracks of vessels are automatic."""


class Status(StrEnum):
    """Where an instrument stands in its life."""

    PROVISIONAL = "provisional"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


class Environment(StrEnum):
    """Real work, or practice with invented data."""

    EXERCISE = "exercise"
    PRODUCTION = "production"


class SubjectCategory(StrEnum):
    """Directive (EU) 2016/680, article 6, and "none" for things and vessels."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    OTHER = "other"
    NONE = "none"


class Ground(StrEnum):
    """Why somebody or something is looked for. The last five may never be the reason."""

    LIST_MATCH = "list_match"
    DOCUMENT_MATCH = "document_match"
    BIOMETRIC_MATCH = "biometric_match"
    CASE = "case"
    WARRANT = "warrant"
    PARTNER_NOTICE = "partner_notice"
    RULE_FINDING = "rule_finding"
    SENSOR_TRACK = "sensor_track"
    NATIONALITY = "nationality"
    ETHNICITY = "ethnicity"
    RELIGION = "religion"
    POLITICAL_OPINION = "political_opinion"
    HEALTH = "health"
    ASYLUM_STATUS = "asylum_status"


TOLERATED = frozenset({Ground.NATIONALITY})
"""May stand beside a real ground, never carries one: nationality alone is no reason to search anybody."""

PROTECTED = frozenset(
    {Ground.ETHNICITY, Ground.RELIGION, Ground.POLITICAL_OPINION, Ground.HEALTH, Ground.ASYLUM_STATUS}
)
"""Never a ground, alone or beside another; no agreement can list them."""

NODE_ACTOR = "node"
"""The name under which a node acts by itself: it is nobody."""
