"""Agent management: whether calls may be connected to an agent, as an outside system or he himself reports.

Who is not connectable is treated as busy (FD-r.53 and the row of 2-2(1)): his queues' calls wait, go elsewhere or hear
that everybody is busy, as their flow says, and never ring him.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect
from acd.facts import Body, CommandDone, ConnectableTold
from acd.inputs import TellConnectable
from acd.matching import match, prepare
from acd.model import Floor
from acd.work import asked
from kernel.refusal import Code, Refused


def told(floor: Floor, given: TellConnectable, now: datetime) -> Iterator[Body | Effect]:
    """It holds from now on; a call that rings or runs goes on."""
    agent = floor.agents.get(given.agent)
    if agent is None:
        yield asked.refused(given, Refused(Code.UNKNOWN_AGENT, params=(("agent", given.agent),)))
        return
    if not agent.config.reported:
        yield asked.refused(given, Refused(Code.NOT_REPORTED, params=(("agent", given.agent),)))
        return
    if agent.connectable is not given.connectable:
        yield ConnectableTold(agent.id, given.connectable)
    if agent.kept_off:
        yield from prepare.drop(agent, "not_connectable")
    yield CommandDone(given.command, agent.id)
    yield from match.for_agent(floor, agent, now)
