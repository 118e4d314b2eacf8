"""The site over real TLS: a carrier uploads with a token, and nothing is spoken in clear."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest
import uvicorn
from tests.web.house import House

from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.certificates import NodeCertificate, node_certificate
from cordillera.foundation.settings import WebSettings
from cordillera.runtime.ports import free_port
from cordillera.web.serve import server_options

MESSAGE = (
    b"UNB+UNOC:4+XA+EC+261121:1000+TLS1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'LOC+87+UIO'"
    b"DTM+232:2611211300:201'NAD+FL+++LLUMIQUINGA:NAYELI'DTM+329:940402'UNT+8+1'UNZ+1+TLS1'"
)


@pytest.fixture
def certificate(tmp_path: Path) -> NodeCertificate:
    return node_certificate(tmp_path / "tls", "ec", ("127.0.0.1",), datetime.now(UTC))


@pytest.fixture
def site(store, tmp_path: Path, certificate: NodeCertificate) -> Iterator[tuple[str, str]]:
    """The site of a node with a certificate: its address, and an upload token."""
    house = House(store, SystemClock(), tmp_path)
    port = free_port()
    web = WebSettings(
        port=port, tls_certificate=str(certificate.certificate_file), tls_key=str(certificate.key_file)
    )
    house.node.settings = msgspec.structs.replace(house.node.settings, web=web)
    server = uvicorn.Server(uvicorn.Config(**server_options(house.node)))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    yield f"https://127.0.0.1:{port}", house.machine()
    server.should_exit = True
    thread.join(10)


def test_a_carrier_uploads_over_https_with_its_token(site, certificate: NodeCertificate) -> None:
    address, token = site
    trust = ssl.create_default_context(cadata=certificate.pem)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/octet-stream"}
    with httpx2.Client(base_url=address, verify=trust, headers=headers, timeout=30) as carrier:
        taken = carrier.post("/api/messages", content=MESSAGE)
        assert (taken.status_code, taken.json()["travellers"]) == (201, 1)
        assert carrier.post("/api/messages", content=MESSAGE).json()["duplicate"]
        refused = carrier.post("/api/messages", content=MESSAGE, headers={"authorization": "Bearer wrong"})
        assert refused.status_code == 401


def test_the_site_speaks_no_clear_text_where_it_has_a_certificate(site) -> None:
    address, _ = site
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(address.replace("https", "http") + "/api/health", timeout=5)
