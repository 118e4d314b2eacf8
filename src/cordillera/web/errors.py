"""What an error page shows."""

import msgspec


class ErrorView(msgspec.Struct, frozen=True):
    """What an error page shows."""

    status: int
    type: str
    request_id: str
