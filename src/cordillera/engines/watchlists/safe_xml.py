"""XML read as a stream, defensively: no document type, no entity, no inclusion, no network, bounded memory.

Elements of the wanted names come one by one and are emptied afterwards. Names are local: lists change the
address of their namespace, not their words.

>>> from cordillera.engines.watchlists.source import ListFile
>>> [text(e) for e in elements(ListFile.of(b"<l><a>1</a><a>2</a></l>"), ("a",), "test")]
['1', '2']
"""

import io
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from cordillera.engines.watchlists.errors import ListForbiddenXml, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.source import ListFile

_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|http://www\.w3\.org/2001/XInclude")
_OVERLAP: Final = 40
_TAIL: Final = 200
_SPACES: Final = re.compile(r"\s+")
_OTHER_WIDTH: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00")  # the look for declarations would be blind


def elements(file: ListFile, wanted: tuple[str, ...], form: str) -> Iterator[etree._Element]:
    """Yield every element of a wanted local name, complete; it is emptied before the next one comes.

    Raises `ListForbiddenXml`, `ListTruncated`, `ListUnreadable`, `ListTooLarge`.
    """
    with file.stream() as stream:
        watched = _Watched(stream, form)
        parser = etree.iterparse(
            watched,
            events=("end",),
            tag=tuple(f"{{*}}{name}" for name in wanted),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in parser:
                if element.getroottree().docinfo.internalDTD is not None:
                    raise ListForbiddenXml(format=form, found="doctype")
                yield element
                _empty(element)
        except etree.XMLSyntaxError as error:
            whole = watched.ended and not watched.closed_root
            kind = ListTruncated if whole else ListUnreadable
            raise kind(format=form, line=error.lineno or 0) from error


class _Watched(io.RawIOBase):
    """A stream that stops at a declaration and remembers how the file ends."""

    def __init__(self, stream: io.BufferedReader, form: str) -> None:
        self._stream = stream
        self._form = form
        self._tail = b""
        self.ended = False

    def read(self, size: int = -1, /) -> bytes:
        piece = self._stream.read(size)
        if not self._tail and piece.startswith(_OTHER_WIDTH):
            raise ListUnreadable(format=self._form, reason="encoding of two bytes")
        seen = self._tail + piece
        if _DECLARES.search(seen, max(0, len(self._tail) - _OVERLAP)):
            raise ListForbiddenXml(format=self._form, found="doctype, entity or inclusion")
        self._tail = seen[-_TAIL:]
        self.ended = self.ended or not piece
        return piece

    @property
    def closed_root(self) -> bool:
        """Whether the last bytes close an element, so that the fault lies before them."""
        return bool(re.search(rb"</[\w:.-]+>\s*$", self._tail))


def _empty(element: etree._Element) -> None:
    """Drop what was read: the element's content and the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the direct children of a local name."""
    return element.iterchildren(f"{{*}}{name}")


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the first descendant along a path of local names."""
    found: etree._Element | None = element
    for name in names:
        found = None if found is None else next(children(found, name), None)
    return found


def text(element: etree._Element | None) -> str:
    """Return the text of an element with single spaces."""
    return "" if element is None else _SPACES.sub(" ", element.text or "").strip()


def number(value: str) -> int:
    """Return a whole number of at most four digits, 0 when it is none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else 0
