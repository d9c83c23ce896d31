"""Where a call that goes out, or inside, leads to."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import AgentId, LineId, TrunkName


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call that an agent makes goes: over `line` by its `trunks` in order, or to a `colleague` and over none.

    `withheld`: the caller's number is not to be shown. `emergency`: no limit may stand in its way.
    """

    line: LineId | None = None
    trunks: tuple[TrunkName, ...] = ()
    colleague: AgentId | None = None
    withheld: bool = False
    emergency: bool = False
