"""XML as a small tree in which every text and attribute keeps its bytes; hostile files are refused.

No document type, so no entity of its own and no bomb; nothing outside the file is ever fetched; bounded in
bytes, elements and depth. Names are local: the address of a namespace changes, its words do not.

>>> found = tree(b'<a xmlns="urn:x"><b c="1">D&amp;E</b></a>')
>>> b = found.root.children[0]
>>> b.attributes["c"], b.text
(Field(text='1', start=23, end=24), Field(text='D&E', start=26, end=33))
"""

import re
from typing import Final
from xml.parsers import expat

import msgspec

from cordillera.engines.edifact.paxlst_model import Field
from cordillera.foundation.errors import BadInput

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ELEMENTS: Final = 150_000
MAX_DEPTH: Final = 64
_OTHER_WIDTH = (b"\xff\xfe", b"\xfe\xff")
_TAG_NAME = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class XmlUnreadable(BadInput):
    """The bytes are no XML that can be read, from the first element on."""

    code = "pnrgov_xml.unreadable"


class XmlForbidden(BadInput):
    """The XML declares a document type or an inclusion, which no reservation message has."""

    code = "pnrgov_xml.forbidden"


class XmlTooLarge(BadInput):
    """The XML is larger, deeper or has more elements than a message may have."""

    code = "pnrgov_xml.too_large"


class Node(msgspec.Struct):
    """An element: its local name, its bytes, attributes, own text and children."""

    name: str
    start: int
    end: int
    attributes: dict[str, Field]
    children: list["Node"]
    text: Field | None = None
    closed: bool = False


class Tree(msgspec.Struct, frozen=True):
    """The root, and where the file broke off (None when it is whole)."""

    root: Node
    broken_at: int | None


def tree(data: bytes) -> Tree:
    """Read a file, up to where it is cut; raises `XmlUnreadable`, `XmlForbidden`, `XmlTooLarge`."""
    if len(data) > MAX_BYTES:
        raise XmlTooLarge(bytes=len(data))
    if data.startswith(_OTHER_WIDTH) or b"\x00" in data[:200]:
        raise XmlUnreadable(reason="encoding of two bytes")
    builder = _Builder(data)
    broken = builder.run()
    if builder.root is None:
        raise XmlUnreadable(reason="no element", offset=broken or 0)
    return Tree(builder.root, broken)


class _Builder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root: Node | None = None
        self.open: list[Node] = []
        self.pieces: list[str] = []
        self.begun = 0
        self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def run(self) -> int | None:
        """Parse; gives where the file broke off, or None."""
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError:
            at = max(self.parser.ErrorByteIndex, 0)
            for node in self.open:
                node.end = max(node.end, at)
            return at
        except (LookupError, ValueError) as error:  # an encoding that is none, or has letters of many bytes
            raise XmlUnreadable(reason="encoding") from error
        return None

    def doctype(self, *_: object) -> None:
        raise XmlForbidden(found="doctype")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise XmlTooLarge(elements=self.elements)
        if any(value.endswith("/2001/XInclude") for value in attributes.values()):
            raise XmlForbidden(found="inclusion")
        at = self.parser.CurrentByteIndex
        node = Node(name.rpartition(":")[2], at, at, self.placed(at, attributes), [])
        if self.open:
            self.open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self.open.append(node)
        self.pieces = []

    def placed(self, at: int, attributes: dict[str, str]) -> dict[str, Field]:
        """Attributes with their bytes between the quotes."""
        head = _TAG_NAME.match(self.data, at)
        position = at if head is None else head.end()
        found: dict[str, Field] = {}
        while attributes and (match := _ATTRIBUTE.match(self.data, position)) is not None:
            position = match.end()
            group = 2 if match.group(2) is not None else 3
            text = attributes.get(match.group(1).decode("utf-8", "replace"), "").strip()
            if text:
                name = match.group(1).decode("utf-8", "replace").rpartition(":")[2]
                found.setdefault(name, Field(text, match.start(group), match.end(group)))
        return found

    def characters(self, text: str) -> None:
        if not self.pieces:
            self.begun = self.parser.CurrentByteIndex
        self.pieces.append(text)

    def end(self, _: str) -> None:
        node = self.open.pop()
        at = self.parser.CurrentByteIndex
        text = "".join(self.pieces).strip()
        if text and not node.children:
            node.text = Field(" ".join(text.split()), self.begun, at)
        closing = self.data.find(b">", at)
        node.end = at if closing < 0 else closing + 1
        node.closed = True
        self.pieces = []
