"""The channels of lines [チャネル]: each outside call takes one of its line, and one more than there are gets busy."""

from __future__ import annotations

from acd.model import Floor
from kernel.ids import LineId
from kernel.refusal import Code, Refused

CHANNELS_EXHAUSTED = "channels_exhausted"
"""The outcome of a call for which its line had no channel left."""


def line_of(floor: Floor, number: str) -> LineId | None:
    """The line on which a called number lies; None when it is not said, and so nothing is counted."""
    rule = floor.numbers.get(number)
    return None if rule is None else rule.line


def refusal(floor: Floor, line: LineId | None) -> Refused | None:
    """Why no further call goes over this line now; None when one does."""
    rule = None if line is None else floor.lines.get(line)
    if rule is None or rule.channels is None:
        return None
    used = floor.channels.get(rule.id, 0)
    if used < rule.channels:
        return None
    return Refused(Code.CHANNELS_EXHAUSTED, rule.clause, used, rule.channels, (("line", rule.id),))
