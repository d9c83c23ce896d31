"""How long a call has waited in all its queues: a later wait with the turn of an earlier one counts from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.moment import seconds_between


@dataclass(slots=True)
class Waited:
    """`seconds` of the waits that are over, each of them once. `again`: when the call joined a queue after it had
    `left` another one; None: it is in its first."""

    seconds: float = 0.0
    left: bool = False
    again: datetime | None = None

    def joins(self, at: datetime) -> None:
        """It joins a queue."""
        self.again = at if self.left else None

    def leaves(self, waited: float, at: datetime) -> None:
        """It leaves it, where it counted `waited` seconds from the beginning of its turn."""
        self.seconds += waited if self.again is None else min(waited, seconds_between(self.again, at))
        self.left = True
