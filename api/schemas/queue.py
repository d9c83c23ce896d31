"""A queue, and who waits in it."""

from __future__ import annotations

from api.schemas.common import Moment, Shape


class Queue(Shape):
    """A queue now and since midnight; `answered_wait_seconds` / `answered` is the ASA of metrics.md."""

    id: str
    name: str
    waiting: int
    longest_wait_since: Moment | None
    ready: int
    offered: int
    answered: int
    abandoned: int
    overflowed: int
    failed: int
    answered_wait_seconds: float


class Waiting(Shape):
    """A waiting caller; `position` 1 is next. `caller` is his number, empty when withheld or erased."""

    position: int
    call: str
    number: str
    caller: str
    priority: int
    since: Moment
    offered_to: str | None
