"""A caller who hung up and calls again soon: he gets the place back that he had."""

from __future__ import annotations

from datetime import datetime

from acd.model import Call, Dropped, Floor, dropped_key
from kernel.ids import QueueId


def place(floor: Floor, call: Call, queue: QueueId, now: datetime) -> Dropped | None:
    """The place that is kept in this queue for whoever calls; None when none is, or not any more."""
    kept = floor.dropped.get(dropped_key(queue, call.mark)) if call.mark else None
    return kept if kept is not None and now <= kept.until else None
