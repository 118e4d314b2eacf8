"""Refusals of notices."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class NoSuchNotice(NotFound):
    """No such notice, or none that the asker may see."""

    code = "notices.no_such_notice"


class NoticeSealed(NotPermitted):
    """Its conditions are not accepted yet: nobody reads it; that somebody tried is a leaf (PCSC 11(3))."""

    code = "notices.sealed"


class SecondPersonNeeded(NotPermitted):
    """Who writes a notice does not release it."""

    code = "notices.second_person"


class WriterInactive(NotPermitted):
    """The officer who wrote the notice may not act any more."""

    code = "notices.writer_inactive"


class WrongStep(Conflict):
    """The notice is in a state that forbids this step; the facts name it."""

    code = "notices.wrong_step"


class ConditionsChanged(Conflict):
    """What was accepted is not what this notice came with: look at the conditions again."""

    code = "notices.conditions_changed"


class ReasonNeeded(BadInput):
    """This decision needs its reason in words."""

    code = "notices.reason_needed"


class FactsNeeded(BadInput):
    """A notice says what supports it: facts in words, and their grading."""

    code = "notices.facts_needed"


class NotTheWriter(NotPermitted):
    """Only who wrote a draft changes its files."""

    code = "notices.not_the_writer"


class DraftChanged(Conflict):
    """The draft was changed since it was shown: look at it again."""

    code = "notices.draft_changed"


class NoFile(BadInput):
    """No file was chosen."""

    code = "notices.no_file"


class TooManyFiles(BadInput):
    """A notice names at most 32 files."""

    code = "notices.too_many_files"


class FilesMissing(Conflict):
    """A file that the draft names is not here whole: remove it, or add it again."""

    code = "notices.files_missing"
