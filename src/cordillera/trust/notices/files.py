"""The files of a draft: added and removed by its writer, looked at by whoever releases it.

A file is sealed and kept as an attachment; the draft names it. What is removed before the release, or
withdrawn with its draft, is erased. After the release nothing changes any more.
"""

import re
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.attachments.core import Attachment, read_reference
from cordillera.trust.attachments.errors import NoSuchAttachment
from cordillera.trust.attachments.service import AttachmentLine, AttachmentService
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.notices.core import check_files, check_whole
from cordillera.trust.notices.model import Draft, NoticeContent
from cordillera.trust.notices.writing import Writing

_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


class NewFile(msgspec.Struct, frozen=True):
    """A file as it was sent."""

    name: str
    media_type: str
    content: bytes


def plain_name(name: str) -> str:
    r"""Return a file's name without folders and control characters, at most 200 long.

    >>> plain_name("C:\\photos\\pier.jpg")
    'pier.jpg'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200] or "file"


def plain_type(media_type: str) -> str:
    """Return a media type as far as it is one, else that of any bytes.

    >>> plain_type("text/plain; charset=utf-8"), plain_type("nonsense")
    ('text/plain', 'application/octet-stream')
    """
    kind = media_type.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"


class DraftFiles:
    """Use cases of the files of drafts; the caller opens the transaction in the officer's scope."""

    def __init__(self, writing: Writing, attachments: AttachmentService) -> None:
        self._writing = writing
        self._attachments = attachments

    def add(self, tx: sa.Connection, officer: Officer, notice_id: UUID, file: NewFile) -> str:
        """Seal a file and name it in the draft; return its reference.

        Raises `NoSuchNotice`, what `core.check_files` raises, `AttachmentTooLarge`.
        """
        kept = self._writing.open_draft(tx, notice_id)
        named = kept.draft.content.attachments
        check_files(kept.row.state, kept.row.writer, officer.officer_id, len(named) + 1)
        reference = self._attachments.add(tx, officer, file.name, file.media_type, file.content)
        self._attachments.keep_until(tx, reference, kept.row.erase_after)
        self._writing.keep_draft(tx, kept, _naming(kept.draft, (*named, reference)))
        return reference

    def remove(self, tx: sa.Connection, officer: Officer, notice_id: UUID, attachment: str) -> None:
        """Take a file out of the draft, and erase it.

        Raises `NoSuchNotice`, what `core.check_files` raises, `NoSuchAttachment`.
        """
        kept = self._writing.open_draft(tx, notice_id)
        named = kept.draft.content.attachments
        check_files(kept.row.state, kept.row.writer, officer.officer_id, len(named))
        reference = _find(named, attachment)
        self._writing.keep_draft(tx, kept, _naming(kept.draft, tuple(r for r in named if r != reference)))
        self._attachments.discard(tx, officer, reference)

    def lines(self, tx: sa.Connection, content: NoticeContent) -> tuple[AttachmentLine, ...]:
        """Return the files of a draft with size and hash."""
        return self._attachments.lines(tx, content.attachments)

    def open(self, tx: sa.Connection, officer: Officer, notice_id: UUID, attachment: str) -> Attachment:
        """Open a file of a draft, so that a second person can look at it before releasing it.

        Raises `NoSuchNotice`, `WrongStep`, `NoSuchAttachment`, `AttachmentIncomplete`.
        """
        draft = self._writing.open_draft(tx, notice_id).draft
        reference = _find(draft.content.attachments, attachment)
        return self._attachments.consult(tx, officer, reference, str(notice_id))

    def check(self, tx: sa.Connection, notice_id: UUID) -> None:
        """Raise `FilesMissing` unless every file that a draft names is here whole."""
        draft = self._writing.open_draft(tx, notice_id).draft
        check_whole([line.is_whole for line in self._attachments.lines(tx, draft.content.attachments)])

    def withdraw(self, tx: sa.Connection, officer: Officer, notice_id: UUID) -> None:
        """Take back a draft with its files; raise `NoSuchNotice`, or `WrongStep` once released."""
        named = self._writing.open_draft(tx, notice_id).draft.content.attachments
        self._writing.withdraw(tx, officer, notice_id)
        for reference in named:
            self._attachments.discard(tx, officer, reference)


def _find(named: tuple[str, ...], attachment: str) -> str:
    """Return the reference whose public part is `attachment`; raise `NoSuchAttachment`."""
    for reference in named:
        if read_reference(reference).id == attachment:
            return reference
    raise NoSuchAttachment


def _naming(draft: Draft, references: tuple[str, ...]) -> Draft:
    content = msgspec.structs.replace(draft.content, attachments=references)
    return msgspec.structs.replace(draft, content=content)
