"""Side by side: two lines as typed, or two items, compared word by word; no address names anybody."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.people.compare_core import Alignment, Tie, align, contradicting, crossing
from cordillera.desks.people.compare_engine import like, listed_of
from cordillera.desks.people.errors import SearchEmpty
from cordillera.desks.people.person_core import contradictions, subject_of_item
from cordillera.desks.people.person_desk import PersonDesk
from cordillera.desks.people.person_model import Contradiction, Item, Likeness
from cordillera.desks.people.person_views import reading_of
from cordillera.desks.people.search_core import MAX_LINE, PartKind, others_of, plain_phone, read_line
from cordillera.engines.names.model import Document, DocumentKind
from cordillera.engines.watchlists.model import EntityKind, compared_as
from cordillera.foundation import shapes
from cordillera.foundation.explain import Term
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

TEMPLATE = "people/compare.html"
_TYPED = guarded(Permission.PERSON_SEARCH, audit=NO_AUDIT("compares what the officer typed; reads no record"))
_ITEMS = guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION)
_Line = Annotated[str, msgspec.Meta(max_length=MAX_LINE)]
Kind = Literal["person", "organisation", "vessel"]
_Part = Annotated[str, Parameter(max_length=160)]


class CompareForm(msgspec.Struct, frozen=True):
    """Two lines, each as the search box takes them, and what both name."""

    left: _Line = ""
    right: _Line = ""
    kind: Kind = "person"


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison: the measures apart, what lowers first, the drawing, and both sides."""

    likeness: Likeness
    against: tuple[Term, ...]
    facts: tuple[Contradiction, ...]
    alignment: Alignment
    crossing: bool
    left: Item
    right: Item


class ComparePage(msgspec.Struct, frozen=True):
    """The form, and once two people were given, their comparison."""

    left: str = ""
    right: str = ""
    drawn: Drawn | None = None
    readings: dict[str, str] = {}
    error: str = ""
    kind: Kind = "person"

    @property
    def heading(self) -> str:
        """The message that heads the page: what both sides are, when they are the same."""
        kinds = {self.drawn.left.kind, self.drawn.right.kind} if self.drawn else set()
        return f"compare.title.{kinds.pop().value}" if len(kinds) == 1 else "compare.title"


@get("/people/compare", opt=_TYPED, sync_to_thread=True, include_in_schema=False)
def form() -> Page:
    """Show the form."""
    return Page(TEMPLATE, ComparePage())


@post("/people/compare", opt=_TYPED, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    data: Annotated[CompareForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Keep both lines and go to their comparison."""
    if not (_named(data.left) and _named(data.right)):
        return Page(
            TEMPLATE, ComparePage(data.left, data.right, error=SearchEmpty.code, kind=data.kind), status=422
        )
    with store.transaction(session.scope) as tx:
        kept = persons.search.keep(tx, session, msgspec.json.encode(data).decode(), "compare")
    return Redirect(f"/people/compare/{kept}", status_code=303)


@get("/people/compare/{search_id:uuid}", opt=_TYPED, sync_to_thread=True, include_in_schema=False)
def shown(session: OfficerSession, store: Store, persons: PersonDesk, search_id: UUID) -> Page:
    """Show a comparison of two lines."""
    with store.transaction(session.scope) as tx:
        asked = shapes.decode(persons.search.kept(tx, search_id, "compare"), CompareForm)
    return Page(
        TEMPLATE, _page(_typed(asked.left, "1", asked.kind), _typed(asked.right, "2", asked.kind), asked)
    )


@get(
    "/people/compare/{left:str}/{left_ref:str}/{source:str}/{ref:str}",
    opt=_ITEMS,
    sync_to_thread=True,
    include_in_schema=False,
)
def items(  # noqa: PLR0913 - two items are four words
    session: OfficerSession,
    store: Store,
    persons: PersonDesk,
    left: _Part,
    left_ref: _Part,
    source: _Part,
    ref: _Part,
) -> Page:
    """Show a comparison of two items, which opens both."""
    with store.transaction(session.scope) as tx:
        one = persons.persons.item(tx, session, (left, left_ref))
        two = persons.persons.item(tx, session, (source, ref))
    return Page(TEMPLATE, _page(one, two))


def draw(left: Item, right: Item) -> Drawn:
    """Compare two items."""
    person = listed_of(right.ref, right.names, right.births, right.documents, right.compared_as)
    likeness = like(subject_of_item(left), person)
    alignment = align(likeness.terms)
    ties: tuple[Tie, ...] = alignment.ties
    return Drawn(
        likeness=likeness,
        against=contradicting(likeness.terms),
        facts=contradictions((left, right)),
        alignment=alignment,
        crossing=crossing(ties),
        left=left,
        right=right,
    )


def _page(left: Item, right: Item, asked: CompareForm | None = None) -> ComparePage:
    drawn = draw(left, right)
    words = (*drawn.alignment.left, *drawn.alignment.right)
    texts = {*(word.text for word in words), left.label, right.label}
    readings = {text: reading for text in sorted(texts) if (reading := reading_of(text))}
    lines = ("", "") if asked is None else (asked.left, asked.right)
    return ComparePage(*lines, drawn, readings, kind="person" if asked is None else asked.kind)


def _named(line: str) -> bool:
    return any(part.kind is PartKind.NAME for part in read_line(line))


def _typed(line: str, ref: str, kind: Kind) -> Item:
    if kind != "person":
        return _typed_other(line, ref, EntityKind(kind))
    parts = read_line(line)
    numbers = [p.value for p in parts if p.kind in {PartKind.DOCUMENT, PartKind.NUMBER}]
    name = next((part.text for part in parts if part.kind is PartKind.NAME), "")
    return Item(
        source="typed",
        ref=ref,
        label=name,
        names=(name,) if name else (),
        births=tuple(part.value for part in parts if part.kind is PartKind.BIRTH),
        documents=tuple(Document(DocumentKind.OTHER, number) for number in numbers),
        phones=tuple(part.text for part in parts if part.kind is PartKind.PHONE and plain_phone(part.text)),
    )


def _typed_other(line: str, ref: str, kind: EntityKind) -> Item:
    """Return what is no person: its name with the numbers in it, and its documents; no date of birth."""
    (*_, asked) = others_of(read_line(line), [compared_as(kind)])
    numbers = dict.fromkeys(document.number for document in asked.documents)
    documents = tuple(Document(document, number) for number in numbers for document in DocumentKind)
    name = asked.full_name
    return Item(source="typed", ref=ref, label=name, kind=kind, names=(name,), documents=documents)


handlers = [form, ask, shown, items]
