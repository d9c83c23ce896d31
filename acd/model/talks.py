"""What a talk may lead to: somebody is invited into it, and a call is parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.ids import AgentId, LegId, LineId, PersonalId, QueueId, TrunkName
from kernel.usage import LineKind


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call that an agent makes goes: over `line` by its `trunks` in order, or to a `colleague` and over none.

    `withheld`: the caller's number is not to be shown. `emergency`: no limit may stand in its way. `kind`: of the line
    that is called (None: a colleague's, or it was not kept then).
    """

    line: LineId | None = None
    trunks: tuple[TrunkName, ...] = ()
    colleague: AgentId | None = None
    withheld: bool = False
    emergency: bool = False
    kind: LineKind | None = None


NOWHERE: Final = Destination()
"""That of a call which no agent makes."""


class Purpose(StrEnum):
    """What somebody is invited into a call for."""

    TRANSFER = "transfer"
    """To take it over from who asked, who has left it."""
    CONSULT = "consult"
    """To talk with who asked, whom the others do not hear meanwhile."""
    CONFERENCE = "conference"
    """To talk with all of them."""
    RETURN = "return"
    """To take back what he had transferred or parked."""
    PICK_UP = "pick_up"
    """To take what is parked, as he asked for."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`leg` is being rung for a call that is talking: a colleague, or somebody outside (`to`, showing `shown`).

    `by`: the leg of who asked, None when nobody waits for the answer; `agent`: who that is or was. `queue`: whose next
    free agent is rung, of those who can give `want` (`wants`). `tried`: how many trunks, or agents of the queue,
    were asked so far; the latest is `leg`.
    """

    leg: LegId
    purpose: Purpose
    by: LegId | None
    agent: AgentId
    destination: Destination
    to: PersonalId | None = None
    shown: str = ""
    queue: QueueId | None = None
    tried: int = 1
    want: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """The call stands at park place `place` until somebody picks it up; at `until` it goes back to `agent`."""

    place: str
    agent: AgentId
    since: datetime
    until: datetime
