"""What the commands of agreements share: files, the book of a home, and texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from cordillera.cli.common import home_of_node, open_node
from cordillera.foundation.canonical import TooLarge
from cordillera.foundation.errors import CordilleraError, NotFound
from cordillera.foundation.settings import holds_node
from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.check import Problem, problems_of
from cordillera.trust.agreements.loading import load_agreement, read_agreement
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.outside import Reason, read_or_say_why
from cordillera.trust.agreements.signatures import is_signed_file, read_signed
from cordillera.trust.agreements.views import Coverage, coverage_of
from cordillera.web.i18n import Catalogue, load_catalogues

MAX_FILE = 1_048_576
READ = Scope.node("agreements.read")


class FileMissing(NotFound):
    """There is no such agreement and no such file."""

    code = "agreements.no_such_file"


class CheckResult(msgspec.Struct, frozen=True):
    """What `agreement check` found in a file; `outside`: why it is no agreement at all."""

    file: str
    ok: bool
    id: str = ""
    agreement_hash: str = ""
    policy_hash: str = ""
    problems: tuple[Problem, ...] = ()
    outside: tuple[Reason, ...] = ()
    signed_by: tuple[str, ...] = ()
    coverage: Coverage | None = None


@contextmanager
def book_of(home: Path | None, file: Path | None = None) -> Iterator[PolicyBook]:
    """Open the agreements of a home as they stand, or those of a file, or else the shipped ones."""
    if file is not None:
        yield PolicyBook([load_agreement(text_of(read_file(file)))])
    elif holds_a_node(home):
        with book_in(home) as (_, book):
            yield book
    else:
        yield PolicyBook.load_shipped()


@contextmanager
def book_in(home: Path | None) -> Iterator[tuple[sa.Connection, PolicyBook]]:
    """Open the agreements of a node with the transaction in which they stand so."""
    with open_node(home) as node, node.store.transaction(READ) as tx:
        yield tx, PolicyBook.from_store(tx, datetime.now(UTC))


def holds_a_node(home: Path | None) -> bool:
    """Whether there is a node in that home; raise `NoNodeHere` for one that was named and holds none."""
    return holds_node(home_of_node(home))


def named(agreement: str, home: Path | None) -> Agreement:
    """Return an agreement by its id, by "id@version", or from a file; raise `FileMissing`."""
    if Path(agreement).is_file():
        return read_or_say_why(text_of(read_file(Path(agreement))))
    name, _, version = agreement.partition("@")
    with book_of(home) as book:
        if not version:
            return book.get(name).agreement
        held = [one.loaded.agreement for one in book.versions(name) if str(one.number) == version]
    if not held:
        raise FileMissing(file=agreement[:64])
    return held[0]


def checked(file: Path) -> CheckResult:
    """Read and compile a file; every problem is in the result."""
    raw = read_file(file)
    signed = read_signed(raw).parties if is_signed_file(raw) else frozenset()
    try:
        agreement, agreement_hash = _read(text_of(raw))
        problems = problems_of(agreement)
        policy_hash = "" if problems else load_agreement(text_of(raw)).policy_hash
    except CordilleraError as error:
        reasons = error.facts.get("found")
        outside = (
            tuple(one for one in reasons if isinstance(one, Reason)) if isinstance(reasons, tuple) else ()
        )
        place = "" if outside else str(error.facts)[:500]
        return CheckResult(str(file), ok=False, problems=(Problem(error.code, place),), outside=outside)
    return CheckResult(
        file=str(file),
        ok=not problems,
        id=agreement.id,
        agreement_hash=agreement_hash,
        policy_hash=policy_hash,
        problems=problems,
        signed_by=tuple(sorted(signed)),
        coverage=coverage_of(agreement),
    )


def _read(text: bytes) -> tuple[Agreement, str]:
    read_or_say_why(text)
    return read_agreement(text)


def text_of(raw: bytes) -> bytes:
    """Return the agreement inside a signed file, or the bytes as they are."""
    return read_signed(raw).text if is_signed_file(raw) else raw


def read_file(file: Path) -> bytes:
    """Return a file's bytes; raise `FileMissing`, `TooLarge`."""
    if not file.is_file():
        raise FileMissing(file=str(file))
    with file.open("rb") as stream:
        raw = stream.read(MAX_FILE + 1)
    if len(raw) > MAX_FILE:
        raise TooLarge(size=len(raw), limit=MAX_FILE)
    return raw


def texts(language: str) -> Catalogue:
    """Return the words of agreements in a language."""
    return load_catalogues(["cordillera.trust.agreements"])[language]
