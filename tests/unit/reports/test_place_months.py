"""Waiting places of a month: which call waited when, and the most at once for each number."""

from __future__ import annotations

from datetime import date, datetime

from acd.facts import WaitingPlaceReturned, WaitingPlaceTaken, WaitRefused
from kernel.fact import Fact
from kernel.ids import CallId, QueueId, TenantId
from kernel.moment import TOKYO
from reports.highest import Day
from reports.place_months import PlaceUse, days, uses

SINCE, UNTIL = datetime(2025, 11, 1, tzinfo=TOKYO), datetime(2025, 12, 1, tzinfo=TOKYO)
ONE, TWO, THREE = CallId("one"), CallId("two"), CallId("three")
NUMBER = "+81312345601"


def at(minute: int) -> datetime:
    return datetime(2025, 11, 4, 10, minute, tzinfo=TOKYO)


def fact(minute: int, body: object) -> Fact[object]:
    return Fact(TenantId("t"), 1, minute + 1, at(minute), "floor", type(body).__name__, 1, "", body)


FACTS = [
    fact(0, WaitingPlaceTaken(ONE, NUMBER, 1, 2)),
    fact(1, WaitingPlaceTaken(TWO, NUMBER, 2, 2)),
    fact(2, WaitRefused(THREE, QueueId("q"), NUMBER, 2, 2, "PL-CC")),
    fact(3, WaitingPlaceReturned(ONE, NUMBER, 1, 2)),
]


def test_each_wait_has_its_call_and_its_time() -> None:
    assert uses(FACTS, SINCE, UNTIL) == (PlaceUse(ONE, NUMBER, at(0), at(3)), PlaceUse(TWO, NUMBER, at(1)))
    assert uses(FACTS, at(4), UNTIL) == (PlaceUse(TWO, NUMBER, at(1)),)


def test_a_day_tells_the_most_at_once_and_who_was_turned_away() -> None:
    first = days(FACTS, SINCE, datetime(2025, 11, 5, tzinfo=TOKYO), TOKYO)
    assert first == (Day(date(2025, 11, 4), NUMBER, 2, 2, 1),)
