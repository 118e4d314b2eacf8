"""What a page handler returns: a template and a view. The same view is the page's JSON twin.

The web renders `template` with `view` for people, and answers `view` as JSON when the address ends in
`.json`. A handler never formats text or times: it puts facts and message ids into the view.
"""

import msgspec


class Page(msgspec.Struct, frozen=True):
    """A page: `template` below a package's templates folder, and a frozen struct with all it shows."""

    template: str
    view: msgspec.Struct
    status: int = 200
