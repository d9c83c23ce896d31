"""What has happened to waiting places [待ち呼]: taken by who has to wait, given back, or refused as none is left."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import CallId, QueueId


@dataclass(frozen=True, slots=True)
class WaitingPlaceTaken:
    """The call waits, and nobody is being rung for it: `used` places of its number are taken now, of `limit`.

    `above`: it stands above the limit, because an offer was made to it at once and came to nothing.
    """

    call: CallId
    number: str
    used: int
    limit: int | None
    above: bool = False


@dataclass(frozen=True, slots=True)
class WaitingPlaceReturned:
    """The call was answered or is gone."""

    call: CallId
    number: str
    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class WaitRefused:
    """The call may not wait in `queue`: of its number's `limit` places, by `clause`, all are taken."""

    call: CallId
    queue: QueueId
    number: str
    used: int
    limit: int
    clause: str
