"""A witness over plain C2SP HTTP: `POST <prefix>/add-checkpoint`. Its word is its signature, not its TLS."""

from typing import Final

import httpx2

from cordillera.trust.ledger.errors import WitnessUnreachable
from cordillera.trust.ledger.witness import Answer

TIMEOUT: Final = 15.0
MOST: Final = 1 << 20
_SCHEMES = ("http://", "https://")


def ask_over_http(prefix: str, body: bytes, operation: str = "add-checkpoint") -> Answer:
    """Send a request to a submission prefix; raise `WitnessUnreachable`."""
    if not prefix.startswith(_SCHEMES):
        raise WitnessUnreachable(url=prefix, reason="no address")
    url = f"{prefix.rstrip('/')}/{operation}"
    try:
        with (
            httpx2.Client(timeout=TIMEOUT, trust_env=False) as client,
            client.stream("POST", url, content=body) as response,
        ):
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MOST:
                    raise WitnessUnreachable(url=prefix, reason="answer too long")
            return Answer(response.status_code, response.headers.get("content-type", ""), bytes(content))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise WitnessUnreachable(url=prefix, reason=type(error).__name__) from error
