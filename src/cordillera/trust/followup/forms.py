"""The forms of follow-up: a box to tick for each field wanted, and a box to fill for each field given."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.followup.model import FIELDS, Ask, CoreData, JudicialOrder, Response, Urgency, Use
from cordillera.trust.handling.choice import HandlingChoice

Box = Annotated[str, msgspec.Meta(max_length=200)]
Area = Annotated[str, msgspec.Meta(max_length=8_000)]
T = TypeVar("T")
_LISTS = frozenset({"previous_names", "aliases", "nationalities", "convictions", "attachments"})


class WrongForm(BadInput):
    """A box of the form cannot be read; the facts name it."""

    code = "followup.wrong_form"


class _Fields(msgspec.Struct, frozen=True, kw_only=True):
    """One box for each field of the closed list."""

    full_name: Area = ""
    given_names: Area = ""
    family_names: Area = ""
    previous_names: Area = ""
    aliases: Area = ""
    sex: Area = ""
    date_of_birth: Area = ""
    place_of_birth: Area = ""
    nationalities: Area = ""
    documents: Area = ""
    facts: Area = ""
    convictions: Area = ""
    grading: Area = ""
    attachments: Area = ""


class AskForm(_Fields, frozen=True, kw_only=True):
    """What an officer ticks: any value in a field's box asks for it."""

    thread: UUID
    reference: Box
    intended_use: Use = "intelligence"
    urgency: Urgency = "routine"
    ordered_by: Box = ""

    @property
    def ask(self) -> Ask:
        """Return what is asked for; raise `WrongForm`."""
        wanted = [name for name in FIELDS if getattr(self, name)]
        told = {
            "thread_id": self.thread,
            "reference": self.reference,
            "fields_wanted": wanted,
            "intended_use": self.intended_use,
            "urgency": self.urgency,
            "ordered_by": self.ordered_by.strip(),
        }
        return _convert(told, Ask)


class AnswerForm(_Fields, frozen=True, kw_only=True):
    """What an officer gives; lists one to a line, documents as `type|number|issuer`."""

    tlp: Literal["", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = ""
    codes: Literal["", "H1", "H2", "H1,H2", "H1,H2,H3"] = ""
    conditions: Annotated[str, msgspec.Meta(max_length=180)] = ""
    order_by: Box = ""
    order_authority: Box = ""
    order_number: Box = ""
    order_given_on: Box = ""

    @property
    def response(self) -> Response:
        """Return what is given; raise `WrongForm`."""
        marking = {
            "tlp": self.tlp,
            "codes": [code for code in self.codes.split(",") if code],
            "conditions": self.conditions.strip(),
        }
        return Response(
            content=_convert({name: _value(name, getattr(self, name)) for name in FIELDS}, CoreData),
            marking=_convert(marking, HandlingChoice),
            judicial_order=self._order(),
        )

    def _order(self) -> JudicialOrder | None:
        told = {
            name: getattr(self, f"order_{name}").strip() for name in ("by", "authority", "number", "given_on")
        }
        return _convert(told, JudicialOrder) if any(told.values()) else None


def written(content: CoreData) -> dict[str, str]:
    """Return data as the boxes of the form hold them."""
    told: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(content, name)
        if name == "documents":
            told[name] = "\n".join(f"{d.type}|{d.number}|{d.issuer}" for d in content.documents)
        else:
            told[name] = "\n".join(value) if isinstance(value, tuple) else value
    return told


def _value(name: str, text: str) -> object:
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    if name == "documents":
        parts = [[*(part.strip() for part in row.split("|")), "", ""][:3] for row in rows]
        return [{"type": kind, "number": number, "issuer": issuer} for kind, number, issuer in parts]
    return rows if name in _LISTS else text.strip()


def _convert(told: Mapping[str, object], kind: type[T]) -> T:
    try:
        return shapes.convert(told, kind)
    except msgspec.ValidationError as error:
        raise WrongForm(box=str(error).rpartition("$.")[2].rstrip("`").partition("[")[0][:40]) from error
