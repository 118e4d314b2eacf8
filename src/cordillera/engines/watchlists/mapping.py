r"""The mapping file of a CSV list: which column says what, in TOML, written by whoever knows the file.

```toml
encoding = "auto"            # or utf-8, windows-1252, iso-8859-1, utf-16
delimiter = ";"              # one character; auto: the most frequent of , ; | and tab in line 1
dates = ["DD/MM/YYYY"]       # tried in order after ISO; parts D, M, Y with any signs between them
several = "|"                # separates several values within one cell

[columns]                    # field = column, or a list of columns; a column is a header's text or a number
reference = "No."
given = ["NOMBRE 1", "NOMBRE 2"]
family = ["APELLIDO 1", "APELLIDO 2"]
alias = "ALIAS"
weak_alias = "APODO"
birth = "F. NACIMIENTO"
document = "CEDULA"

[constants]                  # what no column says
document_kind = "cedula"
programme = "Orden judicial"

[kinds]                      # values of the column `kind`
"PERSONA JURIDICA" = "organisation"
```

>>> read_mapping('[columns]\nreference = 1\nname = 2').columns["name"]
('2',)
"""

import tomllib
from typing import Annotated, Final

import msgspec

from cordillera.engines.watchlists.errors import ListMappingWrong
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.protected import names_protected_trait
from cordillera.foundation import shapes

FIELDS: Final = frozenset(
    {
        *("reference", "kind", "name", "given", "family", "alias", "weak_alias", "birth", "birthplace"),
        *(
            "nationality",
            "address",
            "document",
            "document_kind",
            "document_issuer",
            "passport",
            "national_id",
        ),
        *("programme", "listed_on"),
    }
)
_NAMES: Final = ("name", "given", "family")
_ENCODINGS: Final = frozenset({"auto", "utf-8", "windows-1252", "iso-8859-1", "utf-16"})
_LARGEST: Final = 20_000
Column = str | int | list[str | int]


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mapping file as written."""

    columns: dict[str, Column]
    encoding: str = "auto"
    delimiter: Annotated[str, msgspec.Meta(max_length=4)] = "auto"
    header: bool = True
    dates: Annotated[tuple[str, ...], msgspec.Meta(max_length=16)] = ()
    several: Annotated[str, msgspec.Meta(max_length=4)] = ""
    constants: dict[str, str] = {}
    kinds: dict[str, EntityKind] = {}
    list_date: str = ""


class Mapping(msgspec.Struct, frozen=True):
    """A mapping that can be used: every field is known, and each has its columns."""

    columns: dict[str, tuple[str, ...]]
    encoding: str
    delimiter: str
    header: bool
    dates: tuple[str, ...]
    several: str
    constants: dict[str, str]
    kinds: dict[str, EntityKind]
    list_date: str


def read_mapping(text: str) -> Mapping:
    """Read a mapping file. It must hold, else `ListMappingWrong` names the condition.

    1. It is TOML of the shape above, of at most 20,000 characters.
    2. Every field, in columns and constants, is one of `FIELDS`.
    3. There is a column for the reference, and one for names: `name`, `given` or `family`.
    4. No column's name stands for a protected trait.
    5. The encoding is one of those named above.
    """
    written = _read(text)
    columns = {field: _as_names(column) for field, column in written.columns.items()}
    unknown = sorted((columns.keys() | written.constants.keys()) - FIELDS)
    if unknown:
        raise ListMappingWrong(condition=2, field=unknown[0][:60])
    if "reference" not in columns or not any(field in columns for field in _NAMES):
        raise ListMappingWrong(condition=3, field="reference" if "reference" not in columns else "name")
    refused = next((name for names in columns.values() for name in names if names_protected_trait(name)), "")
    if refused:
        raise ListMappingWrong(condition=4, field=refused[:60])
    if written.encoding not in _ENCODINGS:
        raise ListMappingWrong(condition=5, field=written.encoding[:60])
    return Mapping(
        columns,
        written.encoding,
        written.delimiter,
        written.header,
        written.dates,
        written.several,
        written.constants,
        {name.casefold().strip(): kind for name, kind in written.kinds.items()},
        written.list_date,
    )


def _read(text: str) -> _Written:
    if len(text) > _LARGEST:
        raise ListMappingWrong(condition=1, field="length")
    try:
        return shapes.convert(tomllib.loads(text), _Written)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ListMappingWrong(condition=1, field=str(error)[:200]) from error


def _as_names(column: Column) -> tuple[str, ...]:
    return tuple(str(one) for one in (column if isinstance(column, list) else [column]))
