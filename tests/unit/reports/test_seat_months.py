"""Seats of a month: uses that reach into it, and the most in use on each of its days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.ids import AgentId
from kernel.moment import TOKYO
from reports.highest import Day
from reports.seat_ledger import SeatEntry, SeatEvent
from reports.seat_months import SeatUse, days, uses

SINCE, UNTIL = datetime(2025, 11, 1, tzinfo=TOKYO), datetime(2025, 12, 1, tzinfo=TOKYO)
ANN, BOB = AgentId("ann"), AgentId("bob")


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=TOKYO)


def line(when: datetime, event: SeatEvent, agent: AgentId, used: int, kind: str = "", why: str = "") -> SeatEntry:
    return SeatEntry(1, when, event, agent, kind, used, 3, why)


TAKEN, RETURNED, REFUSED = SeatEvent.TAKEN, SeatEvent.RETURNED, SeatEvent.REFUSED
LINES = [
    line(at(31, 22, 10), TAKEN, ANN, 1),
    line(at(1, 9), TAKEN, BOB, 2),
    line(at(1, 10), RETURNED, ANN, 1, why="signed_out"),
    line(at(3, 8), REFUSED, ANN, 1),
    line(at(3, 9), RETURNED, BOB, 0, why="absent"),
    line(at(5, 9), TAKEN, ANN, 1),
    line(at(2, 9, 12), RETURNED, ANN, 0, why="signed_out"),
]


def test_a_use_that_began_before_or_ends_after_the_month_is_told_whole() -> None:
    assert uses(LINES, SINCE, UNTIL) == (
        SeatUse(ANN, "", at(31, 22, 10), at(1, 10), "signed_out"),
        SeatUse(BOB, "", at(1, 9), at(3, 9), "absent"),
        SeatUse(ANN, "", at(5, 9), at(2, 9, 12), "signed_out"),
    )


def test_a_use_outside_the_month_is_not_told_and_one_without_an_end_is() -> None:
    assert uses(LINES[:3], at(2, 0), at(3, 0)) == (SeatUse(BOB, "", at(1, 9)),)
    assert uses(LINES, at(3, 0, 12), at(4, 0, 12)) == ()


def test_a_day_counts_who_was_there_at_its_midnight_too() -> None:
    told = days(LINES, SINCE, at(8, 0), TOKYO)
    assert told == (
        Day(date(2025, 11, 1), "", 2, 3, 0),
        Day(date(2025, 11, 2), "", 1, 3, 0),
        Day(date(2025, 11, 3), "", 1, 3, 1),
        Day(date(2025, 11, 5), "", 1, 3, 0),
        Day(date(2025, 11, 6), "", 1, 3, 0),
        Day(date(2025, 11, 7), "", 1, 3, 0),
    )


def test_kinds_are_counted_apart() -> None:
    lines = [line(at(1, 9), TAKEN, ANN, 1, "basic"), line(at(1, 9) + timedelta(hours=1), TAKEN, BOB, 1, "advance")]
    assert [(day.name, day.highest) for day in days(lines, SINCE, at(2, 0), TOKYO)] == [("advance", 1), ("basic", 1)]
