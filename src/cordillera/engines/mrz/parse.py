r"""Read a machine readable zone of any of the five formats; nothing it is given makes it raise.

>>> zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
>>> reading = parse(zone)
>>> reading.verdict.value, reading.format.value, reading.surname, reading.given_names, reading.date_of_birth
('valid', 'TD3', 'ERIKSSON', 'ANNA MARIA', '')
>>> from datetime import date
>>> parse(zone.replace("7408122F", "74O8I22F"), date(2010, 1, 1)).date_of_birth
'1974-08-12'
"""

from datetime import date

from cordillera.engines.mrz import dates
from cordillera.engines.mrz.cleaning import Proposal, proposals
from cordillera.engines.mrz.conditions import Condition, Reason, bit, reasons
from cordillera.engines.mrz.core import is_date, long_number, verdict
from cordillera.engines.mrz.layouts import ISSUER, LAYOUTS, TYPE, Layout, MrzFormat, Span, format_of
from cordillera.engines.mrz.model import MrzReading, Repair, Verdict
from cordillera.engines.mrz.names import has_further_part, read_names
from cordillera.engines.mrz.repair import Repairer
from cordillera.engines.mrz.states import is_withdrawn


def parse(zone: str | bytes, at: date | None = None) -> MrzReading:
    """Read a zone given as lines or as one run of characters; `at` settles centuries (the day of control)."""
    offered, readable = proposals(zone)
    best: MrzReading | None = None
    for proposal in offered:
        reading = _read(proposal, at)
        if reading.holds:
            return reading
        if not proposal.must_hold and (best is None or len(reading.reasons) < len(best.reasons)):
            best = reading
    if best is not None:
        return best
    condition = Condition.LENGTH if readable else Condition.CHARACTERS
    return MrzReading(Verdict.UNREADABLE, reasons(bit(condition)))


def _read(proposal: Proposal, at: date | None) -> MrzReading:
    """One possible zone, repaired where it is proven, field by field."""
    name = format_of(proposal.zone)
    if name is None:
        return MrzReading(Verdict.UNREADABLE, reasons(bit(Condition.LENGTH)))
    repairer = Repairer(proposal.zone, name)
    repairer.run()
    zone, layout = repairer.zone, LAYOUTS[name]
    found = reasons(verdict(zone))
    repairs = proposal.repairs + tuple(repairer.repairs)
    names = read_names(_at(zone, layout.names))
    birth = dates.birth(_at(zone, layout.birth), at)
    return MrzReading(
        verdict=_verdict(found, repairs),
        reasons=found,
        format=name,
        lines=tuple(zone[start : start + layout.width] for start in range(0, len(zone), layout.width)),
        document_type=_at(zone, TYPE).replace("<", ""),
        issuer=_at(zone, ISSUER).rstrip("<"),
        surname=names.surname,
        given_names=names.given_names,
        names_truncated=names.truncated,
        document_number=_number(zone, layout),
        number_candidates=repairer.candidates,
        nationality=_at(zone, layout.nationality).rstrip("<"),
        date_of_birth="" if "<" in _at(zone, layout.birth) else birth.first,
        birth=birth,
        sex=_at(zone, layout.sex).replace("<", ""),
        expires=dates.expiry(_at(zone, layout.expiry), at),
        optional=_optional(zone, layout),
        repairs=repairs,
        remarks=tuple(_remarks(zone, name, layout, at)),
    )


def _verdict(found: tuple[Reason, ...], repairs: tuple[Repair, ...]) -> Verdict:
    if found:
        return Verdict.INVALID
    return Verdict.REPAIRED if repairs else Verdict.VALID


def _number(zone: str, layout: Layout) -> str:
    return (_at(zone, layout.number) + long_number(zone, layout)[:-1]).replace("<", "")


def _optional(zone: str, layout: Layout) -> tuple[str, ...]:
    """Optional data, without the part that is the document number's."""
    fields = [_at(zone, span) for span in layout.optional]
    fields[0] = fields[0][len(long_number(zone, layout)) :]
    return tuple(field.strip("<").replace("<", " ") for field in fields if field.strip("<"))


def _remarks(zone: str, name: MrzFormat, layout: Layout, at: date | None) -> list[str]:
    """What is unusual but allowed, as message ids."""
    expires = dates.expiry(_at(zone, layout.expiry), at)
    said = {
        "mrz.issuer_withdrawn": is_withdrawn(_at(zone, ISSUER)),
        "mrz.nationality_withdrawn": is_withdrawn(_at(zone, layout.nationality)),
        "mrz.names_truncated": not _at(zone, layout.names).endswith("<"),
        "mrz.names_further_part": has_further_part(_at(zone, layout.names)),
        "mrz.birth_date_partial": _is_partial(_at(zone, layout.birth)),
        "mrz.expiry_date_partial": _is_partial(_at(zone, layout.expiry)),
        "mrz.sex_not_stated": _at(zone, layout.sex) in {"<", "X"},
        "mrz.long_number": bool(long_number(zone, layout)),
        "mrz.specimen": _at(zone, ISSUER) == "UTO",
        "mrz.expired": at is not None and bool(expires) and expires < at.isoformat(),
        "mrz.no_composite": name in {MrzFormat.MRV_A, MrzFormat.MRV_B},
    }
    return [remark for remark, applies in said.items() if applies]


def _is_partial(text: str) -> bool:
    return "<" in text and is_date(text)


def _at(zone: str, span: Span) -> str:
    return zone[span[0] : span[1]]
