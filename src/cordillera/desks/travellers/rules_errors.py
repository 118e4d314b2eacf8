"""Refusals in the life of a rule. What is wrong with a rule's form or law is said by `engines/rules`."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable


class RuleNotFound(NotFound):
    """No such rule, or not one of this agency."""

    code = "rules.not_found"


class OneRuleExpected(BadInput):
    """A draft is one rule: the text holds none, or more than one."""

    code = "rules.one_expected"


class RuleLimitsWrong(BadInput):
    """The precision floor, the number of decisions or the hits per day lie outside what they may be."""

    code = "rules.limits_wrong"


class ReviewDateWrong(BadInput):
    """A rule is reviewed on a day to come, at most twelve months from now."""

    code = "rules.review_date_wrong"


class RuleReasonTooShort(BadInput):
    """A step in the life of a rule needs a reason in words."""

    code = "rules.reason_too_short"


class PretestDaysWrong(BadInput):
    """A pre-test covers at least one day and at most the six months in which history names people."""

    code = "rules.pretest_days_wrong"


class RuleStateForbids(Conflict):
    """The rule is in a state from which this step does not lead."""

    code = "rules.state_forbids"


class PretestMissing(Conflict):
    """The version has no pre-test on history, or only one that is too old."""

    code = "rules.pretest_missing"


class PretestEmpty(Conflict):
    """The pre-test found no traveller in the history, so it says nothing."""

    code = "rules.pretest_empty"


class TooManyExpected(Conflict):
    """The pre-test expects more hits a day than the rule's own ceiling lets through."""

    code = "rules.too_many_expected"


class GroundsLeaveNobodyOut(Conflict):
    """On history the other grounds leave out too few of those whom a country or route alone would raise."""

    code = "rules.grounds_leave_nobody_out"


class NotWhatWasSeen(Conflict):
    """What the officer saw (content, newest pre-test) is not what stands now; look again."""

    code = "rules.not_what_was_seen"


class AnotherOfficerNeeded(NotPermitted):
    """Who wrote or proposed a version neither activates nor reviews it."""

    code = "rules.another_officer_needed"


class RuleAltered(Unavailable):
    """A stored version is not what was saved: it is not run."""

    code = "rules.altered"
