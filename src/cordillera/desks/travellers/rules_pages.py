"""Pages on which an analyst writes rules, tries them and looks after them (docs/rule-builder.md)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.rules_faces import Faces, faces_of
from cordillera.desks.travellers.rules_faults import fault_of
from cordillera.desks.travellers.rules_model import Limits
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.rules_views import (
    BuilderView,
    FacesView,
    LimitsForm,
    builder,
    half_a_year,
    language_of,
)
from cordillera.engines.rules.errors import RuleFault
from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_BUILDER = "travellers/rule_builder.html"
_TRIED = NO_AUDIT("a rule that is not kept, and facts of an invented traveller")
_WRITE = guarded(Permission.RULE_WRITE, audit=LeafKind.RULE_CHANGED)
_FACES = guarded(Permission.RULE_READ, audit=_TRIED)
_Source = Annotated[str, msgspec.Meta(max_length=100_000)]
_Tree = Annotated[str, msgspec.Meta(max_length=400_000)]
_Number = Annotated[str, msgspec.Meta(max_length=12)]


class FacesForm(msgspec.Struct, frozen=True):
    """A rule in one face: `rule` as JSON from the tree, or else `text`; and facts to try it on."""

    text: _Source = ""
    rule: _Tree = ""
    facts: _Source = ""

    def faces(self, session: OfficerSession, *, trying: bool) -> Faces:
        """Return both faces in the language of the page."""
        language = language_of(session.language)
        return faces_of(self.rule.strip() or self.text, language, self.facts if trying else "")


class BuilderForm(FacesForm, frozen=True):
    """The form of the builder: what it sends by every one of its buttons."""

    act: Literal["check", "try", "save"] = "check"
    review_on: _Number = ""
    hits_per_day: _Number = "50"
    precision_floor: _Number = "5"
    min_decided: _Number = "20"

    def written(self) -> LimitsForm:
        """Return the limits as they were written."""
        return LimitsForm(self.review_on, self.hits_per_day, self.precision_floor, self.min_decided)

    def limits(self) -> Limits:
        """Return the limits; raise `LimitsNoNumbers`."""
        try:
            return Limits(
                review_on=date.fromisoformat(self.review_on.strip()),
                precision_floor=float(self.precision_floor.replace(",", ".")) / 100,
                min_decided=int(self.min_decided),
                hits_per_day=int(self.hits_per_day),
            )
        except ValueError:
            raise LimitsNoNumbers from None


class LimitsNoNumbers(BadInput):
    """A limit in the form is not a number, or the review is not a day."""

    code = "rules.builder.number_wrong"


@get("/rules/new", opt=_FACES, sync_to_thread=True, include_in_schema=False)
def new(
    session: OfficerSession, store: Store, rules: RuleService, clock: Clock, version: UUID | None = None
) -> Page:
    """Show the builder: empty, or with a version of which the next one is written."""
    limits = LimitsForm(half_a_year(clock.now().date()))
    if version is None:
        return Page(_BUILDER, builder(faces_of("", language_of(session.language)), limits))
    with store.transaction(session.scope) as tx:
        detail = rules.get(tx, session, version)
    text = detail.spanish if language_of(session.language) == "es" else detail.english
    kept = detail.version.limits
    limits = LimitsForm(
        limits.review_on, str(kept.hits_per_day), f"{kept.precision_floor * 100:g}", str(kept.min_decided)
    )
    return Page(_BUILDER, builder(faces_of(text, language_of(session.language)), limits, detail.version.name))


@post("/rules/faces", opt=_FACES, sync_to_thread=True, include_in_schema=False, status_code=200)
def faces(
    session: OfficerSession,
    data: Annotated[FacesForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page:
    """Read one face of a rule and answer both, with what the law says; nothing is kept."""
    return Page("travellers/rule_faces.html", FacesView(data.faces(session, trying=True)))


@post("/rules/new", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
def write(
    session: OfficerSession,
    store: Store,
    rules: RuleService,
    data: Annotated[BuilderForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Check the rule, try it, or save it as a draft."""
    view = builder(data.faces(session, trying=data.act == "try"), data.written())
    if data.act != "save":
        return Page(_BUILDER, view)
    try:
        with store.transaction(session.scope) as tx:
            version = rules.save_draft(tx, session, data.rule.strip() or data.text, data.limits())
    except BadInput as error:
        return Page(_BUILDER, _refused(view, error), status=422)
    return Redirect(f"/rules/{version.id}", status_code=303)


def _refused(view: BuilderView, error: CordilleraError) -> BuilderView:
    """The page again, with why nothing was saved; a fault of the rule stands beside its text."""
    if isinstance(error, RuleFault):
        faces = msgspec.structs.replace(view.faces, fault=fault_of(error, view.faces.language))
        return msgspec.structs.replace(view, faces=faces, problem="rules.builder.unread")
    values = {name: str(value) for name, value in error.facts.items()}
    return msgspec.structs.replace(view, problem=error.code, values=values)


handlers = [new, faces, write]
