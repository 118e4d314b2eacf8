"""The one tree of errors.

Every refusal in Cordillera is a type of its own below `CordilleraError`. An error carries facts as
fields and a stable message id; the prose is written at the edge, in the reader's language.

>>> class LedgerStalled(CordilleraError):
...     code = "ledger.stalled"
>>> LedgerStalled(lag_seconds=61).facts
{'lag_seconds': 61}
"""

from typing import ClassVar


class CordilleraError(Exception):
    """The root. `code` is a message id of the catalogues; `facts` never hold personal data."""

    code: ClassVar[str] = "error.unknown"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        """Show the message id with its facts, for logs and tests."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class BadInput(CordilleraError):
    """What came from outside cannot be read; it is kept whole and answered with a reason."""

    code = "error.bad_input"


class NotPermitted(CordilleraError):
    """The person or partner may not do this; the facts name the rule."""

    code = "error.not_permitted"


class NotFound(CordilleraError):
    """No such thing, or none that the asker may see; the two are not told apart."""

    code = "error.not_found"


class Conflict(CordilleraError):
    """The thing has changed meanwhile or is in a state that forbids this step."""

    code = "error.conflict"


class Unavailable(CordilleraError):
    """A part that must hold (ledger, keys, policy, store) does not; nothing was released."""

    code = "error.unavailable"
