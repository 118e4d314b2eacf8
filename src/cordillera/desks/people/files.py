"""Finding the files of a list: OFAC's ALT and ADD files stand beside the SDN file under matching names."""

from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from cordillera.desks.people.core import date_in_name
from cordillera.desks.people.errors import ListFileMissing
from cordillera.desks.people.model import ListFormat, SourceFiles
from cordillera.engines.watchlists.errors import ListTooLarge
from cordillera.engines.watchlists.source import MAX_BYTES

_PARTS: Final = ("sdn", "prim")  # the list itself, and the consolidated list of everybody else


def read_source(path: Path, form: ListFormat) -> SourceFiles:
    """Read a list file, for OFAC with its companions; raise `ListFileMissing`, `ListTooLarge`."""
    main = _main_file(path, form)
    date = date_in_name(main.name)
    if form is ListFormat.UN_XML:
        return SourceFiles(_read(main))
    return SourceFiles(_read(main), _companion(main, "alt"), _companion(main, "add"), date)


def _main_file(path: Path, form: ListFormat) -> Path:
    if path.is_file():
        return path
    patterns = ["*.xml*"] if form is ListFormat.UN_XML else [f"*{part}*.csv*" for part in _PARTS]
    folder = path.iterdir() if path.is_dir() else ()
    found = sorted(
        file for file in folder if any(fnmatch(file.name.lower(), pattern) for pattern in patterns)
    )
    if len(found) != 1:
        raise ListFileMissing(file=path.name, format=form.value, found=len(found))
    return found[0]


def _companion(main: Path, part: str) -> bytes:
    name = main.name.lower()
    wanted = next((_replace_last(name, own, part) for own in _PARTS if own in name), "")
    found = next((file for file in sorted(main.parent.iterdir()) if file.name.lower() == wanted), None)
    return _read(found) if found is not None and found.is_file() else b""


def _replace_last(text: str, old: str, new: str) -> str:
    head, _, tail = text.rpartition(old)
    return head + new + tail


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ListTooLarge(limit=MAX_BYTES)
    return path.read_bytes()
