"""What has happened to a wait by itself: it has come to another step."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import CallId, QueueId


@dataclass(frozen=True, slots=True)
class WaitStepped:
    """From now on the waiting call has this priority, asks for what `want` says (see `wants`), and may be rung at
    so many agents of a queue that rings progressively."""

    call: CallId
    queue: QueueId
    priority: int
    want: str
    ring_up_to: int = 1
