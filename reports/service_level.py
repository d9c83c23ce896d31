"""The service level in each formula of the field, by name: one day has as many truths as there are formulas."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from reports.queue_counts import Counts


class Formula(StrEnum):
    """The names of metrics.md section 1; O offered, A answered, B abandoned, F left otherwise, S short abandons."""

    ANSWERED = "SL-answered"
    """Answered in time / A."""
    ASTERISK2 = "SL-asterisk2"
    """(Answered in time + abandoned in time) / (A + B)."""
    CONNECT = "SL-connect"
    """(Answered in time + abandoned in time) / O."""
    GENESYS = "SL-genesys"
    """Answered in time / (A + B - S): short abandons and what left otherwise do not count."""
    LATE_ABANDON = "SL-late-abandon"
    """Answered in time / (A + abandoned late)."""
    VONAGE = "SL-vonage"
    """Answered in time / (A + B + F)."""
    STRICT = "SL-strict"
    """Answered in time / O: whoever still waits or went elsewhere was not answered in time either."""


SHOWN: Final = Formula.STRICT
"""The formula of the live board, the one usual in Japan: answered within the time / all that came."""


def level(formula: Formula, counts: Counts) -> float | None:
    """The share, 0 to 1; None when nothing has happened yet that the formula counts."""
    reached, of = _share(formula, counts)
    return reached / of if of else None


def _share(formula: Formula, counts: Counts) -> tuple[int, int]:
    answered, abandoned, in_time = counts.answered, counts.abandoned, counts.answered_in_time
    match formula:
        case Formula.ANSWERED:
            return in_time, answered
        case Formula.ASTERISK2:
            return in_time + counts.abandoned_in_time, answered + abandoned
        case Formula.CONNECT:
            return in_time + counts.abandoned_in_time, counts.offered
        case Formula.GENESYS:
            return in_time, answered + abandoned - counts.short_abandoned
        case Formula.LATE_ABANDON:
            return in_time, answered + abandoned - counts.abandoned_in_time
        case Formula.VONAGE:
            return in_time, answered + abandoned + counts.overflowed
        case Formula.STRICT:
            return in_time, counts.offered
