"""Verifying a log that lies in files: every file, every byte (c2sp.org/tlog-tiles).

What must hold, in this order; the first that does not is raised as `LogBroken` with its place:
(1) every file is a checkpoint, a tile, an entry bundle, the log's key, a change of it, or the node's
statement to its supervisor (which `audit` verifies): nothing unknown lies there;
(2) the key is the given one, or changes of key that both keys signed join them; (3) every checkpoint is
signed by a key that speaks for its size and of this log, `checkpoint` is the newest, `checkpoint.<size>`
bears its size; (4) the tiles and bundles of the newest size are all there, none lies beyond it; (5) the
entries lead to every tile and to every signed root; (6) partial tiles and bundles of earlier sizes are the
beginning of the later ones.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint
from cordillera.trust.ledger.errors import KeyChangeRefused, KeyMalformed, LogBroken, TileMalformed
from cordillera.trust.ledger.note import MAX_NOTE, parse_vkey
from cordillera.trust.ledger.replay import Replay
from cordillera.trust.ledger.succession import KeyLine, read_change
from cordillera.trust.ledger.tiles import (
    ENTRIES,
    TileId,
    bundles_of,
    pack_entries,
    parse_tile_path,
    tile_hashes,
    tile_path,
    tiles_of,
    unpack_entries,
)

CHECKPOINT = "checkpoint"
KEY_FILE = "log.vkey"
COSIGNED = "checkpoint.cosigned"
STATEMENT = "oversight.note"
_CHANGE = re.compile(r"log\.change\.([1-9][0-9]{0,3})", re.ASCII)
_EARLIER = re.compile(r"checkpoint\.(0|[1-9][0-9]{0,18})", re.ASCII)
_LARGEST_FILE = 256 * (2 + 0xFFFF)


@dataclass(frozen=True, slots=True)
class Report:
    """What a verified log is: its size, root (32 bytes), and how many checkpoints were verified."""

    size: int
    root: bytes
    checkpoints: int


def verify_directory(folder: Path, vkeys: Sequence[str] = ()) -> Report:
    """Verify the whole log below `folder`; raise `LogBroken`."""
    return DirectoryAudit(folder, vkeys).run()


def read_key_file(folder: Path) -> str:
    """The verifier key that lies beside a log; raise `LogBroken` when it is not one line of text."""
    raw = _read(folder, KEY_FILE)
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise LogBroken(KEY_FILE, "no key") from error
    if not text.endswith("\n") or text.count("\n") != 1:
        raise LogBroken(KEY_FILE, "not one line")
    return text[:-1]


def change_file(number: int) -> str:
    """Where the change from key `number` - 1 to key `number` of a log lies."""
    return f"log.change.{number}"


def read_line(folder: Path, vkeys: Sequence[str] = ()) -> KeyLine:
    """The log's keys as they lie beside it, joined to those given; raise `LogBroken`.

    Any key of the line may be given: what both signed at each change leads from it to the others.
    """
    if not folder.is_dir():
        raise LogBroken(str(folder), "no directory; a downloaded ledger.zip is unpacked first")
    matches = (_CHANGE.fullmatch(path.name) for path in folder.iterdir())
    numbers = sorted(int(match[1]) for match in matches if match)
    try:
        changes = [read_change(_read(folder, change_file(number), MAX_NOTE)) for number in numbers]
        given = [parse_vkey(text) for text in vkeys]
        found = read_key_file(folder) if (folder / KEY_FILE).is_file() else ""
        current = parse_vkey(found) if found else changes[-1].new if changes else None
        line = KeyLine.of(current, changes) if current else None
    except KeyMalformed as error:
        raise LogBroken(KEY_FILE, str(error.facts["reason"])) from error
    except KeyChangeRefused as error:
        raise LogBroken(change_file(1), str(error)) from error
    if numbers != list(range(1, len(numbers) + 1)):
        raise LogBroken(change_file(len(numbers)), "missing")
    if line is None:
        if not given:
            raise LogBroken(KEY_FILE, "no key lies here and none was given")
        return KeyLine(tuple(given))
    if given and not set(given) & set(line.keys):
        raise LogBroken(KEY_FILE, "not the key that was given")
    return line


class DirectoryAudit:
    """One verification of one directory."""

    def __init__(self, folder: Path, vkeys: Sequence[str]) -> None:
        self._folder = folder
        self._vkeys = vkeys
        self._tiles: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._heads: dict[int, VerifiedCheckpoint] = {}

    def run(self) -> Report:
        """Verify everything; raise `LogBroken`."""
        names = self._take_stock()
        newest = self._open_heads(names, read_line(self._folder, self._vkeys))
        self._check_extent(newest.size)
        replay = Replay({size: head.root for size, head in self._heads.items()}, self._stored, _name)
        for bundle in bundles_of(newest.size):
            self._replay(replay, bundle)
        replay.finish()
        self._check_earlier_tiles(newest.size)
        return Report(newest.size, newest.root, len(self._heads))

    def _take_stock(self) -> set[str]:
        """Condition 1: sort every file; return the names that are no tile."""
        names: set[str] = set()
        if not self._folder.is_dir():
            raise LogBroken(str(self._folder), "no directory; a downloaded ledger.zip is unpacked first")
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise LogBroken(name, "not a plain file")
            if path.is_file() and not self._is_tile(name):
                if _CHANGE.fullmatch(name):
                    continue
                if name not in {CHECKPOINT, COSIGNED, KEY_FILE, STATEMENT} and not _EARLIER.fullmatch(name):
                    raise LogBroken(name, "unknown file")
                names.add(name)
        return names

    def _is_tile(self, name: str) -> bool:
        try:
            tile = parse_tile_path(name)
        except TileMalformed:
            return False
        self._tiles[tile.level, tile.index].add(tile.width)
        return True

    def _open_heads(self, names: set[str], keys: KeyLine) -> VerifiedCheckpoint:
        """Condition 3."""
        if CHECKPOINT not in names:
            raise LogBroken(CHECKPOINT, "missing")
        newest = self._open_head(CHECKPOINT, keys)
        self._heads[newest.size] = newest
        for name in sorted(names - {CHECKPOINT, KEY_FILE, STATEMENT}):
            head = self._open_head(name, keys)
            if name not in {f"{CHECKPOINT}.{head.size}", COSIGNED}:
                raise LogBroken(name, f"bears the size {head.size}")
            if head.checkpoint.origin != newest.checkpoint.origin:
                raise LogBroken(name, "of another log")
            if self._heads.setdefault(head.size, head).root != head.root:
                raise LogBroken(name, "another root is signed for the same size")
        if max(self._heads) > newest.size:
            raise LogBroken(CHECKPOINT, f"checkpoint.{max(self._heads)} is newer")
        return newest

    def _open_head(self, name: str, keys: KeyLine) -> VerifiedCheckpoint:
        try:
            return keys.open(_read(self._folder, name, MAX_NOTE))
        except LogBroken:
            raise
        except BadInput as error:
            raise LogBroken(name, str(error)) from error

    def _check_extent(self, size: int) -> None:
        """Condition 4."""
        widest = {(tile.level, tile.index): tile.width for tile in (*tiles_of(size), *bundles_of(size))}
        for (level, index), widths in sorted(self._tiles.items()):
            if max(widths) > widest.get((level, index), 0):
                raise LogBroken(tile_path(TileId(level, index, max(widths))), "lies beyond the checkpoint")
        for (level, index), width in widest.items():
            if width not in self._tiles.get((level, index), ()):
                raise LogBroken(tile_path(TileId(level, index, width)), "missing")

    def _replay(self, replay: Replay, bundle: TileId) -> None:
        """Condition 5 for one bundle and its tile, and condition 6 for the bundle's earlier widths."""
        tile = TileId(0, bundle.index, bundle.width)
        entries = self._entries(bundle)
        replay.add(bundle.index, entries, self._hashes(tile))
        if not replay.sound_so_far:
            return
        for width in sorted(self._tiles[ENTRIES, bundle.index] - {bundle.width}):
            part = TileId(ENTRIES, bundle.index, width)
            if _read(self._folder, tile_path(part)) != pack_entries(entries[:width]):
                raise LogBroken(tile_path(part), "not the beginning of the later bundle")

    def _check_earlier_tiles(self, size: int) -> None:
        """Condition 6 for tiles."""
        for tile in tiles_of(size):
            for width in sorted(self._tiles[tile.level, tile.index] - {tile.width}):
                part = TileId(tile.level, tile.index, width)
                if self._hashes(part) != self._hashes(tile)[:width]:
                    raise LogBroken(tile_path(part), "not the beginning of the later tile")

    def _entries(self, bundle: TileId) -> list[bytes]:
        try:
            return unpack_entries(_read(self._folder, tile_path(bundle)), bundle.width)
        except TileMalformed as error:
            raise LogBroken(tile_path(bundle), str(error)) from error

    def _hashes(self, tile: TileId) -> list[bytes]:
        try:
            return tile_hashes(_read(self._folder, tile_path(tile)), tile.width)
        except TileMalformed as error:
            raise LogBroken(tile_path(tile), str(error)) from error

    def _stored(self, tile: TileId) -> bytes | None:
        return b"".join(self._hashes(tile))


def _name(place: TileId | int) -> str:
    return f"{CHECKPOINT}.{place}" if isinstance(place, int) else tile_path(place)


def _read(folder: Path, name: str, limit: int = _LARGEST_FILE) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        raise LogBroken(name, error.strerror or "unreadable") from error
    if len(raw) > limit:
        raise LogBroken(name, "larger than any such file can be")
    return raw
