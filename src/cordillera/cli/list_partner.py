"""The command that makes a partner's attachment a list: under an article, by a named officer."""

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, emit
from cordillera.cli.list_common import FormatOption, MappingOption, mapping_text
from cordillera.cli.review import NotThisOfficer, OfficerOption, at_work, say
from cordillera.runtime.partner_lists import PartnerFile
from cordillera.trust.access.model import Permission

PURPOSE = "organised_crime"
_NEEDED = Permission.RECORD_READ


def partner(  # noqa: PLR0913 - the options of a command
    record: UUID,
    *,
    attachment: Annotated[str, Parameter(name="--attachment", help="The reference that the record names.")],
    name: Annotated[str, Parameter(name="--name", help="Name of the list.")],
    form: FormatOption,
    article: Annotated[str, Parameter(name="--article", help="Article it was given under, such as art5.4.")],
    officer: OfficerOption,
    mapping: MappingOption = None,
    purpose: Annotated[str, Parameter(name="--purpose", help="Declared purpose.")] = PURPOSE,
    hold: Annotated[
        bool, Parameter(name="--hold", negative="", help="Let it wait until its difference was seen.")
    ] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Take in a list that a partner gave as an attachment of RECORD; it ends when the record does."""
    asked = PartnerFile(
        record_id=record,
        attachment=attachment,
        name=name,
        format=form,
        article=article,
        mapping=mapping_text(mapping),
    )
    with at_work(home, officer, purpose, Permission.LIST_APPROVE) as (node, session, tx):
        if not session.may(_NEEDED):
            raise NotThisOfficer(login=officer, permission=_NEEDED.value)
        report = node.partner_lists.take_in(tx, session, asked, hold=hold)
    if json:
        emit(report)
        return
    version = report.version
    say(f"{version.list_name}: {version.entries} entries under {version.agreement_id} {version.article}")
    say(f"erased on {version.erase_after:%Y-%m-%d} at the latest")
