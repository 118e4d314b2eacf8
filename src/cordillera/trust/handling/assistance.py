"""The request for legal assistance that takes the place of a forbidden evidence export.

Its heads are those of the United Nations Convention against Transnational Organized Crime (Palermo),
article 18(15); 18(19) binds the use (speciality). A person completes and signs it; it goes through the
central authorities (18(13)), never through this node.

>>> [head.key for head in heads(Matter())][:2]
['requesting_authority', 'requested_authority']
"""

import msgspec


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What the node knows of a request for assistance; empty means: to be completed by hand."""

    requesting_authority: str = ""
    requested_authority: str = ""
    agreement_id: str = ""
    agreement_title_es: str = ""
    agreement_title_en: str = ""
    record_id: str = ""
    origin: str = ""
    offence: str = ""
    purpose: str = ""
    case_ref: str = ""
    officer: str = ""
    handling: str = ""


class Head(msgspec.Struct, frozen=True):
    """One head of the form: its message id, the paragraph that demands it, what is filled in."""

    key: str
    article: str
    value: str


def heads(matter: Matter) -> tuple[Head, ...]:
    """Return the heads of the form in the order of article 18(15), with what is known."""
    return (
        Head("requesting_authority", "18(15)(a)", matter.requesting_authority),
        Head("requested_authority", "18(13)", matter.requested_authority),
        Head("subject", "18(15)(b)", matter.offence),
        Head("investigating_authority", "18(15)(b)", matter.officer),
        Head("facts", "18(15)(c)", ""),
        Head("assistance_sought", "18(15)(d)", f"{matter.origin} {matter.record_id}".strip()),
        Head("procedure", "18(15)(d)", ""),
        Head("person", "18(15)(e)", ""),
        Head("evidence_purpose", "18(15)(f)", matter.purpose),
        Head("case", "18(15)(b)", matter.case_ref),
        Head("speciality", "18(19)", ""),
        Head("confidentiality", "18(20)", matter.handling),
    )
