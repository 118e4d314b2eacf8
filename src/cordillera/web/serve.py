"""Starting the site: what uvicorn is told, and when it is refused.

1. Without a certificate the site listens on loopback only.
2. With one, both files are there.
"""

import ipaddress
from pathlib import Path
from typing import Any

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.settings import WebSettings
from cordillera.web.app import create_app
from cordillera.web.patience import PatientProtocol
from cordillera.web.site import OpenNode


class TlsNeeded(CordilleraError):
    """Off loopback the site needs `web.tls_certificate` and `web.tls_key`."""

    code = "web.tls_needed"


def server_options(node: OpenNode) -> dict[str, Any]:
    """Return the arguments of `uvicorn.Config` for the site of `node`; raise `TlsNeeded`."""
    web = node.settings.web
    check_transport(web)
    options: dict[str, Any] = {
        "app": create_app(node),
        "host": web.host,
        "port": web.port,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "proxy_headers": False,
        "timeout_keep_alive": 15,
        "http": PatientProtocol,
        "ws": "none",
        "lifespan": "off",
    }
    if web.tls_certificate:
        options |= {"ssl_certfile": web.tls_certificate, "ssl_keyfile": web.tls_key}
    return options


def check_transport(web: WebSettings) -> None:
    """Raise `TlsNeeded` unless passwords and cookies stay on this machine or travel encrypted."""
    if web.tls_certificate or web.tls_key:
        for name, file in (("tls_certificate", web.tls_certificate), ("tls_key", web.tls_key)):
            if not Path(file).is_file():  # 2
                raise TlsNeeded(condition=2, missing=name)
    elif not _on_loopback(web.host):  # 1
        raise TlsNeeded(condition=1, host=web.host)


def _on_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
