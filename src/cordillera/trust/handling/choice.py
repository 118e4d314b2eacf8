"""What an officer adds to a marking: a form of the scales, only ever joined to what is there.

>>> HandlingChoice(codes=("H1",)).caveats.may_evidence
False
>>> HandlingChoice().caveats == OPEN
True
"""

from typing import Annotated, Literal

import msgspec

from cordillera.trust.handling.model import OPEN, Caveats, join
from cordillera.trust.handling.schemes import CONDITIONS, EUROPOL, PAP, TLP, UK, meaning

__all__ = ["OPEN", "HandlingChoice"]

Code = Literal["H0", "H1", "H2", "H3"]


class HandlingChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One value on each scale, or none; `conditions` are words that only people can follow."""

    tlp: Literal["", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = ""
    codes: Annotated[tuple[Code, ...], msgspec.Meta(max_length=4)] = ()
    pap: Literal["", "CLEAR", "GREEN", "AMBER", "RED"] = ""
    uk: Annotated[str, msgspec.Meta(pattern=r"^([123]/[A-E]/[PC])?$")] = ""
    conditions: Annotated[str, msgspec.Meta(max_length=180)] = ""

    @property
    def caveats(self) -> Caveats:
        """Return what the choice means."""
        chosen = [(TLP, self.tlp), (PAP, self.pap), (UK, self.uk), (CONDITIONS, self.conditions.strip())]
        chosen += [(EUROPOL, code) for code in self.codes]
        return join(*(meaning(scheme, value) for scheme, value in chosen if value))
