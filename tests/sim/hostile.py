"""How a simulated node misbehaves: any envelope with its real keys, any request with its real signature."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import msgspec
from tests.sim.parts import AGREEMENT, KNOWN

from cordillera.foundation import canonical
from cordillera.foundation.crypto.certificates import client_context
from cordillera.foundation.crypto.hpke import SUITE
from cordillera.foundation.ids import uuid7
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.courier import CONTENT_TYPE, PATH
from cordillera.trust.exchange.envelope import (
    GENESIS,
    Header,
    Legal,
    Payload,
    Retention,
    SealedEnvelope,
    open_envelope,
    seal,
)
from cordillera.trust.exchange.receipt import Reply, Result, read_reply

if TYPE_CHECKING:
    from tests.sim.node import SimNode


class Hostile:
    """`craft` seals any envelope with the node's own keys, `post` sends any request."""

    def craft(self, other: "SimNode", seq: int, prev: str = GENESIS, **changes: object) -> SealedEnvelope:
        """A query of this node, signed and sealed with its real keys, with any value another."""
        msg_id = changes.pop("msg_id", None) or uuid7()
        now = self.clock.now()
        payload_changes = {k[8:]: changes.pop(k) for k in list(changes) if k.startswith("payload_")}
        common: dict[str, object] = {
            "v": 1, "msg_id": msg_id, "sender": self.identity.id, "recipient": other.identity.id,
            "agreement_id": AGREEMENT, "agr_hash": self.agreement_hash, "type": "query.person",
        }  # fmt: skip
        header = Header(
            **(common | {
                "channel_seq": seq, "prev_msg_hash": prev, "created": now,
                "expires": now + timedelta(hours=1),
                "enc_kid": other.kid, "suite": SUITE,
            } | changes)
        )  # fmt: skip
        legal = Legal(
            purpose="drug_trafficking", offence="drug_trafficking", max_penalty_months=120, case_ref="C-1",
            officer_id="0123456789", officer_roles=("watch_officer",), ordered_by="", grounds=("case",),
        )  # fmt: skip
        body: dict[str, object] = common | {
            "legal": legal, "subject_category": "suspect", "handling": {}, "data": {"full_name": KNOWN},
            "retention": Retention(now + timedelta(days=1), now + timedelta(days=1)),
        }  # fmt: skip
        raw = payload_changes.pop("raw", None)
        payload = Payload(**(body | payload_changes))
        content = raw if isinstance(raw, bytes) else canonical.dumps(payload)
        return seal(header, content, self.identity.signing, other.sealing)

    def payload_of(self, other: "SimNode", header: Header) -> bytes:
        """The payload that `craft` signs under that header."""
        sealed = self.craft(other, header.channel_seq, header.prev_msg_hash, msg_id=header.msg_id)
        return open_envelope(sealed, other.identity.id, other.identity.sealing_keys).token.payload

    @property
    def kid(self) -> str:
        return next(iter(self.identity.sealing_keys))

    @property
    def sealing(self):
        return self.identity.sealing_keys[self.kid].public

    @property
    def agreement_hash(self) -> str:
        return PolicyBook.load_shipped().get(AGREEMENT).agreement_hash

    def client(self, other: "SimNode") -> httpx2.Client:
        """A connection of this node to another that a test holds open."""
        context = client_context(self.identity.certificate, [other.identity.certificate.pem])
        return httpx2.Client(verify=context, timeout=10.0, trust_env=False)

    def signed(self, other: "SimNode", body: bytes, nonce: str | None = None) -> hop.Request:
        url, kind = other.identity.url + PATH, {"content-type": CONTENT_TYPE}
        request = hop.Request("POST", urlsplit(url).netloc, url, kind, body)
        now = int(self.clock.now().timestamp())
        return hop.sign(
            request, self.identity.signing, self.identity.kid, now=now, nonce=nonce or uuid7().hex
        )

    def post(
        self, other: "SimNode", content: bytes, client: httpx2.Client | None = None, **changes: object
    ) -> httpx2.Response:
        """Send any bytes in a signed request; `changes` alter the request after it was signed."""
        request = msgspec.structs.replace(self.signed(other, content), **changes)
        if client is not None:
            return client.post(request.target_uri, content=request.body, headers=dict(request.headers))
        with self.client(other) as fresh:
            return fresh.post(request.target_uri, content=request.body, headers=dict(request.headers))

    def deliver(self, other: "SimNode", *envelopes: SealedEnvelope | bytes) -> tuple[Result, ...]:
        """Send envelopes past our own outbox; return the partner's word for each."""
        raws = [e if isinstance(e, bytes) else e.raw for e in envelopes]
        response = self.post(other, b"".join(raws))
        assert response.status_code == 200, response.text
        reply: Reply = read_reply(response.content, len(raws))
        return reply.results
