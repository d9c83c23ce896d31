"""Which line a call out takes, in which order its trunks are tried, and when a failed attempt is the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.ids import LineId, TrunkName
from kernel.refusal import Code, Refused
from numbering.dialled import Kind


class Health(StrEnum):
    """What the qualifying by SIP OPTIONS says of a trunk."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    """Not asked yet, or never asked: a trunk that nobody can be reached at only takes calls."""


@dataclass(frozen=True, slots=True)
class Line:
    """A tenant's line [回線]: its trunks in the order they are tried, and whether it may carry emergency calls."""

    id: LineId
    trunks: tuple[TrunkName, ...]
    emergency: bool = False


class Verdict(StrEnum):
    """What follows a failed attempt."""

    NEXT = "next"
    STOP = "stop"


def choose(lines: Sequence[Line], kind: Kind, wanted: LineId | None = None) -> Line | Refused:
    """The line for a call to a number of `kind`: the `wanted` one where it may be, else the tenant's first.

    An emergency call goes over a line that may carry it, whatever is wanted; without one it is refused.
    """
    if kind is Kind.EMERGENCY:
        capable = [line for line in lines if line.emergency]
        return _first(capable, wanted) or Refused(Code.EMERGENCY_NOT_AVAILABLE_ON_LINE)
    return _first(lines, wanted) or Refused(Code.NO_LINE)


def attempts(line: Line, state: Mapping[TrunkName, Health]) -> tuple[TrunkName, ...]:
    """The trunks to try, in order: the line's own order without the dead ones.

    Trunks that `state` does not name do not exist any more. When all are dead they are tried all the same: OPTIONS may
    be lost where an INVITE goes through, and the call has nothing to lose.
    """
    known = tuple(trunk for trunk in line.trunks if trunk in state)
    living = tuple(trunk for trunk in known if state[trunk] is not Health.DOWN)
    return living or known


_TRUNKS_OWN_FAULT: Final = frozenset({401, 407, 408})
"""Our own credentials refused, or no answer in time: another trunk may do better."""


def after(sip: int | None) -> Verdict:
    """Whether another trunk is tried after this final SIP status; None: the trunk never answered.

    A fault of the trunk (5xx, no answer) leads to the next one. What the far end or its network decided (486 busy, 404
    no such number, 603 declined, 487 given up) is true over every trunk: no second attempt.
    """
    if sip is None or sip in _TRUNKS_OWN_FAULT or 500 <= sip <= 599:
        return Verdict.NEXT
    return Verdict.STOP


def _first(lines: Sequence[Line], wanted: LineId | None) -> Line | None:
    return next((line for line in lines if line.id == wanted), next(iter(lines), None))
