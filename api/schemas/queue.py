"""A queue, and who waits in it."""

from __future__ import annotations

from api.schemas.common import Moment, Shape
from reports.service_level import Formula


class Counts(Shape):
    """What became of those whose wait began since `since`; O = answered + abandoned + overflowed + callbacks +
    failed + waiting.

    `short_abandoned` are among the abandoned, `left_by_key` among the overflowed, `redialled` among the offered, whose
    place was kept; `turned_away` were not let in and never offered. The service
    level is a share, 0 to 1.
    """

    since: Moment
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    callbacks: int
    left_by_key: int
    redialled: int
    failed: int
    turned_away: int
    asa_seconds: float | None
    service_level: float | None


class ServiceTerms(Shape):
    """How the service level is counted: by which formula of the field, within how many seconds, and what is aimed
    at."""

    formula: Formula
    within_seconds: float
    target: float
    short_abandon_seconds: float


class Queue(Shape):
    """A queue now, since midnight of the tenant, and in the running quarter of an hour. `callbacks_waiting`: how many
    are to be called back."""

    id: str
    name: str
    waiting: int
    callbacks_waiting: int
    longest_wait_since: Moment | None
    ready: int
    service: ServiceTerms
    today: Counts
    quarter: Counts


class Waiting(Shape):
    """A waiting caller; `position` 1 is next. `caller` is his number, empty when withheld or erased.
    `offered_to`: everybody whose phone rings for him."""

    position: int
    call: str
    number: str
    caller: str
    priority: int
    since: Moment
    offered_to: list[str]
