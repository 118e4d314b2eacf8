"""What the review queue asks of others."""

from typing import Protocol


class Officer(Protocol):
    """The named person acting, as their session says it."""

    @property
    def officer_id(self) -> str:
        """The stable id of the officer."""
        ...

    @property
    def name(self) -> str:
        """The name shown beside what they did."""
        ...

    @property
    def agency(self) -> str:
        """The agency they act for."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose they declared."""
        ...
