"""What an admin sets about park places."""

from __future__ import annotations

from dataclasses import dataclass

PARKING = "parking"
"""The id of what a tenant has set; there is one."""


@dataclass(frozen=True, slots=True)
class Parking:
    """The short numbers at which calls can be parked, and for how many seconds one may stay before it goes back."""

    places: tuple[str, ...] = tuple(str(number) for number in range(701, 721))
    seconds: float = 120.0
    version: int = 1

    @property
    def id(self) -> str:
        return PARKING


DEFAULT_PARKING = Parking()
"""What holds where a tenant has set nothing."""
