"""Finding the files of a list: OFAC's ALT and ADD files stand beside the SDN file under matching names.

>>> companion_name("sdn_2026.csv.gz", "alt")
'alt_2026.csv.gz'
"""

from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from cordillera.desks.people.core import date_in_name
from cordillera.desks.people.errors import ListFileMissing
from cordillera.desks.people.model import ListFormat
from cordillera.engines.watchlists.formats import Delivery
from cordillera.engines.watchlists.source import ListFile

SUFFIXES: Final = {
    ListFormat.UN_XML: (".xml",),
    ListFormat.OFAC_XML: (".xml",),
    ListFormat.EU_XML: (".xml",),
    ListFormat.OFAC_CSV: (".csv",),
    ListFormat.FTM: (".json", ".jsonl", ".ndjson"),
    ListFormat.CSV: (".csv", ".txt", ".tsv"),
}
_PARTS: Final = ("sdn", "prim")  # the list itself, and the consolidated list of everybody else


def read_source(path: Path, form: ListFormat, mapping: str = "") -> Delivery:
    """Return a list file, for OFAC's CSV with its companions; raise `ListFileMissing`."""
    main = _main_file(path, form)
    beside = {part: ListFile.at(file) for part, file in companions_of(main, form).items()}
    dated = date_in_name(main.name)
    return Delivery(ListFile.at(main), beside.get("alt"), beside.get("add"), mapping, dated)


def companions_of(main: Path, form: ListFormat) -> dict[str, Path]:
    """Return the ALT and ADD files that stand beside OFAC's SDN file."""
    if form is not ListFormat.OFAC_CSV:
        return {}
    names = {file.name.lower(): file for file in sorted(main.parent.iterdir()) if file.is_file()}
    wanted = {part: companion_name(main.name, part) for part in ("alt", "add")}
    return {part: names[name] for part, name in wanted.items() if name in names}


def companion_name(name: str, part: str) -> str:
    """Return the name of the ALT or ADD file that belongs to an SDN file, "" for another file."""
    plain = name.lower()
    return next((_replace_last(plain, own, part) for own in _PARTS if own in plain), "")


def _main_file(path: Path, form: ListFormat) -> Path:
    if path.is_file():
        return path
    parts = _PARTS if form is ListFormat.OFAC_CSV else ("",)
    patterns = [f"*{part}*{suffix}*" for part in parts for suffix in SUFFIXES[form]]
    folder = path.iterdir() if path.is_dir() else ()
    found = sorted(
        file for file in folder if any(fnmatch(file.name.lower(), pattern) for pattern in patterns)
    )
    if len(found) != 1:
        raise ListFileMissing(file=path.name, format=form.value, found=len(found))
    return found[0]


def _replace_last(text: str, old: str, new: str) -> str:
    head, _, tail = text.rpartition(old)
    return head + new + tail
