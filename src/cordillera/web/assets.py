"""The built style, icons and islands: names with a content hash, found through Vite's manifest."""

from pathlib import Path

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.errors import Unavailable

STATIC = Path(__file__).with_name("static")


class AssetsMissing(Unavailable):
    """The user interface was not built: run `make setup`, or `python scripts/build_ui.py`."""

    code = "web.assets_missing"


class _Entry(msgspec.Struct, frozen=True):
    file: str


class Assets:
    """Addresses of the built files below /static/."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        try:
            raw = (folder / "manifest.json").read_bytes()
        except OSError as error:
            raise AssetsMissing(folder=folder.name) from error
        self._entries = shapes.decode(raw, dict[str, _Entry])
        # A few hundred kilobytes, held in memory: a request names a key of this table, never a path.
        self.files = {path.name: path.read_bytes() for path in (folder / "assets").iterdir()}

    def url(self, name: str) -> str:
        """Return the address of a built file by its source name, such as `css/index.css`."""
        if name in self._entries:
            return f"/static/{self._entries[name].file}"
        raise AssetsMissing(name=name)

    def font(self, family: str, weight: int) -> str:
        """Return the address of the Latin subset of IBM Plex `family` (`sans`, `mono`) at `weight`."""
        package = f"ibm-plex-{family}"
        file = f"{package}-latin-{weight}-normal.woff2"
        return self.url(f"node_modules/@fontsource/{package}/files/{file}")
