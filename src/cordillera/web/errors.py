"""What an error page shows."""

import msgspec


class ErrorView(msgspec.Struct, frozen=True):
    """What an error page shows; `text` is a message id that may name `seconds` to wait."""

    status: int
    type: str
    request_id: str
    text: str
    seconds: int = 0
