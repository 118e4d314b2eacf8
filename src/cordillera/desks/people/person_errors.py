"""Why a search, a person, a merge, a memory or a threshold is not what was asked for."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class SearchNotFound(NotFound):
    """No such search, or not of this agency, or its 30 days are over."""

    code = "people.search_not_found"


class PersonNotFound(NotFound):
    """No such person or item, or none that the officer may see."""

    code = "people.person_not_found"


class DeskReasonTooShort(BadInput):
    """The reason has fewer than eight letters or digits."""

    code = "people.reason_too_short"


class AlreadyJoined(Conflict):
    """Condition 3: the two are one person in the register already, or a proposal for them waits."""

    code = "people.already_joined"


class ConfirmedNotSame(Conflict):
    """Condition 4: an officer concluded that the traveller is not the listed person; revoke that first."""

    code = "people.confirmed_not_same"


class MergeNotFound(NotFound):
    """No such merge, or not of this agency."""

    code = "people.merge_not_found"


class MergeMoved(Conflict):
    """The merge is not in the state that this step needs: it was decided, refused or parted meanwhile."""

    code = "people.merge_moved"


class OtherOfficerNeeded(NotPermitted):
    """The second officer is the one who proposed."""

    code = "people.other_officer_needed"


class NotSameNotFound(NotFound):
    """No such redress number, or not of this agency."""

    code = "people.not_same_not_found"


class NotSameRevoked(Conflict):
    """The redress number was revoked already."""

    code = "people.not_same_revoked"


class ThresholdOutOfRange(BadInput):
    """The threshold lies outside what the scale and the lowest shown similarity allow."""

    code = "people.threshold_out_of_range"


class ThresholdMoved(Conflict):
    """A proposal waits already, or the one named does not wait any more."""

    code = "people.threshold_moved"


class BudgetUnmeasured(BadInput):
    """Nothing was measured that a budget could be compared with, or no traffic for a budget per day."""

    code = "people.budget_unmeasured"


class BudgetMoved(Conflict):
    """The budget gives another threshold than the one accepted; `threshold` is it."""

    code = "people.budget_moved"


class MissesUnsaid(BadInput):
    """Who raises a threshold must say how many confirmed alerts it would have missed: `missed`."""

    code = "people.misses_unsaid"
