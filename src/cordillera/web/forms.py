"""Forms with files, read into memory alone: what is uploaded names people, and never lies on a disk unsealed.

The framework's own reader lets a file of more than a mebibyte spill into a temporary file. Here a file stays
in memory up to the limit of its operation (`request_max_body_size`); beyond it the body is refused while it
is read (413). RFC 7578.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

_NEVER: Final = 0
"""The size from which a file would go to a disk."""


class NodeRequest(Request[Any, Any, Any]):
    """A request whose files stay in memory."""

    async def form(self) -> FormMultiDict:
        """Return the form that was sent; raise `ClientException` when it cannot be read."""
        state = ScopeState.from_scope(self.scope)
        kind, options = self.content_type
        if kind == RequestEncodingType.MULTI_PART and state.form is Empty:
            most = self.app.multipart_form_part_limit
            try:
                state.form = await _read(self.stream(), options.get("boundary", ""), most)
            except (MultipartError, UnicodeDecodeError, LookupError) as error:
                raise ClientException("Invalid multipart/form-data") from error
        return await super().form()


async def _read(stream: AsyncIterator[bytes], boundary: str, most_parts: int) -> dict[str, Any]:
    """Return the parts by name, those of one name together; files as `UploadFile`, others as text."""
    fields: defaultdict[str, list[Any]] = defaultdict(list)
    chunk = await anext(stream, b"")
    if not chunk:
        return {}
    head: Any = None
    content = _in_memory("", "", ())
    with PushMultipartParser(boundary, max_segment_count=most_parts) as parser:
        while not parser.closed:
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    head, content = event, _in_memory(event.content_type, event.filename, event.headerlist)
                elif event is not None:
                    content.file.write(event)
                else:
                    content.file.seek(0)
                    fields[head.name].append(content if head.filename else _text(content, head.charset))
            chunk = await anext(stream, b"")
    return {name: told if len(told) > 1 else told[0] for name, told in fields.items()}


def _in_memory(kind: str | None, name: str | None, headers: Iterable[tuple[str, str]]) -> UploadFile:
    return UploadFile(kind or "text/plain", name or "", headers=dict(headers), max_spool_size=_NEVER)


def _text(content: UploadFile, charset: str | None) -> str:
    return content.file.read().decode(charset or "utf-8")
