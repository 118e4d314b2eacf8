"""The protocol's pages name everything that travels, and their worked example is what the code gives."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from tests.docs import worked

from cordillera.foundation import canonical, errors, settings
from cordillera.foundation.crypto import jws, root
from cordillera.foundation.store.database import StoreUnavailable
from cordillera.runtime import witnesses
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.attachments import core as attachments
from cordillera.trust.attachments import errors as attachment_errors
from cordillera.trust.attachments import service as attachment_service
from cordillera.trust.exchange import (
    bundle,
    bundles,
    core,
    courier,
    envelope,
    gate,
    hop,
    inbox,
    line,
    listener,
    model,
    offline,
    receipt,
    reception,
    settlement,
    standing,
    thaw,
    thawing,
)
from cordillera.trust.exchange import errors as exchange_errors
from cordillera.trust.exchange.kinds import DUTY_TYPES, KINDS
from cordillera.trust.exchange.outbox import NOT_PERMITTED
from cordillera.trust.followup import model as followup
from cordillera.trust.ledger import errors as ledger_errors
from cordillera.trust.ledger import leaf, peer_proofs, reconcile, reconciling
from cordillera.trust.lookup import answering as lookup_answering
from cordillera.trust.lookup import model as lookup
from cordillera.trust.lookup.errors import NotOffered
from cordillera.trust.notices import model as notices
from cordillera.trust.records import changing, orders
from cordillera.trust.records import errors as record_errors
from cordillera.trust.records import model as records
from cordillera.trust.redress import model as redress
from cordillera.trust.redress.errors import TooManyFinds

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {
    path.name: path.read_text("utf-8") for path in [DOCS / "protocol.md", *(DOCS / "protocol").iterdir()]
}
WHOLE = "\n".join(PAGES.values())
MESSAGES = PAGES["messages.md"]
DATA: dict[str, type[msgspec.Struct]] = {
    "query.person": model.PersonQuery,
    "answer.person": model.Answer,
    "hit.confirmed": model.Judgement,
    "hit.rejected": model.Judgement,
    "notice.suspect": notices.NoticeData,
    "notice.accepted": notices.AcceptanceData,
    "notice.declined": notices.AcceptanceData,
    "info.request": followup.RequestData,
    "info.response": followup.ResponseData,
    **dict.fromkeys((f"record.{kind}" for kind in records.KINDS), records.ChangeData),
    "record.done": records.DoneData,
    **dict.fromkeys((one for one in KINDS if one.startswith("consent.")), records.ConsentData),
    standing.TYPE: standing.Told,
    "redress.find": redress.Find,
    "redress.found": redress.Found,
    "lookup.blinded": lookup.Asked,
    "lookup.evaluated": lookup.Evaluated,
}
STRUCTS = {
    "protocol.md": (
        envelope.Header, receipt.Receipt, receipt.Nack, receipt.Result, receipt.Reply, thaw.Stand, thaw.Ask,
        thaw.Told,
    ),
    "bundles.md": (
        bundle.Bundle, bundle.BundleKey, bundle.Revoked, bundle.Excluded, bundle.Published, bundle.Delegation,
        bundle.SignedDelegation, root.RootSignature, root.RootPublic,
    ),
    "log.md": (
        leaf.LeafText, reconcile.Entry, reconciling.Ask, reconciling.Told, peer_proofs.Ask, peer_proofs.Given,
        peer_proofs.Told,
    ),
    "files.md": (
        offline.Manifest, offline.Receipts, attachments.Manifest, attachment_service.PartRequest,
        lookup.TableRequest, lookup.TablePart,
    ),
    "messages.md": (
        envelope.Payload, envelope.Legal, envelope.Retention, model.DocumentRef, model.SentCandidate,
        records.Order, records.HolderDone, redress.Sought, redress.PersonDocument, redress.FoundItem,
        redress.OnwardFound, *DATA.values(),
    ),
}  # fmt: skip
PATHS = {
    courier.PATH, bundles.PATH, thawing.PATH, witnesses.PATH, witnesses.RECONCILE, witnesses.PROOFS,
    attachment_service.PATH, lookup_answering.PATH,
}  # fmt: skip
AT_HOME = {
    exchange_errors.NoSuchQuery, exchange_errors.NoSuchCandidate, exchange_errors.AlreadyJudged,
    exchange_errors.ReasonMissing, exchange_errors.KeyNotValid, exchange_errors.KeyMissing,
    exchange_errors.OnwardRevoked, exchange_errors.ConclusionsDiffer, exchange_errors.EnvelopeRefused,
    exchange_errors.OnwardUnconsented, canonical.NotCanonicalizable,
}  # fmt: skip
"""What this node's own officers and operators see, and no partner; and the base of refusals, never told."""


def words(text: str) -> set[str]:
    """Every word between back-ticks and in blocks of code."""
    parts = text.split("```")
    quoted = [*parts[1::2], *(found for part in parts[::2] for found in re.findall(r"`[^`]+`", part))]
    return set(re.findall(r"[A-Za-z0-9_/.+-]+", " ".join(quoted)))


