"""The line of a call out, the order of its trunks, and which failures leave something to try."""

from __future__ import annotations

import pytest

from kernel.ids import LineId, TrunkName
from kernel.refusal import Code, Refused
from numbering.dialled import Kind
from numbering.lines import Health, Line, Verdict, after, attempts, choose

A, B, C = TrunkName("a"), TrunkName("b"), TrunkName("c")
OFFICE = Line(LineId("office"), (A, B, C))
ALARM = Line(LineId("alarm"), (B,), emergency=True)
UP, DOWN, UNKNOWN = Health.UP, Health.DOWN, Health.UNKNOWN


def test_the_first_line_carries_a_call_that_wants_none() -> None:
    assert choose((OFFICE, ALARM), Kind.FIXED) is OFFICE


def test_the_wanted_line_carries_it() -> None:
    assert choose((OFFICE, ALARM), Kind.FIXED, LineId("alarm")) is ALARM


def test_an_emergency_call_takes_a_line_that_may_carry_it() -> None:
    assert choose((OFFICE, ALARM), Kind.EMERGENCY, LineId("office")) is ALARM


def test_without_such_a_line_an_emergency_call_is_refused() -> None:
    assert choose((OFFICE,), Kind.EMERGENCY) == Refused(Code.EMERGENCY_NOT_AVAILABLE_ON_LINE)


def test_without_a_line_there_is_no_call() -> None:
    assert choose((), Kind.FIXED) == Refused(Code.NO_LINE)


@pytest.mark.parametrize(
    ("state", "order"),
    [
        ({A: UP, B: UP, C: UP}, (A, B, C)),
        ({A: DOWN, B: UP, C: UP}, (B, C)),
        ({A: DOWN, B: UNKNOWN, C: UP}, (B, C)),
        ({A: DOWN, B: DOWN, C: UP}, (C,)),
        ({A: DOWN, B: DOWN, C: DOWN}, (A, B, C)),
        ({A: DOWN, C: DOWN}, (A, C)),
        ({B: UP}, (B,)),
        ({}, ()),
    ],
)
def test_living_trunks_are_tried_in_the_lines_order_and_dead_ones_only_when_all_are(
    state: dict[TrunkName, Health], order: tuple[TrunkName, ...]
) -> None:
    assert attempts(OFFICE, state) == order


@pytest.mark.parametrize("sip", [None, 401, 407, 408, 500, 501, 502, 503, 504, 513, 580, 599])
def test_a_fault_of_the_trunk_leads_to_the_next(sip: int | None) -> None:
    assert after(sip) is Verdict.NEXT


@pytest.mark.parametrize("sip", [200, 302, 400, 403, 404, 410, 480, 484, 486, 487, 488, 600, 603, 604, 606])
def test_what_the_far_end_decided_is_final(sip: int) -> None:
    assert after(sip) is Verdict.STOP
