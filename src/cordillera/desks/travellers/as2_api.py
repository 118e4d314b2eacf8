"""The address of signed uploads. The signature says who sends; TLS, limits and the receipt are around it."""

from typing import Any

from litestar import Request, Response, post

from cordillera.desks.travellers.as2_errors import As2TooLarge
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import public
from cordillera.trust.ledger.model import LeafKind

MOST: int = 2 * MAX_BYTES  # base64, signature and encryption around the message
_HEADERS = frozenset(
    {
        *("as2-from", "as2-to", "as2-version", "message-id", "content-type", "content-transfer-encoding"),
        *("disposition-notification-to", "disposition-notification-options", "receipt-delivery-option"),
    }
)


@post(
    "/as2",
    opt=public(audit=LeafKind.COLLECTION),  # nobody without a signature of a carrier in force is taken in
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=MOST,
    include_in_schema=False,
)
def upload(
    request: Request[Any, Any, Any], store: Store, travellers: TravellerService, body: bytes
) -> Response[bytes]:
    """Take a signed upload in, and answer with its receipt."""
    if len(body) > MOST or request.headers.get("content-encoding"):
        raise As2TooLarge
    headers = {name: value for name, value in request.headers.items() if name in _HEADERS}
    answer = travellers.as2.upload(store, headers, body)
    said = {
        "as2-version": "1.1",
        "as2-from": _quoted(answer.sender),
        "as2-to": _quoted(answer.recipient),
        "message-id": answer.message_id,
        "mime-version": "1.0",
    }
    return Response(answer.body, media_type=answer.media_type, headers=said)


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


handlers = [upload]