def codes() -> Iterator[str]:
    """Every code that a partner may meet."""
    for module in (exchange_errors, canonical, jws):
        for one in vars(module).values():
            ours = isinstance(one, type) and issubclass(one, errors.CordilleraError)
            if ours and one.__module__ == module.__name__ and one not in AT_HOME:
                yield one.code
    for one in (
        StoreUnavailable, UnknownAgreement, gate.TooBusy, thaw.StandRefused, NotOffered, TooManyFinds,
        ledger_errors.LedgerStalled, ledger_errors.LedgerUnwitnessed, ledger_errors.UnknownLog,
        ledger_errors.NoteUnsigned, ledger_errors.SubmissionMalformed, ledger_errors.NoteMalformed,
        ledger_errors.CheckpointMalformed, attachment_errors.AttachmentNotGiven,
        attachment_errors.NoSuchAttachment, record_errors.OrderRefused, record_errors.DoneRefused,
        record_errors.NotOriginator, record_errors.NoSuchConsent, record_errors.RecordErased, errors.NotFound,
    ):  # fmt: skip
        yield one.code
    yield from (NOT_PERMITTED, inbox.EFFECT_FAILED)


def section(kind: str) -> str:
    """The part of the page that describes a message type, from its heading on."""
    parts = re.split(r"^## ", MESSAGES, flags=re.MULTILINE)
    order = "Records: `record.correct` to `record.extend`"
    found = [part for part in parts if f"`{kind}`" in part.partition("\n")[0]]
    ordered = [part for part in parts if part.startswith(order)]
    return (found or ordered)[0] if found or kind in changing.TYPES.values() else ""


def test_every_message_type_is_described_with_who_judges_it():
    types = set(get_args(envelope.MessageType))
    assert types == set(DATA)
    assert sorted(one for one in types if not section(one)) == []
    table = MESSAGES.partition("## Who judges what")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    for kind in types:
        (row,) = [line for line in rows if f"`{kind}`" in line.split("|")[1]]
        known = KINDS[kind]
        assert ("duty" in row) is (kind in DUTY_TYPES), kind
        assert known.action is None or f"`{known.action}`, `{known.service}`" in row, kind
        assert ("counted by quota" in row) is known.counted, kind


@pytest.mark.parametrize("kind", sorted(DATA))
def test_every_member_of_its_data_stands_in_the_section_of_a_type(kind: str):
    named = words(section(kind))
    assert [name for name in DATA[kind].__struct_encode_fields__ if name not in named] == []


@pytest.mark.parametrize("place", sorted(STRUCTS))
def test_every_member_of_what_is_signed_or_sent_stands_on_its_page(place: str):
    named = words(PAGES[place])
    missing = [
        f"{kind.__name__}.{name}"
        for kind in STRUCTS[place]
        for name in kind.__struct_encode_fields__
        if name not in named
    ]
    assert missing == []


def test_every_path_of_the_port_is_named_and_no_other():
    assert set(re.findall(r"`(/exchange/v1/[a-z/-]+)`", PAGES["protocol.md"])) == PATHS


def test_every_code_that_a_partner_may_meet_is_named():
    assert sorted(set(codes()) - words(WHOLE)) == []


def test_every_type_of_signature_and_every_context_is_named():
    typs = {
        envelope.TYP, receipt.TYP, bundle.TYP, offline.TYP, thaw.TYP, orders.TYP, bundle.DELEGATION,
        "cordillera/agreement/1",
    }  # fmt: skip
    assert sorted(typs - words(WHOLE)) == []


def test_every_limit_is_the_one_of_the_code():
    for limit in (
        envelope.MAX_ENVELOPE, envelope.MAX_HEADER, bundle.MAX_BUNDLE, receipt.MAX_RECEIPT,
        offline.MAX_MANIFEST, attachments.CHUNK, lookup_answering.PART, offline.MAX_MESSAGES,
        reconciling.MOST, thaw.MOST_WAITING, *envelope.PADDING.values(),
    ):  # fmt: skip
        assert f"{limit:,}" in WHOLE, limit


def test_the_worked_example_is_what_the_code_gives():
    assert worked.worked(worked.sealed()) == worked.blocks()


def test_the_envelope_of_the_worked_example_opens_to_what_the_page_says():
    sealed, told = worked.sealed(), worked.blocks()
    opened = envelope.open_envelope(sealed, "us", {told["sealing_kid"]: worked.RECEIVER})
    found = envelope.verify(opened, "us", {told["signing_kid"]: worked.SIGNER.verify_key})
    assert sealed.header_bytes.decode() == told["header"]
    assert found.payload_bytes.decode() == told["payload"]


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("silent for 10 s", line.ANSWER_SECONDS == 10),
        ("`u · min(60, 2^n)` s", core.LAST_RETRY_SECONDS == 60),
        ("at most 20 s where an `agreement.status` waits", settlement.LONGEST_URGENT_PAUSE.seconds == 20),
        ("`u · min(1, 2^n)` s", timedelta(seconds=1) == core.LONGEST_SOON_PAUSE),
        ("a quarter as many envelopes, at least one", core.carry_next(3, 64, got_through=False) == 1),
        ("twice as many as before, up to 64", core.carry_next(48, receipt.MAX_BATCH, got_through=True) == 64),
        ("at most 2 s from then", timedelta(seconds=2) == reception.SOON),
        ("`created ≤ now + 300 s`", timedelta(seconds=300) == core.SKEW),
        ("until\n   600 seconds after `expires`", hop.SKEW * 2 == 600),
        ("at most 8 MiB (413", listener.MAX_BODY == 8 * 1024 * 1024),
        ("at most 1,048,576 bytes", envelope.MAX_ENVELOPE == 1_048_576),
        ("at most\n5,000) are the sender's messages", thaw.MOST_WAITING == 5000),
        ("50 by default", settings.ExchangeSettings().answer_bucket_ms == 50),
        ("let a message live 72 hours", settings.ExchangeSettings().message_hours == 72),
    ],
)
def test_limits_and_timings_are_those_of_the_code(words: str, holds: object):
    assert words in PAGES["protocol.md"]
    assert holds
