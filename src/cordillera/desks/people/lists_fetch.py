"""Getting the files of a source: a file or a watched folder, or an address, asked whether anything is new.

An address is https, or http on this machine. A download is kept in a folder of its own, only for as long as
it is read, and is whole or nothing: its length must be the one announced. Redirects are followed three
times, never to a less safe address.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx2
import msgspec

from cordillera.desks.people.core import date_in_name
from cordillera.desks.people.errors import ListFileMissing
from cordillera.desks.people.files import SUFFIXES, companion_name, companions_of
from cordillera.desks.people.lists_errors import ListSourceUnsafe, ListUnreachable
from cordillera.desks.people.lists_model import ListSource, SourceState
from cordillera.desks.people.lists_proof import MOST, check_hash, check_signature
from cordillera.desks.people.model import ListFormat
from cordillera.engines.watchlists.errors import ListTooLarge
from cordillera.engines.watchlists.formats import Delivery
from cordillera.engines.watchlists.source import ListFile

MAX_DOWNLOAD: Final = 8 * 1024 * 1024 * 1024
_TIMEOUT: Final = httpx2.Timeout(30.0, read=60.0)
_REDIRECTS: Final = 3
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_UNCHANGED: Final = 304
_FOUND: Final = frozenset({301, 302, 303, 307, 308})
_UNFINISHED: Final = (".part", ".tmp", ".crdownload")


class Fetched(msgspec.Struct, frozen=True):
    """What a source gave: nothing when it said that nothing is new; and what to ask with next time."""

    delivery: Delivery | None
    state: SourceState


class Answered(msgspec.Struct, frozen=True):
    """One download."""

    file: ListFile | None
    etag: str = ""
    last_modified: str = ""


def check_source(source: ListSource) -> None:
    """Raise `ListSourceUnsafe` when one of the places of a source may not be used."""
    for place in (source.place, source.sums, source.signature):
        if place and source.kind == "url":
            _check_url(place)
        elif place and not Path(place).is_absolute():
            raise ListSourceUnsafe(place=place[:100], reason="no absolute path")
    if source.signature and not source.public_key:
        raise ListSourceUnsafe(reason="a signature needs a public key")
    if source.signature and not source.sums and source.format is ListFormat.OFAC_CSV:
        raise ListSourceUnsafe(reason="several files are signed through a sums file")


@contextmanager
def fetched(source: ListSource, state: SourceState) -> Iterator[Fetched]:
    """Give the files of a source, proved as far as it is configured; they are gone after the block.

    Raises `ListFileMissing`, `ListUnreachable`, `ListSourceUnsafe`, `ListTooLarge`, `ListHashMismatch`,
    `ListSignatureWrong`.
    """
    check_source(source)
    if source.kind == "file":
        main = newest(Path(source.place), source.format)
        files = {"main": main, **companions_of(main, source.format)}
        opened = {part: ListFile.at(file) for part, file in files.items()}
        _prove(source, opened, {place: ListFile.at(Path(place)) for place in _proofs(source)})
        yield Fetched(_delivery(source, opened), state)
        return
    with TemporaryDirectory(prefix="cordillera-list-") as folder, _client() as client:
        yield _download(source, state, Path(folder), client)


def newest(place: Path, form: ListFormat) -> Path:
    """Return the file at `place`, or of a folder the last changed one of the format; hidden ones are not."""
    if place.is_file():
        return place
    found = [
        file
        for file in (place.iterdir() if place.is_dir() else ())
        if file.is_file() and _is_list(file.name.lower(), form)
    ]
    if not found:
        raise ListFileMissing(file=place.name, format=form.value, found=0)
    return max(found, key=lambda file: (file.stat().st_mtime_ns, file.name))


def _is_list(name: str, form: ListFormat) -> bool:
    plain = name.removesuffix(".gz")
    finished = not name.startswith(".") and not name.endswith(_UNFINISHED)
    main = form is not ListFormat.OFAC_CSV or bool(companion_name(name, "alt"))
    return finished and main and plain.endswith(SUFFIXES[form])


def _download(source: ListSource, state: SourceState, folder: Path, client: httpx2.Client) -> Fetched:
    headers = {"if-none-match": state.etag, "if-modified-since": state.last_modified}
    asked = {name: value for name, value in headers.items() if value}
    main = _get(client, source.place, folder, asked)
    if main.file is None:
        return Fetched(None, state)
    files = {"main": main.file}
    if source.format is ListFormat.OFAC_CSV:
        for part in ("alt", "add"):
            answered = _get(client, _beside(source.place, part), folder, {})
            files |= {part: answered.file} if answered.file else {}
    proofs = {place: _get(client, place, folder, {}, MOST).file for place in _proofs(source)}
    _prove(source, files, {place: file for place, file in proofs.items() if file})
    seen = msgspec.structs.replace(state, etag=main.etag, last_modified=main.last_modified)
    return Fetched(_delivery(source, files), seen)


def _get(
    client: httpx2.Client, url: str, folder: Path, headers: dict[str, str], limit: int = MAX_DOWNLOAD
) -> Answered:
    """Download one file, following redirects; no file when the server says that nothing is new."""
    place = url
    try:
        for _ in range(_REDIRECTS + 1):
            _check_url(place)
            with client.stream("GET", place, headers=headers) as response:
                if response.status_code in _FOUND:
                    place = _next(place, response.headers.get("location", ""))
                    continue
                return _answer(response, url, folder, limit)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise ListUnreachable(url=url[:200], reason=type(error).__name__) from error
    raise ListUnreachable(url=url[:200], reason="too many redirects")


def _answer(response: httpx2.Response, url: str, folder: Path, limit: int) -> Answered:
    if response.status_code == _UNCHANGED:
        return Answered(None)
    if response.status_code != 200:
        raise ListUnreachable(url=url[:200], status=response.status_code)
    name = unquote(urlsplit(url).path.rpartition("/")[2]) or "list"
    target = folder / f"{len(list(folder.iterdir()))}.download"
    size = _save(response, target, limit)
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) != size:
        raise ListUnreachable(url=url[:200], reason="cut short", announced=int(announced), came=size)
    file = ListFile(lambda: target.open("rb"), name)
    return Answered(
        file, response.headers.get("etag", "")[:300], response.headers.get("last-modified", "")[:100]
    )


def _save(response: httpx2.Response, target: Path, limit: int) -> int:
    """Write the body as it came over the wire, no further than it may be long."""
    size = 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in response.iter_raw():
            size += len(piece)
            if size > limit:
                raise ListTooLarge(limit=limit)
            file.write(piece)
    return size


def _prove(source: ListSource, files: dict[str, ListFile], proofs: dict[str, ListFile]) -> None:
    """Check hashes and signature as far as the source has them."""
    signed = files["main"]
    if source.sums:
        signed = proofs[source.sums]
        sums = signed.whole(MOST)
        for file in files.values():
            check_hash(sums, file)
    if source.signature:
        check_signature(proofs[source.signature].whole(MOST), source.public_key, signed)


def _delivery(source: ListSource, files: dict[str, ListFile]) -> Delivery:
    main = files["main"]
    return Delivery(main, files.get("alt"), files.get("add"), source.mapping, date_in_name(main.name))


def _proofs(source: ListSource) -> tuple[str, ...]:
    return tuple(place for place in (source.sums, source.signature) if place)


def _client() -> httpx2.Client:
    headers = {"accept-encoding": "identity", "user-agent": "cordillera"}
    return httpx2.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False, headers=headers)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not local:
        raise ListSourceUnsafe(place=url[:100], reason="neither https nor this machine")
    if parts.username or parts.password:
        raise ListSourceUnsafe(reason="no passwords in addresses")


def _next(place: str, location: str) -> str:
    """Return where a redirect leads: from elsewhere it never leads to this machine."""
    target = urljoin(place, location)
    inward = urlsplit(target).hostname in _LOOPBACK and urlsplit(place).hostname not in _LOOPBACK
    if not location or inward:
        raise ListSourceUnsafe(place=target[:100], reason="redirect")
    return target


def _beside(url: str, part: str) -> str:
    head, _, name = url.rpartition("/")
    return f"{head}/{companion_name(name, part)}"
