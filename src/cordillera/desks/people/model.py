"""Lists in the store, and what screening against them answers. Every answer names the list's own date."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from cordillera.engines.names.conclude import held_back
from cordillera.engines.watchlists.formats import Delivery
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.source import ListFile
from cordillera.foundation.explain import Term


class ListFormat(StrEnum):
    """The formats that can be imported."""

    UN_XML = "un-xml"
    OFAC_CSV = "ofac-csv"
    OFAC_XML = "ofac-xml"
    EU_XML = "eu-xml"
    FTM = "ftm"
    CSV = "csv"


class ListVersion(msgspec.Struct, frozen=True):
    """One version of a named list. Active is the one that neither waits nor is superseded.

    `capped_values` counts values beyond the limits of one entry, `skipped_entries` records of the file
    that are no entry (other kinds, related parties), `left_values` what is not on the allow-list.
    `agreement_id`, `article`, `handling`, `record_id` are set for a list that a partner gave.
    """

    version_id: UUID
    list_name: str
    format: str
    list_date: date | None
    source_hash: str
    source_bytes: int
    entries: int
    persons: int
    names: int
    refused_fields: int
    unread_fields: int
    imported_at: datetime
    imported_by: str
    superseded_at: datetime | None
    erase_after: datetime
    review_at: datetime
    waiting: bool = False
    activated_at: datetime | None = None
    capped_values: int = 0
    skipped_entries: int = 0
    left_values: int = 0
    encoding: str = ""
    agreement_id: str = ""
    article: str = ""
    handling: dict[str, str] = {}
    record_id: UUID | None = None

    @property
    def stated_date(self) -> str:
        """The list's own date in ISO form, or "" when the source states none."""
        return self.list_date.isoformat() if self.list_date else ""


class StoredVersion(msgspec.Struct, frozen=True):
    """A version with the key that seals its entries."""

    version: ListVersion
    key_id: UUID


class ImportReport(msgspec.Struct, frozen=True):
    """What an import took in and what it refused; `version.waiting` when somebody must still agree."""

    version: ListVersion
    seconds: float
    added: int = 0
    removed: int = 0
    changed: int = 0


class Actor(msgspec.Struct, frozen=True):
    """Who acts, for which agency and purpose: for the ledger."""

    actor: str
    agency: str
    purpose: str


class SourceFiles(msgspec.Struct, frozen=True):
    """The bytes of a list as delivered. `alt`, `add` belong to OFAC's CSV only, `mapping` to other CSV."""

    main: bytes
    alt: bytes = b""
    add: bytes = b""
    list_date: date | None = None
    mapping: str = ""

    @property
    def delivery(self) -> Delivery:
        """The list as the readers take it."""
        alt, add = ListFile.of(self.alt), ListFile.of(self.add)
        return Delivery(ListFile.of(self.main), alt, add, self.mapping, self.list_date)


class PersonHit(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate, not verified: the entry beside the list it stands in.

    `score` is in bits and the sum of `terms`; `threshold` are the bits from which the list alerts.
    `similarity` of the names alone, `probability` of being one person given all evidence, and
    `completeness` of the evidence lie in [0, 1]. `rests_on` names the kinds of fact that were compared.
    """

    list_name: str
    list_date: str
    version_id: UUID
    entry_id: str
    kind: EntityKind
    listed_name: str
    similarity: float
    score: float
    probability: float
    completeness: float
    threshold: float
    terms: tuple[Term, ...]
    fields: tuple[tuple[str, str], ...]
    rests_on: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        """Whether it is an alert: at or above its list's threshold, and nothing holds it back."""
        return self.score >= self.threshold and not held_back(self.terms)


class EntryView(msgspec.Struct, frozen=True):
    """One entry as shown to an officer. Nationality is shown and never scores."""

    list_name: str
    list_date: str
    version_id: UUID
    entry_id: str
    kind: EntityKind
    names: tuple[str, ...]
    weak_names: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    path: str
    agreement_id: str = ""
