"""Writing the settings of a new node."""

import os
from pathlib import Path

import msgspec

from cordillera.foundation.settings import FILE_NAME


class NewNode(msgspec.Struct, frozen=True):
    """What a new node must be told; everything else has a default."""

    id: str
    country: str
    agency: str
    name: str = ""
    language: str = "es"
    timezone: str = "America/Guayaquil"
    web_port: int = 8700
    exchange_port: int = 8701


def write_settings(home: Path, new: NewNode) -> None:
    """Write `cordillera.toml` of a new node into `home`, readable by its owner only."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = "\n\n".join(
        (
            _table(
                "node",
                {
                    "id": new.id,
                    "country": new.country,
                    "agency": new.agency,
                    "name": new.name or new.agency,
                    "language": new.language,
                    "timezone": new.timezone,
                },
            ),
            _table("web", {"port": new.web_port}),
            _table("exchange", {"port": new.exchange_port}),
        )
    )
    descriptor = os.open(home / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(written + "\n")


def _table(name: str, values: dict[str, str | int]) -> str:
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines])
